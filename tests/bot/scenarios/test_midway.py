"""Drafts left with a worrying answer: their writer is reminded, and whoever may hear of it hears no content."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.errands import errand_card, errand_numbers, errand_people, still_midway
from dialogs.screens import Screen
from storage.shapes import Actor, ConversationId, Delivery, OutboxId, PersonId, PlannedStep
from tests.bot.scenarios.by_the_clock import TUESDAY, away, errands, london, people
from tests.bot.scenarios.canary import GRAVE
from tests.bot.scenarios.failing import platforms
from tests.bot.scenarios.house import Scene, Talk, open_house, words_of
from tests.bot.scenarios.telling import (
    CHAIR,
    CHILD,
    DEPUTY,
    DSL,
    HEAD,
    LEADS,
    PASTORAL,
    SENIOR,
    SIGNS,
    SW,
    TEACHER,
    danger,
    sent,
    to_check,
    to_signs,
)
from tests.fakes import ListCourier, Platform

WORDS_OF_A_CHILD = f"He came in late {GRAVE}"


def grave(scene: Scene, person: str = TEACHER) -> Talk:
    """Somebody who ticked a grave sign and stopped before sending."""
    return to_signs(scene, person).say("signs", {"signs": (SIGNS["section_47"][1],)})


def worded(scene: Scene) -> Talk:
    """Somebody who typed danger words and stopped at the next screen."""
    return scene.begin(TEACHER).say("start", {"what": "worried"}).say("happened", {"saw": WORDS_OF_A_CHILD})


def about_adult(scene: Scene, who: str, **named: str) -> Talk:
    """Somebody who says whom it is about, types danger words and stops."""
    talk = scene.begin(TEACHER).say("start", {"what": "adult"})
    talk.say("adult_who", {"who": who, "someone_safe": "yes", **named})
    return talk.say("adult_what", {"saw": WORDS_OF_A_CHILD})


def after(scene: Scene, minutes: float, draw: str | None = None) -> list[PlannedStep]:
    """Time goes by, the rounds are made; the rows that stand."""
    scene.clock.move(minutes=minutes)
    scene.house.rounds.make()
    return errands(scene, draw)


def card_of(scene: Scene, step: PlannedStep) -> Screen:
    """The row's card as the sender will draw it."""
    with scene.house.store.read() as unit:
        numbers = errand_numbers(unit, scene.house.places, step, scene.clock())
    return errand_card(step, numbers, scene.house.desk.words)


def goes(scene: Scene, step: PlannedStep) -> bool:
    """Whether it still reaches somebody when it is due."""
    with scene.house.store.read() as unit:
        return bool(errand_people(unit, scene.house.places, step, scene.clock()))


@pytest.mark.parametrize("stop", [grave, worded])
def test_after_a_quarter_of_an_hour_the_writer_is_reminded_once_and_after_half_an_hour_the_leads_hear(
    scene: Scene, stop: Callable[[Scene], Talk]
) -> None:
    stop(scene)
    assert after(scene, 14.9) == []
    for minutes in (0.2, 1, 13):
        assert [(one.person, one.draw) for one in after(scene, minutes)] == [(TEACHER, "midway_reminder")]
    for minutes in (1, 1, 600):
        assert people(after(scene, minutes, "midway")) == LEADS
        assert people(errands(scene, "midway_reminder")) == [TEACHER]


def test_a_draft_without_a_worrying_answer_bothers_nobody(scene: Scene) -> None:
    to_signs(scene).say("signs", {"signs": (SIGNS["advice"][1],)})
    assert after(scene, 45) == []


def test_touching_the_draft_starts_the_clocks_anew(scene: Scene) -> None:
    talk = worded(scene)
    old = after(scene, 16)[0]
    talk.say("child", {**CHILD, "danger_check": "no"})
    assert not goes(scene, old)
    assert after(scene, 14) == [old]
    fresh = [one for one in after(scene, 2) if one != old]
    assert (people(fresh), fresh[0].draw, goes(scene, fresh[0])) == ([TEACHER], "midway_reminder", True)


