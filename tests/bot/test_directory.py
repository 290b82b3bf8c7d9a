"""Directory files: the two examples, every problem with its line, what loading would change, rows and calendars."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import ValidationError

from bot.directory import (
    Directory,
    DirectoryError,
    PersonEntry,
    calendars,
    changes,
    clocks,
    invented,
    load_directory,
    on_duty,
    parse_directory,
    rows,
    unsigned,
)
from bot.directory.checks import has_address
from bot.plan import plan
from bot.settings import Settings
from bot.wiring import load_directories
from bot.working_time import CLOCKS, PACES, CalendarDay, Delay, is_school_day
from storage.shapes import PersonId, SchoolId
from tests.bot.test_plan import an_input
from thresholds.result import Outcome, Urgency

EXAMPLES = Path(__file__).parents[2] / "examples"

SMALL = (Path(__file__).parent / "small_directory.yaml").read_text(encoding="utf-8")


def small(change: Callable[[dict[str, Any]], object] | None = None) -> Directory:
    """The small directory, changed."""
    data = yaml.safe_load(SMALL)
    if change is not None:
        change(data)
    return parse_directory("small.yaml", yaml.safe_dump(data, sort_keys=False))


def problems_of(text: str) -> list[tuple[int, str]]:
    """The lines and messages of a text's problems."""
    with pytest.raises(DirectoryError) as refused:
        parse_directory("a.yaml", text)
    assert {problem.file for problem in refused.value.problems} == {"a.yaml"}
    return [(problem.line, problem.message) for problem in refused.value.problems]


def line_of(part: str, text: str = SMALL) -> int:
    """The number of the line that holds a part."""
    return next(number for number, line in enumerate(text.splitlines(), 1) if part in line)


@pytest.mark.parametrize("authority", ["ealing", "gateshead"])
def test_the_example_loads_and_marks_everybody_as_invented(authority: str) -> None:
    directory = load_directory(EXAMPLES / f"{authority}.yaml")
    assert directory.authority == authority
    assert all(person.invented for person in directory.people)
    assert all(person.email.endswith(".example.invalid") for person in directory.people)
    assert all(school.invented for school in directory.schools if school.arm == "feeder")
    assert len({person.name for person in directory.people}) == len(directory.people)


@pytest.mark.parametrize(("authority", "intervention", "comparison"), [("ealing", 8, 8), ("gateshead", 6, 6)])
def test_the_example_has_the_programmes_arms(authority: str, intervention: int, comparison: int) -> None:
    arms = [school.arm for school in load_directory(EXAMPLES / f"{authority}.yaml").schools]
    assert (arms.count("intervention"), arms.count("comparison")) == (intervention, comparison)
    assert arms.count("feeder") >= 2
    assert arms[0] == "intervention"


@pytest.mark.parametrize("authority", ["ealing", "gateshead"])
def test_every_example_school_has_its_people(authority: str) -> None:
    directory = load_directory(EXAMPLES / f"{authority}.yaml")
    wanted = {"designated_safeguarding_lead", "deputy_safeguarding_lead", "head", "chair", "reporter"}
    for school in directory.schools:
        staff = [person for person in directory.people if person.school == school.id]
        assert wanted <= {person.role for person in staff}
        assert any(person.teacher and person.role == "reporter" for person in staff)
    roles = {person.role for person in directory.people}
    assert {"duty_social_worker", "student_social_worker", "team_manager"} <= roles


def test_one_social_workers_post_of_ealing_is_vacant() -> None:
    directory = load_directory(EXAMPLES / "ealing.yaml")
    assert [school.id for school in directory.schools if school.vacant_since] == ["ealing-alternative-provision"]


@pytest.mark.parametrize("authority", ["ealing", "gateshead"])
def test_the_examples_calendar_covers_two_school_years(authority: str) -> None:
    school = calendars(load_directory(EXAMPLES / f"{authority}.yaml")).school
    assert is_school_day(school, CalendarDay(date(2026, 11, 23)))
    assert is_school_day(school, CalendarDay(date(2028, 6, 15)))
    for closed in (date(2026, 10, 28), date(2026, 11, 27), date(2026, 12, 25), date(2027, 5, 3), date(2028, 8, 1)):
        assert not is_school_day(school, CalendarDay(closed))


