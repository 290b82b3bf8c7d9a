"""The gate, as tables: who may do what, and the code of the first condition that fails."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.access import (
    ALLOWED,
    Denied,
    Refusal,
    Standing,
    Verdict,
    belongs,
    covers,
    may_add,
    may_ask,
    may_be_told,
    may_close,
    may_decide,
    may_have,
    may_move_clock,
    may_open,
    may_report,
    may_see_digest,
    may_see_earlier,
    may_see_log,
    may_see_receipt,
    may_share,
    require,
    seat,
)
from bot.roles import COUNCIL
from dialogs.concern import Life
from storage.shapes import Concern, ConcernId, Person, PersonId, Role, School, SchoolId
from thresholds.result import Urgency

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
TOLD = Standing(told=True)
NOTHING = Standing()
ROLES: tuple[Role, ...] = (
    "reporter",
    "designated_safeguarding_lead",
    "deputy_safeguarding_lead",
    "head",
    "senior_leader",
    "chair",
    "social_worker",
    "student_social_worker",
    "duty_social_worker",
    "team_manager",
)


def a_school(**changes: Any) -> School:
    """An intervention school with a signed agreement by which the social worker opens everything."""
    school = School(
        id=SchoolId("elm"),
        authority="invented",
        name="Elm School",
        phase="secondary",
        arm="intervention",
        served_by=None,
        agreement_signed=True,
        sw_may_open="all",
    )
    return replace(school, **changes)


def a_person(role: Role, **changes: Any) -> Person:
    """Somebody of Elm School, or of its council."""
    council = role in COUNCIL
    person = Person(
        id=PersonId(f"elm.{role}"),
        authority="invented",
        name="Invented Person",
        email="someone@example.invalid",
        role=role,
        school=None if council else SchoolId("elm"),
        serves=(SchoolId("elm"),) if role in {"social_worker", "student_social_worker"} else (),
    )
    return replace(person, **changes)


def a_concern(**changes: Any) -> Concern:
    """A statutory child concern of Elm School."""
    concern = Concern(
        id=ConcernId("c1"),
        reference="K4M-7QX",
        kind="child",
        restricted=False,
        reporter=PersonId("elm.reporter"),
        school=SchoolId("elm"),
        authority="invented",
        outcome="statutory_referral",
        level="level_4",
        urgency=Urgency.SECTION_47,
        advice_now=False,
        document_version="1",
        branch=None,
        linked_to=None,
        excluded=(),
        sent_at=NOW,
        created_at=NOW,
        life=Life(),
    )
    return replace(concern, **changes)


def code(verdict: Verdict) -> str | None:
    """The code of a refusal; None when allowed."""
    return verdict.code if isinstance(verdict, Refusal) else None


OPENS: dict[Role, str | None] = {
    "reporter": "not_a_responder",
    "designated_safeguarding_lead": None,
    "deputy_safeguarding_lead": None,
    "head": "not_told",
    "senior_leader": "not_told",
    "chair": "not_told",
    "social_worker": None,
    "student_social_worker": None,
    "duty_social_worker": "not_covering",
    "team_manager": "not_escalated",
}


@pytest.mark.parametrize(("role", "refused"), OPENS.items(), ids=OPENS)
def test_who_opens_a_childs_concern_of_their_own_standing(role: Role, refused: str | None) -> None:
    assert code(may_open(a_person(role), a_concern(), a_school(), NOW)) == refused


@pytest.mark.parametrize("role", [role for role in ROLES if role != "reporter"])
def test_whoever_the_ladder_reached_may_open(role: Role) -> None:
    assert may_open(a_person(role), a_concern(), a_school(), NOW, TOLD)


ONLY_LEADERS: dict[Role, str | None] = {
    "reporter": "not_a_responder",
    "designated_safeguarding_lead": "restricted",
    "deputy_safeguarding_lead": "restricted",
    "head": None,
    "senior_leader": "restricted",
    "chair": None,
    "social_worker": "restricted",
    "student_social_worker": "restricted",
    "duty_social_worker": "restricted",
    "team_manager": "restricted",
}


@pytest.mark.parametrize(("role", "refused"), ONLY_LEADERS.items(), ids=ONLY_LEADERS)
def test_a_concern_about_an_adult_is_the_heads_or_the_chairs(role: Role, refused: str | None) -> None:
    concern = a_concern(kind="adult", restricted=True)
    assert code(may_open(a_person(role), concern, a_school(), NOW, TOLD)) == refused


def test_the_head_has_a_concern_about_an_adult_without_being_asked_and_the_chair_only_when_told() -> None:
    concern = a_concern(kind="adult", restricted=True)
    assert may_open(a_person("head"), concern, a_school(), NOW)
    assert code(may_open(a_person("chair"), concern, a_school(), NOW)) == "not_told"


RESTRICTED: dict[Role, str | None] = {
    **ONLY_LEADERS,
    "duty_social_worker": None,
    "team_manager": None,
}


@pytest.mark.parametrize(("role", "refused"), RESTRICTED.items(), ids=RESTRICTED)
def test_a_restricted_childs_concern_is_no_leads_and_no_embedded_workers(role: Role, refused: str | None) -> None:
    assert code(may_open(a_person(role), a_concern(restricted=True), a_school(), NOW, TOLD)) == refused


REFUSED: list[tuple[str, Role, dict[str, Any], dict[str, Any], dict[str, Any], Standing]] = [
    ("other_school", "designated_safeguarding_lead", {"school": SchoolId("oak")}, {}, {}, NOTHING),
    ("other_school", "designated_safeguarding_lead", {"authority": "another"}, {}, {}, NOTHING),
    ("other_school", "social_worker", {"serves": (SchoolId("oak"),)}, {}, {}, NOTHING),
    ("comparison_school", "social_worker", {}, {}, {"arm": "comparison"}, NOTHING),
    ("comparison_school", "duty_social_worker", {}, {}, {"arm": "comparison"}, TOLD),
    ("comparison_school", "team_manager", {}, {}, {"arm": "comparison"}, TOLD),
    ("left_out", "designated_safeguarding_lead", {"id": PersonId("x")}, {"excluded": ("x",)}, {}, TOLD),
    ("left_out", "head", {"id": PersonId("x")}, {"excluded": ("x",), "kind": "adult"}, {}, TOLD),
    ("programme_over", "social_worker", {}, {}, {}, Standing(programme_ends=NOW)),
    ("not_shared", "social_worker", {}, {"urgency": Urgency.EARLY_HELP}, {"sw_may_open": "shared"}, NOTHING),
    ("not_shared", "student_social_worker", {}, {"urgency": Urgency.ADVICE}, {"sw_may_open": "shared"}, NOTHING),
]


@pytest.mark.parametrize(
    ("refused", "role", "person", "concern", "school", "standing"),
    REFUSED,
    ids=[f"{row[0]}-{row[1]}-{number}" for number, row in enumerate(REFUSED)],
)
def test_opening_is_refused_with_the_reason(
    refused: str,
    role: Role,
    person: dict[str, Any],
    concern: dict[str, Any],
    school: dict[str, Any],
    standing: Standing,
) -> None:
    verdict = may_open(a_person(role, **person), a_concern(**concern), a_school(**school), NOW, standing)
    assert code(verdict) == refused


OPENED: list[tuple[str, Role, dict[str, Any], dict[str, Any], Standing]] = [
    ("statutory", "social_worker", {}, {"sw_may_open": "shared"}, NOTHING),
    ("shared", "social_worker", {"urgency": Urgency.EARLY_HELP}, {"sw_may_open": "shared"}, Standing(shared=True)),
    ("agreement", "social_worker", {"urgency": Urgency.EARLY_HELP}, {}, NOTHING),
    ("cover", "duty_social_worker", {}, {}, Standing(covering=True)),
    ("not_over_yet", "social_worker", {}, {}, Standing(programme_ends=NOW + timedelta(seconds=1))),
    ("lead_after_the_programme", "deputy_safeguarding_lead", {}, {}, Standing(programme_ends=NOW)),
]


@pytest.mark.parametrize(("name", "role", "concern", "school", "standing"), OPENED, ids=[row[0] for row in OPENED])
def test_opening_is_allowed(
    name: str, role: Role, concern: dict[str, Any], school: dict[str, Any], standing: Standing
) -> None:
    assert may_open(a_person(role), a_concern(**concern), a_school(**school), NOW, standing) is ALLOWED


def test_a_feeder_schools_concern_is_opened_by_the_social_worker_of_its_secondary() -> None:
    feeder = a_school(id=SchoolId("ash"), arm="feeder", served_by=SchoolId("elm"))
    assert may_open(a_person("social_worker"), a_concern(school=SchoolId("ash")), feeder, NOW)


HOLDS: dict[Role, str | None] = {
    "reporter": "not_a_responder",
    "designated_safeguarding_lead": None,
    "deputy_safeguarding_lead": None,
    "head": "not_a_holder",
    "senior_leader": "not_a_holder",
    "chair": "not_a_holder",
    "social_worker": None,
    "student_social_worker": "student",
    "duty_social_worker": None,
    "team_manager": "not_a_holder",
}


@pytest.mark.parametrize(("role", "refused"), HOLDS.items(), ids=HOLDS)
def test_who_may_say_i_have_it(role: Role, refused: str | None) -> None:
    assert code(may_have(a_person(role), a_concern(), a_school(), NOW, TOLD)) == refused


DECIDES: dict[Role, str | None] = {
    "reporter": "not_a_responder",
    "designated_safeguarding_lead": None,
    "deputy_safeguarding_lead": None,
    "head": "not_a_lead",
    "senior_leader": "not_a_lead",
    "chair": "not_a_lead",
    "social_worker": "not_a_lead",
    "student_social_worker": "student",
    "duty_social_worker": "not_a_lead",
    "team_manager": "not_a_lead",
}


@pytest.mark.parametrize(("role", "refused"), DECIDES.items(), ids=DECIDES)
def test_only_a_lead_decides_closes_shares_and_reads_the_log(role: Role, refused: str | None) -> None:
    for gate in (may_decide, may_close, may_share, may_see_log):
        assert code(gate(a_person(role), a_concern(), a_school(), NOW, TOLD)) == refused


@pytest.mark.parametrize("changes", [{"kind": "adult", "restricted": True}, {"restricted": True}])
@pytest.mark.parametrize("role", ["head", "chair"])
def test_head_or_chair_decide_where_no_lead_may_hear_of_it(role: Role, changes: dict[str, Any]) -> None:
    assert may_decide(a_person(role), a_concern(**changes), a_school(), NOW, TOLD)
    assert seat(a_person(role), a_concern(**changes)) == "lead"


def test_the_head_stands_in_when_every_lead_is_left_out() -> None:
    standing = Standing(told=True, no_lead=True)
    assert may_have(a_person("head"), a_concern(), a_school(), NOW, standing)
    assert may_decide(a_person("head"), a_concern(), a_school(), NOW, standing)


SEATS: dict[Role, str | None] = {
    "reporter": None,
    "designated_safeguarding_lead": "lead",
    "deputy_safeguarding_lead": "lead",
    "head": None,
    "social_worker": "social_worker",
    "student_social_worker": None,
    "duty_social_worker": "social_worker",
    "team_manager": None,
}


@pytest.mark.parametrize(("role", "expected"), SEATS.items(), ids=SEATS)
def test_a_press_counts_as_a_leads_or_a_social_workers(role: Role, expected: str | None) -> None:
    assert seat(a_person(role), a_concern()) == expected


def test_no_social_worker_has_a_seat_at_a_concern_about_an_adult() -> None:
    assert seat(a_person("social_worker"), a_concern(kind="adult")) is None


def test_whoever_may_have_it_may_ask_the_reporter() -> None:
    assert may_ask(a_person("social_worker"), a_concern(), a_school(), NOW)
    assert code(may_ask(a_person("student_social_worker"), a_concern(), a_school(), NOW)) == "student"


def test_earlier_concerns_are_seen_by_leads_and_social_workers_only() -> None:
    for role in ("designated_safeguarding_lead", "social_worker", "student_social_worker"):
        assert may_see_earlier(a_person(role), a_concern(), a_school(), NOW)
    assert code(may_see_earlier(a_person("head"), a_concern(), a_school(), NOW, TOLD)) == "not_a_lead"
    assert code(may_see_earlier(a_person("reporter"), a_concern(), a_school(), NOW)) == "not_a_responder"


@pytest.mark.parametrize("role", ROLES)
def test_only_the_reporter_sees_the_receipt(role: Role) -> None:
    assert bool(may_see_receipt(a_person(role), a_concern())) is (role == "reporter")


def test_the_reporter_and_whoever_opens_it_may_add() -> None:
    assert may_add(a_person("reporter"), a_concern(), a_school(), NOW)
    assert may_add(a_person("social_worker"), a_concern(), a_school(), NOW)
    stranger = a_person("reporter", id=PersonId("somebody_else"))
    assert code(may_add(stranger, a_concern(), a_school(), NOW)) == "not_a_responder"


REPORTS: dict[Role, str | None] = {
    **dict.fromkeys(ROLES, None),
    "duty_social_worker": "not_school_staff",
    "team_manager": "not_school_staff",
}


@pytest.mark.parametrize(("role", "refused"), REPORTS.items(), ids=REPORTS)
def test_who_may_report(role: Role, refused: str | None) -> None:
    assert code(may_report(a_person(role), a_school())) == refused


def test_staff_report_for_their_own_school_which_has_signed() -> None:
    assert code(may_report(a_person("reporter"), a_school(id=SchoolId("oak")))) == "other_school"
    assert code(may_report(a_person("reporter"), a_school(agreement_signed=False))) == "agreement_not_signed"
    assert may_report(a_person("reporter"), a_school(arm="comparison"))
    assert code(may_report(a_person("reporter"), a_school(takes_part=False))) == "takes_no_part"


BE_TOLD: list[tuple[str | None, Role, dict[str, Any], dict[str, Any]]] = [
    (None, "designated_safeguarding_lead", {}, {}),
    (None, "reporter", {}, {}),
    (None, "reporter", {"kind": "adult", "restricted": True}, {}),
    (None, "team_manager", {}, {}),
    (None, "head", {"kind": "adult", "restricted": True}, {}),
    ("restricted", "designated_safeguarding_lead", {"kind": "adult", "restricted": True}, {}),
    ("restricted", "social_worker", {"restricted": True}, {}),
    ("left_out", "head", {"excluded": ("elm.head",)}, {}),
    ("comparison_school", "team_manager", {}, {"arm": "comparison"}),
    ("other_school", "head", {}, {"id": SchoolId("oak")}),
]


@pytest.mark.parametrize(("refused", "role", "concern", "school"), BE_TOLD)
def test_who_may_be_told(refused: str | None, role: Role, concern: dict[str, Any], school: dict[str, Any]) -> None:
    assert code(may_be_told(a_person(role), a_concern(**concern), a_school(**school))) == refused


def test_the_digest_is_the_managers_of_the_same_authority() -> None:
    assert may_see_digest(a_person("team_manager"), "invented")
    assert code(may_see_digest(a_person("team_manager"), "another")) == "other_authority"
    assert code(may_see_digest(a_person("head"), "invented")) == "not_a_manager"


def test_the_clock_moves_in_the_demonstration_only() -> None:
    assert may_move_clock(demo=True)
    assert code(may_move_clock(demo=False)) == "not_the_demo"


def test_requiring_a_verdict_raises_its_code() -> None:
    require(may_move_clock(demo=True))
    with pytest.raises(Denied, match="not_the_demo"):
        require(may_move_clock(demo=False))


def test_the_duty_social_worker_covers_where_no_social_worker_is_present_and_nowhere_else() -> None:
    duty, worker = a_person("duty_social_worker"), a_person("social_worker")
    assert covers(duty, a_school(), [duty])
    assert not covers(duty, a_school(), [duty, worker])
    assert not covers(duty, a_school(), [])
    assert not covers(duty, a_school(arm="comparison"), [duty])
    assert not covers(worker, a_school(), [worker])


def test_an_embedded_worker_who_serves_nowhere_belongs_nowhere() -> None:
    assert not belongs(a_person("social_worker", serves=()), a_school())
    assert belongs(a_person("team_manager"), a_school())


CONCERNS = st.builds(
    a_concern,
    kind=st.sampled_from(["child", "adult"]),
    restricted=st.booleans(),
    urgency=st.sampled_from(Urgency),
    excluded=st.sampled_from([(), *[(PersonId(f"elm.{role}"),) for role in ROLES]]),
)
SCHOOLS = st.builds(
    a_school, arm=st.sampled_from(["intervention", "comparison"]), sw_may_open=st.sampled_from(["all", "shared"])
)
STANDINGS = st.builds(Standing, told=st.booleans(), covering=st.booleans(), shared=st.booleans(), no_lead=st.booleans())


@given(role=st.sampled_from(ROLES), concern=CONCERNS, school=SCHOOLS, standing=STANDINGS)
def test_nobody_does_more_with_a_concern_than_they_may_open(
    role: Role, concern: Concern, school: School, standing: Standing
) -> None:
    person = a_person(role)
    gates = (may_have, may_ask, may_decide, may_close, may_share, may_see_earlier, may_see_log)
    if any(gate(person, concern, school, NOW, standing) for gate in gates):
        assert may_open(person, concern, school, NOW, standing)


@given(role=st.sampled_from(ROLES), concern=CONCERNS, school=SCHOOLS, standing=STANDINGS)
def test_nobody_left_out_and_no_programme_person_at_a_comparison_school_opens_anything(
    role: Role, concern: Concern, school: School, standing: Standing
) -> None:
    person = a_person(role)
    if may_open(person, concern, school, NOW, standing):
        assert person.id not in concern.excluded
        assert not (role in COUNCIL and school.arm == "comparison")
        assert concern.kind != "adult" or role in {"head", "chair"}