@pytest.mark.parametrize("how", ["sent", "discarded"])
def test_a_draft_that_was_sent_or_discarded_is_no_longer_midway(scene: Scene, how: str) -> None:
    talk = grave(scene)
    rows = after(scene, 31)
    assert len(rows) == 3
    if how == "sent":
        talk.say("signs", {"signs": (SIGNS["section_47"][1],)}, "send_now").say("check", {}, "send")
    else:
        scene.house.intake.discard(TEACHER, talk.turn.conversation)
    assert [one for one in rows if goes(scene, one)] == []
    with scene.house.store.read() as unit:
        assert not still_midway(unit, rows[0], scene.clock())


def test_a_restart_and_a_second_process_tell_nobody_twice(scene: Scene) -> None:
    grave(scene)
    away(scene, DEPUTY)
    assert people(after(scene, 31, "midway")) == [DSL]
    other = open_house(scene.url, scene.clock, ListCourier(scene.clock), ids="two", holder="two")
    scene.clock.move(days=2)
    other.rounds.make()
    other.store.close()
    assert people(errands(scene, "midway")) == [DSL]
    assert people(errands(scene, "midway_reminder")) == [TEACHER]


@pytest.mark.parametrize(
    ("gone", "hears"),
    [
        (LEADS, [HEAD]),
        ([*LEADS, HEAD], [SENIOR]),
        ([*LEADS, HEAD, SENIOR], [CHAIR]),
        ([*LEADS, HEAD, SENIOR, CHAIR], []),
    ],
)
def test_where_no_lead_is_there_the_next_one_hears(scene: Scene, gone: list[str], hears: list[str]) -> None:
    grave(scene)
    away(scene, *gone)
    assert people(after(scene, 31, "midway")) == hears


def test_a_lead_who_stopped_is_reminded_and_the_other_one_hears(scene: Scene) -> None:
    grave(scene, DSL)
    assert people(after(scene, 31, "midway")) == [DEPUTY]
    assert people(errands(scene, "midway_reminder")) == [DSL]


def test_a_danger_draft_whose_record_is_unfinished_is_its_writers_to_finish(scene: Scene) -> None:
    danger(scene)
    rows = after(scene, 45)
    assert [(one.person, one.draw) for one in rows] == [(TEACHER, "unfinished")]
    card = card_of(scene, rows[0])
    assert "Nobody has been told" not in words_of(card)
    assert card.actions[0].to == f"resume:{rows[0].about}"


@pytest.mark.parametrize(
    ("who", "named", "hears"),
    [
        ("designated_safeguarding_lead", {}, [HEAD]),
        ("someone_else", {}, [HEAD]),
        ("social_worker", {}, [HEAD]),
        ("myself", {}, [HEAD]),
        ("head", {}, [CHAIR]),
        ("not_known", {}, []),
    ],
)
def test_about_an_adult_the_head_hears_or_the_chair_and_only_once_it_is_known_whom(
    scene: Scene, who: str, named: dict[str, str], hears: list[str]
) -> None:
    about_adult(scene, who, **named)
    assert people(after(scene, 31, "midway")) == hears
    assert people(errands(scene, "midway_reminder")) == [TEACHER]


def test_whoever_is_named_in_a_draft_does_not_hear_of_it(scene: Scene) -> None:
    with scene.house.store.read() as unit:
        head = next(one for one in unit.people.all("ealing") if one.id == HEAD)
    about_adult(scene, "someone_else", name=head.name)
    assert people(after(scene, 31, "midway")) == [CHAIR]


def test_if_nobody_in_school_is_safe_nobody_hears(scene: Scene) -> None:
    talk = scene.begin(TEACHER).say("start", {"what": "adult"})
    talk.say("adult_who", {"who": "someone_else", "someone_safe": "no"}).say("adult_what", {"saw": WORDS_OF_A_CHILD})
    assert people(after(scene, 31)) == [TEACHER]


def test_the_cards_say_nothing_of_the_writer_or_the_child(scene: Scene) -> None:
    grave(scene)
    rows = after(scene, 31)
    cards = {str(one.person): card_of(scene, one) for one in rows}
    with scene.house.store.read() as unit:
        writer = next(one for one in unit.people.all("ealing") if one.id == TEACHER)
    said = [words_of(card) for card in cards.values()]
    for secret in (str(CHILD["name"]), "Robin", writer.name, TEACHER, "hurt", "coat"):
        assert [one for one in said if secret in one] == []
    assert [cards[one].actions[0].to for one in LEADS] == ["home", "home"]
    assert "999" in words_of(cards[TEACHER])
    assert all(not card.fields for card in cards.values())


