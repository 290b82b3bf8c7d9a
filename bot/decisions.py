"""The lead's decision: who may begin it, what its screens are drawn with, and what its end writes.

It notifies nobody directly: it leaves rows. The suggestion and the decision are both kept.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Protocol

from bot.access import Denied, may_decide, require
from bot.judge import Judge
from bot.places import OUTCOMES, Places
from bot.plan import after_decision
from bot.seams import Clock
from bot.sending import Sending, Talk
from bot.standing import standing
from bot.steps import Ending, Gate, SettingFor, move, notice
from dialogs.concern import Event, Happening
from dialogs.engine import replay, to_json
from dialogs.screens import Choice
from dialogs.setting import Setting, Suggestion
from dialogs.words import Words
from storage.shapes import Concern, ConcernId, Person, PlannedStep
from storage.unit import UnitOfWork
from thresholds.result import Basis, Urgency


class Choosable(Protocol):
    """A level that can be decided on."""

    @property
    def id(self) -> str: ...
    @property
    def label(self) -> str: ...
    @property
    def meaning(self) -> str: ...
    @property
    def outcome(self) -> str: ...
    @property
    def basis(self) -> Basis: ...


@dataclass(frozen=True, kw_only=True, slots=True)
class GeneralLevel:
    """A level that no document names: an outcome and its statutory basis."""

    id: str
    label: str
    meaning: str
    outcome: str
    basis: Basis


_GENERAL: tuple[tuple[str, Basis], ...] = (
    ("preventative_advice", "none"),
    ("early_help", "none"),
    ("statutory_referral", "S17"),
    ("statutory_referral", "S47"),
)


def general_levels(words: Words) -> Iterator[GeneralLevel]:
    """The levels to choose from when no document speaks, mildest first."""
    for outcome, basis in _GENERAL:
        yield GeneralLevel(
            id=f"general_{outcome}_{basis.lower()}", label=words(f"cards.outcomes.{outcome}"),
            meaning=words(f"cards.bases.{basis}"), outcome=outcome, basis=basis,
        )  # fmt: skip


_ADULT = ("low_level", "lado")


def adult_levels(words: Words) -> Iterator[GeneralLevel]:
    """What is decided on a concern about an adult: below the harm threshold, or for the designated officer."""
    for name in _ADULT:
        yield GeneralLevel(
            id=f"adult_{name}", label=words(f"adult_levels.{name}.label"),
            meaning=words(f"adult_levels.{name}.meaning"), outcome="", basis="none",
        )  # fmt: skip


@dataclass(kw_only=True, slots=True)
class Decisions:
    """The decision flow's gate, setting and ending."""

    places: Places
    judge: Judge
    sending: Sending
    clock: Clock

    def gates(self) -> Mapping[str, Gate]:
        """Who may begin."""
        return {"decision": self._may_decide}

    def settings_for(self) -> Mapping[str, SettingFor]:
        """What the screens are drawn with."""
        return {"decision": self._setting}

    def endings(self) -> Mapping[str, Ending]:
        """What the end writes."""
        return {"decision": self._decided}

    def _may_decide(self, unit: UnitOfWork, person: Person, concern: ConcernId | None, now: datetime) -> None:
        if concern is None:
            raise Denied("no_concern")
        found = unit.concerns.get(concern)
        school = unit.people.school(found.school)
        require(may_decide(person, found, school, now, standing(unit, person, found, now, self.places.ends(person))))

    def _setting(self, unit: UnitOfWork, talk: Talk) -> Setting:
        concern = _concern_of(unit, talk)
        setting = self.places.setting(unit, talk.place, talk.person, self.clock())
        return with_levels(setting, self.levels(concern, talk.place.today(self.clock())), concern)

    def levels(self, concern: Concern, on: date) -> tuple[Choosable, ...]:
        """The levels of the document of the child's authority; of the school's where that is not installed.

        Without any document that speaks, what every authority's levels map to: a concern can always be decided.
        """
        if concern.kind == "adult":
            return tuple(adult_levels(self.places.words))
        document = self.judge.document(concern.authority, on)
        return tuple(general_levels(self.places.words)) if document is None else document.levels

    def _decided(self, unit: UnitOfWork, talk: Talk, now: datetime) -> None:
        concern = _concern_of(unit, talk)
        # Asked again: a role, an exclusion or the concern may have changed since the first screen.
        self._may_decide(unit, talk.person, concern.id, now)
        self._not_lowered_alone(concern, talk, now)
        move(unit, concern, Happening(event=Event.DECIDED, at=now, person=talk.person.id))
        level = str(talk.trail["level"].values.get("level", ""))
        content = {
            "flow": [talk.flow.name, talk.flow.version],
            "answers": [to_json(answered) for answered in talk.trail.values()],
            "level": level,
            "feedback": str(talk.trail["feedback"].values.get("sentence", "")),
            "suggested": {"outcome": concern.outcome, "level": concern.level},
        }
        number = unit.concerns.append(concern.id, "decision", talk.person.id, talk.person.role, now, content)
        unit.audit.add(
            concern.id, "decided", talk.person.id, talk.person.role, now, {"level": level, "suggested": concern.level}
        )
        self._end_chains(unit, concern)
        self.sending.put(unit, self._follow_up(unit, concern, level, number, now))

    def _not_lowered_alone(self, concern: Concern, talk: Talk, now: datetime) -> None:
        """It may have been raised since the level was chosen: then the second person's page was never shown."""
        suggested = suggested_of(concern, self.levels(concern, talk.place.today(now)))
        level = str(talk.trail["level"].values.get("level", ""))
        if suggested.lowered_by(level) and "lowering" not in replay(talk.flow, talk.trail).path:
            raise Denied("raised_meanwhile")

    def _end_chains(self, unit: UnitOfWork, concern: Concern) -> None:
        for chain in ("until_had", "until_decided"):
            unit.outbox.cancel(concern.id, chain)

    def _follow_up(
        self, unit: UnitOfWork, concern: Concern, level: str, number: int, now: datetime
    ) -> tuple[PlannedStep, ...]:
        given = self.places.plan_input(unit, concern, now)
        chosen = next((one for one in self.levels(concern, now.date()) if one.id == level), None)
        tell = notice(concern, "changed", f"decided_{number}", now)
        if chosen is None or not chosen.outcome:
            return (tell,)
        return (tell, *after_decision(given, OUTCOMES[chosen.outcome], chosen.basis, number))


