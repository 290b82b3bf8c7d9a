"""What a browser would do with a page, without one: which controls it would send, what a reader would find."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import urlencode

from aiohttp.test_utils import TestClient, TestServer, unused_port
from aiohttp.web import Application, Request

from bot.channels.web.app import create_app
from tests.bot.web.small import Small

Pairs = list[tuple[str, str]]


class Sent(HTMLParser):
    """Collects the pairs that a page's main form would send, pressed as it stands, and the page's headings and ids."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.pairs: Pairs = []
        self.headings: list[str] = []
        self.ids: list[str] = []
        self.references: list[str] = []
        self.controls: list[dict[str, str | None]] = []
        self.labelled: set[str] = set()
        self.title = ""
        self._inside = False
        self._reading: list[str] | None = None
        self._name = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.ids += [str(given["id"])] if "id" in given else []
        for key in ("aria-describedby", "aria-labelledby", "for"):
            self.references += (given.get(key) or "").split()
        if tag == "label":
            self.labelled.add(given.get("for") or "")
        if tag == "form":
            self._inside = given.get("id") == "answer"
        self._control(tag, given)
        if tag == "option" and "selected" in given:
            self.pairs.append((self._name, given.get("value") or ""))
        if tag in ("h1", "title", "textarea"):
            self._reading, self._name = [], given.get("name") or ""

    def _control(self, tag: str, given: dict[str, str | None]) -> None:
        if tag not in ("input", "select", "textarea") or not self._inside:
            return
        if given.get("type") != "hidden":
            self.controls.append(given)
        if tag == "select":
            self._name = given.get("name") or ""
            return
        ticked = given.get("type") not in ("radio", "checkbox") or "checked" in given
        if tag == "input" and ticked:
            self.pairs.append((given.get("name") or "", given.get("value") or ""))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_data(self, data: str) -> None:
        if self._reading is not None:
            self._reading.append(data)

    def handle_endtag(self, tag: str) -> None:
        text = "".join(self._reading or [])
        if tag == "textarea":
            self.pairs.append((self._name, text.removeprefix("\n").replace("\n", "\r\n")))
        if tag == "h1":
            self.headings.append(text)
        if tag == "title":
            self.title = text
        if tag in ("textarea", "h1", "title"):
            self._reading = None
        if tag == "form":
            self._inside = False


def token_of(page: str) -> str:
    """The form token that stands in a page."""
    return page.split('name="csrf" value="', 1)[1].split('"', 1)[0]


@dataclass
class Page:
    """An answer: status, text, headers, where it leads."""

    status: int
    text: str
    headers: Mapping[str, str]

    @property
    def to(self) -> str:
        """Where a redirect leads."""
        return self.headers.get("Location", "")


@dataclass
class Visitor:
    """Somebody at a browser without JavaScript, who follows no redirect by itself."""

    client: TestClient[Request, Application]
    small: Small
    port: int
    token: str = ""

    @property
    def origin(self) -> str:
        """Where this visitor's pages come from."""
        return f"http://127.0.0.1:{self.port}"

    async def get(self, path: str, headers: Mapping[str, str] | None = None) -> Page:
        """Open a page; its form token is remembered."""
        async with self.client.get(path, headers=headers, allow_redirects=False) as response:
            text = await response.text()
            if 'name="csrf"' in text:
                self.token = token_of(text)
            return Page(status=response.status, text=text, headers=dict(response.headers))

    async def send(self, path: str, pairs: Pairs, headers: Mapping[str, str] | None = None) -> Page:
        """Press a button, with this visitor's origin and token."""
        given = {"Origin": self.origin} if headers is None else dict(headers)
        body = urlencode([("csrf", self.token), *pairs])
        given.setdefault("Content-Type", "application/x-www-form-urlencoded")
        async with self.client.post(path, data=body, headers=given, allow_redirects=False) as response:
            return Page(status=response.status, text=await response.text(), headers=dict(response.headers))

    async def sit(self, person: str) -> None:
        """Choose a seat, and look at home."""
        await self.get("/?authority=gateshead")
        await self.send("/seat", [("authority", "gateshead"), ("person", person)])
        await self.get("/home")


@asynccontextmanager
async def visiting(small: Small) -> AsyncIterator[Visitor]:
    """The page in this process, and one visitor to it."""
    port = unused_port()
    server = TestServer(create_app(small.ports(), small.front(port)), host="127.0.0.1", port=port)
    async with TestClient(server) as client:
        yield Visitor(client=client, small=small, port=port)
