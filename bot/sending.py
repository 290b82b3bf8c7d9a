"""From a conversation to a concern: kept, planned and logged in the caller's transaction. Sends nothing.

At danger the concern and its alert rows are written before the record is complete; sending fills the same concern.
Only upward: what a later judgement says may raise a concern and start the graver plan, never lower it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol

from bot.involved import involved, kind_of, of_the_child, said_in
from bot.judge import Judge, Judged, judge_trail
from bot.living import keep_alive, living_row
from bot.personal import owes_report, reminders
from bot.places import OUTCOMES, Place, Places, serving
from bot.plan import PlanInput, alone, answer_by, have_until, plan
from bot.roll import HasRegister
from bot.seams import NewId, NewReference
from bot.spool import Press
from bot.triage import Road, explained, suggestion
from dialogs.concern import Event, Happening, Life, State, advance
from dialogs.engine import Trail, branches, danger, to_json
from dialogs.flow import Flow
from storage.concerns import Amendment
from storage.sealed import child_tokens
from storage.shapes import ChildTokens, Concern, ConcernId, Conversation, OutboxId, Person, PersonId, PlannedStep
from storage.unit import UnitOfWork
from thresholds.facts import Facts, FactValue
from thresholds.result import Evaluation, Outcome, Urgency

SHIELDED = frozenset({"danger_staff", "danger_head"})
JUDGED = frozenset({"record", "judged"})
"""The kinds of note that hold what a concern was judged by."""


class Talked(Protocol):
    """What a concern is made of: the answers, who gave them, and where."""

    @property
    def flow(self) -> Flow: ...
    @property
    def trail(self) -> Trail: ...
    @property
    def person(self) -> Person: ...
    @property
    def place(self) -> Place: ...


class Loaded(Talked, Protocol):
    """A stored conversation."""

    @property
    def conversation(self) -> Conversation: ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Talk:
    """A loaded conversation."""

    conversation: Conversation
    flow: Flow
    trail: Trail
    person: Person
    place: Place


@dataclass(frozen=True, kw_only=True, slots=True)
class Draft:
    """Answers that are stored nowhere."""

    flow: Flow
    trail: Trail
    person: Person
    place: Place


@dataclass(frozen=True, kw_only=True, slots=True)
class Again:
    """What to judge again, by whose doing. `before` is the suggestion so far.

    `start`: the plan begins anew even if nothing is graver.
    """

    authority: str | None
    facts: Facts
    place: Place
    by: Person
    before: Mapping[str, Any]
    start: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Sending:
    """Writes concerns. `lookup_key` keys the tokens by which earlier concerns about the same child are found."""

    judge: Judge
    places: Places
    new_id: NewId
    new_reference: NewReference
    lookup_key: bytes

    def alert(self, unit: UnitOfWork, talk: Loaded, judged: Judged, now: datetime) -> ConcernId:
        """Danger: write the concern and who is told at once, before the record is complete."""
        concern = replace(self._new(unit, talk, judged, now), sent_at=None)
        self._alarm(unit, talk, judged, concern, now)
        return concern.id

    def alert_of(self, unit: UnitOfWork, talk: Loaded, judged: Judged, press: Press, now: datetime) -> ConcernId:
        """Danger by a press that has its ids already: the concern is of that instant, the plan begins `now`.

        One that had to be kept until `now` says so in the log, and who was told of it meanwhile.
        """
        concern = self.drafted(unit, talk, judged, press)
        self._alarm(unit, talk, judged, concern, now)
        for told in press.told:
            about = {"channel": told.channel, "receipt": told.receipt}
            unit.audit.add(concern.id, "sent_directly", told.person, told.role, told.at, about)
        return concern.id

    def drafted(self, unit: HasRegister, talk: Talked, judged: Judged, press: Press) -> Concern:
        """The concern that a press of danger makes, written down or not."""
        concern = self._new(unit, talk, judged, press.at)
        return replace(concern, id=press.concern, reference=press.reference, sent_at=None)

    def _alarm(self, unit: UnitOfWork, talk: Loaded, judged: Judged, concern: Concern, now: datetime) -> None:
        at = concern.created_at
        unit.concerns.add(concern, self._record(talk, judged, at), tokens_of(self.lookup_key, talk.trail))
        self._plan(unit, concern, now, "alerted")
        about: dict[str, str | int | None] = {"kind": concern.branch}
        if at != now:
            about |= {"spooled": 1, "kept_until": now.isoformat()}
        unit.audit.add(concern.id, "danger_alerted", talk.person.id, talk.person.role, at, about)

    def send(self, unit: UnitOfWork, talk: Loaded, judged: Judged, now: datetime) -> ConcernId:
        """The reporter pressed *Send concern*: fill the concern that danger began, or make one.

        One that danger began about a child is never filled with what turned out to be about an adult.
        """
        begun = self._begun(unit, talk)
        if begun is None or begun.kind != kind_of(talk.trail):
            concern = self._begin(unit, talk, judged, now)
        else:
            concern = self._fill(unit, talk, begun, judged, now)
        about = {"kind": concern.kind, "outcome": concern.outcome, "document": concern.document_version}
        unit.audit.add(concern.id, "sent", talk.person.id, talk.person.role, now, about)
        for person in concern.excluded:
            unit.audit.add(concern.id, "left_out", talk.person.id, talk.person.role, now, {"person": person})
        if concern.kind == "child" and owes_report(talk.person, judged.facts, self.judge.vocabulary):
            self.remind_in_person(unit, concern, talk.person, talk.place, now)
        if _links_child(talk):
            self._linked_child(unit, talk, concern, now)
        return concern.id

    def keep_up(self, unit: UnitOfWork, talk: Loaded, judged: Judged, screen: str, now: datetime) -> None:
        """What `screen` changes about a concern that danger began: where the child is, and whom to shield it from."""
        begun, unsafe = self._begun(unit, talk), danger(talk.trail)
        if begun is None or kind_of(talk.trail) != "child":
            return
        if unsafe in SHIELDED and begun.branch != unsafe:
            self._shield(unit, talk, begun, now)
        elif screen == "emergency":
            person = talk.person
            unit.concerns.append(begun.id, "record", person.id, person.role, now, self._record(talk, judged, now))

    def judge_again(self, unit: UnitOfWork, concern: Concern, again: Again, now: datetime) -> Concern:
        """Judge more facts, only upward: the facts are kept, and a suggestion that is not lower replaces the old one.

        Raised or reopened, the plan starts at once.
        """
        said = self.judge.judge(again.authority, again.facts, again.place.today(now))
        content: dict[str, Any] = {"facts": _plain(again.facts), "authority": again.authority}
        raised = _raised(concern, said)
        if raised.urgency > concern.urgency:
            concern = self._taken_up_again(unit, concern, again.by, now)
        level = said.level.id if said.level else None
        if said.outcome is not None and (said.outcome.word, level) == (raised.outcome, raised.level):
            document = self.judge.document(again.authority, again.place.today(now))
            road = Road(branches=tuple(again.before.get("branches", ())), council=again.before.get("council"))
            why = self.judge.explain(again.authority, again.facts, again.place.today(now))
            found = suggestion(again.place.bench(self.judge), document, said, now, road)
            content["suggestion"] = {**found, **explained(why, again.facts)}
        unit.concerns.append(concern.id, "judged", again.by.id, again.by.role, now, content)
        return self.raise_to(unit, concern, said, now, start=again.start)

    def raise_to(
        self, unit: UnitOfWork, concern: Concern, evaluation: Evaluation, now: datetime, *, start: bool = False
    ) -> Concern:
        """Judge again, only upward: a graver suggestion replaces the old one and its plan starts at once.

        `start` begins the plan anew even if nothing is graver: the concern was reopened.
        """
        raised = _raised(concern, evaluation)
        if raised != concern:
            unit.concerns.amend(concern.id, **_columns(raised))
        if start or raised.urgency > concern.urgency:
            return self._start_anew(unit, raised, now)
        return raised

    def draft(self, unit: HasRegister, talk: Talked, judged: Judged, now: datetime) -> Concern:
        """The concern as it would be written."""
        return self._new(unit, talk, judged, now)

    def steps(self, unit: HasRegister, concern: Concern, now: datetime) -> tuple[PlannedStep, ...]:
        """The first round of its plan."""
        return plan(self.places.plan_input(unit, concern, now))

    def put(self, unit: UnitOfWork, steps: Sequence[PlannedStep]) -> None:
        """Store steps; one that stands already is left as it is."""
        unit.outbox.put(steps, [OutboxId(self.new_id()) for _ in steps])

    def remind_in_person(self, unit: UnitOfWork, concern: Concern, person: Person, place: Place, now: datetime) -> None:
        """The pointers of somebody whom the law bids to ring the police in person."""
        self.put(unit, tuple(reminders(concern, person, place.land.calendars, place.land.clocks, now)))

    def go_on(self, unit: UnitOfWork, concern: Concern, now: datetime) -> None:
        """The alerts of a concern that nobody has any more, at once, in a round of their own."""
        rounds = [row.step.round for row in unit.outbox.of_concern(concern.id)]
        for chain in ("until_had", "until_decided"):
            unit.outbox.cancel(concern.id, chain)
        given = self.places.plan_input(unit, concern, now)
        self.put(unit, plan(replace(given, first_round=max(rounds, default=0) + 1)))
        _clock(unit, concern, given)

    def _plan(self, unit: UnitOfWork, concern: Concern, now: datetime, because: str) -> None:
        """Who is told, and the reporter's own message, which begins `because` of this."""
        given = self.places.plan_input(unit, concern, now)
        self.put(unit, (*plan(given), living_row(concern, because, now)))
        _clock(unit, concern, given)

    def _start_anew(self, unit: UnitOfWork, concern: Concern, now: datetime) -> Concern:
        """The plan as things stand now, at once: whoever held or had it until now had something less grave."""
        let_go = self._let_go(unit, concern, now)
        self.go_on(unit, let_go, now)
        return let_go

    def _let_go(self, unit: UnitOfWork, concern: Concern, now: datetime) -> Concern:
        if concern.life.state not in (State.SENT, State.HAD):
            return concern
        life = advance(concern.life, Happening(event=Event.RAISED, at=now))
        unit.concerns.move(concern.id, concern.life.version, life)
        keep_alive(unit, concern, life, now)
        return replace(concern, life=life)

    def _shield(self, unit: UnitOfWork, talk: Loaded, begun: Concern, now: datetime) -> None:
        """Said only now: from now on it is told and shown as if it had been said at once."""
        excluded = tuple(dict.fromkeys((*begun.excluded, *self._excluded(unit, talk))))
        shielded = replace(begun, restricted=True, branch=danger(talk.trail), excluded=excluded)
        unit.concerns.amend(begun.id, restricted=True, branch=shielded.branch, excluded=excluded)
        unit.audit.add(begun.id, "shielded", talk.person.id, talk.person.role, now, {"kind": shielded.branch})
        self._start_anew(unit, shielded, now)

    def _begun(self, unit: UnitOfWork, talk: Loaded) -> Concern | None:
        begun = talk.conversation.concern
        return None if begun is None else unit.concerns.get(begun)

    def _begin(self, unit: UnitOfWork, talk: Loaded, judged: Judged, now: datetime) -> Concern:
        concern = self._new(unit, talk, judged, now)
        tokens = tokens_of(self.lookup_key, talk.trail) if concern.kind == "child" else ChildTokens(tokens=())
        unit.concerns.add(concern, self._record(talk, judged, now), tokens)
        self._plan(unit, concern, now, "sent")
        return concern

    def _fill(self, unit: UnitOfWork, talk: Loaded, begun: Concern, judged: Judged, now: datetime) -> Concern:
        excluded = tuple(dict.fromkeys((*begun.excluded, *self._excluded(unit, talk))))
        filled = replace(begun, sent_at=now, excluded=excluded)
        judged = self._with_earlier(unit, begun, talk, judged, now)
        unit.concerns.append(begun.id, "record", talk.person.id, talk.person.role, now, self._record(talk, judged, now))
        unit.concerns.know_child(begun.id, tokens_of(self.lookup_key, talk.trail))
        unit.concerns.amend(begun.id, sent_at=now, excluded=excluded)
        self.put(unit, (living_row(begun, "sent", now),))
        filled = self._taken_up_again(unit, filled, talk.person, now)
        lead = filled.life.lead
        start = filled.life.state is not begun.life.state or (lead is not None and lead.person in excluded)
        if not start:
            self.put(unit, self._also_told(unit, begun, filled, now))
        return self.raise_to(unit, filled, judged.evaluation, now, start=start)

    def _taken_up_again(self, unit: UnitOfWork, concern: Concern, by: Person, now: datetime) -> Concern:
        """What was decided on the alarm alone is open again when the record comes."""
        if concern.life.state not in (State.DECIDED, State.CLOSED):
            return concern
        life = advance(concern.life, Happening(event=Event.REOPENED, at=now, person=by.id))
        unit.concerns.move(concern.id, concern.life.version, life)
        keep_alive(unit, concern, life, now)
        unit.audit.add(concern.id, "reopened", by.id, by.role, now, {})
        return replace(concern, life=life)

    def _also_told(self, unit: UnitOfWork, begun: Concern, filled: Concern, now: datetime) -> list[PlannedStep]:
        """Who stands in for those left out only now; and whoever has it already hears that the record is there."""
        found = [] if filled.excluded == begun.excluded else list(self.steps(unit, filled, now))
        lead = filled.life.lead
        if lead is not None:
            holder = PersonId(lead.person)
            key = f"{filled.id}:notice:record_complete"
            row = alone("designated_safeguarding_lead", holder, "reminder", now, key)
            found.append(replace(row, concern=filled.id, reason="record_complete"))
        return found

    def _with_earlier(self, unit: UnitOfWork, begun: Concern, talk: Loaded, judged: Judged, now: datetime) -> Judged:
        """Judged with what was said when the alarm went: taking an answer back lowers nothing."""
        facts = together(facts_kept(unit, begun), judged.facts)
        said = self.judge.judge(judged.authority, facts, talk.place.today(now))
        return replace(judged, facts=facts, evaluation=said)

    def _new(self, unit: HasRegister, talk: Talked, judged: Judged, now: datetime) -> Concern:
        said, kind = judged.evaluation, kind_of(talk.trail)
        unsafe, rated = danger(talk.trail), kind == "child"
        branch: str | None = unsafe or next(iter(branches(talk.flow, talk.trail)), None)
        return Concern(
            id=ConcernId(self.new_id()),
            reference=self.new_reference(),
            kind=kind,
            restricted=kind == "adult" or unsafe in SHIELDED,
            reporter=talk.person.id,
            school=talk.place.school.id,
            authority=judged.authority or talk.place.authority,
            outcome=_outcome(said, unsafe) if rated else None,
            level=said.level.id if rated and said.level else None,
            urgency=int(Urgency.EMERGENCY if unsafe else said.urgency) if rated else int(Urgency.SECTION_17),
            advice_now=said.advice_now if rated else False,
            document_version=said.document.version if rated and said.document else None,
            branch=branch,
            linked_to=None,
            excluded=self._excluded(unit, talk),
            sent_at=now,
            created_at=now,
            life=Life(),
        )

    def _linked_child(self, unit: UnitOfWork, talk: Loaded, about: Concern, now: datetime) -> None:
        """A child who may be hurt by an adult here: a restricted concern of its own, on the same people's desks.

        It holds nothing of what was said about the adult: those whom the head lets in, and the duty worker, read it.
        """
        own = Draft(flow=talk.flow, trail=of_the_child(talk.trail), person=talk.person, place=talk.place)
        judged = judge_trail(self.judge, own.flow, own.trail, talk.place.authority, talk.place.today(now))
        child = replace(
            about, id=ConcernId(self.new_id()), reference=self.new_reference(), kind="child", linked_to=about.id,
            branch="danger_head" if said_in(talk.trail, "adult_who", "who") == "head" else "danger_staff",
            urgency=int(Urgency.SECTION_17), advice_now=True,
        )  # fmt: skip
        unit.concerns.add(child, self._record(own, judged, now), tokens_of(self.lookup_key, own.trail))
        self.put(unit, (*self.steps(unit, child, now), living_row(child, "sent", now)))
        unit.audit.add(child.id, "sent", talk.person.id, talk.person.role, now, {"linked_to": about.id})

    def _record(self, talk: Talked, judged: Judged, now: datetime) -> Mapping[str, Any]:
        return {
            "flow": [talk.flow.name, talk.flow.version],
            "answers": [to_json(answered) for answered in talk.trail.values()],
            "facts": _plain(judged.facts),
            "authority": judged.authority,
            "suggestion": self.said(talk, judged, now),
        }

    def said(self, talk: Talked, judged: Judged, now: datetime) -> dict[str, Any]:
        """The suggestion, with the branches that the answers took and the council where the child lives."""
        document = self.judge.document(judged.authority, talk.place.today(now))
        road = Road(branches=branches(talk.flow, talk.trail), council=said_in(talk.trail, "child", "council") or None)
        why = self.judge.explain(judged.authority, judged.facts, talk.place.today(now))
        said = suggestion(talk.place.bench(self.judge), document, judged.evaluation, now, road)
        said = {**said, **explained(why, judged.facts)}
        return {**said, "linked_child": True} if _links_child(talk) else said

    def _excluded(self, unit: HasRegister, talk: Talked) -> tuple[PersonId, ...]:
        here = serving(self.places.rolls.of(unit, talk.place.authority).people, talk.place.school)
        return involved(talk.trail, talk.person, here)


