"""Away and back, swaps of the rota, who is pointed to what, and that cover's access ends with the cover."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.access import Denied
from bot.directory import rows
from dialogs.screens import Screen
from storage.shapes import Absence, PersonId, Shift
from tests.bot.scenarios.house import Scene, actions_of, directories, words_of
from tests.bot.scenarios.telling import DSL, DUTY, HEAD, LEADS, MANAGER, SECOND_DUTY, SW, TEACHER, sent

OTHER = PersonId(SECOND_DUTY)
FURTHER = {"until": "further_notice", "reason": "sickness"}


def press(scene: Scene, person: str, action: str, **raw: object) -> Screen:
    """What is shown after a press on somebody's own page."""
    return scene.house.desk.act(person, action, raw)


def two_duty_workers(scene: Scene) -> None:
    """Somebody said that the first of the two duty workers is on duty this week."""
    with scene.house.store.write() as unit:
        unit.people.swap(shift(DUTY, scene.clock(), days=7))
        unit.commit()


def one_duty_worker(scene: Scene) -> None:
    """The second duty worker leaves the directory."""
    schools, people, absences, _ = rows(directories()[0])
    with scene.house.store.write() as unit:
        unit.people.replace("ealing", schools, [one for one in people if one.id != OTHER], absences)
        unit.commit()


def shift(person: str, start: datetime, **span: float) -> Shift:
    """A shift of Ealing's rota."""
    return Shift(
        authority="ealing", person=PersonId(person), start=start, end=start + timedelta(**span), source="person"
    )


def away(scene: Scene) -> list[str]:
    """The school's social worker says so; who was told by it."""
    assert "is away from now on" in words_of(press(scene, SW, "send_away", **FURTHER))
    return scene.deliver()


def opens(scene: Scene, person: str, concern: str) -> bool:
    """Whether somebody may open it."""
    try:
        scene.house.responding.open(person, concern)
    except Denied:
        return False
    return True


# ── away and back


def test_who_becomes_cover_is_pointed_to_each_grave_concern_that_nobody_has_once(scene: Scene) -> None:
    waits, also, has, mild = (sent(scene, kind) for kind in ("section_17", "section_47", "section_17", "early_help"))
    scene.deliver()
    scene.house.responding.have(DSL, has)
    scene.deliver()
    scene.later(minutes=1)
    assert away(scene) == [DUTY]
    assert len([one for one in scene.courier.handed if one.person == DUTY]) == 2
    assert {opens(scene, DUTY, one) for one in (waits, also)} == {True}
    for concern in (waits, also):
        assert ("covers", DUTY) in scene.log_of(concern)
    assert [("covers", DUTY) in scene.log_of(one) for one in (has, mild)] == [False, False]
    assert scene.house.cover.look() == 0
    assert scene.later(minutes=1) == []
    assert "You are covering" in next(one.card.title for one in scene.courier.handed if one.person == DUTY)


def test_cover_begins_and_ends_with_the_cover(scene: Scene) -> None:
    concern = sent(scene, "section_17")
    scene.deliver()
    assert not opens(scene, DUTY, concern)
    scene.later(minutes=1)
    away(scene)
    assert opens(scene, DUTY, concern)
    scene.later(minutes=1)
    assert "is back" in words_of(press(scene, SW, "send_back"))
    assert not opens(scene, DUTY, concern)
    assert opens(scene, SW, concern)


def test_a_social_worker_who_comes_back_is_told_of_what_came_meanwhile(scene: Scene) -> None:
    away(scene)
    concern = sent(scene, "section_17")
    assert scene.deliver() == sorted([*LEADS, DUTY])
    scene.later(minutes=1)
    press(scene, SW, "send_back")
    assert scene.deliver() == [SW]
    assert ("takes_part", SW) in scene.log_of(concern)


def test_a_manager_says_it_for_somebody_who_is_ill_until_a_day_and_the_absence_ends_by_itself(scene: Scene) -> None:
    raw = {"who": SW, "until": "2026-11-25", "reason": "sickness"}
    assert "Dariusz Kestrelham is away" in words_of(press(scene, MANAGER, "send_away", **raw))
    home = words_of(scene.house.desk.home(MANAGER))
    assert "Away: Dariusz Kestrelham: Wednesday 25 November" in home
    assert "sickness" not in home.lower()
    with scene.house.store.read() as unit:
        assert unit.people.absent(PersonId(SW), datetime(2026, 11, 24, 23, 59, tzinfo=UTC))
        assert not unit.people.absent(PersonId(SW), datetime(2026, 11, 25, 0, 0, tzinfo=UTC))


