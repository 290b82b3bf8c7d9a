"""What Teams gets back, and what it gets when it asks again. Knows no use case."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.channels.teams.activities import Activity, tenants_in, text_at
from bot.channels.teams.ports import Element
from bot.remembered import Remembered
from dialogs.screens import Screen

MOST_REMEMBERED = 10_000
MOST_ANSWERS = 200
CARD = "application/vnd.microsoft.card.adaptive"
SENTENCE = "application/vnd.microsoft.activity.message"


@dataclass(frozen=True, slots=True)
class Reply:
    """What Teams gets back: a status, and JSON or nothing."""

    status: int = 200
    body: Mapping[str, Any] | None = None


NOTHING = Reply()
UNKNOWN = Reply(501, {})


def page(drawn: Element) -> Reply:
    """A page of a dialog."""
    return Reply(200, {"task": {"type": "continue", "value": drawn}})


def card(drawn: object) -> Reply:
    """A card in the place of the one that was pressed."""
    return Reply(200, {"statusCode": 200, "type": CARD, "value": drawn})


def said(screen: Screen, name: str = "adaptiveCard/action") -> Reply:
    """A short answer that changes nothing: the screen's title, which never carries content."""
    if name == "adaptiveCard/action":
        return Reply(200, {"statusCode": 200, "type": SENTENCE, "value": screen.title})
    return Reply(200, {"task": {"type": "message", "value": screen.title}})


@dataclass(slots=True)
class Repeats:
    """What was answered, by activity: Teams sends again what it believes that nobody heard."""

    _done: Remembered[str, bool] = field(default_factory=lambda: Remembered(MOST_REMEMBERED))
    _answers: "Remembered[str, asyncio.Future[Reply]]" = field(default_factory=lambda: Remembered(MOST_ANSWERS))

    def first(self, activity: Activity) -> bool:
        """Whether this is the first time that it comes."""
        return self._done.first(_key(activity), True)

    async def once(self, activity: Activity, answer: Callable[[], Awaitable[Reply]], seconds: float) -> Reply:
        """The answer, made once however often it is asked for.

        Raises:
            TimeoutError: it takes longer than `seconds`; it goes on, and whoever asks again gets it.
        """
        key = _key(activity)
        if (answering := self._answers.get(key)) is None:
            answering = self._answers.put(key, asyncio.ensure_future(answer()))
        try:
            return await asyncio.wait_for(asyncio.shield(answering), seconds)
        except TimeoutError:
            raise
        except Exception:
            # What broke may be asked again.
            self._answers.forget(key)
            raise


def _key(activity: Activity) -> str:
    """An activity, by its id and whoever sent it; one without an id is never taken for a repeat."""
    tenants, account = sorted(tenants_in(activity)), text_at(activity, "from", "aadObjectId")
    place, named = text_at(activity, "conversation", "id"), text_at(activity, "id") or id(activity)
    return f"{tenants} {account} {place} {text_at(activity, 'type')} {named}"