BROKEN: list[tuple[str, str, str, str, str]] = [
    ("no_out_of_hours", "id: out_of_hours", "id: consultation_line", "contacts:", "out-of-hours team"),
    ("no_lado", "id: lado", "id: consultation_line", "contacts:", "LADO"),
    (
        "no_lead",
        "elm.dsl@example.invalid, role: designated_safeguarding_lead",
        "e@example.invalid, role: reporter",
        "id: elm,",
        "elm has no designated safeguarding lead",
    ),
    (
        "no_head",
        "elm.head@example.invalid, role: head",
        "h@example.invalid, role: reporter",
        "id: elm,",
        "elm has no head",
    ),
    (
        "term_backwards",
        "first: 2027-01-04, last: 2027-03-25",
        "first: 2027-03-25, last: 2027-01-04",
        "name: Spring",
        "comes before first",
    ),
    ("terms_overlap", "first: 2027-01-04", "first: 2026-12-18", "name: Spring", "before the one above it has ended"),
    (
        "half_term_outside",
        "half_term_first: 2026-10-26",
        "half_term_first: 2026-08-26",
        "name: Autumn",
        "does not lie within the term",
    ),
    ("half_term_halved", ", half_term_last: 2026-10-30", "", "name: Autumn", "a first and a last day"),
    ("inset_outside", "[2026-11-27]", "[2027-08-01]", "inset_days", "lies in no term"),
    ("programme_backwards", "ends: 2028-07-31", "ends: 2026-07-31", "programme:", "comes before starts"),
    ("absence_backwards", "first: 2026-11-09", "first: 2026-11-19", "reason: leave", "comes before first"),
    (
        "review_before_check",
        'phone: "101", owner: o, checked_on: 2026-11-01',
        'phone: "101", owner: o, checked_on: 2027-11-01',
        "id: police",
        "comes before checked_on",
    ),
    ("dangling_school", "role: head, school: oak", "role: head, school: yew", "oak.head,", "yew is not under schools"),
    ("dangling_serves", "serves: [elm, ash]", "serves: [elm, yew]", "id: elm.sw", "yew is not under schools"),
    (
        "dangling_team",
        "duty_social_worker, team: swis",
        "duty_social_worker, team: x",
        "inv.duty",
        "x is not under teams",
    ),
    ("dangling_manager", "manager: inv.manager", "manager: nobody.here", "teams:", "nobody.here is not under people"),
    (
        "dangling_cover",
        "holiday_cover: oak.dsl",
        "holiday_cover: nobody.here",
        "id: oak,",
        "nobody.here is not under people",
    ),
    ("dangling_absence", "person: elm.sw", "person: nobody.here", "reason: leave", "nobody.here is not under people"),
    ("dangling_digest", "weekly: [inv.manager]", "weekly: [nobody.here]", "weekly", "nobody.here is not under people"),
    ("dangling_served_by", "served_by: elm", "served_by: yew", "id: ash,", "yew is not under schools"),
    ("foreign_cover", "holiday_cover: oak.dsl", "holiday_cover: elm.dsl", "id: oak,", "not of this school"),
    ("feeder_alone", "served_by: elm, ", "", "id: ash,", "add served_by"),
    ("feeder_of_comparison", "served_by: elm", "served_by: oak", "id: ash,", "no intervention school"),
    ("served_but_no_feeder", "arm: comparison,", "arm: comparison, served_by: elm,", "id: oak,", "only a feeder"),
    ("unfilled", "serves: [elm, ash]", "serves: [ash]", "id: elm,", "elm has no social worker"),
    (
        "filled_and_vacant",
        "arm: intervention,",
        "arm: intervention, vacant_since: 2026-09-01,",
        "id: elm,",
        "not vacant",
    ),
    ("worker_at_comparison", "serves: [elm, ash]", "serves: [elm, oak]", "id: oak,", "serves a comparison school"),
    ("homeless_head", "role: head, school: oak", "role: head", "oak.head,", "add school"),
    (
        "council_at_school",
        "role: duty_social_worker",
        "role: duty_social_worker, school: elm",
        "inv.duty",
        "write serves",
    ),
    (
        "staff_who_serves",
        "role: head, school: oak",
        "role: head, school: oak, serves: [elm]",
        "oak.head,",
        "take out serves",
    ),
    ("worker_nowhere", "serves: [elm, ash], ", "", "id: elm.sw", "serves no school"),
    ("no_duty", "role: duty_social_worker", "role: team_manager", "people:", "no duty social worker"),
    ("repeated_person", "id: oak.head", "id: elm.head", "oak.head@", "id elm.head stands twice"),
    (
        "repeated_email",
        "oak.head@example.invalid",
        "ELM.head@example.invalid",
        "id: oak.head",
        "the e-mail of oak.head stands twice",
    ),
    ("unmarked_number", "confirmed: true}", "confirmed: true, invented: true}", "id: police", "not a number reserved"),
    ("drama_number", '"101"', '"0191 498 0009"', "id: police", "mark it invented"),
    (
        "unmarked_person",
        "role: head, school: oak, invented: true",
        "role: head, school: oak",
        "oak.head,",
        "mark the person invented",
    ),
    ("half_signed", "signed_by: A, role: r, ", "signed_by: A, ", "what: safety_case", "signed_by, role and signed_on"),
    ("unknown_key", "name: Elm,", "name: Elm, nmae: Elm,", "id: elm,", "not a key that belongs here"),
    ("missing_key", "name: Elm, ", "", "id: elm,", "name is missing"),
    ("unknown_role", "role: head, school: oak", "role: boss, school: oak", "oak.head,", "role"),
    ("two_addresses", "oak.head@example.invalid", "'a,b@example.invalid'", "oak.head,", "e-mail"),
    ("bad_email", "oak.head@example.invalid", "nowhere", "oak.head,", "email"),
    ("bad_hours", '"09:00-16:30"', '"nine to five"', "office:", "09:00-17:00"),
    ("hours_backwards", '"09:00-16:30"', '"16:30-09:00"', "office:", "must come after"),
    ("sexagesimal_time", '"15:10"', "15:10", "children_leave", "text in quotes"),
    ("bad_time", '"15:10"', '"25:10"', "children_leave", "15:10"),
    ("bad_delay", "clocks: {}", "clocks: {answer: soon}", "clocks:", "15 minutes"),
    (
        "slower_when_graver",
        "clocks: {}",
        "clocks: {paces: {emergency: {steps: [20 minutes]}}}",
        "clocks:",
        "must not be the slower one",
    ),
    (
        "steps_missing",
        "clocks: {}",
        "clocks: {paces: {section_47: {steps: [10 minutes]}}}",
        "clocks:",
        "has 1 of the 2 steps",
    ),
    ("hold_for_days", "clocks: {}", "clocks: {paces: {adult: {hold: 1 working day}}}", "clocks:", "held for minutes"),
    ("duplicate_key", "name: Invented\n", "name: Invented\nname: Twice\n", "name: Twice", "stands here twice"),
    ("yaml_boolean", "comparison_schools_report: true", "comparison_schools_report: yes", "programme:", "boolean"),
    ("not_yaml", "teams: [", "teams: [[", "staff_groups:", "not YAML"),
]


