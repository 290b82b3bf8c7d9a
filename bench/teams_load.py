"""What stands before both sides when Teams' turns are measured: somebody who fills in every page of the dialog."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from http.client import HTTPConnection
from itertools import count
from time import perf_counter
from typing import Any

from bench.turn import SAID, TICKED
from dialogs.screens import NONE, NOT_KNOWN

APP = "00000000-0000-4000-8000-0000000000b0"
TENANT = "00000000-0000-4000-8000-00000000aaaa"
ACCOUNT = "00000000-0000-4000-8000-0000000000a1"
SERVICE = "https://teams.invalid"
LAST = "check"
Json = dict[str, Any]


@dataclass(frozen=True)
class Recorded:
    """One turn on the way: what was sent, without its ids, and the dialog's page that came back."""

    data: Json
    page: Json


@dataclass
class Dialog:
    """A connection of its own, and the seconds that its turns on the way took.

    `name` keeps its activities apart; the peer is given no `token`.
    """

    port: int
    token: str
    name: str
    seconds: list[float] = field(default_factory=list)
    recorded: list[Recorded] = field(default_factory=list)
    _numbers: "count[int]" = field(default_factory=count)

    def __post_init__(self) -> None:
        self._connection = HTTPConnection("127.0.0.1", self.port, timeout=60)

    def ask(self, name: str, value: Json) -> Json:
        """One invoke.

        Raises:
            RuntimeError: it was not answered with a page, so that the figure would be worth nothing.
        """
        body = json.dumps(self._activity(name, value))
        signed = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        headers = {"Content-Type": "application/json", **signed}
        start = perf_counter()
        self._connection.request("POST", "/api/messages", body, headers)
        answer = self._connection.getresponse()
        said = answer.read()
        self.seconds.append(perf_counter() - start)
        if answer.status != 200 or b'"continue"' not in said:
            raise RuntimeError(f"{name} was answered {answer.status}: {said[:300]!r}")
        page: Json = json.loads(said)["task"]["value"]
        return page

    def _activity(self, name: str, value: Json) -> Json:
        return {
            "type": "invoke", "name": name, "id": f"{self.name}-{next(self._numbers)}", "channelId": "msteams",
            "serviceUrl": SERVICE, "recipient": {"id": f"28:{APP}"}, "from": {"id": ACCOUNT, "aadObjectId": ACCOUNT},
            "conversation": {"id": "chat", "conversationType": "personal", "tenantId": TENANT},
            "channelData": {"tenant": {"id": TENANT}}, "value": value,
        }  # fmt: skip

    def begin(self) -> Json:
        """Open the dialog: its first page. Not among its seconds."""
        page = self.ask("composeExtension/fetchTask", {"commandId": "concern"})
        self.seconds.pop()
        return page

    def fill(self, page: Json) -> Json:
        """From the first page to the last one, which only has to be sent."""
        before = ""
        while (screen := _stand(page).get("screen", "")) != LAST:
            if screen == before:
                raise RuntimeError(f"the answer to {screen} was refused")
            data = {**_filled(page["card"]["content"], screen), "n": len(self.recorded)}
            before, page = screen, self.ask("task/submit", {"data": data})
            self.recorded.append(Recorded(data, page))
        return page

    def send(self, page: Json) -> None:
        """Send what was filled in. Not among its seconds."""
        self.ask("task/submit", {"data": _filled(page["card"]["content"], LAST)})
        self.seconds.pop()

    def repeat(self, recorded: Sequence[Recorded]) -> None:
        """The same turns at the peer, which answers with the same pages."""
        for one in recorded:
            self.ask("task/submit", {"data": one.data})


def _stand(page: Json) -> Json:
    at = _button(page["card"]["content"])["swis"].get("at", "{}")
    found: Json = json.loads(at)
    return found


def _button(card: Json) -> Json:
    """What the page's own button sends."""
    found: Json = next(one for one in card["actions"] if one.get("style") == "positive")["data"]
    return found


def _filled(card: Json, screen: str) -> Json:
    said = SAID.get(screen, {})
    inputs = {one["id"]: _value(one, said) for one in _inputs(card) if not one["id"].startswith("~")}
    return {**_button(card), **inputs}


def _inputs(element: Json) -> Iterator[Json]:
    for one in (*element.get("body", ()), *element.get("items", ())):
        if one["type"].startswith("Input."):
            yield one
        yield from _inputs(one)


def _value(given: Json, said: Mapping[str, object]) -> str:
    field_id = given["id"].partition("~")[0]
    wanted: Any = said.get(field_id, "")
    if given["type"] != "Input.ChoiceSet":
        return wanted if isinstance(wanted, str) and wanted != NOT_KNOWN else ""
    offered = [one["value"] for one in given["choices"]]
    if not given.get("isMultiSelect"):
        return wanted if wanted in offered else _plain(offered)
    chosen = [wanted] if isinstance(wanted, str) else list(wanted)
    if given["id"] == "signs":
        chosen = [one for one in offered if one != NONE][-TICKED:]
    return ",".join(one for one in chosen if one in offered)


def _plain(offered: list[str]) -> str:
    return "no" if "no" in offered else next(one for one in offered if one not in (NONE, NOT_KNOWN))
