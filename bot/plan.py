"""Who is told of a concern, when, and what comes after: pure, from a suggestion, clocks and calendars to outbox rows.

*until_had* goes on, round after round, until a lead has the concern; *until_decided* watches who has it;
*until_closed* holds what a decision asks for; *notice* rows stand alone. Steps and times are
fixed here; who holds a role is looked up when a row is sent.
A role that is left out, or that nobody holds, is stood in for; when nobody is left, the reporter hears it at once.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from bot.roles import BOTH_LEADS, COUNCIL, EMBEDDED, IN_CHARGE, IN_PLAN, LAST_RESORT, LEAD, LEADS, Roles
from bot.working_time import (
    CLOCKS,
    Calendars,
    Clocks,
    Pace,
    after,
    before_leaving,
    council_open,
    next_opening,
    next_school_opening,
    outside,
)
from storage.shapes import ConcernId, PersonId, PlannedStep, Role
from thresholds.document import DutyEntry
from thresholds.result import Basis, Evaluation, Outcome, Urgency

Danger = Literal["danger", "danger_staff", "danger_head"]
Draw = Literal["alert", "nobody_yet", "inform", "reminder"]
Chain = Literal["until_had", "until_decided", "until_closed", "notice"]


@dataclass(frozen=True, kw_only=True, slots=True)
class PlanInput:
    """All that a plan depends on. `now` is the instant of sending, aware.

    `excluded`: roles that must not be told, because everybody who holds them is named, involved or left out; the
    reporter can't be. `restricted`: told like *someone who works here may be the danger*, at its own pace.
    `has_senior_leader`: somebody senior is on site, who is told wherever the head is.
    `first_round` is above 1 when a graver plan replaces an earlier one of the same concern.
    """

    concern: ConcernId
    reference: str
    urgency: Urgency
    outcome: Outcome | None
    advice_now: bool
    kind: Literal["child", "adult", "consultation"]
    arm: Literal["intervention", "comparison", "feeder"]
    has_social_worker: bool
    calendars: Calendars
    now: datetime
    danger: Danger | None = None
    restricted: bool = False
    has_senior_leader: bool = False
    excluded: frozenset[Role] = frozenset()
    clocks: Clocks = CLOCKS
    first_round: int = 1

    def __post_init__(self) -> None:
        if self.now.tzinfo is None:
            raise ValueError("an instant needs its offset from UTC")


@dataclass(frozen=True, kw_only=True, slots=True)
class Deadline:
    """Something to be done by somebody: `what` is a code; its words stand under `what.`."""

    what: str
    role: str
    due: datetime


_LADDERS: dict[Urgency, tuple[Roles, ...]] = {
    Urgency.EMERGENCY: (
        (*BOTH_LEADS, "social_worker", "duty_social_worker", "head"),
        ("team_manager", "reporter"),
    ),
    Urgency.SECTION_47: (
        (*BOTH_LEADS, "social_worker"),
        ("head", "duty_social_worker", "reporter"),
        ("team_manager",),
    ),
    Urgency.SECTION_17: (
        (*BOTH_LEADS, "social_worker"),
        ("head", "duty_social_worker"),
        ("team_manager", "reporter"),
    ),
    Urgency.EARLY_HELP: (BOTH_LEADS, ("head",), ("reporter",)),
    Urgency.ADVICE: (BOTH_LEADS, ("head",), ("reporter",)),
}
_ADULT_LADDER: tuple[Roles, ...] = (("head",), ("chair",), ("reporter",))
_SHIELDED: Roles = ("duty_social_worker", "head")


def plan(given: PlanInput) -> tuple[PlannedStep, ...]:
    """The first round until somebody has it, and the notices beside it; a consultation has notices only."""
    if given.kind == "consultation":
        return _notices(given, ("social_worker",), or_else=BOTH_LEADS)
    informed: Roles = ("social_worker",) if _informs(given) else ()
    return _round(given, given.first_round, given.now) + _notices(given, informed)


def next_round(given: PlanInput, row: PlannedStep) -> tuple[PlannedStep, ...]:
    """The round after `row`, the last of its own; `given.now` is the instant at which `row` was sent."""
    start = _again(given, max(row.due_at, given.now))
    planned = _round(replace(given, now=start), row.round + 1, start)
    return tuple(replace(step, at_once=step.due_at <= given.now) for step in planned)


def until_decided(given: PlanInput, by: PersonId, role: Role, number: int) -> tuple[PlannedStep, ...]:
    """What watches somebody who has the concern in round `number`: a reminder half-way (if minutes), and the end.

    The last row asks for the next round, since the press has then expired.
    """
    until = have_until(given)
    instants = [until]
    if pace_of(given).have.unit == "minutes":
        instants.insert(0, given.now + (until - given.now) / 2)
    steps = [
        _step(given, _Spot("until_decided", number, step), _Seat(role, "undecided"), due, "reminder")
        for step, due in enumerate(instants)
    ]
    mine = [replace(step, person=by, respond_by=until) for step in steps]
    return (*mine[:-1], replace(mine[-1], reason="have_expired", follow=True))


def after_decision(given: PlanInput, outcome: Outcome, basis: Basis, number: int = 1) -> tuple[PlannedStep, ...]:
    """The reminders that a decision sets off, for the lead or who stands in. `number` counts the decisions."""
    urgency = urgency_of(outcome, basis)
    owner = _owner(given)
    return tuple(
        _step(given, _Spot("until_closed", number, step), _Seat(owner, what), due, "reminder")
        for step, (what, due) in enumerate(_acts(urgency, outcome, given.now, given.now, given.calendars, given.clocks))
    )


def alone(role: str, person: PersonId | None, draw: str, due: datetime, dedupe: str) -> PlannedStep:
    """One pointer outside the chains, of no concern: what it says more is put in by `replace`."""
    return PlannedStep(
        concern=None, chain="notice", round=0, step=0, role=role, person=person, due_at=due, respond_by=None,
        draw=draw, reason=draw, dedupe=dedupe, at_once=True,
    )  # fmt: skip


def told(steps: Iterable[PlannedStep]) -> tuple[tuple[str, datetime], ...]:
    """Each role with the instant at which it is first told, earliest first."""
    first: dict[str, datetime] = {}
    for step in sorted(steps, key=lambda step: step.due_at):
        first.setdefault(step.role, step.due_at)
    return tuple(first.items())


def deadlines(
    evaluation: Evaluation,
    now: datetime,
    calendars: Calendars,
    clocks: Clocks = CLOCKS,
    duties: Sequence[DutyEntry] = (),
) -> tuple[Deadline, ...]:
    """What a suggestion asks for and by when, earliest first. `duties` are those of the document that judged."""
    urgency, lead = evaluation.urgency, LEAD
    had = after(calendars, now, clocks.paces[_pace_name(urgency)].steps[0])
    found = [Deadline(what="someone_has_it", role=lead, due=had)]
    found += [
        Deadline(what=what, role="reporter" if what == "ring_999" else lead, due=due)
        for what, due in _acts(urgency, evaluation.outcome, now, had, calendars, clocks)
    ]
    found += [
        Deadline(what=duty.id, role=duty.role, due=after(calendars, now, clocks.duty(duty.clock)))
        for duty in duties
        if duty.id in evaluation.duties
    ]
    return tuple(sorted(found, key=lambda deadline: deadline.due))


def have_until(given: PlanInput) -> datetime:
    """Until when *I have it*, pressed at `given.now`, counts if nothing is decided."""
    return after(given.calendars, given.now, pace_of(given).have)


def answer_by(given: PlanInput) -> datetime:
    """By when somebody who is told at `given.now` should have answered: when the next step would be told."""
    return after(given.calendars, given.now, pace_of(given).steps[0])


def hold_until(given: PlanInput) -> datetime:
    """Until when the chain of a concern that is opened at `given.now` waits."""
    return given.now + timedelta(minutes=pace_of(given).hold.amount)


def urgency_of(outcome: Outcome | None, basis: Basis) -> Urgency:
    """The clock of an outcome; none at all counts as Section 17.

    >>> urgency_of(Outcome.STATUTORY_REFERRAL, "S47").name
    'SECTION_47'
    """
    match outcome:
        case Outcome.EMERGENCY:
            return Urgency.EMERGENCY
        case Outcome.EARLY_HELP:
            return Urgency.EARLY_HELP
        case Outcome.PREVENTATIVE_ADVICE:
            return Urgency.ADVICE
    return Urgency.SECTION_47 if basis == "S47" else Urgency.SECTION_17


def clock_of(given: PlanInput) -> Urgency:
    """The urgency that runs: danger is an emergency, and no outcome or *advice now* is never below Section 17."""
    if given.danger is not None or given.outcome is Outcome.EMERGENCY:
        return Urgency.EMERGENCY
    floor = Urgency.SECTION_17 if given.advice_now or given.outcome is None else Urgency.ADVICE
    return max(given.urgency, floor)


def pace_of(given: PlanInput) -> Pace:
    """The lengths of time that apply."""
    return given.clocks.paces["adult" if given.kind == "adult" else _pace_name(clock_of(given))]


def out_of_hours(given: PlanInput) -> bool:
    """Whether the council's office is shut or about to shut, or no pupils are in today."""
    return outside(given.calendars, given.clocks, given.now)


