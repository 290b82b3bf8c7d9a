"""The only gate: who may do what with which concern. Pure over rows; each condition stands on its own line.

The first condition that fails is the reason given back, as a code. What a row cannot tell (was this person told, does
the duty worker cover, did the lead share) comes in as `Standing`; every default of it is the narrower one.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from bot.roles import COUNCIL, EMBEDDED, IN_CHARGE, LEADERS, LEADS, QUALIFIED, SCHOOL_STAFF, SOCIAL_WORKERS
from storage.shapes import Concern, Person, School
from thresholds.result import Urgency


@dataclass(frozen=True, slots=True)
class Refusal:
    """No, and the code of the first condition that failed. False in a condition."""

    code: str

    def __bool__(self) -> Literal[False]:
        return False


@dataclass(frozen=True, slots=True)
class Allowed:
    """Yes. True in a condition."""

    def __bool__(self) -> Literal[True]:
        return True


class Denied(Exception):  # noqa: N818 - reads as what it says
    """A person may not do this. Carries the code of the condition that failed."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


def require(verdict: "Verdict") -> None:
    """Go on only if the gate says yes.

    Raises:
        Denied: it says no.
    """
    if isinstance(verdict, Refusal):
        raise Denied(verdict.code)


Verdict: TypeAlias = Allowed | Refusal
ALLOWED = Allowed()


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """What the caller looked up about a person and a concern.

    `told`: a step of its plan reached this person, and counts: a duty worker's only while on duty, or having it.
    `covering`: stands in for an absent social worker now (`covers`).
    `shared`: a lead shared it with the social worker. `no_lead`: no designated safeguarding lead or deputy may be told.
    `programme_ends`: from when on the authority's social workers open nothing any more.
    """

    told: bool = False
    covering: bool = False
    shared: bool = False
    no_lead: bool = False
    programme_ends: datetime | None = None


NOTHING_KNOWN = Standing()


def may_report(person: Person, school: School) -> Verdict:
    """Whether somebody may report a concern of a school."""
    return _first(
        ("not_school_staff", person.role not in SCHOOL_STAFF | EMBEDDED),
        ("other_school", not belongs(person, school)),
        ("agreement_not_signed", not school.agreement_signed),
        ("takes_no_part", not school.takes_part),
    )


def may_see_receipt(person: Person, concern: Concern) -> Verdict:
    """Whether somebody may see the state of a concern as its reporter."""
    return _first(("not_the_reporter", person.id != concern.reporter))


def may_be_told(person: Person, concern: Concern, school: School) -> Verdict:
    """Whether a pointer may go to somebody; asked again at each sending."""
    reporter = person.id == concern.reporter
    return _first(
        ("left_out", person.id in concern.excluded),
        ("other_school", not reporter and not belongs(person, school)),
        ("comparison_school", not reporter and person.role in COUNCIL and school.arm == "comparison"),
        ("restricted", not reporter and _barred_by_restriction(person, concern)),
    )


def may_open(
    person: Person, concern: Concern, school: School, at: datetime, standing: Standing = NOTHING_KNOWN
) -> Verdict:
    """Whether somebody may read a concern's content at an instant."""
    return _first(
        ("left_out", person.id in concern.excluded),
        ("not_a_responder", person.role == "reporter"),
        ("other_school", not belongs(person, school)),
        ("comparison_school", person.role in COUNCIL and school.arm == "comparison"),
        ("programme_over", person.role in COUNCIL and _over(standing, at)),
        ("restricted", _barred_by_restriction(person, concern)),
        ("not_told", person.role in LEADERS and not standing.told and not _heads_own(person, concern)),
        ("not_escalated", person.role == "team_manager" and not standing.told),
        ("not_covering", person.role == "duty_social_worker" and not (standing.told or standing.covering)),
        ("not_shared", _unshared(person, concern, school, standing)),
    )


def may_have(
    person: Person, concern: Concern, school: School, at: datetime, standing: Standing = NOTHING_KNOWN
) -> Verdict:
    """Whether somebody may press *I have it*; see `seat` for what the press does."""
    return _opened_and(
        may_open(person, concern, school, at, standing),
        ("student", person.role == "student_social_worker"),
        ("not_a_holder", seat(person, concern, standing) is None),
    )


