"""The lead's decision: who may begin it, what its screens are drawn with, and what its end writes.

It notifies nobody directly: it leaves rows. The suggestion and the decision are both kept.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from bot.access import Denied, may_decide, require
from bot.judge import Judge
from bot.levels import Choosable, adult_levels, levels_of, suggested_of, with_levels
from bot.places import OUTCOMES, Places
from bot.plan import after_decision
from bot.seams import Clock
from bot.sending import Sending, Talk
from bot.standing import standing
from bot.steps import Ending, Gate, SettingFor, move, notice, pointer_to
from bot.working_time import local_day
from dialogs.concern import ALLOWED, Event, Happening
from dialogs.engine import answers_of, replay, to_json
from dialogs.flows.decision_v1 import LINE
from dialogs.setting import Setting, Suggestion
from storage.shapes import Concern, ConcernId, Person, PersonId, PlannedStep
from storage.unit import UnitOfWork


@dataclass(frozen=True, kw_only=True, slots=True)
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
        require(may_decide(person, found, school, now, standing(unit, person, found, now, self.places)))
        if found.life.state not in ALLOWED[Event.DECIDED]:
            raise Denied("decided_already")

    def _setting(self, unit: UnitOfWork, talk: Talk) -> Setting:
        concern = _concern_of(unit, talk)
        setting = self.places.setting(unit, talk.place, talk.person, self.clock())
        levels = self.levels(concern, talk.place.today(self.clock()))
        sent_on = local_day(concern.sent_at or concern.created_at)
        return replace(
            with_levels(setting, levels, _suggested(concern, levels)), own_name=talk.person.name, sent_on=sent_on
        )

    def levels(self, concern: Concern, on: date) -> tuple[Choosable, ...]:
        """The levels of the document of the child's authority; of the school's where that is not installed."""
        words = self.places.words
        return adult_levels(words) if concern.kind == "adult" else levels_of(self.judge, words, concern.authority, on)

    def _decided(self, unit: UnitOfWork, talk: Talk, now: datetime) -> None:
        concern = _concern_of(unit, talk)
        # Asked again: a role, an exclusion or the concern may have changed since the first screen.
        self._may_decide(unit, talk.person, concern.id, now)
        self._not_lowered_alone(concern, talk, now)
        move(unit, concern, Happening(event=Event.DECIDED, at=now, person=talk.person.id))
        level = str(talk.trail["level"].values.get("level", ""))
        chosen = next((one for one in self.levels(concern, local_day(now)) if one.id == level), None)
        content = {
            "flow": [talk.flow.name, talk.flow.version],
            "answers": [to_json(answered) for answered in talk.trail.values()],
            "level": level,
            "level_label": level if chosen is None else chosen.label,
            "feedback": str(talk.trail["feedback"].values.get("sentence", "")),
            "suggested": {"outcome": concern.outcome, "level": concern.level},
            "said": self._as_read(unit, talk),
        }
        number = unit.concerns.append(concern.id, "decision", talk.person.id, talk.person.role, now, content)
        unit.audit.add(
            concern.id, "decided", talk.person.id, talk.person.role, now, {"level": level, "suggested": concern.level}
        )
        if chosen is not None and chosen.outcome:
            unit.concerns.amend(concern.id, decided_outcome=chosen.outcome)
        self._end_chains(unit, concern)
        self.sending.put(unit, self._follow_up(unit, concern, chosen, number, now))
        self.sending.put(unit, _agreed_with(unit, concern, talk, number, now))

    def _as_read(self, unit: UnitOfWork, talk: Talk) -> list[list[object]]:
        """Each page's title with its labels and answers, as they read now: levels and people have other names later."""
        empty = self.places.words("not_answered")
        pages = answers_of(talk.flow, talk.trail, self._setting(unit, talk))
        said = [(page.title, [[row.label, row.value] for row in page.rows if row.value != empty]) for page in pages]
        return [[title, rows] for title, rows in said if rows]

    def _not_lowered_alone(self, concern: Concern, talk: Talk, now: datetime) -> None:
        """It may have been raised since the level was chosen: then the second person's page was never shown."""
        suggested = _suggested(concern, self.levels(concern, talk.place.today(now)))
        level = str(talk.trail["level"].values.get("level", ""))
        if suggested.lowered_by(level) and "lowering" not in replay(talk.flow, talk.trail).path:
            raise Denied("raised_meanwhile")

    def _end_chains(self, unit: UnitOfWork, concern: Concern) -> None:
        for chain in ("until_had", "until_decided"):
            unit.outbox.cancel(concern.id, chain)

    def _follow_up(
        self, unit: UnitOfWork, concern: Concern, chosen: Choosable | None, number: int, now: datetime
    ) -> tuple[PlannedStep, ...]:
        given = self.places.plan_input(unit, concern, now)
        tell = notice(concern, "changed", f"decided_{number}", now)
        if chosen is None or not chosen.outcome:
            return (tell,)
        return (tell, *after_decision(given, OUTCOMES[chosen.outcome], chosen.basis, number))


def _agreed_with(unit: UnitOfWork, concern: Concern, talk: Talk, number: int, now: datetime) -> tuple[PlannedStep, ...]:
    """A pointer to the social worker who is named as agreeing to a lower level: their own word, not only another's."""
    lowering = talk.trail.get("lowering")
    named = None if lowering is None else lowering.values.get("with_whom")
    if "lowering" not in replay(talk.flow, talk.trail).path or not isinstance(named, str) or named == LINE:
        return ()
    return (pointer_to(concern, unit.people.person(PersonId(named)), "agreed", f"agreed_{number}", (now, None)),)


def _suggested(concern: Concern, levels: Sequence[Choosable]) -> Suggestion:
    return suggested_of(concern.outcome, concern.level, concern.urgency, levels)


def _concern_of(unit: UnitOfWork, talk: Talk) -> Concern:
    if talk.conversation.concern is None:
        raise Denied("no_concern")
    return unit.concerns.get(talk.conversation.concern)
