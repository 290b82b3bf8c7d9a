"""The page for authors over HTTP: works without a script, answers the script, keeps nothing, lets nobody else ask."""

from collections.abc import AsyncIterator
from typing import TypeAlias

import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.authoring import Authors, of_catalogue
from bot.channels.web.authors import create_authors_app
from dialogs.words import Words
from tests.thresholds.packaged import catalogue

Client: TypeAlias = TestClient[web.Request, web.Application]
PLACE = "/documents/ealing/2020-09-01"
TICKED = {"sign": "says_sexual_abuse", "fact.age_band": "7_to_9"}


@pytest_asyncio.fixture
async def client() -> AsyncIterator[Client]:
    """The page alone, as `swis thresholds show --serve` opens it."""
    origins: list[str] = []
    app = create_authors_app(Authors(load=of_catalogue(catalogue()), words=Words.load()), lambda: frozenset(origins))
    async with TestClient(TestServer(app)) as opened:
        origins.append(str(opened.make_url("")).rstrip("/"))
        opened.session.headers["Origin"] = origins[0]
        yield opened


async def test_a_form_without_a_script_gets_the_page_with_its_ticks_and_the_answer(
    client: Client,
) -> None:
    async with client.post(PLACE, data=TICKED) as answer:
        text = await answer.text()
    assert answer.status == 200
    assert 'value="says_sexual_abuse" checked' in text
    assert 'value="7_to_9" selected' in text
    assert "Level 4: acute needs" in text
    assert "Children Act 1989" in text


async def test_the_script_gets_the_answer_alone(client: Client) -> None:
    async with client.post(PLACE, data=TICKED, headers={"X-Part": "answer"}) as answer:
        text = await answer.text()
    assert "Level 4: acute needs" in text
    assert "<form" not in text


async def test_the_page_may_ask_itself_and_nobody_else_and_is_never_stored(
    client: Client,
) -> None:
    async with client.get(PLACE) as answer:
        assert answer.headers["Content-Security-Policy"].endswith("connect-src 'self'")
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["Cache-Control"] == "no-store"
        assert not answer.cookies


@pytest.mark.parametrize(
    ("headers", "status"), [({"Origin": "http://elsewhere.example"}, 403), ({"Host": "elsewhere.example"}, 421)]
)
async def test_a_form_from_elsewhere_or_for_elsewhere_is_refused(
    client: Client, headers: dict[str, str], status: int
) -> None:
    async with client.post(PLACE, data=TICKED, headers=headers) as answer:
        assert answer.status == status


@pytest.mark.parametrize("address", ["/documents/narnia/2020-09-01", "/static/nothing.css", "/elsewhere"])
async def test_what_is_not_there_is_not_there(client: Client, address: str) -> None:
    async with client.get(address) as answer:
        assert answer.status == 404


async def test_the_start_leads_to_the_first_document_and_the_list_names_all(
    client: Client,
) -> None:
    async with client.get("/") as answer:
        assert answer.url.path.startswith("/documents/")
    async with client.get("/documents") as answer:
        text = await answer.text()
    assert all(f"/documents/{authority}/" in text for authority in catalogue().authorities)
