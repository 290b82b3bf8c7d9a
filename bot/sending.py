"""From a conversation to a concern: kept, planned and logged in the caller's transaction. Sends nothing.

At danger the concern and its alert rows are written before the record is complete; sending fills the same concern.
Only upward: what a later judgement says may raise a concern and start the graver plan, never lower it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol

from bot.judge import Judge, Judged
from bot.places import HasWho, Place, Places, serving
from bot.plan import plan
from bot.seams import NewId, NewReference
from bot.triage import suggestion
from dialogs.concern import Life
from dialogs.engine import Trail, branches, danger, to_json
from dialogs.flow import Flow
from storage.concerns import Amendment
from storage.sealed import child_tokens
from storage.shapes import ChildTokens, Concern, ConcernId, Conversation, OutboxId, Person, PersonId, PlannedStep
from storage.unit import UnitOfWork
from thresholds.result import Evaluation, Urgency

SHIELDED = frozenset({"danger_staff", "danger_head"})
NOBODY: tuple[PersonId, ...] = ()


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


@dataclass(kw_only=True, slots=True)
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
        unit.concerns.add(concern, self._record(talk, judged, now), tokens_of(self.lookup_key, talk.trail))
        self.put(unit, self.steps(unit, concern, now))
        unit.audit.add(concern.id, "danger_alerted", talk.person.id, talk.person.role, now, {"kind": concern.branch})
        return concern.id

    def send(self, unit: UnitOfWork, talk: Loaded, judged: Judged, now: datetime) -> ConcernId:
        """The reporter pressed *Send concern*: fill the concern that danger began, or make one."""
        begun = talk.conversation.concern
        concern = self._begin(unit, talk, judged, now) if begun is None else self._fill(unit, talk, judged, now)
        about = {"kind": concern.kind, "outcome": concern.outcome, "document": concern.document_version}
        unit.audit.add(concern.id, "sent", talk.person.id, talk.person.role, now, about)
        for person in concern.excluded:
            unit.audit.add(concern.id, "left_out", talk.person.id, talk.person.role, now, {"person": person})
        if concern.kind == "adult" and _said(talk.trail, "adult_harm", "child_hurt") in ("yes", "not_known"):
            self._linked_child(unit, talk, concern, judged, now)
        return concern.id

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
            self._graver_plan(unit, raised, now)
        return raised

    def draft(self, unit: HasWho, talk: Talked, judged: Judged, now: datetime) -> Concern:
        """The concern as it would be written."""
        return self._new(unit, talk, judged, now)

    def steps(self, unit: HasWho, concern: Concern, now: datetime) -> tuple[PlannedStep, ...]:
        """The first round of its plan."""
        return plan(self.places.plan_input(unit, concern, now))

    def put(self, unit: UnitOfWork, steps: Sequence[PlannedStep]) -> None:
        """Store steps; one that stands already is left as it is."""
        unit.outbox.put(steps, [OutboxId(self.new_id()) for _ in steps])

    def _graver_plan(self, unit: UnitOfWork, concern: Concern, now: datetime) -> None:
        rounds = [row.step.round for row in unit.outbox.of_concern(concern.id)]
        unit.outbox.cancel(concern.id, "until_had")
        given = self.places.plan_input(unit, concern, now)
        self.put(unit, plan(replace(given, first_round=max(rounds, default=0) + 1)))

    def _begin(self, unit: UnitOfWork, talk: Loaded, judged: Judged, now: datetime) -> Concern:
        concern = self._new(unit, talk, judged, now)
        unit.concerns.add(concern, self._record(talk, judged, now), tokens_of(self.lookup_key, talk.trail))
        self.put(unit, self.steps(unit, concern, now))
        return concern

    def _fill(self, unit: UnitOfWork, talk: Loaded, judged: Judged, now: datetime) -> Concern:
        assert talk.conversation.concern is not None
        begun = unit.concerns.get(talk.conversation.concern)
        excluded = tuple(dict.fromkeys((*begun.excluded, *self._excluded(unit, talk))))
        filled = replace(begun, sent_at=now, excluded=excluded)
        unit.concerns.append(begun.id, "record", talk.person.id, talk.person.role, now, self._record(talk, judged, now))
        unit.concerns.know_child(begun.id, tokens_of(self.lookup_key, talk.trail))
        unit.concerns.amend(begun.id, sent_at=now, excluded=excluded, branch=begun.branch)
        return self.raise_to(unit, filled, judged.evaluation, now)

    def _new(self, unit: HasWho, talk: Talked, judged: Judged, now: datetime) -> Concern:
        said, kind = judged.evaluation, _kind(talk)
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

    def _linked_child(self, unit: UnitOfWork, talk: Loaded, about: Concern, judged: Judged, now: datetime) -> None:
        """A child who may be hurt by an adult here: a restricted concern of its own, on the same people's desks."""
        child = replace(
            about, id=ConcernId(self.new_id()), reference=self.new_reference(), kind="child", linked_to=about.id,
            branch="danger_head" if _said(talk.trail, "adult_who", "who") == "head" else "danger_staff",
            urgency=int(Urgency.SECTION_17), advice_now=True,
        )  # fmt: skip
        name = {"screen": "adult_harm", "field": "child_name"}
        record = {**self._record(talk, judged, now), "child_from": name}
        unit.concerns.add(child, record, _name_tokens(self.lookup_key, _said(talk.trail, "adult_harm", "child_name")))
        self.put(unit, self.steps(unit, child, now))
        unit.audit.add(child.id, "sent", talk.person.id, talk.person.role, now, {"linked_to": about.id})

    def _record(self, talk: Talked, judged: Judged, now: datetime) -> Mapping[str, Any]:
        document = self.judge.document(judged.authority, talk.place.today(now))
        return {
            "flow": [talk.flow.name, talk.flow.version],
            "answers": [to_json(answered) for answered in talk.trail.values()],
            "facts": {key: list(value) if isinstance(value, tuple) else value for key, value in judged.facts.items()},
            "authority": judged.authority,
            "suggestion": suggestion(talk.place.bench(self.judge), document, judged.evaluation, now),
        }

    def _excluded(self, unit: HasWho, talk: Talked) -> tuple[PersonId, ...]:
        here = serving(unit.people.all(talk.place.authority), talk.place.school)
        found = [*_left_out(talk.trail, here), *_named_adult(talk.trail, here)]
        return tuple(dict.fromkeys(one for one in found if one != talk.person.id))


