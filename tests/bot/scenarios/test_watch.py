"""The auditor: what it finds, when it beats, whom it tells, and what a health page reads of it."""

from dataclasses import asdict

import pytest

from bot.health import Figures, look_at
from bot.intake import Turn
from bot.seams import Refused
from storage.oversight import Found
from storage.shapes import ConcernId
from tests.bot.scenarios.house import Scene, open_house, words_of
from tests.bot.scenarios.telling import DSL, SIGNS, TEACHER, sent, to_signs
from tests.fakes import ListCourier

BEAT = "watch_beat"


def beat(scene: Scene) -> str | None:
    """The last heartbeat that was kept."""
    with scene.house.store.read() as unit:
        return unit.settings.get(BEAT)


def figures(scene: Scene) -> Figures:
    """What the health page shows now."""
    return look_at(scene.house.store, scene.house.watch, scene.clock)()


def lose(scene: Scene, concern: str) -> None:
    """Take every waiting row of a concern away, as no code of ours does."""
    with scene.house.store.write() as unit:
        unit.outbox.cancel(ConcernId(concern), "until_had")
        unit.commit()


def give_up(scene: Scene, concern: str) -> None:
    """Nobody tries any more to tell whoever is due now."""
    with scene.house.store.write() as unit:
        for row in unit.outbox.of_concern(ConcernId(concern)):
            if row.step.due_at <= scene.clock() and row.step.chain == "until_had":
                unit.outbox.failed(row.id, None, "blocked")
        unit.commit()


def nobody_yet(scene: Scene, concern: str) -> list[str]:
    """Why the reporter is told outside the plan that nobody has it."""
    rows = (row.step for row in scene.rows(concern))
    return [one.reason for one in rows if (one.chain, one.draw) == ("notice", "nobody_yet")]


def test_a_good_round_beats_and_says_so(scene: Scene) -> None:
    sent(scene)
    found = scene.house.watch.audit()
    assert found.good
    assert beat(scene) == scene.clock().isoformat()
    assert figures(scene).audit_age == 0


def test_the_beat_stops_while_a_concern_is_unheard(scene: Scene) -> None:
    concern = sent(scene)
    scene.house.watch.audit()
    first = beat(scene)
    lose(scene, concern)
    scene.clock.move(minutes=1)
    assert scene.house.watch.audit().unheard == Found(count=1, ids=(concern,))
    assert beat(scene) == first
    assert figures(scene).unheard == 1


def test_the_beat_stops_while_the_sender_is_stuck_and_goes_on_when_it_sends(scene: Scene) -> None:
    sent(scene)
    scene.clock.move(minutes=11)
    # Three who are told at once, and the reporter's own message.
    assert scene.house.watch.audit().stuck.count == 4
    assert beat(scene) is None
    assert figures(scene).overdue == 4
    scene.deliver()
    assert scene.house.watch.audit().good
    assert beat(scene) is not None


def test_the_beat_stops_when_nobody_makes_the_rounds(scene: Scene) -> None:
    talk = to_signs(scene).say("signs", {"signs": (SIGNS["section_47"][1],)})
    scene.clock.move(minutes=36)
    found = scene.house.watch.audit()
    assert found.unreminded == Found(count=1, ids=(talk.turn.conversation,))
    assert (beat(scene), figures(scene).unreminded) == (None, 1)
    scene.house.rounds.make()
    assert scene.house.watch.audit().good


@pytest.mark.parametrize("how", ["opened", "had", "decided"])
def test_what_somebody_looks_after_needs_no_row(scene: Scene, how: str) -> None:
    concern = sent(scene)
    scene.deliver()
    if how == "opened":
        scene.house.responding.open(DSL, concern)
    else:
        scene.house.responding.have(DSL, concern)
    lose(scene, concern)
    assert scene.house.watch.audit().good


def test_when_the_press_expires_with_nothing_behind_it_the_auditor_finds_it(scene: Scene) -> None:
    concern = sent(scene)
    scene.deliver()
    scene.house.responding.have(DSL, concern)
    with scene.house.store.write() as unit:
        unit.outbox.cancel(ConcernId(concern), "until_decided")
        unit.commit()
    scene.deliver()
    scene.clock.move(minutes=59)
    assert scene.house.watch.audit().good
    scene.clock.move(minutes=1)
    assert scene.house.watch.audit().unheard.ids == (concern,)


def test_rows_given_up_are_counted_and_do_not_silence_the_beat(scene: Scene) -> None:
    concern = sent(scene)
    give_up(scene, concern)
    found = scene.house.watch.audit()
    assert (found.undeliverable.count, found.good) == (3, True)
    assert (figures(scene).undeliverable, figures(scene).unreached) == (3, 1)


# ── nobody could be told


def test_the_reporter_hears_at_once_when_every_row_of_a_step_was_given_up(scene: Scene) -> None:
    concern = sent(scene, "early_help")
    give_up(scene, concern)
    for _ in range(3):
        assert scene.house.watch.audit().unreached == Found(count=1, ids=(concern,))
        scene.clock.move(minutes=1)
    assert nobody_yet(scene, concern) == ["nobody_reached_1"]
    assert TEACHER in scene.deliver()
    title = next(one.card.title for one in scene.courier.handed if one.person == TEACHER)
    assert title.startswith("Nobody has your safeguarding concern yet: ring now")


