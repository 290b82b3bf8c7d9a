"""The narrow port to the Bot Framework: an activity that the gate let in is one of its turns, our reply its answer.

Only here is `botbuilder` known: its schema, turn context and dispatch by kind. Token check, connector, state are ours.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from botbuilder.core import ActivityHandler, BotAdapter, TurnContext
from botbuilder.schema import Activity as Sent
from botbuilder.schema import ChannelAccount, ConversationAccount, ResourceResponse

from bot.channels.teams.activities import Activity, mapping_at, text_at
from bot.channels.teams.replies import NOTHING, Reply

_ACTIVITY, _REPLY = "activity", "reply"
_NEVER = "a card is sent, changed or taken back by a row of the outbox or a listener, never from a turn"


class Takes(Protocol):
    """What is done with each kind of activity."""

    async def invoked(self, activity: Activity) -> Reply:
        """A press, or a command: it is answered."""

    async def wrote(self, activity: Activity) -> None:
        """Somebody wrote to the bot."""

    async def installed(self, activity: Activity) -> None:
        """The app came to somebody, or left them."""


class _Dispatch(ActivityHandler):  # type: ignore[misc]
    """The framework's own dispatch. Kinds that mean nothing to us go nowhere."""

    def __init__(self, takes: Takes) -> None:
        super().__init__()
        self._takes = takes

    async def on_invoke_activity(self, turn_context: TurnContext) -> None:
        """Answered as it is. The framework's own answer copies the page part by part and serialises it twice, which
        Teams gets as 500."""
        turn_context.turn_state[_REPLY] = await self._takes.invoked(turn_context.turn_state[_ACTIVITY])

    async def on_message_activity(self, turn_context: TurnContext) -> None:
        """What was written is not read."""
        await self._takes.wrote(turn_context.turn_state[_ACTIVITY])

    async def on_installation_update(self, turn_context: TurnContext) -> None:
        """Installed and uninstalled."""
        await self._takes.installed(turn_context.turn_state[_ACTIVITY])


class _Adapter(BotAdapter):  # type: ignore[misc]
    """Sends nothing: cards are sent by rows of the outbox, or by the listeners, never from a turn."""

    async def send_activities(self, context: TurnContext, activities: Sequence[Sent]) -> list[ResourceResponse]:  # noqa: ARG002 - the framework's signature
        """Asked for by the framework's adapter, and never done.

        Raises:
            TypeError: always.
        """
        raise TypeError(_NEVER)

    async def update_activity(self, context: TurnContext, activity: Sent) -> None:  # noqa: ARG002 - the framework's signature
        """Asked for by the framework's adapter, and never done.

        Raises:
            TypeError: always.
        """
        raise TypeError(_NEVER)

    async def delete_activity(self, context: TurnContext, reference: object) -> None:  # noqa: ARG002 - the framework's signature
        """Asked for by the framework's adapter, and never done.

        Raises:
            TypeError: always.
        """
        raise TypeError(_NEVER)


@dataclass(slots=True)
class Turns:
    """Runs turns. Nothing of one stays in the adapter or the dispatch, so that all have the same."""

    takes: Takes
    _adapter: _Adapter = field(default_factory=_Adapter)
    _dispatch: _Dispatch = field(init=False)

    def __post_init__(self) -> None:
        """With the dispatch to whoever takes."""
        self._dispatch = _Dispatch(self.takes)

    async def run(self, activity: Activity) -> Reply:
        """What Teams gets back for one activity."""
        context = TurnContext(self._adapter, _sent(activity))
        context.turn_state[_ACTIVITY] = activity
        await self._adapter.run_pipeline(context, self._dispatch.on_turn)
        reply: Reply = context.turn_state.get(_REPLY, NOTHING)
        return reply


def _sent(activity: Activity) -> Sent:
    """The framework's picture of an activity: where it came from and what kind it is. Nothing that anybody typed."""
    return Sent(
        type=text_at(activity, "type"), id=text_at(activity, "id"), name=text_at(activity, "name"),
        channel_id=text_at(activity, "channelId"), service_url=text_at(activity, "serviceUrl"),
        action=text_at(activity, "action"), from_property=_account(mapping_at(activity, "from")),
        recipient=_account(mapping_at(activity, "recipient")), conversation=_room(mapping_at(activity, "conversation")),
    )  # fmt: skip


def _account(found: Any) -> ChannelAccount:
    return ChannelAccount(id=text_at(found, "id"), aad_object_id=text_at(found, "aadObjectId"))


def _room(found: Any) -> ConversationAccount:
    return ConversationAccount(
        id=text_at(found, "id"), tenant_id=text_at(found, "tenantId"), is_group=found.get("isGroup") is True,
        conversation_type=text_at(found, "conversationType"),
    )  # fmt: skip