def _clock(unit: UnitOfWork, concern: Concern, given: PlanInput) -> None:
    """By when somebody ought to see it, and to have decided: what the figures are held against."""
    if concern.kind == "child":
        see_by = answer_by(given)
        unit.concerns.clocks(concern.id, see_by, have_until(replace(given, now=see_by)))


def together(before: Facts, now: Facts) -> Facts:
    """Both, the graver kept: a sign once ticked stays ticked, a *no* gives way to *not known* and to *yes*."""
    found: dict[str, FactValue] = dict(before)
    for key, value in now.items():
        earlier = before.get(key)
        if earlier is True or (value is False and key in before):
            continue
        both = isinstance(earlier, tuple) and isinstance(value, tuple)
        found[key] = tuple(dict.fromkeys((*earlier, *value))) if both else value  # type: ignore[misc]
    return found


def facts_kept(unit: UnitOfWork, concern: Concern) -> Facts:
    """Everything that a concern was last judged by."""
    notes = unit.concerns.read(concern.id)[1]
    raw: Mapping[str, Any] = next((note.content["facts"] for note in reversed(notes) if note.kind in JUDGED), {})
    return {key: tuple(value) if isinstance(value, list) else value for key, value in raw.items()}


def _plain(facts: Facts) -> dict[str, Any]:
    return {key: list(value) if isinstance(value, tuple) else value for key, value in facts.items()}