@dataclass(frozen=True, slots=True)
class _Spot:
    """Where a row stands: chain, round, step."""

    chain: Chain
    round: int
    step: int


@dataclass(frozen=True, slots=True)
class _Seat:
    """A role in a step, and the code of why it is there."""

    role: Role
    reason: str


def _pace_name(urgency: Urgency) -> str:
    return urgency.name.lower()


def _informs(given: PlanInput) -> bool:
    return given.kind == "child" and not _shielded(given) and clock_of(given) < Urgency.SECTION_17


def _shielded(given: PlanInput) -> bool:
    return given.restricted or given.danger in {"danger_staff", "danger_head"}


def _round(given: PlanInput, number: int, start: datetime) -> tuple[PlannedStep, ...]:
    """One round. Every row of its last step asks for the next one; the dedupe key makes the repeats harmless."""
    dues = _dues(given, start)
    answers = [*dues[1:], _again(given, dues[-1])]
    last = len(dues) - 1
    return tuple(
        replace(row, follow=step == last, respond_by=answers[step] if row.draw == "alert" else None)
        for step, due in enumerate(dues)
        for row in _rows(given, _Spot("until_had", number, step), due)
    )


def _rows(given: PlanInput, spot: _Spot, due: datetime) -> Iterator[PlannedStep]:
    for seat in _seats(given, spot.step):
        yield _step(given, spot, seat, due, "nobody_yet" if seat.role == "reporter" else "alert")


