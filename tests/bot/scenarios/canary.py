"""Somebody who fills every field of every screen, each typed one with a mark of its own that nothing else contains."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from dialogs.flow import TYPED
from dialogs.flows import CATALOGUE
from dialogs.screens import Field, Screen
from tests.bot.scenarios.house import Scene, Talk
from tests.bot.scenarios.telling import DSL, HEAD, TEACHER

Chosen = Mapping[tuple[str, str], object]
CHILD_NAME = "Zebedeeq Quaxworthyq"
GRAVE = "and he said he had swallowed tablets"
DATE = "2026-11-23"
ORDINARY: Chosen = {
    ("child", "age_band"): "7_to_9",
    ("child", "danger_check"): "no",
    ("child", "tonight"): "someone_safe",
    ("start", "what"): "worried",
    ("about", "groups"): ("hurt_or_afraid",),
    ("signs", "signs"): ("often_small_accidents",),
    ("when", "happened_on"): "2026-11-20",
    ("when", "learned_on"): "2026-11-20",
}


def every_typed_field() -> set[tuple[str, str, str]]:
    """Flow, screen and field of everything that somebody may type."""
    return {
        (flow.name, page.id, one.id)
        for flow in CATALOGUE.values()
        for page in flow.pages
        for one in page.questions
        if one.kind in TYPED
    }


@dataclass
class Canary:
    """Types marks, and remembers which and on which screens."""

    scene: Scene
    marks: dict[tuple[str, str, str], str] = field(default_factory=dict)
    screens: list[Screen] = field(default_factory=list)

    def talk(self, flow: str, person: str, concern: str | None, chosen: Chosen) -> str:
        """A whole conversation of a flow, every field filled; the concern it wrote."""
        talk = self.scene.begin(person, flow, concern)
        while talk.turn.ended is None:
            screen = talk.turn.screen
            self.screens.append(screen)
            talk.say(screen.id, dict(self._filled(flow, screen, {**ORDINARY, **chosen})), _press(screen))
        self.screens.append(talk.turn.screen)
        return talk.concern

    def refused(self, talk: Talk) -> None:
        """An entry that is refused for its length, so that what was typed comes back beside its error."""
        talk.say("start", {"what": "worried"}).offer(
            "happened", {"saw": self._mark("concern", "happened", "saw") * 500}
        )
        assert talk.errors()
        self.screens.append(talk.turn.screen)

    def _filled(self, flow: str, screen: Screen, chosen: Chosen) -> Iterator[tuple[str, object]]:
        for one in screen.fields:
            key = (screen.id, one.id)
            value = chosen[key] if key in chosen else self._value(flow, screen, one)
            if value is not None:
                yield one.id, value

    def _value(self, flow: str, screen: Screen, one: Field) -> object:
        match one.kind:
            case "text" | "long_text":
                return self._mark(flow, screen.id, one.id)
            case "phone":
                self.marks[flow, screen.id, one.id] = "01632 960961"
                return "01632 960961"
            case "date":
                return DATE
            case "time":
                return "09:40"
            case "many":
                return None if one.id in ("leave_out", "not_sure") else (one.choices[0].id,)
        return one.choices[0].id if one.choices else None

    def _mark(self, flow: str, screen: str, name: str) -> str:
        key = (flow, screen, name)
        if key == ("concern", "child", "name"):
            self.marks[key] = "quaxworthyq"
            return CHILD_NAME
        mark = self.marks.setdefault(key, f"zq{len(self.marks):03}xv")
        return f"{mark} {GRAVE if name == 'saw' else 'in plain words'} {mark}"


def _press(screen: Screen) -> str:
    return next(action.id for action in screen.actions if action.id in ("next", "send"))


ADULT: Chosen = {("start", "what"): "adult", ("adult_who", "who"): "someone_else", ("adult_harm", "child_hurt"): "yes"}
MISSING: Chosen = {("about", "groups"): ("absence_and_missing",), ("signs", "signs"): ("missing_now",)}
FOSTERED: Chosen = {("about", "groups"): ("care_and_home",), ("signs", "signs"): ("lives_with_other_28_days",)}
FGM: Chosen = {("about", "groups"): ("honour_and_tradition",), ("signs", "signs"): ("fgm_told",)}
LOWER: Chosen = {("level", "level"): "level_1", ("sharing", "shared"): "no", ("family", "parents_told"): "no"}
SHARED: Chosen = {("level", "level"): "level_4", ("sharing", "shared"): "yes", ("family", "parents_told"): "yes"}
UNSURE: Chosen = {("closing", "follow_up"): "no"}


def everything(canary: Canary) -> tuple[str, ...]:
    """Every flow, down every branch that asks for words, by the people who may; the concerns it left."""
    scene, responding = canary.scene, canary.scene.house.responding
    mild = canary.talk("concern", TEACHER, None, {})
    danger = canary.talk("concern", TEACHER, None, {("start", "what"): "help_now"})
    grave = canary.talk("concern", TEACHER, None, {("signs", "signs"): ("child_says_adult_hurt_them",)})
    alone = canary.talk("concern", "featherstone.teacher", None, {("signs", "signs"): ("child_says_adult_hurt_them",)})
    adult = canary.talk("concern", TEACHER, None, ADULT)
    talked = canary.talk("concern", TEACHER, None, {("start", "what"): "talk", ("talk", "hurt"): "no"})
    for branch in (MISSING, FOSTERED):
        canary.talk("concern", TEACHER, None, branch)
    canary.talk("police", TEACHER, canary.talk("concern", TEACHER, None, FGM), {})
    scene.deliver()
    for concern in (mild, danger, grave):
        canary.screens += [responding.open(DSL, concern), responding.suggestion(DSL, concern)]
        canary.screens.append(responding.have(DSL, concern))
    question = {"question": canary.marks.setdefault(("ask", "ask", "question"), "zqaskxv")}
    responding.act(DSL, grave, "send_question", question)
    name = canary.marks.setdefault(("wrong_child", "wrong_child", "name"), "zqnamexv")
    canary.screens.append(responding.act(DSL, mild, "send_wrong_child", {"name": name}))
    canary.screens.append(responding.act(DSL, mild, "send_wrong_child", {"name": name * 40}))
    canary.screens.append(responding.open(DSL, mild))
    canary.talk("reply", TEACHER, grave, {})
    canary.talk("addition", TEACHER, mild, {("signs", "signs"): ("child_says_adult_hurt_them",)})
    canary.talk("disagree", TEACHER, mild, {})
    canary.talk("decision", DSL, grave, LOWER)
    canary.talk("decision", "featherstone.dsl", alone, LOWER)
    canary.talk("decision", DSL, danger, SHARED)
    canary.talk("decision", HEAD, adult, {**SHARED, ("level", "level"): "adult_lado"})
    canary.talk("closing", DSL, grave, UNSURE)
    canary.refused(scene.begin(TEACHER))
    scene.house.intake.discard(TEACHER, scene.begin(TEACHER).say("start", {"what": "help_now"}).turn.conversation)
    scene.courier.refusals = ["outage"]
    scene.later(minutes=45)
    canary.screens += [scene.house.desk.home(one) for one in (TEACHER, DSL, HEAD)]
    canary.screens += [scene.house.desk.receipt(TEACHER, one) for one in (mild, danger, grave, adult, talked)]
    canary.screens.append(responding.log(DSL, mild))
    return mild, danger, grave, adult, talked