def _links_child(talk: Talked) -> bool:
    """Whether a concern about an adult brings one about a child, who may be hurt."""
    hurt = said_in(talk.trail, "adult_harm", "child_hurt") in ("yes", "not_known")
    return hurt and kind_of(talk.trail) == "adult"


def _outcome(said: Evaluation, unsafe: str | None) -> str | None:
    if unsafe is not None:
        return "emergency"
    return None if said.outcome is None else said.outcome.word


def _raised(concern: Concern, said: Evaluation) -> Concern:
    """The concern with whatever the new evaluation says that is graver. About an adult it is never rated."""
    before = OUTCOMES.get(concern.outcome or "")
    so_far = (before or 0, _clock_of(concern, before))
    graver = concern.kind != "adult" and said.outcome is not None and (said.outcome, said.urgency) >= so_far
    return replace(
        concern,
        outcome=said.outcome.word if graver and said.outcome else concern.outcome,
        level=said.level.id if graver and said.level else concern.level,
        document_version=said.document.version if graver and said.document else concern.document_version,
        urgency=max(concern.urgency, int(said.urgency)),
        advice_now=concern.advice_now or said.advice_now,
    )


def _clock_of(concern: Concern, before: Outcome | None) -> int:
    """How urgent its level is: an emergency says it by its outcome, so any level of one may stand beside it."""
    return 0 if concern.level is None or before is Outcome.EMERGENCY else concern.urgency


def _columns(concern: Concern) -> Amendment:
    return {
        "outcome": concern.outcome,
        "level": concern.level,
        "urgency": concern.urgency,
        "advice_now": concern.advice_now,
        "document_version": concern.document_version,
    }


def tokens_of(key: bytes, trail: Trail) -> ChildTokens:
    """The look-up tokens of the child's name, wherever it was asked."""
    return tokens_of_name(key, said_in(trail, "child", "name") or said_in(trail, "adult_harm", "child_name"))


def tokens_of_name(key: bytes, name: str) -> ChildTokens:
    """The look-up tokens of a name; none of an empty one."""
    words = name.split()
    if not words:
        return ChildTokens(tokens=())
    return child_tokens(key, words[0] if len(words) > 1 else "", words[-1], None)