def test_a_manager_says_who_is_back(scene: Scene) -> None:
    press(scene, MANAGER, "send_away", who=SW, **FURTHER)
    form = press(scene, MANAGER, "back_again")
    assert [choice.id for choice in form.fields[0].choices] == [SW]
    scene.clock.move(minutes=1)
    assert "Dariusz Kestrelham is back" in words_of(press(scene, MANAGER, "send_back", who=SW))
    assert "back_again" not in actions_of(scene.house.desk.home(MANAGER))


@pytest.mark.parametrize(
    ("person", "raw"),
    [
        (TEACHER, FURTHER),
        (DSL, FURTHER),
        (HEAD, {"who": SW, **FURTHER}),
        ("ealing.student-1", FURTHER),
    ],
)
def test_nobody_else_says_that_somebody_is_away(scene: Scene, person: str, raw: dict[str, object]) -> None:
    for action in ("away", "send_away", "send_back", "back_again", "swap", "send_swap"):
        shown = press(scene, person, action, **raw)
        assert (shown.id, "This was not done" in words_of(shown)) == ("home", True)
    with scene.house.store.read() as unit:
        assert unit.people.absences_of_all("ealing") == ()
        assert ("access_refused", person) in [(one.kind, one.by) for one in unit.audit.entries(None)]


def test_a_worker_says_it_of_nobody_but_themselves_and_a_manager_of_nobody_outside_the_team(scene: Scene) -> None:
    press(scene, SW, "send_away", who="villiers.sw", **FURTHER)
    press(scene, MANAGER, "send_away", who=DSL, **FURTHER)
    press(scene, MANAGER, "send_away", who="gateshead.duty", **FURTHER)
    with scene.house.store.read() as unit:
        assert [one.person for one in unit.people.absences_of_all("ealing")] == [SW]
        assert unit.people.absences(PersonId("gateshead.duty")) == ()


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"until": "2026-11-23"}, "until"),
        ({"until": "2026-11-22"}, "until"),
        ({"until": "2029-01-01"}, "until"),
        ({"until": "soon"}, "until"),
        ({"until": 7}, "until"),
        ({"reason": "hangover"}, "reason"),
        ({"reason": ("leave",)}, "reason"),
    ],
)
def test_what_makes_no_sense_is_asked_again(scene: Scene, wrong: dict[str, object], field: str) -> None:
    shown = press(scene, SW, "send_away", **{**FURTHER, **wrong})
    assert [one.id for one in shown.fields if one.error] == [field]
    kept = {one.id: one.value for one in shown.fields if not one.error}
    assert kept == {key: value for key, value in FURTHER.items() if key != field}
    with scene.house.store.read() as unit:
        assert unit.people.absences_of_all("ealing") == ()


def test_what_is_said_last_counts(scene: Scene) -> None:
    press(scene, SW, "send_away", **FURTHER)
    scene.clock.move(minutes=1)
    press(scene, MANAGER, "send_away", who=SW, until="2026-11-24", reason="training")
    with scene.house.store.read() as unit:
        assert not unit.people.absent(PersonId(SW), datetime(2026, 11, 24, 0, 0, tzinfo=UTC))


# ── swaps


def test_a_duty_worker_gives_today_away_and_the_colleague_is_pointed_to_what_is_covered(scene: Scene) -> None:
    two_duty_workers(scene)
    away(scene)
    concern = sent(scene, "section_17")
    assert DUTY in scene.deliver()
    scene.later(minutes=1)
    assert not opens(scene, OTHER, concern)
    text = words_of(press(scene, DUTY, "send_swap", who=OTHER, first="2026-11-23", last=""))
    assert "Ottoline Fenwhistle takes these days" in text
    assert scene.deliver() == [OTHER]
    assert opens(scene, OTHER, concern)


def test_who_covered_yesterday_and_is_not_on_duty_today_opens_nothing_any_more(scene: Scene) -> None:
    two_duty_workers(scene)
    away(scene)
    concern = sent(scene, "section_17")
    scene.deliver()
    scene.house.responding.have(DSL, concern)
    assert opens(scene, DUTY, concern)
    press(scene, DUTY, "send_swap", who=OTHER, first="2026-11-24", last="2026-11-25")
    assert opens(scene, DUTY, concern)
    scene.clock.now = datetime(2026, 11, 24, 0, 0, tzinfo=UTC)
    assert scene.house.cover.look() == 0
    assert (opens(scene, DUTY, concern), opens(scene, OTHER, concern)) == (False, True)
    scene.clock.now = datetime(2026, 11, 26, 0, 0, tzinfo=UTC)
    assert (opens(scene, DUTY, concern), opens(scene, OTHER, concern)) == (True, False)