def with_levels(setting: Setting, levels: tuple[Choosable, ...], concern: Concern) -> Setting:
    """The setting of a decision: the levels to choose from, and what was suggested."""
    return replace(
        setting,
        levels=tuple(Choice(id=one.id, label=one.label, hint=one.meaning) for one in levels),
        suggestion=suggested_of(concern, levels),
    )


def suggested_of(concern: Concern, levels: tuple[Choosable, ...]) -> Suggestion:
    """What the decision is measured by. A statutory suggestion without a level of this document (none was in force, or
    another one judged) counts as the mildest level that is statutory here, of the same basis if there is one."""
    order = tuple(one.id for one in levels)
    level = concern.level
    if level not in order and concern.outcome in ("statutory_referral", "emergency"):
        basis = "S47" if concern.urgency >= Urgency.SECTION_47 else "S17"
        statutory = [one for one in levels if one.outcome == "statutory_referral"]
        alike = [one for one in statutory if one.basis == basis]
        level = next((one.id for one in (*alike, *statutory)), level)
    return Suggestion(outcome=concern.outcome, level=level, order=order)


def _concern_of(unit: UnitOfWork, talk: Talk) -> Concern:
    if talk.conversation.concern is None:
        raise Denied("no_concern")
    return unit.concerns.get(talk.conversation.concern)