def _kind(talk: Talked) -> Any:
    what = _said(talk.trail, "start", "what")
    if what == "adult":
        return "adult"
    informal = what == "talk" and _said(talk.trail, "talk", "hurt") == "no"
    return "consultation" if informal else "child"


def _outcome(said: Evaluation, unsafe: str | None) -> str | None:
    if unsafe is not None:
        return "emergency"
    return None if said.outcome is None else said.outcome.word


def _raised(concern: Concern, said: Evaluation) -> Concern:
    """The concern with whatever the new evaluation says that is graver."""
    words = ("preventative_advice", "early_help", "statutory_referral", "emergency")
    before = words.index(concern.outcome) if concern.outcome in words else -1
    graver = said.outcome is not None and int(said.outcome) - 1 >= before
    return replace(
        concern,
        outcome=words[int(said.outcome) - 1] if graver and said.outcome else concern.outcome,
        level=said.level.id if graver and said.level else concern.level,
        document_version=said.document.version if graver and said.document else concern.document_version,
        urgency=max(concern.urgency, int(said.urgency)),
        advice_now=concern.advice_now or said.advice_now,
    )


def _columns(concern: Concern) -> Amendment:
    return {
        "outcome": concern.outcome,
        "level": concern.level,
        "urgency": concern.urgency,
        "advice_now": concern.advice_now,
        "document_version": concern.document_version,
    }


def _said(trail: Trail, screen: str, field: str) -> str:
    answered = trail.get(screen)
    value = answered.values.get(field) if answered else None
    return value if isinstance(value, str) else ""


def _left_out(trail: Trail, people: Iterable[Person]) -> list[PersonId]:
    check = trail.get("check") or trail.get("adult_check")
    chosen = check.values.get("leave_out", ()) if check else ()
    return [one.id for one in people if one.id in chosen]


_ROLES_OF: Mapping[str, tuple[str, ...]] = {
    "head": ("head",),
    "designated_safeguarding_lead": ("designated_safeguarding_lead", "deputy_safeguarding_lead"),
    "social_worker": ("social_worker", "student_social_worker"),
}
_NOBODY_SAFE = ("head", "senior_leader", "chair", "designated_safeguarding_lead", "deputy_safeguarding_lead")


def _named_adult(trail: Trail, people: Sequence[Person]) -> list[PersonId]:
    """Everybody whom the answers name or may mean: by role, by name, or all of school if nobody there is safe."""
    if _said(trail, "start", "what") != "adult":
        return []
    roles = _ROLES_OF.get(_said(trail, "adult_who", "who"), ())
    if _said(trail, "adult_who", "someone_safe") == "no":
        roles = (*roles, *_NOBODY_SAFE)
    named = _words(_said(trail, "adult_who", "name"))
    return [one.id for one in people if one.role in roles or _is_named(one, named)]


def _is_named(person: Person, named: frozenset[str]) -> bool:
    """Any shared surname counts: leaving one person too many out is safe, telling the person it is about is not."""
    return person.name.split()[-1].casefold() in named


def _words(text: str) -> frozenset[str]:
    return frozenset(word.strip(".,;:'\"()").casefold() for word in text.split())


def tokens_of(key: bytes, trail: Trail) -> ChildTokens:
    return _name_tokens(key, _said(trail, "child", "name"))


def _name_tokens(key: bytes, name: str) -> ChildTokens:
    words = name.split()
    if not words:
        return ChildTokens(tokens=())
    return child_tokens(key, words[0] if len(words) > 1 else "", words[-1], None)
