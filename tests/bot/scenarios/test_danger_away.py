"""Danger while the database is away: kept, sent directly, written down once, whatever happens in between."""

import errno
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from bot.access import Denied
from bot.danger import WAIT_SECONDS, Kept
from bot.directory import rows
from bot.intake import Turn
from bot.judge import NoRules
from bot.living import LIVING
from bot.seams import Parcel
from bot.spool import Press
from dialogs.words import Words
from storage.errors import StoreBroken, StoreBusy, StoreFull
from storage.shapes import ConcernId, ConversationId, Identity, Person, PersonId
from tests.bot.scenarios.frail import away, frail, hurried, kept_by, sending_by
from tests.bot.scenarios.house import Scene, Talk, directories, open_house, words_of
from tests.bot.scenarios.telling import (
    CHAIR,
    DEPUTY,
    DSL,
    DUTY,
    HAPPENED,
    HEAD,
    LEADS,
    MANAGER,
    SENIOR,
    SW,
    TEACHER,
    pressed,
)
from tests.fakes import MONDAY, Hold, ListCourier, SetClock

EVERYBODY = sorted([*LEADS, HEAD, SENIOR, SW, DUTY])
STRANGER = "ealing.manager"
SPARE = 5
"""Seconds that a busy machine may add; without a bound it would be twenty."""


@pytest.fixture(autouse=True)
def remembering(scene: Scene) -> Iterator[None]:
    """A process that has looked at the directory once, as every process has."""
    scene.house.danger.refresh()
    yield
    scene.house.danger.close()


def kept(scene: Scene, what: str = "help_now", person: str = TEACHER) -> Kept:
    """A press while the database is away."""
    found = scene.house.danger.press(person, what)
    assert isinstance(found, Kept)
    scene.house.danger.direct.settle(60)
    return found


def the_press(scene: Scene) -> Press:
    """The only press in the spool."""
    (press,) = scene.house.danger.spool.kept()
    return press


def replayed(scene: Scene) -> Talk:
    """What is kept, written down; the teacher before the draft of it."""
    scene.house.danger.direct.settle(60)
    press = the_press(scene)
    assert scene.house.danger.replay() == 1
    assert scene.house.danger.spool.kept() == ()
    return Talk(scene.house, press.person, scene.house.intake.show(press.person, press.conversation))


ERRORS = [StoreBroken("away"), StoreBusy("locked"), StoreFull("no room"), RuntimeError("a fault of ours")]


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_the_screen_says_whom_to_ring_and_what_was_done(scene: Scene, error: Exception) -> None:
    with away(scene, error):
        found = kept(scene)
    said = words_of(found.screen)
    numbers = [one.phone for one in found.screen.numbers]
    assert numbers[0] == "999"
    assert len(numbers) >= 3
    assert all(phone in said for phone in numbers)
    assert "is kept and is being sent" in said
    assert the_press(scene).reference in said
    assert [one.id for one in found.screen.fields] == ["place", "callback"]


def test_what_was_kept_becomes_one_concern_of_that_instant_and_everybody_is_told(scene: Scene) -> None:
    with away(scene):
        kept(scene)
    press = the_press(scene)
    scene.clock.move(seconds=40)
    talk = replayed(scene)
    concern = scene.concern(talk.concern)
    assert (concern.id, concern.reference, concern.created_at) == (press.concern, press.reference, MONDAY)
    assert (concern.outcome, concern.branch, concern.reporter) == ("emergency", "danger", TEACHER)
    first = [row for row in scene.rows(concern.id) if row.step.step == 0]
    assert {row.step.due_at for row in first} == {scene.clock()}
    scene.courier.new()
    assert scene.deliver() == EVERYBODY
    assert talk.turn.screen.id == "emergency"


def test_the_draft_can_be_finished_as_if_nothing_had_been(scene: Scene) -> None:
    with away(scene):
        kept(scene)
    talk = replayed(scene)
    home = scene.house.desk.home(TEACHER)
    assert f"resume:{talk.turn.conversation}" in [action.to for action in home.actions]
    talk.say("emergency", {"place": "Room 4"}).say("happened", HAPPENED)
    assert len(scene.concerns()) == 1