def test_when_a_shift_begins_whoever_covers_from_then_on_is_pointed_to_what_nobody_has(scene: Scene) -> None:
    two_duty_workers(scene)
    away(scene)
    concern = sent(scene, "section_17")
    scene.deliver()
    press(scene, DUTY, "send_swap", who=OTHER, first="2026-11-24", last="2026-11-25")
    assert scene.house.cover.look() == 0
    scene.clock.now = datetime(2026, 11, 24, 0, 0, tzinfo=UTC)
    assert [scene.house.cover.look() for _ in range(2)] == [1, 0]
    assert ("covers", OTHER) in scene.log_of(concern)


def test_who_takes_the_rota_over_is_not_pointed_to_what_no_duty_worker_has_to_do_with(scene: Scene) -> None:
    two_duty_workers(scene)
    sent(scene, "section_17")
    scene.deliver()
    scene.later(minutes=1)
    press(scene, MANAGER, "send_swap", who=OTHER, first="2026-11-23", last="2026-11-23")
    assert scene.deliver() == []


def test_a_swap_within_a_swap_leaves_the_other_days_as_they_were_said(scene: Scene) -> None:
    two_duty_workers(scene)
    press(scene, MANAGER, "send_swap", who=OTHER, first="2026-11-24", last="2026-11-28")
    press(scene, MANAGER, "send_swap", who=DUTY, first="2026-11-26", last="2026-11-26")
    with scene.house.store.read() as unit:
        roll = scene.house.places.rolls.of(unit, "ealing")
    noons = [datetime(2026, 11, day, 12, tzinfo=UTC) for day in range(23, 30)]
    assert [next(iter(roll.on_duty(noon))) for noon in noons] == [DUTY, OTHER, OTHER, DUTY, OTHER, OTHER, DUTY]


def test_a_duty_worker_gives_only_days_that_are_theirs_and_only_while_on_duty(scene: Scene) -> None:
    two_duty_workers(scene)
    press(scene, MANAGER, "send_swap", who=OTHER, first="2026-11-25", last="")
    shown = press(scene, DUTY, "send_swap", who=OTHER, first="2026-11-24", last="2026-11-26")
    assert [one.error for one in shown.fields if one.error] == ["Choose days on which you are on duty"]
    assert "swap" not in actions_of(scene.house.desk.home(OTHER))
    assert "This was not done" in words_of(press(scene, OTHER, "send_swap", who=DUTY, first="2026-11-23"))


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"who": SW}, "who"),
        ({"who": "gateshead.duty"}, "who"),
        ({"first": "2026-11-22"}, "first"),
        ({"last": "2026-11-20"}, "first"),
        ({"last": "2027-11-20"}, "first"),
        ({"first": ""}, "first"),
    ],
)
def test_a_swap_that_makes_no_sense_is_asked_again(scene: Scene, wrong: dict[str, object], field: str) -> None:
    two_duty_workers(scene)
    shown = press(scene, MANAGER, "send_swap", **{"who": OTHER, "first": "2026-11-24", "last": "", **wrong})
    assert [one.id for one in shown.fields if one.error] == [field]
    with scene.house.store.read() as unit:
        assert {one.person for one in unit.people.shifts("ealing") if one.source == "person"} == {DUTY}


def test_nobody_swaps_where_there_is_no_other_duty_worker(scene: Scene) -> None:
    one_duty_worker(scene)
    assert "swap" not in actions_of(scene.house.desk.home(MANAGER))
    assert "This was not done" in words_of(press(scene, MANAGER, "swap"))


# ── what people see


def test_staff_see_who_covers_and_never_why(scene: Scene) -> None:
    assert "Social worker of your school: Dariusz Kestrelham" in words_of(scene.house.desk.home(TEACHER))
    concern = sent(scene, "section_17")
    scene.later(minutes=1)
    press(scene, SW, "send_away", until="further_notice", reason="sickness")
    for screen in (scene.house.desk.home(TEACHER), scene.house.desk.receipt(TEACHER, concern)):
        text = words_of(screen)
        assert "Social worker of your school: Dariusz Kestrelham" in text
        assert "Bram Wrenfield covers while Dariusz Kestrelham is away." in text
        assert "sick" not in text.lower()


