"""A manager's link to the full figures: once, ten minutes, the manager's own, and in the log each time."""

from dataclasses import replace
from datetime import timedelta

import pytest
from aiohttp.test_utils import TestClient, TestServer

from bot.channels.pages.app import pages_app
from bot.figure_links import PLACE, FiguresPage
from bot.publishing import read, written
from bot.reports import NoSuchPeriodError, Reports
from dialogs.screens import Listing
from storage.errors import StoreBusy
from storage.publications import Publication
from storage.unit import UnitOfWork
from tests.bot.scenarios.house import Scene, words_of
from tests.bot.scenarios.telling import DSL, MANAGER, sent
from tests.bot.scenarios.test_digests import AUDIENCE, NEXT_MONDAY, WEEK, made

SAID = {"page": "Figures", "ask": "Press when private.", "show": "Show", "gone": "Used.", "later": "Not now."}


def link(scene: Scene, person: str = MANAGER) -> str:
    """The token of a new link."""
    screen = scene.house.desk.act(person, "figures", {})
    lines = [line for block in screen.blocks if isinstance(block, Listing) for line in block.items if line.url]
    assert len(lines) == 1, words_of(screen)
    address = lines[0].url or ""
    assert address.startswith(f"http://127.0.0.1:8080{PLACE}/")
    return address.rpartition("/")[2]


def test_a_link_opens_the_page_once(scene: Scene) -> None:
    concern = sent(scene)
    made(scene, NEXT_MONDAY)
    token = link(scene)
    page = scene.house.figures.look(token)
    assert page is not None
    assert page.sheet.title == "Weekly figures, 23 to 29 November 2026"
    assert scene.concern(concern).reference in page.sheet.notices[0][1][0]
    assert "ealing/swis,2026-W48" in page.csv
    assert scene.house.figures.look(token) is None
    kinds = [kind for kind, by in scene.log_of("-") if by == MANAGER]
    assert kinds[-2:] == ["figures_linked", "figures_read"]


def test_a_link_ends_after_ten_minutes(scene: Scene) -> None:
    made(scene, NEXT_MONDAY)
    token = link(scene)
    scene.clock.move(minutes=10)
    assert scene.house.figures.look(token) is None


def test_a_fault_while_the_page_is_made_spends_no_link(scene: Scene) -> None:
    """Figures that can't be read once, and can the second time."""
    made(scene, NEXT_MONDAY)
    token = link(scene)
    with scene.house.store.write() as unit:
        kept = unit.publications.of(AUDIENCE, WEEK)
        assert kept is not None
        broken = replace(kept, content=written({**read(kept.content), "counts": None}))
        _instead(unit, broken)
        unit.commit()
    with pytest.raises(TypeError):
        scene.house.figures.look(token)
    with scene.house.store.write() as unit:
        _instead(unit, kept)
        unit.commit()
    assert scene.house.figures.look(token) is not None
    assert scene.house.figures.look(token) is None


def _instead(unit: UnitOfWork, publication: Publication) -> None:
    unit.publications.drop(publication.audience, publication.period)
    assert unit.publications.keep(publication)


def test_a_link_opens_nothing_for_somebody_who_has_left(scene: Scene) -> None:
    made(scene, NEXT_MONDAY)
    token = link(scene)
    with scene.house.store.write() as unit:
        _without(unit, MANAGER)
        unit.commit()
    assert scene.house.figures.look(token) is None


def _without(unit: UnitOfWork, person: str) -> None:
    people = [one for one in unit.people.all("ealing") if one.id != person]
    unit.people.replace("ealing", unit.people.schools("ealing"), people, [])


def test_nobody_else_gets_a_link_and_the_refusal_is_logged(scene: Scene) -> None:
    made(scene, NEXT_MONDAY)
    screen = scene.house.desk.act(DSL, "figures", {})
    assert not any(isinstance(block, Listing) and any(line.url for line in block.items) for block in screen.blocks)
    assert ("access_refused", DSL) in scene.log_of("-")
    assert "figures" not in {action.id for action in scene.house.desk.home(DSL).actions}


def test_the_button_stands_on_the_managers_page_once_there_is_a_digest(scene: Scene) -> None:
    assert "figures" not in {action.id for action in scene.house.desk.home(MANAGER).actions}
    made(scene, NEXT_MONDAY)
    assert "figures" in {action.id for action in scene.house.desk.home(MANAGER).actions}