def _dues(given: PlanInput, start: datetime) -> list[datetime]:
    dues = [start]
    for delay in pace_of(given).steps:
        base = dues[-1] if delay.unit == "end_of_day" else start
        dues.append(max(dues[-1], after(given.calendars, base, delay)))
    return dues


def _again(given: PlanInput, last: datetime) -> datetime:
    """When the round after one that ends at `last` begins."""
    urgency = clock_of(given)
    if given.kind == "adult" or urgency is Urgency.SECTION_17:
        return next_opening(given.calendars, last)
    if urgency > Urgency.SECTION_17:
        return last
    return next_school_opening(given.calendars.school, last)


def _seats(given: PlanInput, step: int) -> tuple[_Seat, ...]:
    """Who is told in a step: each role once, never nobody."""
    barred = _barred(given)
    seats: dict[Role, _Seat] = {}
    for role in _roles(given, step):
        seat = _seat(given, role, barred, "told_at_once" if step == 0 else "nobody_has_it")
        if seat is not None:
            seats.setdefault(seat.role, seat)
    if step == 0 and _duty_at_once(given) and "duty_social_worker" not in barred:
        seats.setdefault("duty_social_worker", _Seat("duty_social_worker", "out_of_hours"))
    return tuple(seats.values()) or (_last_resort(given, barred),)


def _roles(given: PlanInput, step: int) -> Roles:
    if given.kind == "adult":
        return _ADULT_LADDER[step]
    if not _shielded(given):
        roles = _LADDERS[clock_of(given)][step]
        return (*roles, "senior_leader") if given.has_senior_leader and "head" in roles else roles
    if step == 0:
        return _SHIELDED
    return tuple(role for role in _LADDERS[clock_of(given)][step] if role not in LEADS)


def _duty_at_once(given: PlanInput) -> bool:
    return given.kind == "child" and clock_of(given) >= Urgency.SECTION_17 and out_of_hours(given)


def _barred(given: PlanInput) -> frozenset[Role]:
    """Roles that must not stand in this plan."""
    barred = set(given.excluded) - {"reporter"}
    if given.arm == "comparison" or given.kind == "adult":
        barred |= COUNCIL
    if _shielded(given):
        barred |= LEADS | EMBEDDED
    if given.danger == "danger_head":
        barred |= {"head", "senior_leader"}
    return frozenset(barred)


