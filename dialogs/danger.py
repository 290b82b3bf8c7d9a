"""Danger words in what was typed: they raise a question, never a level."""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache

_BETWEEN = "\x00"
"""Stands between two texts: no word and no phrase goes across it."""
_APART = re.compile(r"[^\w'\x00-]+|(?<!\w)['-]+|['-]+(?!\w)")
_QUOTES = str.maketrans({"\u2019": "'", "\u2018": "'", "\u2010": "-", "\u2011": "-", "\u2013": " "})


def danger_words(words: Sequence[str], texts: Iterable[str]) -> tuple[str, ...]:
    """The words of `texts` that begin with one of the stems or phrases, in lower case, in the order of the stems.

    >>> danger_words(("suicid", "gun ", "hit me"), ["She was SUICIDAL, and he hit  me."])
    ('suicidal', 'hit me')
    """
    typed = _BETWEEN.join(texts).lower()
    typed = typed if typed.isascii() else typed.translate(_QUOTES)
    if _any_of(tuple(words)).search(typed) is None:
        return ()
    plain = f" {_APART.sub(' ', typed).replace(_BETWEEN, f' {_BETWEEN} ')} "
    return tuple(dict.fromkeys(hit for stem in words for hit in _hits(f" {stem}", plain)))


@cache
def _any_of(words: tuple[str, ...]) -> re.Pattern[str]:
    """Finds whatever may be one of the stems, and sometimes more: nearly every text has none and ends here."""
    stems = "|".join(r"\W+".join(map(re.escape, stem.split())) for stem in words)
    return re.compile(rf"(?<!\w)(?:{stems})" if words else "(?!)")


def _hits(stem: str, text: str) -> Iterator[str]:
    at = text.find(stem)
    while at >= 0:
        end = text.index(" ", at + len(stem) - 1)
        yield text[at:end].strip()
        at = text.find(stem, end)