def test_staff_see_that_nobody_covers_or_that_the_post_is_not_filled(scene: Scene) -> None:
    press(scene, MANAGER, "send_away", who=SW, **FURTHER)
    press(scene, MANAGER, "send_away", who=DUTY, **FURTHER)
    press(scene, MANAGER, "send_away", who=OTHER, **FURTHER)
    assert "nobody covers now" in words_of(scene.house.desk.home(TEACHER))
    press(scene, DUTY, "send_back")
    text = words_of(scene.house.desk.home("ealing-alternative-provision.teacher"))
    assert "Bram Wrenfield covers: your school has no social worker of its own now" in text


def test_a_comparison_school_reads_of_no_social_worker_and_no_cover(scene: Scene) -> None:
    press(scene, MANAGER, "send_away", who=SW, **FURTHER)
    text = words_of(scene.house.desk.home("featherstone.teacher"))
    assert "no social worker in the programme" in text
    assert "covers" not in text


def test_an_away_worker_sees_it_and_can_come_back(scene: Scene) -> None:
    home = scene.house.desk.home(SW)
    assert "away" in actions_of(home)
    press(scene, SW, "send_away", **FURTHER)
    home = scene.house.desk.home(SW)
    assert "You are away. Back: Until further notice" in words_of(home)
    assert "send_back" in actions_of(home)
    assert "away" not in actions_of(home)


def test_a_manager_sees_a_count_of_mild_concerns_that_went_round_unseen_and_opens_none(scene: Scene) -> None:
    concern = sent(scene, "early_help")
    sent(scene, "early_help", "featherstone.teacher")
    scene.deliver()
    assert "went round unseen" not in words_of(scene.house.desk.home(MANAGER))
    for _ in range(6):
        scene.later(days=1)
    text = words_of(scene.house.desk.home(MANAGER))
    assert "went round unseen: 1" in text
    assert scene.concern(concern).reference not in text
    assert not opens(scene, MANAGER, concern)
    scene.house.responding.open(DSL, concern)
    assert "went round unseen" not in words_of(scene.house.desk.home(MANAGER))


def test_a_manager_sees_who_is_on_duty_and_whether_all_are_there(scene: Scene) -> None:
    text = words_of(scene.house.desk.home(MANAGER))
    assert "On duty: Bram Wrenfield" in text
    assert "Away: Nobody" in text
    assert "On duty" not in words_of(scene.house.desk.home(SW))


def test_an_absence_from_the_directory_is_covered_as_one_that_was_pressed(scene: Scene) -> None:
    concern = sent(scene, "section_17")
    scene.deliver()
    scene.clock.move(minutes=1)
    with scene.house.store.write() as unit:
        unit.people.absence(Absence(person=PersonId(SW), start=scene.clock(), end=None, reason="leave"))
        unit.commit()
    assert scene.house.cover.look() == 1
    assert scene.deliver() == [DUTY]
    assert opens(scene, DUTY, concern)


def test_nothing_of_a_comparison_school_is_pointed_to_anybody(scene: Scene) -> None:
    sent(scene, "section_17", "featherstone.teacher")
    scene.deliver()
    scene.later(minutes=1)
    assert away(scene) == []


# ── in lesson


@pytest.mark.parametrize(("minutes", "until"), [("15", "10:15"), ("30", "10:30"), ("45", "10:45"), ("60", "11:00")])
def test_a_lead_is_left_alone_for_an_hour_at_most_and_sees_until_when(scene: Scene, minutes: str, until: str) -> None:
    assert f"In lesson until {until}" in words_of(press(scene, DSL, "send_in_lesson", minutes=minutes))
    home = scene.house.desk.home(DSL)
    assert f"In lesson until {until}" in words_of(home)
    assert "free_again" in actions_of(home)
    with scene.house.store.read() as unit:
        assert unit.people.quiet_until(PersonId(DSL)) == scene.clock() + timedelta(minutes=int(minutes))


def test_who_is_free_again_is_told_from_then_on(scene: Scene) -> None:
    press(scene, DSL, "send_in_lesson", minutes="60")
    scene.clock.move(minutes=5)
    assert "You are free again" in words_of(press(scene, DSL, "free_again"))
    home = scene.house.desk.home(DSL)
    assert "In lesson until" not in words_of(home)
    assert "in_lesson" in actions_of(home)
    with scene.house.store.read() as unit:
        assert unit.people.quiet_now(scene.clock()) == {}