@pytest.mark.parametrize(("name", "old", "new", "at", "message"), BROKEN, ids=[row[0] for row in BROKEN])
def test_what_is_wrong_is_named_with_its_line(name: str, old: str, new: str, at: str, message: str) -> None:
    assert old in SMALL
    text = SMALL.replace(old, new, 1)
    found = problems_of(text)
    wanted = line_of(at, text)
    assert any(line == wanted and message in said for line, said in found), found


@pytest.mark.parametrize(
    "address",
    ["a,b@real.example", "x<y@real.example", "evil>b@real.example", "a;b@real.example", "(c)d@real.example",
     'a"b@real.example', "a:b@real.example", "a\\b@real.example", "[a]@real.example", "a@real,other.example",
     "a\x07b@real.example", "a@real.example\r\nBcc", "a@real.exam\x9fple"],
)  # fmt: skip
def test_what_a_mail_header_would_read_otherwise_is_no_address(address: str) -> None:
    assert not has_address({"email": address})
    with pytest.raises(ValidationError):
        PersonEntry(id="oak.head", name="Somebody Invented", email=address, role="head", school="oak")


@pytest.mark.parametrize("address", ["o'neil+swis_1@mail.example.org", "jo.b-c@example.org", "jürgen@schule.example"])
def test_an_ordinary_address_is_one(address: str) -> None:
    assert has_address({"email": address})
    assert PersonEntry(id="oak.head", name="Somebody Invented", email=address, role="head", school="oak")