def test_the_home_page_shows_what_is_still_true(scene: Scene) -> None:
    talk = grave(scene)
    after(scene, 31)
    with scene.house.store.write() as unit:
        rows = [row for row in unit.outbox.claim(scene.clock(), 100, 60, "reader") if row.step.concern is None]
        for row in rows:
            delivery = _delivered(row.id, row.step.person or "", scene)
            unit.outbox.record(delivery)
            unit.outbox.sent(row.id, scene.clock())
        unit.commit()
    home = scene.house.desk.home(TEACHER)
    assert "A draft of yours was not sent" in words_of(home)
    assert f"resume:{talk.turn.conversation}" in {action.to for action in home.actions}
    assert "A colleague stopped midway" in words_of(scene.house.desk.home(DSL))
    assert "midway" not in words_of(scene.house.desk.home(PASTORAL)) + words_of(scene.house.desk.home(SW))
    scene.house.intake.discard(TEACHER, talk.turn.conversation)
    assert "midway" not in words_of(scene.house.desk.home(TEACHER)) + words_of(scene.house.desk.home(DSL))


def _delivered(row: OutboxId, person: str, scene: Scene) -> Delivery:
    return Delivery(
        outbox=row, person=PersonId(person), channel="list", state="sent", attempt=1, at=scene.clock(), detail="ok"
    )


def test_old_errands_are_forgotten_but_never_those_of_an_open_draft(scene: Scene) -> None:
    danger(scene)
    grave(scene, PASTORAL)
    after(scene, 45)
    scene.clock.move(days=31)
    scene.house.tidy.tidy()
    scene.house.rounds.make()
    assert [(one.person, one.draw) for one in errands(scene)] == [(TEACHER, "unfinished")]


def test_a_draft_that_can_not_be_read_hides_no_other(scene: Scene) -> None:
    broken = grave(scene)
    grave(scene, PASTORAL)
    with scene.house.store.write() as unit:
        entries = unit.conversations.load(ConversationId(broken.turn.conversation))[1]
        bad = replace(entries[-1], revision=len(entries) + 1, content={"screen": 7})
        writer = Actor(PersonId(TEACHER), "reporter")
        unit.conversations.append(ConversationId(broken.turn.conversation), len(entries), bad, "grave", writer)
        unit.commit()
    assert people(after(scene, 31, "midway_reminder")) == [PASTORAL, TEACHER]
    assert people(errands(scene, "midway")) == LEADS


def test_the_clocks_count_from_the_last_touch(scene: Scene) -> None:
    talk = grave(scene)
    with scene.house.store.read() as unit:
        draft = unit.conversations.get(ConversationId(talk.turn.conversation))
    assert after(scene, 15) == []
    assert scene.clock() == draft.touched_at + timedelta(minutes=15)
    assert people(after(scene, 0.1)) == [TEACHER]


def test_reminders_and_pointers_are_delivered_and_what_is_no_longer_true_is_not(scene: Scene) -> None:
    talk = grave(scene)
    other = grave(scene, PASTORAL)
    scene.clock.move(minutes=31)
    scene.house.rounds.make()
    scene.house.intake.discard(PASTORAL, other.turn.conversation)
    assert scene.deliver() == sorted([*LEADS, TEACHER])
    cards = {one.person: one.card for one in scene.courier.handed}
    assert cards[TEACHER].actions[0].to == f"resume:{talk.turn.conversation}"
    assert cards[DSL].title == "A colleague stopped midway through a safeguarding concern. It has not been sent"
    assert len(scene.courier.handed) == 3
    assert scene.later(hours=5) == []


# ── whom it did not reach


def out_of(scene: Scene, *gone: str) -> Platform:
    """A platform that reaches everybody of the school but these."""
    return Platform(scene.clock, reached=frozenset({TEACHER, DEPUTY, DSL, HEAD, SENIOR, CHAIR} - set(gone)))


