"""What social workers do besides concerns: drop-ins that staff book, and the log in two taps. Nothing about a child."""

from datetime import UTC, datetime, timedelta

import pytest

from dialogs.screens import Notice, Screen
from storage.shapes import Absence, PersonId, SchoolId
from tests.bot.scenarios.house import Scene, actions_of, words_of
from tests.bot.scenarios.telling import DSL, DUTY, HEAD, MANAGER, SW, TEACHER

OFFER = {
    "school": "brentside", "first": "2026-11-24", "starts": "12:30", "ends": "13:15", "minutes": "15",
    "room": "Room 4", "often": "once",
}  # fmt: skip
HERE = "Tuesday 24 November, 12:30 to 13:15, Room 4"


def press(scene: Scene, person: str, action: str, **raw: object) -> Screen:
    """What is shown after a press on somebody's own page."""
    return scene.house.desk.act(person, action, raw)


def home(scene: Scene, person: str) -> str:
    return words_of(scene.house.desk.home(person))


def buttons(scene: Scene, person: str) -> set[str]:
    return set(actions_of(scene.house.desk.home(person)))


def offered(scene: Scene, **changes: str) -> Screen:
    return press(scene, SW, "send_drop_in", **{**OFFER, **changes})


def slots(scene: Scene, person: str) -> list[str]:
    return [one.id for field in press(scene, person, "book").fields for one in field.choices]


def errors(screen: Screen) -> dict[str, str]:
    return {one.id: one.error for one in screen.fields if one.error}


# ── drop-ins


def test_staff_see_place_and_hours_and_book_a_slot_that_the_social_worker_sees(scene: Scene) -> None:
    assert "Staff see it now" in words_of(offered(scene))
    assert HERE in home(scene, TEACHER)
    first, *_ = free = slots(scene, TEACHER)
    assert len(free) == 3
    assert "Booked: Tuesday 24 November, 12:30, Room 4" in words_of(press(scene, TEACHER, "send_book", which=first))
    assert "Booked: Tuesday 24 November, 12:30, Room 4" in home(scene, TEACHER)
    assert "Booked: 12:30" in home(scene, SW)
    assert slots(scene, HEAD) == free[1:]


def test_a_double_click_offers_once(scene: Scene) -> None:
    for _ in range(2):
        assert "Staff see it now" in words_of(offered(scene))
    assert len(slots(scene, TEACHER)) == 3
    assert len([kind for kind in kinds(scene) if kind == "drop_in_offered"]) == 1


def kinds(scene: Scene) -> list[str]:
    """The kinds of lines of the log that belong to no concern."""
    with scene.house.store.read() as unit:
        return [one.kind for one in unit.audit.entries(None)]


def test_nobody_is_in_two_places_at_once(scene: Scene) -> None:
    offered(scene)
    again = offered(scene, starts="13:00", ends="13:30", room="Library")
    assert errors(again) == {
        "starts": "You hold another drop-in at that time: call it off first, or choose another time"
    }
    assert "Staff see it now" in words_of(offered(scene, starts="13:15", ends="13:45"))


def test_today_is_said_first(scene: Scene) -> None:
    offered(scene)
    scene.clock.move(days=1)
    assert f"Drop-in today: {HERE}" in home(scene, TEACHER)
    scene.clock.move(hours=6)
    assert HERE not in home(scene, TEACHER)


def test_a_slot_that_was_taken_meanwhile_is_said_to_be_gone_and_the_others_offered(scene: Scene) -> None:
    offered(scene)
    first, second, _ = slots(scene, TEACHER)
    press(scene, HEAD, "send_book", which=first)
    again = press(scene, TEACHER, "send_book", which=first)
    assert errors(again) == {"which": "Somebody else has just booked that slot: choose another"}
    assert again.fields[0].choices[0].id == second


