"""Who has a concern and leaves the directory, or is away, keeps it from nobody."""

from dataclasses import replace

import pytest

from bot.directory import rows
from storage.errors import NotFound
from storage.shapes import Absence, PersonId, SchoolId
from tests.bot.scenarios.house import Scene, directories, open_house, words_of
from tests.bot.scenarios.telling import DEPUTY, DSL, HEAD, LEADS, SENIOR, SW, had, sent


def without(scene: Scene, *gone: str) -> None:
    """Ealing's directory is loaded without these people."""
    schools, people, absences, rota = rows(directories()[0])
    with scene.house.store.write() as unit:
        left = [one for one in people if one.id not in gone]
        unit.people.replace("ealing", schools, left, absences, rota)
        unit.commit()


def test_what_somebody_had_who_left_the_directory_is_nobodys_and_the_alerts_go_on_at_once(scene: Scene) -> None:
    concern, other = had(scene), had(scene, "section_47", DEPUTY)
    without(scene, DSL)
    assert scene.house.leaving.look() == 1
    life = scene.concern(concern).life
    assert (life.state, life.lead) == ("sent", None)
    assert ("let_go", DSL) in scene.log_of(concern)
    assert DEPUTY in scene.deliver()
    assert "You have it" in words_of(scene.house.responding.have(DEPUTY, concern))
    assert "let_go" not in [kind for kind, _ in scene.log_of(other)]
    assert scene.house.leaving.look() == 0


def test_whoever_is_still_there_keeps_it(scene: Scene) -> None:
    concern = had(scene)
    without(scene, DEPUTY, SW)
    assert scene.house.leaving.look() == 0
    lead = scene.concern(concern).life.lead
    assert lead is not None
    assert lead.person == DSL


def test_a_social_worker_who_left_keeps_no_seat_and_the_leads_keep_theirs(scene: Scene) -> None:
    concern = had(scene)
    scene.house.responding.have(SW, concern)
    without(scene, SW)
    assert scene.house.leaving.look() == 1
    life = scene.concern(concern).life
    assert (life.state, life.social_worker) == ("had", None)
    assert ("let_go_by_social_worker", SW) in scene.log_of(concern)


def test_whoever_moved_to_another_school_has_it_no_more(scene: Scene) -> None:
    concern = had(scene)
    schools, people, absences, rota = rows(directories()[0])
    other = next(one.id for one in schools if one.id != "brentside")
    with scene.house.store.write() as unit:
        moved = [replace(one, school=other) if one.id == DSL else one for one in people]
        unit.people.replace("ealing", schools, moved, absences, rota)
        unit.commit()
    assert scene.house.leaving.look() == 1
    assert scene.concern(concern).life.lead is None


def test_of_a_holder_who_is_away_the_other_lead_hears_once_and_takes_it_over(scene: Scene) -> None:
    concern = had(scene)
    assert scene.house.leaving.look() == 0
    scene.away(DSL)
    assert scene.house.leaving.look() == 1
    assert scene.deliver() == [DEPUTY]
    assert "A colleague who has a safeguarding concern is away" in scene.courier.handed[-1].card.title
    assert scene.log_of(concern).count(("holder_away", DSL)) == 1
    assert scene.house.leaving.look() == 0
    scene.house.responding.open(DEPUTY, concern)
    assert scene.house.leaving.look() == 0
    assert "You have it" in words_of(scene.house.responding.have(DEPUTY, concern))
    lead = scene.concern(concern).life.lead
    assert lead is not None
    assert lead.person == DEPUTY
    assert ("handed_over", DEPUTY) in scene.log_of(concern)
    assert scene.house.leaving.look() == 0


def test_a_holder_who_is_there_is_not_overtaken(scene: Scene) -> None:
    concern = had(scene)
    assert "has it" in words_of(scene.house.responding.have(DEPUTY, concern))
    lead = scene.concern(concern).life.lead
    assert lead is not None
    assert lead.person == DSL


def test_without_another_lead_the_head_hears_that_the_holder_is_away(scene: Scene) -> None:
    had(scene)
    scene.away(*LEADS)
    assert scene.house.leaving.look() == 1
    told = scene.deliver()
    assert HEAD in told
    assert set(told) <= {HEAD, SENIOR, "brentside.chair"}


def test_a_concern_that_breaks_keeps_nothing_from_the_others(scene: Scene) -> None:
    concern, broken = had(scene), had(scene, "section_47")
    with scene.house.store.write() as unit:
        unit.concerns.amend(unit.concerns.get(scene.concern(broken).id).id, school=SchoolId("nowhere"))
        unit.commit()
    without(scene, DSL)
    with pytest.raises(NotFound):
        scene.house.leaving.look()
    assert scene.concern(concern).life.lead is None


def test_a_concern_of_an_authority_that_is_not_loaded_keeps_no_cover_from_the_others(scene: Scene) -> None:
    other = sent(scene, "section_17", "whickham.teacher")
    concern = sent(scene, "section_17")
    scene.deliver()
    said: list[tuple[str, object]] = []
    house = open_house(
        scene.url, scene.clock, scene.courier, ids="two", serving=directories()[:1],
        log=lambda event, **about: said.append((event, about)),
    )  # fmt: skip
    scene.clock.move(minutes=1)
    with scene.house.store.write() as unit:
        for person in (SW, "whickham.sw"):
            away = Absence(person=PersonId(person), start=scene.clock(), end=None, reason="leave")
            unit.people.absence(away)
        unit.commit()
    assert house.cover.look() == 1
    assert ("cover_broke", {"concern": other, "error": "KeyError"}) in said
    assert ("covers", "ealing.duty") in scene.log_of(concern)
    house.store.close()