def quiet_until(scene: Scene) -> datetime | None:
    """Until when the lead is left alone, as it is written down."""
    with scene.house.store.read() as unit:
        return unit.people.quiet_until(PersonId(DSL))


def test_pressing_again_never_holds_alerts_longer_than_an_hour_from_the_first_press(scene: Scene) -> None:
    end = scene.clock() + timedelta(minutes=60)
    press(scene, DSL, "send_in_lesson", minutes="45")
    scene.clock.move(minutes=40)
    assert "In lesson until 11:00" in words_of(press(scene, DSL, "send_in_lesson", minutes="45"))
    shown = press(scene, DSL, "send_in_lesson", minutes="30")
    assert shown.fields[0].error == "Alerts wait an hour at most. Yours wait until 11:00"
    assert quiet_until(scene) == end
    press(scene, DSL, "free_again")
    scene.clock.move(minutes=5)
    press(scene, DSL, "send_in_lesson", minutes="60")
    assert quiet_until(scene) == end
    scene.clock.move(minutes=15)
    press(scene, DSL, "send_in_lesson", minutes="60")
    assert quiet_until(scene) == end + timedelta(minutes=60)


def test_a_lesson_may_be_made_shorter(scene: Scene) -> None:
    press(scene, DSL, "send_in_lesson", minutes="60")
    press(scene, DSL, "send_in_lesson", minutes="15")
    assert quiet_until(scene) == scene.clock() + timedelta(minutes=15)


def test_a_lesson_that_ends_in_more_than_an_hour_because_the_clock_was_set_back_is_none(scene: Scene) -> None:
    press(scene, DSL, "send_in_lesson", minutes="60")
    scene.clock.move(hours=-2)
    home = scene.house.desk.home(DSL)
    assert "In lesson until" not in words_of(home)
    assert "in_lesson" in actions_of(home)
    press(scene, DSL, "send_in_lesson", minutes="15")
    assert quiet_until(scene) == scene.clock() + timedelta(minutes=15)


@pytest.mark.parametrize("minutes", ["61", "90", "0", "-5", "", "999999", 15, ("15",), None])
def test_no_other_time_is_taken(scene: Scene, minutes: object) -> None:
    shown = press(scene, DSL, "send_in_lesson", minutes=minutes)
    assert shown.fields[0].error
    with scene.house.store.read() as unit:
        assert unit.people.quiet_until(PersonId(DSL)) is None


@pytest.mark.parametrize("person", [TEACHER, SW, DUTY, MANAGER, "brentside.chair"])
def test_nobody_but_leaders_of_a_school_asks_to_be_left_alone(scene: Scene, person: str) -> None:
    assert "in_lesson" not in actions_of(scene.house.desk.home(person))
    for action in ("in_lesson", "send_in_lesson", "free_again"):
        assert "This was not done" in words_of(press(scene, person, action, minutes="15"))
    with scene.house.store.read() as unit:
        assert unit.people.quiet_now(scene.clock()) == {}


@pytest.mark.parametrize("action", ["erase", "", "__init__", "have", "send_question"])
def test_an_unknown_press_on_ones_own_page_shows_the_page_as_it_stands(scene: Scene, action: str) -> None:
    shown = press(scene, DSL, action)
    assert shown.id == "home"
    assert "There is no such button" in words_of(shown)


# ── what the ladder told duty


def reached_duty(scene: Scene) -> str:
    """A concern whose ladder has reached the first duty worker, who is on duty for this week."""
    two_duty_workers(scene)
    concern = sent(scene, "section_47")
    scene.deliver()
    assert DUTY in scene.later(minutes=15)
    assert opens(scene, DUTY, concern)
    return concern


def test_what_the_ladder_told_a_duty_worker_is_shut_to_them_when_their_duty_is_over(scene: Scene) -> None:
    concern = reached_duty(scene)
    swapped_away(scene)
    assert not opens(scene, DUTY, concern)
    assert concern not in str(scene.house.desk.home(DUTY))


def test_a_duty_worker_who_has_it_keeps_it_over_the_end_of_their_duty_until_it_runs_out(scene: Scene) -> None:
    concern = reached_duty(scene)
    scene.house.responding.have(DUTY, concern)
    swapped_away(scene)
    assert opens(scene, DUTY, concern)
    scene.clock.move(hours=2)
    assert not opens(scene, DUTY, concern)


def swapped_away(scene: Scene) -> None:
    """From now on the other one is on duty."""
    with scene.house.store.write() as unit:
        unit.people.swap(shift(SECOND_DUTY, scene.clock(), days=7))
        unit.commit()
