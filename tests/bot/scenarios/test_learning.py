"""Learning points: the lines that people often decided otherwise than, monthly for the team, termly for each school.

Never a small number, never a word of anybody, nothing of sexual harm, and to the school's own people only.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.digest_look import published_for
from bot.learning import points
from bot.weeks import month_named
from dialogs.cards import may_be_pushed
from tests.bot.scenarios.house import Scene, words_of
from tests.bot.scenarios.telling import DEPUTY, DSL, HEAD, MANAGER, SW, decided, sent
from tests.bot.scenarios.test_digests import NEXT_MONDAY, made
from tests.bot.test_sheets import WORDS
from thresholds.facts import Vocabulary

TERM_OVER = datetime(2027, 1, 4, 8, tzinfo=UTC)
RAISED = "Often decided higher than the document says"
CHILD_WORDS = ("Robin", "coat")


def raised(scene: Scene, times: int, kind: str = "advice") -> None:
    """So many concerns of one kind that the lead decided higher."""
    for _ in range(times):
        concern = sent(scene, kind)
        scene.house.responding.have(DSL, concern)
        decided(scene, concern)


def learned(scene: Scene, at: datetime) -> list[tuple[str, str]]:
    """Look for learning points at an instant and deliver; who got a card of them, and what it says."""
    scene.clock.now = at
    scene.house.learning.make()
    before = len(scene.courier.handed)
    scene.house.alerts.deliver_due()
    title = WORDS("figures.here.learning")
    handed = scene.courier.handed[before:]
    return [(one.person, words_of(one.card)) for one in handed if one.card.title == title]


def digest_after(scene: Scene) -> str:
    """What the digest says of a week after the month whose points it holds."""
    learned(scene, NEXT_MONDAY)
    made(scene, NEXT_MONDAY + timedelta(days=7))
    cards = [one.card for one in scene.courier.handed if one.person == MANAGER and one.card.id == "digest"]
    assert may_be_pushed(cards[-1])
    return words_of(cards[-1])


def test_a_line_that_was_decided_higher_five_times_is_named_in_the_teams_digest(scene: Scene) -> None:
    raised(scene, 5)
    said = digest_after(scene)
    assert "Learning points, 2 to 29 November 2026" in said
    assert RAISED in said
    assert "For the team meeting" in said
    assert not any(word in said for word in CHILD_WORDS)


def test_four_times_name_nothing_and_the_digest_says_so(scene: Scene) -> None:
    raised(scene, 4)
    said = digest_after(scene)
    assert RAISED not in said
    assert "No line of the document was decided higher or lower often enough to be named." in said


def test_what_was_decided_as_suggested_is_no_learning_point(scene: Scene) -> None:
    raised(scene, 5, "section_47")
    assert "Often decided" not in digest_after(scene)


def test_a_month_is_built_once_and_stays(scene: Scene) -> None:
    raised(scene, 5)
    learned(scene, NEXT_MONDAY)
    before = _kept(scene)
    learned(scene, NEXT_MONDAY + timedelta(days=1))
    assert _kept(scene) == before
    assert before["least"] == {"raised": 5}


def _kept(scene: Scene) -> dict[str, object]:
    with scene.house.store.read() as unit:
        return dict(published_for(unit, "ealing/points-swis", "2026-11"))


def test_each_school_gets_its_own_when_the_term_is_over_its_lead_and_its_social_worker(scene: Scene) -> None:
    raised(scene, 5)
    assert [person for person, _ in learned(scene, NEXT_MONDAY)] == []
    every = learned(scene, TERM_OVER)
    found = {person: said for person, said in every if "Brentside" in said}
    assert RAISED in found[DSL]
    assert [RAISED in said for person, said in every if person == SW].count(True) == 1
    assert "Brentside" in found[DSL]
    assert not {DEPUTY, HEAD, MANAGER} & set(found)
    others = {person: said for person, said in every if person not in (DSL, SW)}
    assert "villiers.dsl" in others
    # A comparison school's goes to its lead alone.
    assert "featherstone.dsl" in others
    assert not any(RAISED in said for said in others.values())
    assert not any(word in said for said in found.values() for word in CHILD_WORDS)
    assert learned(scene, TERM_OVER + timedelta(hours=1)) == []


def test_the_title_names_no_school_and_the_card_is_short(scene: Scene) -> None:
    learned(scene, TERM_OVER)
    cards = [one.card for one in scene.courier.handed if one.person == DSL]
    assert cards[-1].title == "The term's learning points have come"
    assert may_be_pushed(cards[-1])
    assert len(cards[-1].blocks) <= 4


def test_they_stand_on_the_own_page_again_and_reading_them_is_logged(scene: Scene) -> None:
    raised(scene, 5)
    assert "figures_learning" not in {action.id for action in scene.house.desk.home(DSL).actions}
    learned(scene, TERM_OVER)
    assert "figures_learning" in {action.id for action in scene.house.desk.home(DSL).actions}
    assert RAISED in words_of(scene.house.desk.act(DSL, "figures_learning", {}))
    assert scene.log_of("-")[-1] == ("figures_read", DSL)
    # A social worker sees each school that is served.
    assert words_of(scene.house.desk.act(SW, "figures_learning", {})).count("Learning points,") > 1


@pytest.mark.parametrize("person", ["brentside.teacher", MANAGER, HEAD])
def test_nobody_else_is_shown_them(scene: Scene, person: str) -> None:
    learned(scene, TERM_OVER)
    assert "Learning points" not in words_of(scene.house.desk.act(person, "figures_learning", {}))
    assert ("access_refused", person) in scene.log_of("-")


def test_another_schools_lead_sees_their_own_only(scene: Scene) -> None:
    raised(scene, 5)
    learned(scene, TERM_OVER)
    said = words_of(scene.house.desk.act("villiers.dsl", "figures_learning", {}))
    assert "Villiers" in said
    assert "Brentside" not in said
    assert RAISED not in said


def test_nothing_of_sexual_harm_is_ever_named(scene: Scene) -> None:
    vocabulary = scene.house.judge.vocabulary
    raised(scene, 5)
    everything = dict.fromkeys(vocabulary.areas, "sexual_harm")
    with scene.house.store.read() as unit:
        schools = [one.id for one in unit.people.schools("ealing")]
        assert points(unit, vocabulary, schools, month_named("2026-11"), 5)
        silent = _grouped(vocabulary, everything)
        assert points(unit, silent, schools, month_named("2026-11"), 5) == ()


def _grouped(vocabulary: object, groups: dict[str, str]) -> Vocabulary:
    found = vocabulary
    assert isinstance(found, Vocabulary)
    areas = {area.id: replace(area, group=groups[area.id]) for area in found.areas.values()}
    return replace(found, areas=areas)


def test_an_erased_concern_names_nothing(scene: Scene) -> None:
    raised(scene, 5)
    with scene.house.store.write() as unit:
        unit.concerns.erase(unit.concerns.open_everywhere()[0].id)
        unit.commit()
    learned(scene, NEXT_MONDAY)
    assert _kept(scene)["points"] == []