def minutes(scene: Scene, count: int) -> list[str]:
    """Minute by minute the rounds are made and what is due is delivered; who was told, in order."""
    found: list[str] = []
    for _ in range(count * 4):
        scene.clock.move(seconds=15)
        scene.house.rounds.make()
        found += scene.deliver()
    return found


@pytest.mark.parametrize(
    ("gone", "hears"),
    [((DSL,), [DEPUTY]), (LEADS, [HEAD]), ((*LEADS, HEAD), [SENIOR]), ((*LEADS, HEAD, SENIOR), [CHAIR])],
)
def test_where_those_who_should_hear_can_not_be_reached_the_next_ones_do(
    scene: Scene, gone: tuple[str, ...], hears: list[str]
) -> None:
    with platforms(scene, out_of(scene, *gone)) as failing:
        grave(failing)
        failing.clock.move(minutes=30)
        assert sorted(minutes(failing, 8)) == sorted([TEACHER, *hears])
        assert minutes(failing, 30) == []


def test_a_school_in_which_nobody_was_there_to_hear_is_asked_again(scene: Scene) -> None:
    grave(scene)
    everybody = (*LEADS, HEAD, SENIOR, CHAIR)
    away(scene, *everybody)
    assert people(after(scene, 31, "midway")) == []
    with scene.house.store.write() as unit:
        unit.people.back(PersonId(CHAIR), scene.clock())
        unit.commit()
    assert people(after(scene, 1, "midway")) == [CHAIR]
    assert people(after(scene, 1, "midway")) == [CHAIR]


@pytest.mark.parametrize(("gone", "hears"), [((HEAD,), SENIOR), ((HEAD, SENIOR), CHAIR)])
def test_a_day_without_a_lead_is_told_to_the_next_one_where_the_head_can_not_be_reached(
    scene: Scene, gone: tuple[str, ...], hears: str
) -> None:
    with platforms(scene, out_of(scene, *gone)) as failing:
        away(failing, *LEADS, days=3)
        failing.clock.now = london(TUESDAY, 8)
        assert minutes(failing, 5) == [hears]
        assert minutes(failing, 90) == []


def added(scene: Scene, concern: str, person: str = TEACHER) -> Talk:
    """Somebody who adds danger words to a concern and stops before sending."""
    return scene.begin(person, "addition", concern).say("happened", {"saw": WORDS_OF_A_CHILD})


@pytest.mark.parametrize(("writer", "hears"), [(TEACHER, LEADS), (DSL, [DEPUTY]), (SW, LEADS)])
def test_a_worrying_addition_that_was_left_is_like_any_other_draft(scene: Scene, writer: str, hears: list[str]) -> None:
    added(scene, sent(scene), writer)
    assert [(one.person, one.draw) for one in after(scene, 16)] == [(writer, "midway_reminder")]
    assert people(after(scene, 15, "midway")) == hears
    assert scene.house.watch.audit().unreminded.count == 0


def test_of_an_addition_nobody_hears_who_was_left_out_of_its_concern(scene: Scene) -> None:
    concern = to_check(scene).say("check", {"leave_out": (DSL,)}, "send").concern
    added(scene, concern)
    assert people(after(scene, 31, "midway")) == [DEPUTY]


@pytest.mark.parametrize(("who", "hears"), [("someone_else", [HEAD]), ("head", [CHAIR])])
def test_of_an_addition_about_an_adult_hears_whoever_may_be_told_of_the_concern(
    scene: Scene, who: str, hears: list[str]
) -> None:
    talk = about_adult(scene, who)
    answers = dict.fromkeys(("harmed_child", "possible_offence", "poses_risk", "unsuitable", "child_hurt"), "no")
    concern = talk.say("adult_harm", answers).say("adult_check", {}, "send").concern
    added(scene, concern)
    assert people(after(scene, 31, "midway")) == hears


@pytest.mark.parametrize(("what", "hears"), [("help_now_staff", [HEAD]), ("help_now_head", [CHAIR])])
def test_of_an_addition_to_a_restricted_concern_no_lead_hears(scene: Scene, what: str, hears: list[str]) -> None:
    added(scene, danger(scene, what).concern)
    assert people(after(scene, 31, "midway")) == hears