def test_two_files_with_one_address_name_the_person_and_the_line_and_never_the_address(tmp_path: Path) -> None:
    sound = (Path(__file__).parent / "sound_directory.yaml").read_text(encoding="utf-8")
    gateshead = (EXAMPLES / "gateshead.yaml").read_text(encoding="utf-8")
    address = load_directory(EXAMPLES / "gateshead.yaml").people[0].email
    mine = parse_directory("x", sound).people[-1]
    files = tmp_path / "gateshead.yaml", tmp_path / "invented.yaml"
    files[0].write_text(gateshead, encoding="utf-8")
    files[1].write_text(sound.replace(mine.email, address), encoding="utf-8")
    with pytest.raises(DirectoryError) as found:
        load_directories(Settings().model_copy(update={"directory_files": files}))
    [problem] = found.value.problems
    assert address not in str(problem)
    assert problem.line == line_of(f"id: {mine.id}", sound)
    assert f"the e-mail address of {mine.id} stands in the file of gateshead too" in problem.message


def test_all_problems_come_at_once_whether_of_shape_or_of_sense() -> None:
    text = SMALL.replace("id: lado", "id: consultation_line").replace("name: Elm,", "nmae: Elm,")
    text = text.replace("first: 2027-01-04, last: 2027-03-25", "first: 2027-03-25, last: 2027-01-04")
    text += "name: Again\n"
    messages = " ".join(said for _, said in problems_of(text))
    for part in ("LADO", "name is missing", "nmae", "comes before first", "stands here twice"):
        assert part in messages


def test_a_file_of_odd_shapes_is_refused_without_a_stack_trace() -> None:
    text = "authority: 7\npeople: {a: 1}\nschools: [x, 3]\ncalendar: []\ncontacts: null\ndigest: 4\nteams: [[]]\n"
    assert len(problems_of(text)) > 5


@pytest.mark.parametrize("text", ["", "- a\n", "just words"])
def test_a_file_that_holds_no_mapping_says_so(text: str) -> None:
    assert "start from an example" in problems_of(text)[-1][1]


def test_a_file_that_cannot_be_read_says_so(tmp_path: Path) -> None:
    with pytest.raises(DirectoryError, match="cannot be read: No such file"):
        load_directory(tmp_path / "none.yaml")
    (tmp_path / "latin.yaml").write_bytes(b"name: \xe9\xff")
    with pytest.raises(DirectoryError, match="not UTF-8"):
        load_directory(tmp_path / "latin.yaml")


def test_rows_are_what_storage_keeps() -> None:
    schools, people, absences, _ = rows(small())
    by_id = {school.id: school for school in schools}
    assert by_id[SchoolId("ash")].served_by == "elm"
    assert not by_id[SchoolId("ash")].agreement_signed
    assert by_id[SchoolId("oak")].urn == "123456"
    [worker] = [person for person in people if person.role == "social_worker"]
    assert (worker.school, worker.serves, worker.authority) == (None, ("elm", "ash"), "invented")
    [absence] = absences
    assert absence.person == PersonId("elm.sw")
    assert absence.start == datetime(2026, 11, 9, tzinfo=UTC)
    assert absence.end == datetime(2026, 11, 14, tzinfo=UTC)


@pytest.mark.parametrize("chosen", [True, False])
def test_comparison_schools_take_part_as_authority_and_evaluator_choose_and_the_others_always(chosen: bool) -> None:
    found = small(lambda data: data["programme"].update(comparison_schools_report=chosen))
    assert {one.id: one.takes_part for one in rows(found)[0]} == {"elm": True, "ash": True, "oak": chosen}


