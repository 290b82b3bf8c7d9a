"""Danger words in what was typed: they raise a question, never a level."""

import re
from collections.abc import Iterable, Iterator, Sequence

_APART = re.compile(r"[^\w'-]+|(?<!\w)['-]+|['-]+(?!\w)")
_QUOTES = str.maketrans({"\u2019": "'", "\u2018": "'", "\u2010": "-", "\u2011": "-", "\u2013": " "})


def danger_words(words: Sequence[str], texts: Iterable[str]) -> tuple[str, ...]:
    """The words of `texts` that begin with one of the stems or phrases, in lower case, in the order of the stems.

    >>> danger_words(("suicid", "gun ", "hit me"), ["She was SUICIDAL, and he hit  me."])
    ('suicidal', 'hit me')
    """
    plain = [f" {_APART.sub(' ', text.translate(_QUOTES).lower()).strip()} " for text in texts]
    found = (hit for stem in words for text in plain for hit in _hits(f" {stem}", text))
    return tuple(dict.fromkeys(found))


def _hits(stem: str, text: str) -> Iterator[str]:
    at = text.find(stem)
    while at >= 0:
        end = text.index(" ", at + len(stem) - 1)
        yield text[at:end].strip()
        at = text.find(stem, end)
