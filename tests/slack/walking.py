"""Somebody who goes through the whole conversation in the modal, choosing by a seed among what the pages offer."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random  # noqa: TID251 - seeded: the same walks every time
from typing import Any

from tests.slack.fake import Human, Json, field_of
from tests.slack.stage import Stage

LONGEST = 40
TYPED = ("Robin Example (invented)", "3", "0191 498 0000")
"""What is typed in a box at the first, second and third try."""
DAY, COMING_DAY, TIME = "2026-11-23", "2026-12-10", "16:50"
COMING = ("by_when", "follow_up_on")
"""How fields begin that ask for a day to come."""
RESERVED = ("none", "not_known")
PICKED = ("radio_buttons", "static_select")
TICKED = ("checkboxes", "multi_static_select")


@dataclass
class Walk:
    """One walk: the pages that were met, in their order, and whether it came to its end."""

    human: Human
    chance: Random
    first: str = ""
    """What is chosen on the first page; the seed's choice if empty."""
    most: int = 3
    """So many are ticked of a list at the most."""
    met: list[str] = field(default_factory=list)
    ended: bool = False

    async def go(self) -> "Walk":
        """From the command to the receipt."""
        status, _ = await self.human.command()
        assert status == 200
        return await self.on()

    async def on(self) -> "Walk":
        """From the page in front of the person to the end."""
        for _ in range(LONGEST):
            stand = place(self.human)
            if stand["kind"] != "talk":
                self.ended = stand["kind"] == "end"
                return self
            self.met.append(stand["screen"])
            await self._page()
        raise AssertionError(f"no end: {self.met}")

    async def _page(self) -> None:
        """Fill the page in and send it; what it refuses is filled in otherwise."""
        before, modal = place(self.human), self.human.modal
        now = _button(modal.body, "send_now")
        if now and self.chance.random() < 0.2:
            await self.human.press("send_now", values=self._values(0))
            if place(self.human) != before:
                return
        for attempt in range(len(TYPED)):
            status, answer = await self.human.submit(self._values(attempt))
            assert status == 200
            if answer["response_action"] == "update":
                return
        raise AssertionError(f"{before['screen']} takes nothing: {answer}")

    def _values(self, attempt: int) -> Json:
        inputs: dict[str, list[Json]] = {}
        for block in self.human.modal.body["blocks"]:
            if block["type"] == "input" and not block["block_id"].endswith("~o"):
                inputs.setdefault(field_of(block["block_id"]), []).append(block["element"])
        return {name: self._value(name, found, attempt) for name, found in inputs.items()}

    def _value(self, name: str, elements: list[Json], attempt: int) -> Any:
        kind, offered = elements[0]["type"], [one for element in elements for one in options(element)]
        if name == "what" and self.first in offered:
            return self.first
        if kind in PICKED:
            return self.chance.choice(offered)
        if kind in TICKED:
            real = [one for one in offered if one not in RESERVED]
            return self.chance.sample(real, k=min(len(real), self.chance.randint(1, self.most)))
        day = COMING_DAY if name.startswith(COMING) else DAY
        return {"datepicker": day, "timepicker": TIME}.get(kind, TYPED[attempt])


def place(human: Human) -> dict[str, Any]:
    """Where the modal stands."""
    found: dict[str, Any] = json.loads(human.modal.body["private_metadata"])
    return found


def options(element: Mapping[str, Any]) -> list[str]:
    """The values that a list offers."""
    grouped = [one for group in element.get("option_groups", ()) for one in group["options"]]
    return [one["value"] for one in (*element.get("options", ()), *grouped)]


def _button(body: Json, name: str) -> bool:
    rows = [one for block in body["blocks"] for one in block.get("elements", ())]
    return any(one.get("action_id", "").split(".")[1:2] == [name] for one in rows if one.get("type") == "button")


async def at_happened(stage: Stage) -> Human:
    """A teacher on the second page."""
    human = stage.human("UTEACHER")
    await human.command()
    await human.submit({"what": "worried"})
    return human
