"""The picture in the digest's card: at an address nobody can guess, for eight days, and no loss where there is none."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from aiohttp.test_utils import TestClient, TestServer

from bot.channels.pages.app import pages_app
from bot.digest_card import card
from bot.pictures import Pictures
from bot.publishing import Content
from dialogs.cards import may_be_pushed, without_pictures
from dialogs.screens import Paragraph, Picture, Screen
from dialogs.words import Words
from tests.bot.scenarios.house import Scene, words_of
from tests.bot.scenarios.telling import DSL, MANAGER, sent
from tests.bot.scenarios.test_digests import AUDIENCE, NEXT_MONDAY, WEEK, made
from tests.bot.test_sheets import WORDS, digest

PNG = b"\x89PNG drawn"


class Draws:
    """Draws nothing, and counts; `broken`: it can't."""

    def __init__(self) -> None:
        self.asked: list[int] = []
        self.broken = False

    def __call__(self, trend: Sequence[Content], words: Words) -> bytes | None:  # noqa: ARG002
        self.asked.append(len(trend))
        return None if self.broken else PNG


LOCAL = "http://127.0.0.1:8080/figures"


def with_pictures(
    scene: Scene, draws: Draws, address: str = "https://swis.council.example/figures"
) -> tuple[Scene, Pictures]:
    """The scene where pictures stand at a public address and are drawn by a double; and they."""
    house = scene.house
    found = Pictures(store=house.store, places=house.places, clock=scene.clock, address=address, drawer=draws)
    alerts = replace(house.alerts, looking=replace(house.alerts.looking, pictures=found))
    return replace(scene, house=replace(house, alerts=alerts, digests=replace(house.digests, built=found.ahead))), found


def pictured(scene: Scene) -> Picture | None:
    """The picture of the last card that the manager got."""
    handed = [one.card for one in scene.courier.handed if one.person == MANAGER and one.card.id == "digest"]
    return next((block for block in handed[-1].blocks if isinstance(block, Picture)), None)


def mark(picture: Picture | None) -> str:
    assert picture is not None
    return picture.url.rpartition("/")[2].removesuffix(".png")


def test_the_card_has_the_picture_and_what_it_shows_in_words(scene: Scene) -> None:
    draws, concern = Draws(), sent(scene)
    now, found = with_pictures(scene, draws)
    made(now, NEXT_MONDAY)
    picture = pictured(scene)
    assert picture is not None
    assert picture.url.startswith("https://swis.council.example/figures/pictures/")
    assert picture.text == "Concerns sent, week by week. week 48: 1 to 4."
    assert found.png(mark(picture)) == PNG
    # Nothing in the address says whose it is, of which week, or of what.
    assert not any(one in picture.url for one in (AUDIENCE, "ealing", WEEK, scene.concern(concern).reference))


def test_it_is_drawn_before_it_is_fetched_and_once(scene: Scene) -> None:
    draws = Draws()
    now, found = with_pictures(scene, draws)
    made(now, NEXT_MONDAY)
    before = list(draws.asked)
    assert before == [1]
    for _ in range(3):
        assert found.png(mark(pictured(scene))) == PNG
    assert draws.asked == before


def test_where_nobody_outside_can_fetch_it_nothing_is_drawn_ahead(scene: Scene) -> None:
    draws = Draws()
    now, found = with_pictures(scene, draws, LOCAL)
    made(now, NEXT_MONDAY)
    assert draws.asked == []
    # The local page shows it all the same.
    assert found.png(mark(pictured(scene))) == PNG


def test_its_address_ends_after_eight_days(scene: Scene) -> None:
    now, found = with_pictures(scene, Draws())
    made(now, NEXT_MONDAY)
    scene.clock.now = NEXT_MONDAY + timedelta(days=8)
    assert found.png(mark(pictured(scene))) is None


def test_another_process_knows_the_address_too(scene: Scene) -> None:
    now, _ = with_pictures(scene, Draws())
    made(now, NEXT_MONDAY)
    _, other = with_pictures(scene, Draws())
    assert other.png(mark(pictured(scene))) == PNG


@pytest.mark.parametrize("wanted", ["0" * 32, "f" * 32])
def test_an_address_that_is_none_draws_nothing(scene: Scene, wanted: str) -> None:
    draws = Draws()
    now, found = with_pictures(scene, draws, LOCAL)
    made(now, NEXT_MONDAY)
    assert found.png(wanted) is None
    assert draws.asked == []


def test_without_a_picture_the_card_says_what_it_would_show(scene: Scene) -> None:
    draws = Draws()
    draws.broken = True
    now, _ = with_pictures(scene, draws)
    made(now, NEXT_MONDAY)
    assert pictured(scene) is None
    handed = [one.card for one in scene.courier.handed if one.person == MANAGER]
    assert "Concerns sent, week by week. week 48: 0." in words_of(handed[-1])


def test_a_picture_is_pushed_with_figures_and_with_nothing_else() -> None:
    picture = Picture(url="https://swis.council.example/a.png", text="week 48: 7")
    pushed = card(digest(), WORDS, picture)
    assert may_be_pushed(pushed)
    assert not may_be_pushed(replace(pushed, id="alert"))
    assert without_pictures(pushed).blocks == card(digest(), WORDS, Paragraph(text="week 48: 7")).blocks


async def test_the_pages_serve_it_to_whoever_has_the_address(scene: Scene) -> None:
    now, found = with_pictures(scene, Draws())
    made(now, NEXT_MONDAY)
    async with TestClient(TestServer(pages_app(scene.house.figures, {}, found))) as client:
        shown = await client.get(f"/pictures/{mark(pictured(scene))}.png")
        assert (shown.status, shown.content_type, await shown.read()) == (200, "image/png", PNG)
        assert (await client.get(f"/pictures/{'0' * 32}.png")).status == 404
        assert (await client.get("/pictures/..%2f.png")).status == 404


def shown_again(scene: Scene, person: str) -> Screen:
    return scene.house.desk.act(person, "figures_card", {})


def test_the_card_can_be_looked_at_again_on_the_own_page_and_that_is_logged(scene: Scene) -> None:
    sent(scene)
    made(scene, NEXT_MONDAY)
    screen = shown_again(scene, MANAGER)
    assert screen.title == "Weekly figures, 23 to 29 November 2026"
    assert any(isinstance(block, Picture) for block in screen.blocks)
    assert [action.id for action in screen.actions] == ["figures", "home"]
    assert scene.log_of("-")[-1] == ("figures_read", MANAGER)


def test_nobody_else_is_shown_it(scene: Scene) -> None:
    made(scene, NEXT_MONDAY)
    assert "Weekly figures" not in words_of(shown_again(scene, DSL))
    assert ("access_refused", DSL) in scene.log_of("-")
