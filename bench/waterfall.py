"""The peer: ten mixed questions as a botbuilder-dialogs waterfall, kept in memory, driven by its own test adapter."""

import asyncio
from collections.abc import Awaitable, Callable
from time import perf_counter
from typing import Any

from botbuilder.core import ConversationState, MemoryStorage, MessageFactory, TurnContext
from botbuilder.core.adapters import TestAdapter
from botbuilder.dialogs import DialogSet, DialogTurnStatus, WaterfallDialog
from botbuilder.dialogs.choices import Choice
from botbuilder.dialogs.prompts import ChoicePrompt, ConfirmPrompt, NumberPrompt, PromptOptions, TextPrompt

Step = Callable[[Any], Awaitable[Any]]

FORM: tuple[tuple[str, str, str], ...] = (
    ("choice", "What is it?", "worried"),
    ("text", "What happened?", "He came in with the same dirty clothes and was very hungry again."),
    ("text", "What did the child say, in their words?", "There is nothing to eat at the end of the week."),
    ("number", "How old is the child?", "8"),
    ("confirm", "Does a social worker already work with the child?", "no"),
    ("choice", "What is it about?", "care and home"),
    ("choice", "How long has it gone on?", "weeks"),
    ("number", "How many children live there?", "3"),
    ("confirm", "Do the parents know?", "no"),
    ("text", "Who was there?", "The class teacher"),
)
CHOICES = {
    "What is it?": ("help now", "not sure", "worried", "an adult", "talk"),
    "What is it about?": ("hurt or afraid", "care and home", "family life", "absence", "outside home"),
    "How long has it gone on?": ("days", "weeks", "months", "years"),
}


def _ask(kind: str, question: str) -> Step:
    async def step(waterfall: Any) -> Any:
        choices = [Choice(value) for value in CHOICES.get(question, ())]
        options = PromptOptions(prompt=MessageFactory.text(question), choices=choices or None)
        return await waterfall.prompt(kind, options)

    return step


async def _end(waterfall: Any) -> Any:
    return await waterfall.end_dialog()


def _dialogs(state: ConversationState) -> DialogSet:
    dialogs = DialogSet(state.create_property("dialogs"))
    for prompt in (TextPrompt("text"), NumberPrompt("number"), ConfirmPrompt("confirm"), ChoicePrompt("choice")):
        dialogs.add(prompt)
    dialogs.add(WaterfallDialog("form", [*(_ask(kind, question) for kind, question, _ in FORM), _end]))
    return dialogs


def _adapter() -> TestAdapter:
    state = ConversationState(MemoryStorage())
    dialogs = _dialogs(state)

    async def turn(context: TurnContext) -> None:
        dialog = await dialogs.create_context(context)
        result = await dialog.continue_dialog()
        if result.status == DialogTurnStatus.Empty:
            await dialog.begin_dialog("form")
        await state.save_changes(context)

    return TestAdapter(turn)


async def _fill(adapter: TestAdapter, forms: int) -> list[float]:
    turns = []
    for _ in range(forms):
        for said in ("begin", *(answer for _, _, answer in FORM)):
            start = perf_counter()
            await adapter.receive_activity(said)
            turns.append(perf_counter() - start)
        replies = len(adapter.activity_buffer)
        if replies != len(FORM):
            raise RuntimeError(
                f"the waterfall asked {replies} questions, not {len(FORM)}: the comparison would not be fair"
            )
        adapter.activity_buffer.clear()
    return turns


def fill(forms: int) -> list[float]:
    """Fill the form so many times; the seconds of each turn."""
    return asyncio.run(_fill(_adapter(), forms))