def test_the_log_says_that_it_was_kept_and_who_was_told_meanwhile(scene: Scene) -> None:
    with away(scene):
        kept(scene)
    scene.clock.move(seconds=40)
    concern = replayed(scene).concern
    with scene.house.store.read() as unit:
        lines = unit.audit.entries(concern)
        assert unit.audit.verify(concern)
    assert (lines[0].kind, lines[0].at, lines[0].by) == ("danger_alerted", MONDAY, TEACHER)
    assert lines[0].about["spooled"] == 1
    assert lines[0].about["kept_until"] == scene.clock().isoformat()
    direct = [line for line in lines if line.kind == "sent_directly"]
    assert sorted(str(line.by) for line in direct) == EVERYBODY
    assert {(line.at, line.about["channel"]) for line in direct} == {(MONDAY, "list")}
    scene.deliver()
    again = [by for kind, by in scene.log_of(concern) if kind == "told_again"]
    assert sorted(map(str, again)) == EVERYBODY, "the ordinary alert goes all the same, and says that it is a repeat"


def test_ten_minutes_without_a_database_are_told_exactly(scene: Scene) -> None:
    """Who was told when, one concern for each of two people, and nothing of it twice."""
    start = scene.clock()
    with away(scene):
        kept(scene)
        scene.clock.move(minutes=5)
        kept(scene, "help_now_staff", "brentside.pastoral")
        for _ in range(20):
            scene.clock.move(seconds=15)
            assert scene.house.danger.replay() == 0
    assert (scene.clock() - start).total_seconds() == 600
    directly = [((one.at - start).total_seconds(), one.person) for one in scene.courier.handed]
    assert sorted(directly) == sorted([*((0, one) for one in EVERYBODY), *((300, one) for one in (DUTY, HEAD))])
    assert scene.house.danger.replay() == 2
    scene.courier.new()
    assert scene.deliver() == EVERYBODY
    assert scene.deliver() == []
    assert scene.later(minutes=3) == sorted({MANAGER, TEACHER, "brentside.pastoral", *EVERYBODY})
    open_danger, staff = scene.concerns()
    assert [(one.branch, (one.created_at - start).total_seconds()) for one in (open_danger, staff)] == [
        ("danger", 0), ("danger_staff", 300),
    ]  # fmt: skip
    history = [
        (row.step.role, row.step.round, row.step.step, (row.step.due_at - start).total_seconds(), row.state)
        for row in scene.rows(staff.id)
        if row.step.draw != LIVING
    ]
    assert sorted(history) == sorted(
        [
            ("duty_social_worker", 1, 0, 600.0, "sent"),
            ("head", 1, 0, 600.0, "sent"),
            ("team_manager", 1, 1, 780.0, "sent"),
            ("reporter", 1, 1, 780.0, "sent"),
            ("duty_social_worker", 2, 0, 780.0, "sent"),
            ("head", 2, 0, 780.0, "sent"),
            ("team_manager", 2, 1, 960.0, "waiting"),
            ("reporter", 2, 1, 960.0, "waiting"),
        ]
    )
    assert scene.house.watch.audit().unheard.ids == ()


def test_a_file_that_is_replayed_again_makes_nothing_new(scene: Scene) -> None:
    with away(scene):
        kept(scene)
    press = the_press(scene)
    talk = replayed(scene)
    lines, rows = scene.log_of(talk.concern), scene.rows(talk.concern)
    for again in (press, replace(press, reference="OTHER-1")):
        scene.house.danger.spool.keep(again)
        assert scene.house.danger.replay() == 1
    assert (scene.log_of(talk.concern), scene.rows(talk.concern)) == (lines, rows)
    assert len(scene.concerns()) == 1


def test_an_answer_changed_since_is_not_taken_back_by_a_late_replay(scene: Scene) -> None:
    with away(scene):
        kept(scene)
    press = the_press(scene)
    talk = replayed(scene).say("start", {"what": "help_now_staff"})
    scene.house.danger.spool.keep(press)
    assert scene.house.danger.replay() == 1
    assert scene.concern(talk.concern).restricted
    assert scene.house.intake.show(TEACHER, talk.turn.conversation).revision == 2


