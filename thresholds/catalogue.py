"""Every document of every authority, of every date, as loaded. Chooses nothing: that is `in_force`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from thresholds.document import Document, ExampleEntry, SignOff
from thresholds.facts import Vocabulary


@dataclass(frozen=True, kw_only=True, slots=True)
class Edition:
    """One document with the vocabulary it speaks (local signs included) and its worked examples.

    `altered` is the signature that its content does not fit any more: it counts as unsigned.
    """

    document: Document
    vocabulary: Vocabulary
    examples: tuple[ExampleEntry, ...] = ()
    altered: SignOff | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Catalogue:
    """`editions` maps an authority to its editions, oldest first. `vocabulary` is the one all of them share."""

    vocabulary: Vocabulary
    editions: Mapping[str, tuple[Edition, ...]]

    @property
    def authorities(self) -> tuple[str, ...]:
        """The authorities there are, by name."""
        return tuple(sorted(self.editions))

    def edition(self, authority: str, in_force_from: date) -> Edition | None:
        """The very edition that a concern is pinned to, in force or not; None if it is not installed."""
        found = self.editions.get(authority, ())
        return next((edition for edition in found if edition.document.in_force_from == in_force_from), None)