def test_a_step_that_reached_one_person_keeps_the_reporter_in_peace(scene: Scene) -> None:
    concern = sent(scene, "early_help")
    scene.deliver()
    give_up(scene, concern)
    assert scene.house.watch.audit().unreached == Found()
    assert nobody_yet(scene, concern) == []


def test_where_the_plan_tells_the_reporter_soon_nothing_is_said_beside_it(scene: Scene) -> None:
    pressed = scene.house.danger.press(TEACHER)
    assert isinstance(pressed, Turn)
    concern = pressed.concern
    assert concern is not None
    give_up(scene, concern)
    assert scene.house.watch.audit().unreached.count == 1
    assert nobody_yet(scene, concern) == []


def test_a_lead_who_took_it_meanwhile_makes_the_warning_untrue(scene: Scene) -> None:
    concern = sent(scene, "early_help")
    give_up(scene, concern)
    scene.house.watch.audit()
    scene.house.responding.have(DSL, concern)
    assert TEACHER not in scene.deliver()


def test_the_receipt_says_that_nobody_could_be_reached_and_whom_to_ring(scene: Scene) -> None:
    concern = sent(scene, "early_help")
    assert "Nobody could be reached" not in words_of(scene.house.desk.receipt(TEACHER, concern))
    scene.courier.down = True
    for _ in range(8):
        scene.later(seconds=20)
    said = words_of(scene.house.desk.receipt(TEACHER, concern))
    assert "Nobody could be reached yet" in said
    assert "999" in said
    scene.courier.down = False
    scene.later(minutes=10)
    assert "Nobody could be reached" not in words_of(scene.house.desk.receipt(TEACHER, concern))


# ── jobs and the clock


def ring(scene: Scene, *names: str) -> None:
    """Let alarms ring as the scheduler does."""
    for alarm in scene.house.alarms():
        if alarm.name in names:
            alarm.run()


def test_an_alarm_that_has_not_run_for_long_is_missed_and_nothing_is_missed_at_the_start(scene: Scene) -> None:
    ring(scene, "watch")
    assert scene.house.watch.audit().jobs_missed == ()
    for _ in range(70):
        scene.clock.move(minutes=1)
        ring(scene, "rounds", "watch")
    assert scene.house.watch.audit().jobs_missed == ("tidy",)
    assert (figures(scene).jobs_missed, beat(scene)) == (1, scene.clock().isoformat())
    ring(scene, "tidy")
    assert scene.house.watch.audit().jobs_missed == ()


def test_a_job_that_fails_is_no_good_run(scene: Scene) -> None:
    def breaks() -> None:
        raise Refused("out")

    with pytest.raises(Refused):
        scene.house.watch.noting("tidy", breaks)()
    ring(scene, "watch")
    for _ in range(70):
        scene.clock.move(minutes=1)
        ring(scene, "rounds", "watch")
    assert scene.house.watch.audit().jobs_missed == ("tidy",)


def test_a_job_that_another_process_runs_is_not_missed(scene: Scene) -> None:
    other = Scene(
        open_house(scene.url, scene.clock, ListCourier(scene.clock), ids="two", holder="two"),
        scene.clock,
        scene.courier,
    )
    for minute in range(90):
        scene.clock.move(minutes=1)
        ring(other, "rounds", "watch", *(["tidy"] if minute % 10 == 0 else []))
        ring(scene, "watch")
    assert scene.house.watch.audit().jobs_missed == ()
    other.house.store.close()


def test_good_runs_are_kept_now_and_then_and_never_apart_from_the_beat(scene: Scene) -> None:
    def kept() -> str | None:
        with scene.house.store.read() as unit:
            return unit.settings.get("job_done:rounds")

    values = set()
    for _ in range(20):
        scene.clock.move(minutes=1)
        ring(scene, "rounds", "watch")
        values.add(kept())
    assert len(values - {None}) == 4


JUMPS: dict[str, tuple[float, int]] = {
    "a minute on": (60, 0),
    "ten minutes on": (600, 0),
    "an hour on": (3600, 3600),
    "an hour back": (-3600, -3600),
    "a second back": (-1, -1),
}


@pytest.mark.parametrize("name", JUMPS)
def test_a_clock_that_jumps_is_counted_and_stops_nothing(scene: Scene, name: str) -> None:
    seconds, jumped = JUMPS[name]
    scene.house.watch.audit()
    scene.clock.move(seconds=seconds)
    assert scene.house.watch.audit().jumped == jumped
    assert figures(scene).clock_jumps == (1 if jumped else 0)
    assert beat(scene) == scene.clock().isoformat()


def test_a_clock_set_back_while_nothing_ran_is_noticed_by_the_next_process(scene: Scene) -> None:
    scene.house.watch.audit()
    scene.clock.move(hours=-2)
    again = open_house(scene.url, scene.clock, ListCourier(scene.clock), ids="two", holder="two")
    assert again.watch.audit().jumped == -7200
    again.store.close()


def test_the_page_holds_counts_and_ages_and_no_id(scene: Scene) -> None:
    concern = sent(scene)
    scene.clock.move(minutes=11)
    found = asdict(figures(scene))
    assert concern not in str(found)
    assert {type(one) for name, one in found.items() if name not in {"version", "audit_age"}} <= {int, float}
    assert (found["oldest_unsent"], found["audit_age"]) == (11 * 60, None)
