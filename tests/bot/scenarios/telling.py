"""Ordinary answers, screen by screen, for people who tell and decide. Every child and word here is invented."""

from collections.abc import Mapping

from bot.intake import Turn
from tests.bot.scenarios.house import Answers, Scene, Talk

TEACHER, PASTORAL = "brentside.teacher", "brentside.pastoral"
DSL, DEPUTY, HEAD = "brentside.dsl", "brentside.deputy", "brentside.head"
SENIOR, CHAIR, SW = "brentside.senior", "brentside.chair", "brentside.sw"
DUTY, SECOND_DUTY, MANAGER = "ealing.duty", "ealing.duty-2", "ealing.manager"
LEADS = [DEPUTY, DSL]

HAPPENED: Answers = {"saw": "Came in without a coat again"}
CHILD: Answers = {
    "name": "Robin Invented",
    "age_band": "7_to_9",
    "council": "ealing",
    "social_worker": "no",
    "tonight": "someone_safe",
}
WHEN: Answers = {"happened_on": "2026-11-23", "learned_on": "2026-11-23", "dsl_told": "no", "done": ("none",)}
SIGNS: Mapping[str, tuple[str, str]] = {
    "section_47": ("hurt_or_afraid", "child_says_adult_hurt_them"),
    "section_17": ("hurt_or_afraid", "smacked_or_harshly_punished"),
    "early_help": ("hurt_or_afraid", "often_small_accidents"),
    "advice": ("hurt_or_afraid", "bruise_explained"),
    "unrated": ("feelings_and_health", "disability_changed_cannot_tell"),
    "emergency": ("hurt_or_afraid", "under_attack_now"),
}
"""A group and a sign that the Ealing document rates so."""

CHECKLIST: Answers = dict.fromkeys(
    ("child_safe_now", "siblings", "earlier_worries", "parents_view", "who_else_knows"), "yes"
)
ACTIONS: Answers = {
    "action_1": "Ring the front door",
    "by_whom_1": "designated_safeguarding_lead",
    "by_when_1": "2026-11-23",
}
SHARED: Answers = {
    "what": "The record",
    "to_whom": "The front door",
    "when": "2026-11-23",
    "why": "To keep the child safe",
}
FAMILY: Answers = {"agreement": "not_needed", "parents_told": "no"}


def to_signs(scene: Scene, person: str = TEACHER, group: str = "hurt_or_afraid", **child: object) -> Talk:
    """A worried teacher, standing at the signs; `child` changes what is said of the child."""
    talk = scene.begin(person).say("start", {"what": "worried"}).say("happened", HAPPENED)
    return talk.say("child", {**CHILD, **child}).say("about", {"groups": (group,)})


def to_check(scene: Scene, kind: str = "section_47", person: str = TEACHER, **child: object) -> Talk:
    """A worried teacher, standing at *Check your answers* after *Send now*."""
    group, sign = SIGNS[kind]
    return to_signs(scene, person, group, **child).say("signs", {"signs": (sign,)}, "send_now")


def sent(scene: Scene, kind: str = "section_47", person: str = TEACHER, **child: object) -> str:
    """A sent concern's id."""
    return to_check(scene, kind, person, **child).say("check", {}, "send").concern


def danger(scene: Scene, what: str = "help_now", person: str = TEACHER) -> Talk:
    """Somebody who has just answered the first screen."""
    return scene.begin(person).say("start", {"what": what})


def pressed(scene: Scene, person: str = TEACHER) -> Talk:
    """Somebody who has pressed *Danger now*, with the database there."""
    turn = scene.house.danger.press(person)
    assert isinstance(turn, Turn)
    return Talk(scene.house, person, turn)


def to_decide(scene: Scene, concern: str, person: str = DSL, level: str = "level_4", **lowering: object) -> Talk:
    """A lead who has only to press *Send* on a decision."""
    talk = scene.begin(person, "decision", concern).say("checklist", CHECKLIST)
    reason = "What the child said, and the mark that was seen"
    talk.say("level", {"level": level, "reason": reason, "social_worker_level": "none"})
    if lowering:
        talk.say("lowering", lowering)
    talk.say("actions", ACTIONS).say("sharing", {"shared": "yes"}).say("shared", SHARED).say("family", FAMILY)
    talk.say("parents_not_told", {"parents_reason": "It may put the child in danger"})
    return talk.say("feedback", {"sentence": "acting"})


def decided(scene: Scene, concern: str, person: str = DSL, level: str = "level_4", **lowering: object) -> Talk:
    """A lead who has recorded a decision."""
    return to_decide(scene, concern, person, level, **lowering).say("check", {}, "send")


def had(scene: Scene, kind: str = "section_17", person: str = DSL) -> str:
    """A concern that somebody has."""
    concern = sent(scene, kind)
    scene.deliver()
    scene.house.responding.have(person, concern)
    scene.deliver()
    return concern