def test_who_books_again_has_the_later_slot_only_and_can_give_it_back(scene: Scene) -> None:
    offered(scene)
    first, second, _ = slots(scene, TEACHER)
    for one in (first, second):
        press(scene, TEACHER, "send_book", which=one)
    assert first in slots(scene, HEAD)
    (mine,) = press(scene, TEACHER, "unbook").fields[0].choices
    assert "free again" in words_of(press(scene, TEACHER, "send_unbook", which=mine.id))
    assert second in slots(scene, HEAD)
    assert "unbook" not in buttons(scene, TEACHER)


def test_whoever_had_booked_is_told_when_a_drop_in_is_called_off(scene: Scene) -> None:
    offered(scene)
    press(scene, TEACHER, "send_book", which=slots(scene, TEACHER)[0])
    (one,) = press(scene, SW, "drop_in_off").fields[0].choices
    assert "Called off" in words_of(press(scene, SW, "send_drop_in_off", which=one.id))
    assert scene.deliver() == [TEACHER]
    assert "A drop-in that you booked is called off" in home(scene, TEACHER)
    assert HERE not in home(scene, TEACHER)
    assert words_of(press(scene, TEACHER, "book")).startswith("No slot is free")


def test_a_social_worker_who_is_away_is_not_shown_as_being_there(scene: Scene) -> None:
    offered(scene)
    with scene.house.store.write() as unit:
        unit.people.absence(Absence(person=PersonId(SW), start=scene.clock(), end=None, reason="sickness"))
        unit.commit()
    assert HERE not in home(scene, TEACHER)
    assert "book" not in buttons(scene, TEACHER)


