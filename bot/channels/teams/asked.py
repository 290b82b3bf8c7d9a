"""The pages that were shown last, to be given back with what was typed in them when an answer can't be had in time.

In memory, for a while: a page that is not here any more gives way to one that says where the words are kept.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from bot.channels.teams.activities import Caller
from bot.platforms.stand import Stand
from bot.remembered import Remembered
from dialogs.screens import Notice, Screen, filled

MOST = 500


@dataclass(slots=True)
class Asked:
    """Pages of conversations, by who was shown them and where they stand."""

    _pages: Remembered[tuple[Caller, str, str], Screen] = field(default_factory=lambda: Remembered(MOST))

    def remember(self, caller: Caller, stand: Stand, screen: Screen) -> None:
        """This page is before somebody now."""
        if stand.kind == "talk":
            self._pages.put((caller, stand.id, stand.screen), screen)

    def values(self, caller: Caller, stand: Stand) -> Mapping[str, object] | None:
        """What stood in its fields when it was shown; None if it is not known here."""
        found = self._pages.get((caller, stand.id, stand.screen))
        return None if found is None else {one.id: one.value for one in found.fields if one.value is not None}

    def again(self, caller: Caller, stand: Stand, raw: Mapping[str, object], said: Notice) -> Screen | None:
        """The page with what was typed, and what happened above it; None if it is not known here."""
        found, before = self._pages.get((caller, stand.id, stand.screen)), self.values(caller, stand)
        if found is None or before is None:
            return None
        return replace(filled(found, {**before, **raw}), blocks=(said, *found.blocks))


def refilled(screen: Screen, raw: Mapping[str, object]) -> Screen:
    """What was typed stands in the page again, wherever the page does not say it itself."""
    fields = filled(screen, raw).fields
    return replace(
        screen,
        fields=tuple(
            replace(one, value=typed.value) if one.value is None else one
            for one, typed in zip(screen.fields, fields, strict=True)
        ),
    )