@pytest.mark.parametrize("first", ["ordinary", "replay"])
def test_an_ordinary_way_that_comes_through_late_makes_no_second_concern(scene: Scene, first: str) -> None:
    hasty, hold = hurried(scene, 0.05), Hold()
    danger, store = hasty.house.danger, frail(scene.house)
    store.held = hold
    found = kept(hasty)
    press = the_press(scene)
    store.held = None
    if first == "replay":
        assert danger.replay() == 1
    hold.go_on.set()
    danger._tries.shutdown(wait=True)
    if first == "ordinary":
        assert danger.replay() == 1
    (concern,) = scene.concerns()
    assert (concern.reference, concern.created_at) == (press.reference, MONDAY)
    assert press.reference in words_of(found.screen)
    assert danger.spool.kept() == ()


def test_a_database_that_hangs_keeps_nobody_waiting(scene: Scene) -> None:
    now, hold = hurried(scene, WAIT_SECONDS), Hold()
    frail(scene.house).held = hold
    people = [TEACHER, "brentside.pastoral", SENIOR, HEAD, DSL, DEPUTY, CHAIR, "alec-reed.teacher", "alec-reed.head"]
    began = time.monotonic()
    threads = [threading.Thread(target=now.house.danger.press, args=(one,)) for one in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert time.monotonic() - began < WAIT_SECONDS + SPARE
    assert len(scene.house.danger.spool.kept()) == len(people)
    hold.go_on.set()


def test_a_double_press_while_it_is_away_is_one_press(scene: Scene) -> None:
    with away(scene):
        first, second = kept(scene), kept(scene)
        assert words_of(first.screen) == words_of(second.screen)
        assert scene.courier.attempts == len(EVERYBODY)
    scene.clock.move(seconds=30)
    replayed(scene)
    assert pressed(scene).concern == scene.concerns()[0].id
    assert len(scene.concerns()) == 1


def test_a_press_two_minutes_later_is_another(scene: Scene) -> None:
    with away(scene):
        kept(scene)
        scene.clock.move(minutes=2)
        kept(scene)
    assert scene.house.danger.replay() == 2
    assert len(scene.concerns()) == 2


TOLD = [("help_now", EVERYBODY), ("help_now_staff", [DUTY, HEAD]), ("help_now_head", [CHAIR, DUTY])]


@pytest.mark.parametrize(("what", "people"), TOLD)
def test_the_direct_message_goes_to_whom_the_plan_tells_at_once_and_to_nobody_else(
    scene: Scene, what: str, people: list[str]
) -> None:
    with away(scene):
        kept(scene, what)
        press = the_press(scene)
        assert scene.courier.new() == sorted(people)
        assert {one.key for one in scene.courier.handed} == {f"{press.id}:{one}" for one in people}
        assert all(press.reference in repr(one.card) and TEACHER not in repr(one.card) for one in scene.courier.handed)
    replayed(scene)
    assert scene.deliver() == sorted(people)


def test_cover_and_absence_are_honoured_without_the_database(scene: Scene) -> None:
    scene.away(DSL, SW)
    scene.house.danger.refresh()
    with away(scene):
        kept(scene)
    assert scene.courier.new() == sorted(set(EVERYBODY) - {DSL, SW})


def test_at_a_comparison_school_no_council_worker_hears_of_it_directly(scene: Scene) -> None:
    with away(scene):
        kept(scene, person="alec-reed.teacher")
    assert {one.partition(".")[0] for one in scene.courier.new()} == {"alec-reed"}


def test_a_platform_that_refuses_too_leaves_the_press_kept(scene: Scene) -> None:
    scene.courier.down = True
    with away(scene):
        kept(scene)
    assert the_press(scene).told == ()
    scene.courier.down = False
    replayed(scene)
    assert scene.deliver() == EVERYBODY


def test_where_nothing_can_be_sent_without_the_database_nothing_is_claimed(scene: Scene) -> None:
    with away(scene):
        found = kept(sending_by(scene, couriers={}))
    assert "Nobody has been told yet" in words_of(found.screen)
    replayed(scene)


def test_a_page_that_only_shows_rows_counts_as_no_way(scene: Scene) -> None:
    page = ListCourier(scene.clock, channel="web")
    with away(scene):
        found = kept(sending_by(scene, couriers={"web": page}))
    assert "Nobody has been told yet" in words_of(found.screen)
    assert page.attempts == 0


class Broken(ListCourier):
    """A platform whose courier breaks."""

    def deliver(self, parcel: Parcel) -> str:
        raise RuntimeError(parcel.key)


def test_where_one_platform_breaks_the_next_is_tried_and_mail_is_the_last(scene: Scene) -> None:
    broken, mail = Broken(scene.clock, channel="odd"), ListCourier(scene.clock, channel="mail", last_resort=True)
    with away(scene):
        found = kept(sending_by(scene, couriers={"mail": mail, "odd": broken}))
    assert mail.new() == EVERYBODY
    assert {one.channel for one in the_press(scene).told} == {"mail"}
    assert "is being sent" in words_of(found.screen)


@dataclass
class Platform(ListCourier):
    """A platform that reaches only whom it has seen."""

    addresses: list[str] = field(default_factory=list)

    def address_of(self, to: Person, known: Sequence[Identity]) -> str | None:  # noqa: ARG002
        return next((one.address for one in known if one.channel == self.channel), None)

    def deliver(self, parcel: Parcel) -> str:
        self.addresses.append(parcel.address)
        return super().deliver(parcel)


def test_people_are_reached_where_they_were_last_seen(scene: Scene) -> None:
    platform = Platform(scene.clock, channel="platform")
    seen = Identity(
        person=PersonId(DSL), channel="platform", tenant="T1", address="U0DSL", state="active", touched_at=MONDAY
    )
    with scene.house.store.write() as unit:
        unit.identities.seen(seen)
        unit.commit()
    scene.house.danger.refresh()
    with away(scene):
        with pytest.raises(StoreBroken):
            scene.house.danger.refresh()
        kept(sending_by(scene, couriers={"platform": platform}))
    assert (platform.new(), platform.addresses) == ([DSL], ["U0DSL"])


def test_rules_that_break_without_the_database_leave_the_press_kept(scene: Scene) -> None:
    with away(scene):
        kept(sending_by(scene, judge=NoRules(vocabulary=scene.house.judge.vocabulary)))
    assert scene.courier.new() == EVERYBODY
    with away(scene):
        scene.clock.move(minutes=2)
        found = kept(sending_by(scene, words=Words({})))
    assert "Nobody has been told yet" in words_of(found.screen)
    assert scene.house.danger.replay() == 2


def full(path: Path, content: bytes) -> None:
    """A disk that takes nothing more."""
    raise OSError(errno.ENOSPC, "no room")


def test_a_full_disk_is_said_and_a_message_is_tried_all_the_same(scene: Scene) -> None:
    with away(scene, StoreFull("no room")):
        found = kept(replace(scene, house=kept_by(scene.house, write=full)))
    said = words_of(found.screen)
    assert found.press == ""
    assert "nobody has been told" in said
    assert "A message was tried all the same. Do not count on it." in said
    assert found.screen.numbers[0].phone == "999"
    assert scene.courier.new() == EVERYBODY
    assert scene.concerns() == ()


def test_the_place_and_the_number_reach_the_responders(scene: Scene) -> None:
    with away(scene):
        found = kept(scene)
        shown = scene.house.danger.add(TEACHER, found.press, {"place": "Room 4", "callback": "07700 900000"})
    assert "What you wrote is kept with the alert" in words_of(shown.screen)
    talk = replayed(scene)
    scene.deliver()
    opened = repr(scene.house.responding.open(DSL, talk.concern))
    assert "Room 4" in opened
    assert "07700 900000" in opened


def test_a_number_that_is_none_stands_beside_the_place(scene: Scene) -> None:
    with away(scene):
        found = kept(scene)
        scene.house.danger.add(TEACHER, found.press, {"place": "Room 4", "callback": "ask the office"})
    talk = replayed(scene)
    scene.deliver()
    assert "Room 4 ask the office" in repr(scene.house.responding.open(DSL, talk.concern))


def test_a_place_given_after_it_was_written_down_is_an_ordinary_answer(scene: Scene) -> None:
    with away(scene):
        found = kept(scene)
    talk = replayed(scene)
    turn = scene.house.danger.add(TEACHER, found.press, {"place": "Room 4", "callback": ""})
    assert isinstance(turn, Turn)
    assert (turn.conversation, turn.revision) == (talk.turn.conversation, 2)


def test_a_place_given_when_it_is_away_again_is_kept_again(scene: Scene) -> None:
    with away(scene):
        found = kept(scene)
    concern = replayed(scene).concern
    with away(scene):
        again = scene.house.danger.add(TEACHER, found.press, {"place": "Room 4", "callback": ""})
        assert isinstance(again, Kept)
    replayed(scene)
    scene.deliver()
    assert "Room 4" in repr(scene.house.responding.open(DSL, concern))
    assert len(scene.concerns()) == 1


def test_nobody_adds_to_somebody_elses_press(scene: Scene) -> None:
    with away(scene):
        found = kept(scene)
        with pytest.raises(Denied):
            scene.house.danger.add(HEAD, found.press, {"place": "elsewhere"})
    assert the_press(scene).place == ""


def test_the_first_screen_answered_while_it_is_away_is_written_into_the_same_conversation(scene: Scene) -> None:
    talk = scene.begin(TEACHER)
    with away(scene):
        found = scene.house.danger.answer(TEACHER, talk.turn.conversation, 0, "not_sure_safe")
        assert isinstance(found, Kept)
    after = replayed(scene)
    assert after.turn.conversation == talk.turn.conversation
    assert scene.concern(after.concern).branch == "danger"
    assert scene.deliver() == EVERYBODY
    again = scene.house.danger.answer(TEACHER, talk.turn.conversation, 0, "not_sure_safe")
    assert isinstance(again, Turn)
    assert len(scene.concerns()) == 1


def test_with_the_database_there_the_first_screen_is_answered_as_ever(scene: Scene) -> None:
    talk = scene.begin(TEACHER)
    turn = scene.house.danger.answer(TEACHER, talk.turn.conversation, 0, "help_now")
    assert isinstance(turn, Turn)
    assert (turn.conversation, turn.screen.id) == (talk.turn.conversation, "emergency")
    assert scene.deliver() == EVERYBODY


def test_changed_to_staff_while_it_is_away_the_concern_that_stands_is_shielded(scene: Scene) -> None:
    talk = pressed(scene)
    scene.deliver()
    with away(scene):
        scene.house.danger.answer(TEACHER, talk.turn.conversation, 1, "help_now_staff")
    replayed(scene)
    assert [one.id for one in scene.concerns()] == [talk.concern]
    assert scene.concern(talk.concern).restricted


def test_a_draft_discarded_meanwhile_does_not_take_the_press_with_it(scene: Scene) -> None:
    talk = scene.begin(TEACHER)
    with away(scene):
        scene.house.danger.answer(TEACHER, talk.turn.conversation, 0, "help_now")
    scene.house.intake.discard(TEACHER, talk.turn.conversation)
    scene.house.danger.direct.settle(60)
    assert scene.house.danger.replay() == 1
    assert scene.house.danger.replay() == 0
    assert scene.deliver() == EVERYBODY


def test_somebody_removed_from_the_directory_meanwhile_is_heard_all_the_same(scene: Scene) -> None:
    with away(scene):
        kept(scene)
    without(scene, TEACHER)
    assert scene.house.danger.replay() == 1
    (concern,) = scene.concerns()
    assert (concern.reporter, concern.school) == (TEACHER, "brentside")
    scene.courier.new()
    assert scene.deliver() == EVERYBODY


def without(scene: Scene, person: str) -> None:
    """The directory of Ealing, loaded again without somebody."""
    schools, people, absences, shifts = rows(directories()[0])
    with scene.house.store.write() as unit:
        unit.people.replace("ealing", schools, [one for one in people if one.id != person], absences, shifts)
        unit.commit()


def test_somebody_whom_the_database_never_knew_is_heard_if_this_process_did(scene: Scene) -> None:
    """As after a restore of an older copy."""
    press = a_press(scene, person="brentside.new", school="brentside", authority="ealing")
    scene.house.danger.spool.keep(press)
    assert scene.house.danger.replay() == 1
    assert scene.deliver() == EVERYBODY


def a_press(scene: Scene, **fields: str) -> Press:
    """A press that was kept some other day."""
    with away(scene):
        kept(scene)
    press = the_press(scene)
    scene.house.danger.spool.done(press)
    scene.courier.new()
    given = {"id": "other1", "conversation": "other1", "concern": "other2", "reference": "OTH-ER1", **fields}
    return replace(press, told=(), **given)  # type: ignore[arg-type]


def test_whoever_may_not_report_is_refused_when_it_is_written_down(scene: Scene) -> None:
    with away(scene):
        kept(scene, person=STRANGER)
        assert scene.courier.new() == []
    assert scene.house.danger.replay() == 0
    assert (scene.house.danger.spool.waiting(), scene.house.danger.spool.aside()) == (0, 1)
    assert scene.concerns() == ()


def test_with_the_database_there_whoever_may_not_report_is_refused_at_once(scene: Scene) -> None:
    with pytest.raises(Denied):
        scene.house.danger.press(STRANGER)
    assert scene.house.danger.spool.waiting() == 0


def test_a_press_that_breaks_keeps_none_of_the_others(scene: Scene) -> None:
    odd = a_press(scene, school="nowhere", authority="nowhere")
    scene.house.danger.spool.keep(odd)
    (scene.house.danger.spool.folder / "junk.press").write_bytes(b"junk")
    with away(scene):
        scene.clock.move(minutes=2)
        kept(scene)
    assert scene.house.danger.replay() == 1
    assert (scene.house.danger.spool.waiting(), scene.house.danger.spool.aside()) == (1, 1)


def test_a_reference_that_somebody_else_has_by_now_does_not_stop_the_alert(scene: Scene) -> None:
    taken = scene.concern(pressed(scene).concern).reference
    scene.house.danger.spool.keep(a_press(scene, reference=taken))
    assert scene.house.danger.replay() == 1
    assert scene.concern("other2").reference != taken


@pytest.mark.parametrize("same", [True, False])
def test_two_processes_each_write_down_what_they_kept(scene: Scene, same: bool, tmp_path: Path) -> None:
    folder = scene.house.danger.spool.folder if same else tmp_path / "other"
    clock, courier = SetClock(MONDAY), ListCourier(SetClock(MONDAY))
    other = Scene(open_house(scene.url, clock, courier, ids="two", holder="two", spool=folder), clock, courier)
    other.house.danger.refresh()
    with away(scene), away(other):
        kept(scene)
        kept(other, person="brentside.pastoral")
    other.house.danger.start()
    scene.house.danger.start()
    assert {one.reporter for one in scene.concerns()} == {TEACHER, "brentside.pastoral"}
    assert len(scene.concerns()) == 2
    other.house.close()


def test_the_next_process_writes_down_what_the_last_one_kept(scene: Scene) -> None:
    with away(scene):
        kept(scene)
    press = the_press(scene)
    house = open_house(scene.url, scene.clock, scene.courier, ids="next")
    house.danger.start()
    assert scene.concern(press.concern).reference == press.reference
    house.close()


def test_the_alarms_ring_for_it(scene: Scene) -> None:
    alarms: dict[str, Callable[[], object]] = {one.name: one.run for one in scene.house.alarms()}
    with away(scene):
        kept(scene)
    alarms["remember"]()
    alarms["replay"]()
    assert len(scene.concerns()) == 1


def test_ids_on_the_way_are_those_of_the_press(scene: Scene) -> None:
    with away(scene):
        found = kept(scene)
    press = the_press(scene)
    assert found.press == press.id == press.conversation
    assert scene.house.danger.replay() == 1
    with scene.house.store.read() as unit:
        conversation, entries = unit.conversations.load(ConversationId(press.id))
        assert conversation.concern == ConcernId(press.concern)
    assert [(one.screen, one.at) for one in entries] == [("start", MONDAY)]
