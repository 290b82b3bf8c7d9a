"""How every screen reads: at eleven at most; no question leads, asks two things or asks why; nobody is deterred."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache

import pytest
import textstat

from dialogs.flow import Page
from tests.dialogs.test_words import DETERRING, PAGES, UNWANTED, WORDS, _of_page
from thresholds.load import load_catalogue

MOST_GRADE = 6.0
"""The automated readability index gives a school year; five years more are the age: a child of eleven."""
FEWEST_WORDS = 20
"""Below that the measure says nothing: one long word makes a year of school."""
ROLES = re.compile(
    r"designated safeguarding leads?|safeguarding leads?|local authority designated officer|designated teacher"
    r"|social workers?|social care|adult safeguarding|female genital mutilation|designated officer|social worker",
    re.IGNORECASE,
)
"""Terms of the field that have to be spelt out, each counted as a short word."""


MOST_LONG_WORDS = 2.4
"""The second measure, RIX: words of seven letters or more for each sentence. Below this is school year 6 or under."""


def spoken(lines: list[str]) -> str:
    """The lines as one text; each counts as a sentence."""
    said = [re.sub(r"\{\w+\}", "one", ROLES.sub("lead", line)) for line in lines]
    return " ".join(line if line[-1] in ".?!" else f"{line}." for line in said)


def grade(lines: list[str]) -> tuple[float, int]:
    """The school year of a text and its number of words."""
    text = spoken(lines)
    return textstat.automated_readability_index(text), len(text.split())


def reads_at_eleven(lines: list[str]) -> bool:
    """Whether both measures say so, or the text is too short to be measured."""
    year, words = grade(lines)
    return words < FEWEST_WORDS or (year <= MOST_GRADE and textstat.rix(spoken(lines)) < MOST_LONG_WORDS)


def of_page(page: Page) -> list[str]:
    """Everything that a page of a conversation says in our words."""
    keys = [key for key in _of_page(page) if key in WORDS and not key.startswith("actions.")]
    return [line for key in keys for line in WORDS.lines(key)]


@cache
def outside() -> Mapping[str, list[str]]:
    """Cards, notices and forms, by the two first parts of their keys."""
    found: dict[str, list[str]] = defaultdict(list)
    for key in WORDS:
        first, *rest = key.split(".")
        if first in ("cards", "home", "press", "notices", "for_responders", "linked", "arriving"):
            found[f"{first}.{rest[0]}" if first in ("cards", "for_responders") else first] += WORDS.lines(key)
    return found


@cache
def signs() -> Mapping[str, list[str]]:
    """What the signs of each group say, as they stand together on a page."""
    vocabulary = load_catalogue().vocabulary
    return {
        group.id: [line for sign in vocabulary.signs_of_group(group.id) for line in (sign.text, sign.meaning) if line]
        for group in vocabulary.groups
    }


@pytest.mark.parametrize(("flow", "page"), PAGES, ids=[f"{flow.name}-{page.id}" for flow, page in PAGES])
def test_a_page_of_a_conversation_reads_at_eleven(flow: object, page: Page) -> None:
    assert reads_at_eleven(of_page(page))


@pytest.mark.parametrize("name", sorted(outside()))
def test_what_stands_outside_a_conversation_reads_at_eleven(name: str) -> None:
    assert reads_at_eleven(outside()[name])


@pytest.mark.parametrize("group", sorted(signs()))
def test_the_signs_of_a_group_read_at_eleven(group: str) -> None:
    assert reads_at_eleven(signs()[group])


def test_the_measure_tells_a_hard_text_from_a_plain_one() -> None:
    hard = ["Practitioners should demonstrate professional curiosity regarding multifaceted familial circumstances."]
    plain = ["Write down what you saw. Say where it was. Then ring us."]
    assert grade(hard)[0] > MOST_GRADE > grade(plain)[0]
    assert textstat.rix(spoken(hard)) > MOST_LONG_WORDS > textstat.rix(spoken(plain))


# ── questions


def questions() -> Iterator[tuple[str, str]]:
    """Every question that anybody is asked, with where it stands."""
    yield from ((key, line) for key in WORDS for line in WORDS.lines(key) if line.endswith("?"))
    yield from ((fact.id, fact.question) for fact in load_catalogue().vocabulary.facts.values())


LEADING = re.compile(
    r"\b(don't you|isn't|aren't|wasn't|weren't|didn't|doesn't|surely|wouldn't|obviously|of course|you agree|so you)\b",
    re.IGNORECASE,
)
DOUBLE = re.compile(
    r"\?.*\?|,? and (?:is|are|was|were|do|does|did|has|have|can|could|would|when|where|who|how|what|things)\b",
    re.IGNORECASE,
)
ASKS_WHY = re.compile(r"\bwhy\b|\bhow come\b|\bwhat made\b", re.IGNORECASE)


@pytest.mark.parametrize("pattern", [LEADING, DOUBLE, ASKS_WHY], ids=["leading", "double", "why"])
def test_no_question_leads_asks_two_things_or_asks_why(pattern: re.Pattern[str]) -> None:
    assert [(key, line) for key, line in questions() if pattern.search(line)] == []


@pytest.mark.parametrize(
    ("pattern", "caught"),
    [
        (LEADING, "The father did it, didn't he?"),
        (DOUBLE, "Was help tried, and things did not get better?"),
        (DOUBLE, "Who did it and when did it happen?"),
        (ASKS_WHY, "Why did the child not tell anybody?"),
    ],
)
def test_the_patterns_catch_what_they_are_for(pattern: re.Pattern[str], caught: str) -> None:
    assert pattern.search(caught)


# ── nobody is talked out of it


def documents() -> Iterator[tuple[str, str]]:
    """What the documents say to people at each level: meaning, route, consent, duty, examples."""
    for editions in load_catalogue().editions.values():
        for document in (edition.document for edition in editions):
            name = document.authority
            yield from ((name, level.meaning) for level in document.levels)
            yield from ((name, entry.how) for entry in document.routes.values())
            yield from ((name, entry.text) for entry in document.consent.values())
            yield from ((name, duty.text) for duty in document.duties)
            yield from ((name, duty.text_from_then) for duty in document.duties if duty.text_from_then)
            yield from ((name, entry.says) for entry in document.unrated)


def vocabulary_lines() -> Iterator[tuple[str, str]]:
    """What the vocabulary says."""
    for sign in load_catalogue().vocabulary.signs.values():
        yield from ((sign.id, line) for line in (sign.text, sign.meaning) if line)
    yield from ((fact.id, fact.hint) for fact in load_catalogue().vocabulary.facts.values() if fact.hint)


TALKS_OUT_OF_IT = re.compile(
    r"\b(wait until you|not enough to|too (?:small|little) to|does not meet|below the threshold for|think twice"
    r"|before you report|needs? (?:proof|permission)|ask (?:for )?permission|do not report|don't report)\b",
    re.IGNORECASE,
)


@pytest.mark.parametrize("pattern", [UNWANTED, DETERRING, TALKS_OUT_OF_IT], ids=["banned", "deterring", "talking"])
def test_no_line_of_vocabulary_or_documents_deters(pattern: re.Pattern[str]) -> None:
    lines = [*vocabulary_lines(), *documents()]
    assert len(lines) > 400
    assert [(key, line) for key, line in lines if pattern.search(line)] == []


def test_no_line_of_a_screen_talks_anybody_out_of_reporting() -> None:
    said = [(key, line) for key in WORDS for line in WORDS.lines(key)]
    assert [(key, line) for key, line in said if TALKS_OUT_OF_IT.search(line)] == []