def seat(
    person: Person, concern: Concern, standing: Standing = NOTHING_KNOWN
) -> Literal["lead", "social_worker"] | None:
    """What a press of this person counts as: a lead's stops the chain, a social worker's stands nobody down."""
    if _leads(person, concern, standing):
        return "lead"
    return "social_worker" if person.role in QUALIFIED and concern.kind != "adult" else None


def may_ask(
    person: Person, concern: Concern, school: School, at: datetime, standing: Standing = NOTHING_KNOWN
) -> Verdict:
    """Whether somebody may ask the reporter something."""
    return may_have(person, concern, school, at, standing)


def may_decide(
    person: Person, concern: Concern, school: School, at: datetime, standing: Standing = NOTHING_KNOWN
) -> Verdict:
    """Whether somebody may decide: a named lead; head or chair where no lead may; never the social worker alone."""
    return _opened_and(
        may_open(person, concern, school, at, standing),
        ("student", person.role == "student_social_worker"),
        ("not_a_lead", not _leads(person, concern, standing)),
    )


def may_close(
    person: Person, concern: Concern, school: School, at: datetime, standing: Standing = NOTHING_KNOWN
) -> Verdict:
    """Whether somebody may close or reopen a concern: who may decide it."""
    return may_decide(person, concern, school, at, standing)


def may_share(
    person: Person, concern: Concern, school: School, at: datetime, standing: Standing = NOTHING_KNOWN
) -> Verdict:
    """Whether somebody may share a concern below statutory with the social worker."""
    return may_decide(person, concern, school, at, standing)


def may_let_in(
    person: Person, concern: Concern, school: School, at: datetime, standing: Standing = NOTHING_KNOWN
) -> Verdict:
    """Whether somebody may say which leads may know of a restricted concern about a child: the head or the chair."""
    return _opened_and(
        may_open(person, concern, school, at, standing),
        ("not_restricted", not concern.restricted or concern.kind != "child"),
        ("not_the_head", person.role not in IN_CHARGE),
    )


def may_see_earlier(
    person: Person, concern: Concern, school: School, at: datetime, standing: Standing = NOTHING_KNOWN
) -> Verdict:
    """Whether somebody sees that there were earlier concerns about the same child: leads and social workers only."""
    return _opened_and(
        may_open(person, concern, school, at, standing),
        ("not_a_lead", not (_leads(person, concern, standing) or person.role in SOCIAL_WORKERS)),
    )


def may_see_log(
    person: Person, concern: Concern, school: School, at: datetime, standing: Standing = NOTHING_KNOWN
) -> Verdict:
    """Whether somebody may read who has opened a concern."""
    return may_decide(person, concern, school, at, standing)


def may_add(
    person: Person, concern: Concern, school: School, at: datetime, standing: Standing = NOTHING_KNOWN
) -> Verdict:
    """Whether somebody may add to a concern: its reporter, or who may open it."""
    if may_see_receipt(person, concern):
        return ALLOWED
    return may_open(person, concern, school, at, standing)


def may_be_away(actor: Person, person: Person) -> Verdict:
    """Whether somebody may say that a person is away or back: a worker of themselves, a manager of the own team."""
    managed = actor.role == "team_manager" and person.team is not None and person.team == actor.team
    themselves = actor.id == person.id and actor.role in QUALIFIED
    return _first(
        ("other_authority", person.authority != actor.authority),
        ("not_council_staff", person.role not in SOCIAL_WORKERS),
        ("not_yours", not (managed or themselves)),
    )


def may_swap(actor: Person, *, on_duty: bool) -> Verdict:
    """Whether somebody may give days of the duty rota away: the team manager, or who is on duty now."""
    duty = actor.role == "duty_social_worker" and on_duty
    return _first(("not_on_duty", not (duty or actor.role == "team_manager")))


def may_be_quiet(person: Person) -> Verdict:
    """Whether somebody may ask to be left alone for a lesson: leads, heads, senior leaders."""
    return _first(("not_a_leader", person.role not in LEADS | {"head", "senior_leader"}))


def may_hold_drop_in(person: Person) -> Verdict:
    """Whether somebody may say when staff find them: the social workers of schools."""
    return _first(("not_a_school_worker", person.role not in EMBEDDED))