def test_rows_hold_the_rota_in_london_days_with_its_swaps_applied_and_the_holiday_cover() -> None:
    sound = load_directory(Path(__file__).parent / "sound_directory.yaml")
    schools, _, _, shifts = rows(sound)
    assert {one.source for one in shifts} == {"directory"}
    assert [(one.person, f"{one.start:%d %b}", f"{one.end:%d %b}") for one in shifts] == [
        ("inv.duty", "23 Nov", "25 Nov"),
        ("inv.second", "25 Nov", "27 Nov"),
        ("inv.duty", "27 Nov", "30 Nov"),
        ("inv.second", "30 Nov", "07 Dec"),
        ("inv.duty", "07 Dec", "24 Dec"),
    ]
    assert {one.id: one.holiday_cover for one in schools}[SchoolId("oak")] == "oak.head"


def test_a_shift_over_a_clock_change_still_ends_at_midnight_in_london() -> None:
    spring = {"person": "inv.duty", "first": date(2027, 3, 22), "last": date(2027, 3, 28)}
    [shift] = rows(small(lambda data: data.update(rota=[spring])))[3]
    assert shift.start == datetime(2027, 3, 22, tzinfo=UTC)
    assert shift.end == datetime(2027, 3, 28, 23, tzinfo=UTC)


def test_without_a_rota_there_are_no_shifts() -> None:
    assert rows(small())[3] == ()


def rota(*shifts: tuple[str, int, int]) -> list[dict[str, object]]:
    """Shifts of November 2026, each a person with a first and a last day."""
    return [{"person": who, "first": date(2026, 11, a), "last": date(2026, 11, b)} for who, a, b in shifts]


def two_on_duty(data: dict[str, Any]) -> None:
    """A second duty social worker, and a rota of both."""
    data["people"].append({**data["people"][1], "id": "inv.second", "email": "second@example.invalid"})
    data["rota"] = rota(("inv.duty", 2, 8), ("inv.second", 9, 15))


def test_two_people_may_share_a_day_and_one_may_stand_in_for_one_of_them() -> None:
    def change(data: dict[str, Any]) -> None:
        two_on_duty(data)
        data["rota"].append(*rota(("inv.second", 2, 8)))
        data["swaps"] = [{**rota(("inv.second", 4, 4))[0], "instead_of": "inv.duty"}]

    found = on_duty(small(change))
    assert found[date(2026, 11, 3)] == {"inv.duty", "inv.second"}
    assert found[date(2026, 11, 4)] == {"inv.second"}


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda data: data["rota"].append(*rota(("inv.duty", 16, 16))), "Who is on duty changes on 2026-11-16."),
        (
            lambda data: data.update(swaps=[{**rota(("inv.second", 3, 4))[0], "instead_of": "inv.duty"}]),
            "Who is on duty changes on 2026-11-03 to 2026-11-04.",
        ),
        (
            lambda data: data.update(rota=rota(("inv.duty", 2, 3), ("inv.duty", 4, 8), ("inv.second", 9, 15))),
            "The rota is written otherwise; who is on duty stays.",
        ),
    ],
    ids=["a_shift_more", "a_swap", "written_otherwise"],
)
def test_a_change_of_the_rota_names_the_days(change: Callable[[dict[str, Any]], object], expected: str) -> None:
    def both(data: dict[str, Any]) -> None:
        two_on_duty(data)
        change(data)

    assert changes(small(two_on_duty), small(both)) == (expected,)


def test_the_last_day_of_the_calendar_is_refused_and_breaks_nothing() -> None:
    text = SMALL.replace("last: 2026-11-13", "last: 9999-12-31")
    assert "lies outside 2000 to 2100" in problems_of(text)[0][1]