def _seat(given: PlanInput, role: Role, barred: frozenset[Role], reason: str) -> _Seat | None:
    """The role itself, or who stands in; None when nobody can."""
    absent = role == "social_worker" and not given.has_social_worker
    if role not in barred and not absent:
        return _Seat(role, reason)
    stands_in = [other for other in IN_PLAN.get(role, ()) if other not in barred]
    return _Seat(stands_in[0], "covers" if absent else "instead") if stands_in else None


def _last_resort(given: PlanInput, barred: frozenset[Role]) -> _Seat:
    order: Roles = ("reporter",) if given.kind == "adult" else LAST_RESORT
    gone = barred if given.has_social_worker else barred | {"social_worker"}
    return _Seat(next(role for role in order if role not in gone), "nobody_left")


def _owner(given: PlanInput) -> Role:
    barred = _barred(given)
    order: Roles = IN_CHARGE if given.kind == "adult" else (*BOTH_LEADS, *LAST_RESORT)
    return next((role for role in order if role not in barred), "reporter")


def _notices(given: PlanInput, roles: Roles, or_else: Roles = ()) -> tuple[PlannedStep, ...]:
    barred = _barred(given)
    found = [seat for role in roles if (seat := _seat(given, role, barred, "informed"))]
    seats = found or [_Seat(role, "informed") for role in or_else if role not in barred]
    return tuple(_step(given, _Spot("notice", given.first_round, 0), seat, given.now, "inform") for seat in seats)


def _step(given: PlanInput, spot: _Spot, seat: _Seat, due: datetime, draw: Draw) -> PlannedStep:
    return PlannedStep(
        concern=given.concern,
        chain=spot.chain,
        round=spot.round,
        step=spot.step,
        role=seat.role,
        person=None,
        due_at=due,
        respond_by=None,
        draw=draw,
        reason=seat.reason,
        dedupe=f"{given.concern}:{spot.chain}:{spot.round}:{spot.step}:{seat.role}",
        at_once=due <= given.now,
    )


def _acts(
    urgency: Urgency, outcome: Outcome | None, now: datetime, had: datetime, calendars: Calendars, clocks: Clocks
) -> tuple[tuple[str, datetime], ...]:
    """What is to be done after a decision, or as suggested, with its instant; somebody has it from `had` on."""
    if urgency < Urgency.SECTION_17:
        what = "give_advice" if urgency is Urgency.ADVICE else "start_early_help"
        return ((what, after(calendars, now, clocks.paces[_pace_name(urgency)].act)),)
    if urgency is Urgency.SECTION_17:
        return _section_17(outcome, now, had, calendars, clocks)
    rung = _ring_by(now, calendars, clocks)
    first = (("ring_999", now),) if urgency is Urgency.EMERGENCY else ()
    return (*first, (_whom_to_ring(calendars, now), rung), *_answers(rung, calendars, clocks))


def _whom_to_ring(calendars: Calendars, now: datetime) -> str:
    """Nobody is sent to a door that is shut, nor told that a child leaves school who is at home."""
    if not council_open(calendars.council, now):
        return "ring_out_of_hours"
    return "ring_front_door" if before_leaving(calendars.school, now) else "ring_front_door_now"


def _ring_by(now: datetime, calendars: Calendars, clocks: Clocks) -> datetime:
    hour = after(calendars, now, clocks.paces["section_47"].act)
    return min(hour, before_leaving(calendars.school, now) or hour)


def _section_17(
    outcome: Outcome | None, now: datetime, had: datetime, calendars: Calendars, clocks: Clocks
) -> tuple[tuple[str, datetime], ...]:
    """The working day in which somebody has it, which after a decision is that of the decision; the next at latest."""
    pace = clocks.paces["section_17"]
    refer = after(calendars, had, pace.act)
    if outcome is not Outcome.STATUTORY_REFERRAL:
        return (("ask_for_advice", refer),)
    latest = max(refer, after(calendars, now, pace.have))
    return (("refer", refer), ("refer_at_latest", latest), *_answers(refer, calendars, clocks))


def _answers(referred: datetime, calendars: Calendars, clocks: Clocks) -> tuple[tuple[str, datetime], ...]:
    return (
        ("social_care_answers", after(calendars, referred, clocks.answer)),
        ("chase_social_care", after(calendars, referred, clocks.chase)),
    )