def test_the_managers_page_shows_what_the_card_says_and_small_numbers_in_neither(scene: Scene) -> None:
    sent(scene)
    assert "All together" not in words_of(scene.house.desk.home(MANAGER))
    made(scene, NEXT_MONDAY)
    home, card = scene.house.desk.home(MANAGER), scene.house.desk.act(MANAGER, "figures_card", {})
    for said in ("Weekly figures, 23 to 29 November 2026", "1 to 4", "Not seen yet (1)", "said as a range"):
        assert (said in words_of(home), said in words_of(card)) == (True, True), said
    assert "Weekly figures" not in words_of(scene.house.desk.home(DSL))


def test_figures_that_can_not_be_drawn_stand_bare_on_the_managers_page(scene: Scene) -> None:
    made(scene, NEXT_MONDAY)
    with scene.house.store.write() as unit:
        kept = unit.publications.of(AUDIENCE, WEEK)
        assert kept is not None
        broken = kept.content.replace('"late":false', '"late_is_gone":false')
        _instead(unit, replace(kept, content=broken))
        unit.commit()
    assert "The figures, without their usual form" in words_of(scene.house.desk.home(MANAGER))


async def test_a_reader_that_only_fetches_the_link_spends_nothing(scene: Scene) -> None:
    made(scene, NEXT_MONDAY)
    token = link(scene)
    async with TestClient(TestServer(pages_app(scene.house.figures, SAID))) as client:
        for _ in range(2):
            asked = await client.get(f"/{token}")
            assert asked.status == 200
            assert "Press when private." in await asked.text()
        shown = await client.post(f"/{token}")
        assert shown.status == 200
        assert "Weekly figures, 23 to 29 November 2026" in await shown.text()
        assert "no-store" in shown.headers["Cache-Control"]
        assert "default-src 'none'" in shown.headers["Content-Security-Policy"]
        again = await client.post(f"/{token}")
        assert again.status == 410
        assert "Used." in await again.text()
        assert (await client.get("/short")).status == 404


class Looks:
    """Stands in for what spends links: breaks, or gives a page that can't be drawn."""

    def __init__(self, page: FiguresPage | None) -> None:
        self.page = page

    def look(self, token: str) -> FiguresPage | None:
        if self.page is None:
            raise StoreBusy(token)
        return self.page


async def test_a_fault_spends_nothing_and_a_broken_form_still_gives_the_numbers() -> None:
    async with TestClient(TestServer(pages_app(Looks(None), SAID))) as client:
        broken = await client.post("/" + "a" * 43)
        assert (broken.status, "Not now." in await broken.text()) == (503, True)
    undrawable = FiguresPage(sheet=None, csv="sent,12")  # type: ignore[arg-type]
    async with TestClient(TestServer(pages_app(Looks(undrawable), SAID))) as client:
        shown = await client.post("/" + "a" * 43)
        assert (shown.status, await shown.text()) == (200, "sent,12")


def reports(scene: Scene) -> Reports:
    house = scene.house
    return Reports(
        store=house.store, places=house.places, words=house.places.words, clock=scene.clock, digests=house.digests,
        draft_days=7,
    )  # fmt: skip


def test_a_month_is_whole_weeks_of_both_arms_and_stays_as_it_was_published(scene: Scene) -> None:
    concern = sent(scene)
    scene.clock.now = NEXT_MONDAY + timedelta(days=7)
    first = reports(scene).month("ealing", "2026-11")
    assert [arm.name for arm in first.arms] == ["With a social worker", "Comparison"]
    assert first.arms[0].content["counts"]["sent"]["statutory_referral"] == [1, 4]
    with scene.house.store.write() as unit:
        unit.concerns.amend(scene.concern(concern).id, outcome="early_help")
        unit.commit()
    assert reports(scene).month("ealing", "2026-11").arms == first.arms


def test_a_report_that_is_made_first_keeps_no_digest_from_its_manager(scene: Scene) -> None:
    scene.clock.now = NEXT_MONDAY
    reports(scene).month("ealing", "2026-11")
    assert len(made(scene, NEXT_MONDAY)) == 1


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("2026-12", r"is not over until 2027-01-04; those that are: 2026-09, 2026-10, 2026-11"),
        ("2025-01", r"is not there; those that are: 2026-09"),
        ("never", r"is not there"),
    ],
)
def test_a_month_that_there_is_none_of_is_named_with_those_that_are(scene: Scene, name: str, said: str) -> None:
    scene.clock.now = NEXT_MONDAY + timedelta(days=10)
    with pytest.raises(NoSuchPeriodError, match=said):
        reports(scene).month("ealing", name)


def test_a_term_that_is_not_over_is_named(scene: Scene) -> None:
    with pytest.raises(NoSuchPeriodError, match=r"'Autumn 2026' is not over until 2027-01-04; .*none so far"):
        reports(scene).term("ealing", "Autumn 2026")
    with pytest.raises(NoSuchPeriodError, match=r"'Winter' is not there"):
        reports(scene).term("ealing", "Winter")
