"""All text of screens and cards, by key. The text of signs and facts comes with the vocabulary."""

from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any, TypeAlias

import yaml

Text: TypeAlias = str | tuple[str, ...]

FILES = ("en.yaml", "desk.yaml", "figures.yaml", "frame.yaml")
"""The files of words: the conversation with its cards, the desk, the figures, and the frame around screens."""


class MissingWordsError(KeyError):
    """A key without words; the test of keys finds these before anybody else does."""


class Words:
    """Text by dotted key. A list in the file is several lines under one key."""

    def __init__(self, texts: Mapping[str, Text]) -> None:
        self._texts = dict(texts)

    @staticmethod
    def load() -> "Words":
        """The packaged English words; the same object each time."""
        return _packaged()

    def __call__(self, key: str, **params: str) -> str:
        """The text under `key` with its places filled; several lines are joined by a space.

        Raises:
            MissingWordsError: nothing stands under `key`.
        """
        return " ".join(self.lines(key, **params))

    def lines(self, key: str, **params: str) -> tuple[str, ...]:
        """The lines under `key` with their places filled.

        Raises:
            MissingWordsError: nothing stands under `key`.
        """
        text = self._texts.get(key)
        if text is None:
            raise MissingWordsError(key)
        lines = (text,) if isinstance(text, str) else text
        return tuple(line.format_map(params) for line in lines) if params else lines

    def rehearsing(self) -> "Words":
        """The same words with a foot that says, on every screen and card, that nobody real is told."""
        return Words({**self._texts, "foot": f"{self('foot')} · {self('rehearsal')}"})

    def maybe(self, key: str) -> str | None:
        """The text under `key`, or None."""
        return self(key) if key in self._texts else None

    def __contains__(self, key: object) -> bool:
        return key in self._texts

    def __iter__(self) -> Iterator[str]:
        return iter(self._texts)


@cache
def _packaged() -> Words:
    found: dict[str, Text] = {}
    for name in FILES:
        text = files("dialogs").joinpath("words", name).read_text(encoding="utf-8")
        found.update(_flat(yaml.safe_load(text), ""))
    return Words(found)


def _flat(node: Any, prefix: str) -> Iterator[tuple[str, Text]]:
    if not isinstance(node, dict):
        yield prefix, tuple(map(str, node)) if isinstance(node, list) else str(node)
        return
    for key, value in node.items():
        yield from _flat(value, f"{prefix}.{key}" if prefix else str(key))