@pytest.mark.parametrize("value", ["2026-11-09T10:00:00", "2026-11-09 00:00:00+01:00", "soon", "7", "[]", "{}"])
@pytest.mark.parametrize("section", ["rota", "swaps", "absences"])
def test_a_day_of_any_other_kind_is_a_problem_and_no_stack_trace(section: str, value: str) -> None:
    entry = f"{{person: inv.duty, instead_of: inv.duty, first: {value}, last: 2026-11-10}}"
    text = SMALL.replace("absences:\n", f"absences:\n  - {entry}\n") if section == "absences" else SMALL
    text = text if section == "absences" else f"{text}{section}: [{entry}]\n"
    assert problems_of(text)


def test_the_ladders_have_as_many_steps_as_the_clocks_that_a_directory_must_give() -> None:
    for urgency, outcome in (
        (Urgency.EMERGENCY, Outcome.EMERGENCY),
        (Urgency.SECTION_47, Outcome.STATUTORY_REFERRAL),
        (Urgency.SECTION_17, Outcome.STATUTORY_REFERRAL),
        (Urgency.EARLY_HELP, Outcome.EARLY_HELP),
        (Urgency.ADVICE, Outcome.PREVENTATIVE_ADVICE),
    ):
        steps = plan(an_input(urgency, outcome=outcome))
        assert len({one.step for one in steps if one.chain == "until_had"}) - 1 == len(
            CLOCKS.paces[urgency.name.lower()].steps
        )
    adult = plan(an_input(Urgency.SECTION_17, kind="adult"))
    assert len({one.step for one in adult}) - 1 == len(CLOCKS.paces["adult"].steps)


def test_an_absence_without_a_last_day_goes_on() -> None:
    [absence] = rows(small(lambda data: data["absences"][0].pop("last")))[2]
    assert absence.end is None


def test_calendars_hold_terms_half_terms_inset_days_and_bank_holidays() -> None:
    found = calendars(small())
    assert [is_school_day(found.school, CalendarDay(date(2026, 11, day))) for day in (26, 27)] == [True, False]
    assert not is_school_day(found.school, CalendarDay(date(2026, 10, 26)))
    assert date(2026, 12, 28) in found.council.closed
    assert found.council.hours[1] is None


def test_clocks_are_the_products_unless_the_authority_says_otherwise() -> None:
    assert clocks(small()) == CLOCKS
    own = {
        "paces": {**{name: {} for name in PACES}, "section_47": {"steps": ["10 minutes", "20 minutes"]}},
        "near_closing_hours": 0,
        "chase": "5 working days",
        "duties": {"fgm": "1 school day"},
    }
    found = clocks(small(lambda data: data.update(clocks=own)))
    assert found.paces["section_47"].steps == (Delay(10, "minutes"), Delay(20, "minutes"))
    assert found.paces["section_47"].hold == CLOCKS.paces["section_47"].hold
    assert (found.near_closing_hours, found.chase, found.answer) == (0, Delay(5, "working_days"), CLOCKS.answer)
    assert found.duty("fgm") == Delay(1, "school_days")
    assert found.duty("prevent") == CLOCKS.duty("prevent")


def test_what_is_invented_and_what_is_unsigned_is_listed() -> None:
    found = invented(small())
    assert "people: elm.head" in found
    assert "contacts: police" not in found
    assert "safety_case" not in unsigned(small())
    assert "hazard_log" in unsigned(small())
    assert "calendar" in invented(load_directory(EXAMPLES / "ealing.yaml"))


def test_loading_the_same_file_changes_nothing() -> None:
    assert changes(small(), small()) == ()


def test_a_first_loading_is_counted() -> None:
    assert changes(None, small()) == (
        "Invented is new: 6 contacts, 0 neighbours, 1 team, 1 staff group, 3 schools, 9 people.",
    )


def test_what_loading_would_change_is_said_in_sentences() -> None:
    def change(data: dict[str, Any]) -> None:
        data["contacts"][3]["phone"] = "102"
        data["people"][-1].update(id="oak.newhead")
        del data["absences"]

    assert changes(small(), small(change)) == (
        "The contact police changes: phone.",
        "The person oak.newhead is added.",
        "The person oak.head goes.",
        "The absences change.",
    )


def test_a_directory_knows_its_contacts_by_id() -> None:
    assert small().contact("consultation_line") is None
    lado = small().contact("lado")
    assert lado is not None
    assert lado.phone == "0191 498 0003"
