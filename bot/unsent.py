"""What somebody typed on a page that was left, refused or overtaken: kept sealed with the draft, and shown back.

It is no answer: nothing is judged by it, nobody is told of it, and it goes with the draft.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from bot.sending import Talk
from dialogs.answers import clean
from dialogs.screens import Action, Notice, Quote, Screen, Value, filled
from dialogs.words import Words
from storage.shapes import ConversationId, Person
from storage.unit import UnitOfWork

MOST_FIELDS = 60


def keep(unit: UnitOfWork, talk: Talk, screen: str, raw: Mapping[str, object], now: datetime) -> None:
    """Keep what stands in a page's fields; an empty page forgets what was kept of it.

    Raises:
        ValueError: more than a draft may hold.
    """
    keep_page(unit, talk.conversation.id, talk.person, (screen, raw), now)


def keep_page(
    unit: UnitOfWork, draft: ConversationId, who: Person, page: tuple[str, Mapping[str, object]], now: datetime
) -> None:
    """The same of a page, by its screen and what stands in it, with a draft of somebody's.

    Raises:
        ValueError: more than a draft may hold.
    """
    screen, typed = page[0], dict(_typed(page[1]))
    before = unit.conversations.typed(draft)
    others = {name: kept for name, kept in before.items() if name != screen}
    if not typed and screen not in before:
        return
    unit.conversations.keep_typed(draft, {**others, screen: typed} if typed else others)
    unit.audit.add(draft, "typed_kept", who.id, who.role, now, {"screen": screen})


def holds(raw: Mapping[str, object]) -> bool:
    """Whether anything stands in a page's fields."""
    return any(True for _ in _typed(raw))


def drop(unit: UnitOfWork, draft: ConversationId, screen: str) -> None:
    """The page was taken: what was kept of it goes."""
    before = unit.conversations.typed(draft)
    if screen in before:
        unit.conversations.keep_typed(draft, {name: page for name, page in before.items() if name != screen})


def shown(unit: UnitOfWork, draft: ConversationId, drawn: Screen) -> Screen:
    """The screen with what was kept of it standing in its fields."""
    page = unit.conversations.typed(draft).get(drawn.id)
    return drawn if page is None else filled(drawn, page)


def is_taken(talk: Talk, screen: str, raw: Mapping[str, object]) -> bool:
    """Whether a page holds nothing that its answer does not hold already: it was sent twice, or is empty."""
    answered = talk.trail.get(screen)
    values: Mapping[str, Value] = {} if answered is None else answered.values
    return all(_same(value, values.get(name)) for name, value in _typed(raw))


def told_of(drawn: Screen, screen: str, words: Words) -> Screen:
    """The screen where an overtaken page led, with what became of the page: it stands here, or can be gone to."""
    if drawn.id == screen:
        return _with(drawn, Notice(kind="warning", title=words("overtaken.title"), lines=(words("overtaken.here"),)))
    notice = Notice(kind="warning", title=words("overtaken.title"), lines=(words("overtaken.there"),))
    back = Action(id="typed", label=words("overtaken.show"), to=f"screen:{screen}")
    return replace(_with(drawn, notice), actions=(*drawn.actions, back))


def added_to_alert(drawn: Screen, words: Words) -> Screen:
    """The screen, which says that what stands on it has reached those who were alerted."""
    return _with(drawn, Notice(kind="done", title=words("kept.added")))


def handed_back(drawn: Screen, raw: Mapping[str, object], words: Words) -> Screen:
    """The screen with the texts of a page that nothing can be kept of any more, to be copied from it."""
    texts = [value for _, value in _typed(raw) if isinstance(value, str) and " " in value]
    if not texts:
        return drawn
    notice = Notice(kind="warning", title=words("overtaken.title"), lines=(words("overtaken.copy"),))
    quotes = tuple(Quote(title=words("overtaken.typed"), text=text) for text in texts)
    return replace(drawn, blocks=(notice, *quotes, *drawn.blocks))


def _with(drawn: Screen, notice: Notice) -> Screen:
    return replace(drawn, blocks=(notice, *drawn.blocks))


def _typed(raw: Mapping[str, object]) -> Iterator[tuple[str, Value]]:
    """Fields in which something stands."""
    for name, value in list(raw.items())[:MOST_FIELDS]:
        if isinstance(value, str) and clean(value):
            yield name, clean(value)
        elif isinstance(value, tuple | list) and value:
            yield name, tuple(str(one) for one in value)


def _same(value: Value, taken: Value | None) -> bool:
    if isinstance(value, str) or isinstance(taken, str) or taken is None:
        return value == taken
    return set(value) == set(taken)
