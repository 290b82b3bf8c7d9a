"""What Teams takes, as published, as data. Drawing keeps to it; the tests try every number at N and at N + 1.

A message is counted in bytes of UTF-16, as Teams does; a dialog's page, which is no message, in the bytes sent.
"""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """Counts and sizes. Where the published number is no good aim, the aim stands here."""

    card_bytes: int = 80_000
    """Teams refuses a message beyond 100 KB and advises 80 KB."""

    actions: int = 6
    """Buttons of a card, wherever on it they stand."""

    expanded: int = 12
    """Options of one choice that are spread out; above, they are a list to open. Not Teams' number but ours."""

    fold: int = 8
    """A list that asks a second time about options shown above is folded away above this many. Ours."""

    url: int = 1024
    """Of a link. Ours: where Teams publishes one for addresses, it is this."""


TEAMS = Limits()