def test_a_weekly_drop_in_leaves_out_the_days_without_pupils(scene: Scene) -> None:
    (notice,) = offered(scene, often="weekly").blocks
    assert isinstance(notice, Notice)
    days = [line.split(",")[0] for line in notice.lines]
    assert days[:4] == ["Tuesday 24 November", "Tuesday 1 December", "Tuesday 8 December", "Tuesday 15 December"]
    assert days[4].endswith("January")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"school": "elsewhere"}, "school"),
        ({"first": "2026-11-22"}, "first"),
        ({"first": "2026-11-28"}, "first"),
        ({"first": "soon"}, "first"),
        ({"starts": "noon"}, "starts"),
        ({"ends": "12:35"}, "ends"),
        ({"ends": "11:00"}, "ends"),
        ({"first": "2026-11-23", "starts": "07:00", "ends": "07:30"}, "ends"),
        ({"minutes": "17"}, "minutes"),
        ({"room": "  "}, "room"),
        ({"room": "x" * 61}, "room"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_said_beside_its_field_and_nothing_typed_is_lost(
    scene: Scene, changes: dict[str, str], field: str
) -> None:
    again = offered(scene, **changes)
    assert field in errors(again)
    assert {one.id: one.value for one in again.fields} == {**OFFER, **changes}
    assert "drop_in_off" not in buttons(scene, SW), "nothing was offered"


@pytest.mark.parametrize(
    ("person", "may"),
    [(SW, {"drop_in"}), (TEACHER, set()), (DSL, set()), (MANAGER, set()), (DUTY, set())],
)  # fmt: skip
def test_only_who_serves_a_school_offers_drop_ins(scene: Scene, person: str, may: set[str]) -> None:
    assert buttons(scene, person) & {"drop_in", "drop_in_off", "book"} == may
    if not may:
        assert "Staff see it now" not in words_of(press(scene, person, "send_drop_in", **OFFER))


def test_nobody_of_another_school_or_the_council_books(scene: Scene) -> None:
    offered(scene)
    slot = slots(scene, TEACHER)[0]
    for person in ("villiers.teacher", SW, MANAGER):
        assert "Booked:" not in words_of(press(scene, person, "send_book", which=slot))


# ── the log


def test_two_taps_log_what_was_done_and_the_next_time_it_stands_there(scene: Scene) -> None:
    form = press(scene, SW, "log_teaching")
    values = {one.id: one.value for one in form.fields}
    assert "Logged" in words_of(press(scene, SW, form.actions[0].id, **values))
    assert "Teaching, 30 minutes" in home(scene, SW)
    scene.clock.move(minutes=1)
    press(scene, SW, "send_log_teaching", **{**values, "minutes": "90"})
    again = {one.id: one.value for one in press(scene, SW, "log_teaching").fields}
    assert again == {**values, "minutes": "90"}


def test_the_last_entry_can_be_taken_back_and_counts_no_more(scene: Scene) -> None:
    form = press(scene, SW, "log_consultation")
    press(scene, SW, "send_log_consultation", **{one.id: one.value for one in form.fields})
    assert len(sums(scene)) == 1
    assert "Taken back" in words_of(press(scene, SW, "send_log_back", which=entries(scene)[0]))
    assert sums(scene) == []
    assert "Nothing is logged" in words_of(press(scene, SW, "log_back"))


def entries(scene: Scene) -> list[str]:
    """The entries that can be taken back."""
    return [one.id for field in press(scene, SW, "log_back").fields for one in field.choices]


def test_a_double_click_takes_back_one_entry_only(scene: Scene) -> None:
    logged(scene, "log_consultation", "log_teaching", "log_staff_meeting")
    last = entries(scene)[0]
    assert "Taken back" in words_of(press(scene, SW, "send_log_back", which=last))
    assert errors(press(scene, SW, "send_log_back", which=last)) == {"which": "Choose an entry that stands here"}
    assert len(sums(scene)) == 2


def logged(scene: Scene, *kinds: str) -> None:
    """Each kind as its form stands."""
    for kind in kinds:
        form = press(scene, SW, kind)
        press(scene, SW, form.actions[0].id, **{one.id: one.value for one in form.fields})


def test_a_double_click_logs_once_and_the_same_again_later_is_another(scene: Scene) -> None:
    logged(scene, "log_teaching")
    scene.clock.move(seconds=2)
    logged(scene, "log_teaching")
    assert len(entries(scene)) == 1
    scene.clock.move(minutes=1)
    logged(scene, "log_teaching")
    assert len(entries(scene)) == 2


def sums(scene: Scene) -> list[tuple[str, int]]:
    with scene.house.store.read() as unit:
        since = scene.clock() - timedelta(days=7)
        found = unit.visits.sums([SchoolId("brentside"), SchoolId("villiers")], since, datetime(2027, 1, 1, tzinfo=UTC))
    return [(one.kind, one.minutes) for one in found]


def test_an_entry_for_another_day_is_kept_for_that_day(scene: Scene) -> None:
    form = press(scene, SW, "log_teaching")
    values = {one.id: one.value for one in form.fields}
    day = next(one for one in form.fields if one.id == "day").choices[3]
    press(scene, SW, "send_log_teaching", **values)
    scene.clock.move(minutes=1)
    assert day.label in words_of(press(scene, SW, "send_log_teaching", **{**values, "day": day.id}))
    first = press(scene, SW, "log_back").fields[0].choices[0]
    assert day.label in first.label, "the last that was written down, not the last day"


@pytest.mark.parametrize("wrong", [{"school": "elsewhere"}, {"minutes": "5000"}, {"day": "2026-01-01"}])
def test_an_entry_that_was_not_offered_is_refused_beside_its_field(scene: Scene, wrong: dict[str, str]) -> None:
    form = press(scene, SW, "log_teaching")
    values = {one.id: one.value for one in form.fields}
    assert set(errors(press(scene, SW, "send_log_teaching", **{**values, **wrong}))) == set(wrong)
    assert sums(scene) == []


@pytest.mark.parametrize(
    ("person", "logs"), [(SW, True), (DUTY, True), (TEACHER, False), (DSL, False), (MANAGER, False)]
)
def test_only_social_workers_log(scene: Scene, person: str, logs: bool) -> None:
    assert ("log_teaching" in buttons(scene, person)) is logs