def may_book_drop_in(person: Person) -> Verdict:
    """Whether somebody may come to a drop-in of their school."""
    return _first(
        ("not_staff", person.role not in SCHOOL_STAFF),
        ("no_school", person.school is None),
    )


def may_log_work(person: Person) -> Verdict:
    """Whether somebody may log what they did besides concerns: the social workers."""
    return _first(("not_a_worker", person.role not in SOCIAL_WORKERS))


def may_see_register(person: Person) -> Verdict:
    """Whether somebody may look through their school's concerns about adults for a pattern: the head alone.

    Which of them it shows is asked of each concern (`may_open`).
    """
    return _first(("not_the_head", person.role != "head" or person.school is None))


def may_see_digest(person: Person, authority: str) -> Verdict:
    """Whether somebody may see an authority's weekly figures."""
    return _first(
        ("not_a_manager", person.role != "team_manager"),
        ("other_authority", person.authority != authority),
    )


def may_see_report(person: Person, authority: str, receivers: Collection[str]) -> Verdict:
    """Whether somebody may see a report of an authority: whom its directory names for it."""
    return _first(
        ("other_authority", person.authority != authority),
        ("not_a_receiver", person.id not in receivers),
    )


def may_see_learning(person: Person) -> Verdict:
    """Whether somebody may see the learning points of their own schools: leads and the schools' social workers."""
    return _first(("not_of_the_school", person.role not in LEADS | {"social_worker"}))


def may_move_clock(*, demo: bool) -> Verdict:
    """Whether the clock may be moved: in the demonstration only."""
    return _first(("not_the_demo", not demo))


def covers(duty: Person, school: School, present: Collection[Person]) -> bool:
    """Whether a duty social worker stands in at a school: is there and on duty, where no social worker is.

    `present`: everybody of the school who is not away, of the duty social workers those on duty.
    """
    roles = {one.role for one in present}
    here = any(one.id == duty.id for one in present)
    return duty.role == "duty_social_worker" and here and school.arm != "comparison" and "social_worker" not in roles


def _first(*conditions: tuple[str, bool]) -> Verdict:
    return next((Refusal(code) for code, failed in conditions if failed), ALLOWED)


def _opened_and(opened: Verdict, *conditions: tuple[str, bool]) -> Verdict:
    return _first(*conditions) if opened else opened


def belongs(person: Person, school: School) -> bool:
    """Staff of the school; or council staff of its authority who serve it, its serving school, or all schools."""
    if person.authority != school.authority:
        return False
    if person.role not in COUNCIL:
        return person.school == school.id
    if person.role in EMBEDDED or person.serves:
        return school.id in person.serves or (school.served_by is not None and school.served_by in person.serves)
    return True


def _over(standing: Standing, at: datetime) -> bool:
    return standing.programme_ends is not None and at >= standing.programme_ends


def _leads(person: Person, concern: Concern, standing: Standing) -> bool:
    if concern.kind == "adult" or concern.restricted:
        return person.role in IN_CHARGE or _let_in(person, concern)
    return person.role in LEADS or (standing.no_lead and person.role in IN_CHARGE)


def _barred_by_restriction(person: Person, concern: Concern) -> bool:
    """An adult's concern is the head's or the chair's; a restricted child's is no lead's and no embedded worker's."""
    if concern.kind == "adult":
        return person.role not in IN_CHARGE
    barred = person.role in LEADS | EMBEDDED | {"senior_leader"}
    return concern.restricted and barred and not _let_in(person, concern)


def _let_in(person: Person, concern: Concern) -> bool:
    """Whether the head or the chair says that this lead may know of a restricted child's concern."""
    return concern.kind == "child" and person.role in LEADS and person.id in concern.let_in


def _heads_own(person: Person, concern: Concern) -> bool:
    """The head has every concern about an adult of the school, unless left out of it."""
    return person.role == "head" and concern.kind == "adult"


def _unshared(person: Person, concern: Concern, school: School, standing: Standing) -> bool:
    """Below statutory, what the embedded social worker or the cover opens is what the school's agreement says."""
    if person.role not in SOCIAL_WORKERS or concern.urgency >= Urgency.SECTION_17:
        return False
    return school.sw_may_open == "shared" and not standing.shared
