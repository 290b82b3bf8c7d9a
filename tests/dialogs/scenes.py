"""A setting to draw screens with, and somebody who talks through a flow. People and places are invented."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache

from dialogs.engine import Accepted, Answered, Position, Rejected, facts_from, receive, replay, screen_at
from dialogs.findings import Finding
from dialogs.flow import Flow
from dialogs.flows import latest
from dialogs.screens import Choice, Field, Notice, Number, Screen
from dialogs.setting import Setting, Suggestion
from dialogs.words import Words
from thresholds.facts import Facts, Vocabulary
from thresholds.load import load_vocabulary

TODAY = date(2026, 11, 23)
LEVELS = ("level_1", "level_2", "level_3", "level_4")


@cache
def the_vocabulary() -> Vocabulary:
    """The packaged vocabulary, loaded once."""
    return load_vocabulary()


@cache
def the_setting() -> Setting:
    """A teacher at an invented school with a social worker, on a Monday."""
    return Setting(
        vocabulary=the_vocabulary(),
        words=Words.load(),
        authority="ealing",
        authority_name="Ealing",
        councils=(Choice(id="ealing", label="Ealing"), Choice(id="hounslow", label="Hounslow")),
        numbers=(
            Number(label="Front door", phone="020 7946 0001", hours="Mon-Fri 9-5"),
            Number(label="Out of hours", phone="020 7946 0002"),
        ),
        today=TODAY,
        school_name="Invented High School",
        social_worker="Asha Rowe",
        social_workers=(Choice(id="brentside.sw", label="Social worker: Asha Rowe"),),
        recipients=(
            Choice(id="p1", label="Designated safeguarding lead: Ida Marsh"),
            Choice(id="p2", label="Social worker: Asha Rowe"),
        ),
        levels=tuple(Choice(id=level, label=f"Level {level[-1]}") for level in LEVELS),
        suggestion=Suggestion(outcome="statutory_referral", level="level_3", order=LEVELS),
        designated_officer=Number(label="Local authority designated officer", phone="020 7946 0003"),
    )


@dataclass
class Talk:
    """Somebody who answers screen by screen; `findings` are given beside the answers of their screens."""

    flow: Flow = field(default_factory=lambda: latest("concern"))
    setting: Setting = field(default_factory=the_setting)
    findings: Mapping[str, Finding] = field(default_factory=dict)
    trail: dict[str, Answered] = field(default_factory=dict)

    def say(self, screen: str, raw: Mapping[str, object] | None = None, action: str = "next") -> "Talk":
        """Answer a screen; a refusal fails the test with its errors."""
        received = self.offer(screen, raw or {}, action)
        assert isinstance(received, Accepted), received
        finding = self.findings.get(screen, Finding())
        self.trail[screen] = replace(received.answered, finding=finding)
        return self

    def offer(self, screen: str, raw: Mapping[str, object], action: str = "next") -> Accepted | Rejected:
        """Answer a screen without keeping it."""
        return receive(self.flow, self.trail, screen, raw, action, self.setting)

    def errors(self, screen: str, raw: Mapping[str, object], action: str = "next") -> Mapping[str, str]:
        """The errors of an answer, empty when it is taken."""
        received = self.offer(screen, raw, action)
        return received.errors if isinstance(received, Rejected) else {}

    @property
    def position(self) -> Position:
        """Where the talk stands."""
        return replay(self.flow, self.trail)

    @property
    def facts(self) -> Facts:
        """What the answers say to the rules."""
        return facts_from(self.flow, self.trail, self.setting.vocabulary)

    def screen(self, screen: str | None = None) -> Screen:
        """A screen of the path, the present one by default."""
        return screen_at(self.flow, self.trail, screen or self.position.screen, self.setting)

    def field(self, name: str, screen: str | None = None) -> Field:
        """A field of a screen."""
        return next(one for one in self.screen(screen).fields if one.id == name)

    def fields(self, screen: str | None = None) -> tuple[str, ...]:
        """The ids of a screen's fields."""
        return tuple(one.id for one in self.screen(screen).fields)

    def notices(self, screen: str | None = None) -> tuple[str, ...]:
        """The titles of a screen's notices."""
        return tuple(block.title for block in self.screen(screen).blocks if isinstance(block, Notice))


CHILD = {"age_band": "7_to_9", "council": "ealing", "social_worker": "no", "tonight": "someone_safe"}
"""The least that the screen *The child* takes."""


def a_talk(until: str = "receipt", findings: Mapping[str, Finding] | None = None, **changes: object) -> Talk:
    """A concern about a child, answered up to (not including) the screen `until`; `changes` replace whole screens."""
    talk = Talk(findings=findings or {})
    script: dict[str, Mapping[str, object]] = {
        "start": {"what": "worried"},
        "happened": {"saw": "He came in without a coat again."},
        "child": CHILD,
        "about": {"groups": ["care_and_home"]},
        "signs": {"signs": [a_sign("care_and_home")]},
        "more": {},
        "when": {},
        "check": {},
    }
    script.update({name: value for name, value in changes.items() if isinstance(value, dict)})
    while talk.position.screen != until and talk.position.ended is None:
        screen = talk.position.screen
        talk.say(screen, script.get(screen, {}), "send" if screen == "check" else "next")
    return talk


def a_sign(group: str, mark: str | None = None) -> str:
    """A sign of a group, or the first one with a mark."""
    signs = the_vocabulary().signs_of_group(group)
    return next(sign.id for sign in signs if mark is None or mark in sign.marks)


def without_social_worker() -> Setting:
    """The same at a comparison school."""
    return replace(the_setting(), social_worker=None, social_workers=())
