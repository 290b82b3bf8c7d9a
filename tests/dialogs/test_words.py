"""The words: every key that is used stands there, every key that stands there is used, and how they speak."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import yaml

from dialogs.flow import Fixed, Flow, Groups, Page, Question
from dialogs.flows import CATALOGUE
from dialogs.words import FILES, MissingWordsError, Words
from tests.dialogs.scenes import the_vocabulary

WORDS = Words.load()
ROOT = Path(__file__).parents[2]
PAGES = [(flow, page) for flow in CATALOGUE.values() for page in flow.pages]


def test_a_key_without_words_is_an_error_that_names_it() -> None:
    with pytest.raises(MissingWordsError, match="nothing_here"):
        WORDS("nothing_here")


def test_places_are_filled_and_lines_joined() -> None:
    words = Words({"a": ("One {what}.", "Two."), "b": "Plain {braces}"})
    assert words("a", what="thing") == "One thing. Two."
    assert words("b") == "Plain {braces}"
    assert (words.maybe("a.b"), words.maybe("b"), list(words)) == (None, "Plain {braces}", ["a", "b"])


def test_no_key_stands_in_two_files() -> None:
    keys = [key for name in FILES for key in _keys_of(name)]
    assert sorted(keys) == sorted(set(keys))


def _keys_of(name: str) -> set[str]:
    text = (ROOT / "dialogs" / "words" / name).read_text(encoding="utf-8")
    return set(_paths(yaml.safe_load(text), ""))


def _paths(node: object, prefix: str) -> Iterator[str]:
    if not isinstance(node, dict):
        yield prefix
        return
    for key, value in node.items():
        yield from _paths(value, f"{prefix}.{key}" if prefix else str(key))


# ── which keys are used


def _of_page(page: Page) -> Iterator[str]:
    yield f"{page.words}.title"
    if page.any_of:
        yield f"{page.words}.empty"
    for press in page.actions:
        own = f"{page.words}.actions.{press.id}"
        yield own if own in WORDS else f"actions.{press.id}"
    for show in page.shows:
        yield from (
            [f"{show.key}.title", f"{show.key}.lines"] if show.kind in _NOTICES else [show.key] if show.key else []
        )
    for question in page.questions:
        yield from _of_question(page, question)


_NOTICES = ("info", "warning", "danger", "done")


def _of_question(page: Page, question: Question) -> Iterator[str]:
    prefix = f"{page.words}.{question.id}"
    if question.fact is None or f"{prefix}.label" in WORDS:
        yield f"{prefix}.label"
    if f"{prefix}.hint" in WORDS:
        yield f"{prefix}.hint"
    for option in _options(question):
        yield from _of_option(f"{prefix}.options.{option}", option)


def _options(question: Question) -> tuple[str, ...]:
    match question.options:
        case Fixed(ids=ids):
            return (*ids, *question.also)
        case Groups(sorter=True):
            return (*(group.id for group in the_vocabulary().groups), *question.also)
    return question.also


def _of_option(own: str, option: str) -> Iterator[str]:
    if f"{own}.label" in WORDS:
        yield f"{own}.label"
        if f"{own}.hint" in WORDS:
            yield f"{own}.hint"
    else:
        yield own if own in WORDS else f"options.{option}"


@cache
def _of_flows() -> frozenset[str]:
    return frozenset(key for _, page in PAGES for key in _of_page(page))


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    """Keys written in the code; what is put together there (`f"cards.outcomes.{outcome}"`) matches anything."""
    sources = [path for room in ("dialogs", "bot") for path in (ROOT / room).rglob("*.py")]
    found = {text for path in sources for text in _literals(ast.parse(path.read_text(encoding="utf-8")))}
    return tuple(re.compile(text) for text in sorted(found))


def _literals(module: ast.Module) -> Iterator[str]:
    for node in ast.walk(module):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and _KEY.fullmatch(node.value):
            yield re.escape(node.value)
        if isinstance(node, ast.JoinedStr):
            first = node.values[0]
            if isinstance(first, ast.Constant) and "." in str(first.value):
                yield "".join(re.escape(str(p.value)) if isinstance(p, ast.Constant) else ".+" for p in node.values)


_KEY = re.compile(r"[a-z_0-9]+(\.[a-z_0-9]+)*")


def test_every_key_of_the_screens_has_words() -> None:
    assert [key for key in sorted(_of_flows()) if key not in WORDS] == []


def test_every_key_that_the_cards_name_has_words() -> None:
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in (ROOT / "dialogs" / "cards").glob("*.py")]
    named = {
        node.value
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.startswith("cards.")
    }
    known = list(WORDS)
    assert named
    assert [key for key in named if not any(one == key or one.startswith(key) for one in known)] == []


def test_no_words_stand_unused() -> None:
    known = set(WORDS) - _of_flows()
    unused = [key for key in sorted(known) if not any(_uses(pattern, key) for pattern in _patterns())]
    assert unused == []


def _uses(pattern: re.Pattern[str], key: str) -> bool:
    if pattern.fullmatch(key):
        return True
    return "\\." in pattern.pattern and any(pattern.fullmatch(part) for part in _starts(key))


def _starts(key: str) -> Iterator[str]:
    parts = key.split(".")
    return (".".join(parts[:count]) for count in range(2, len(parts)))


# ── how they speak


def _said() -> list[tuple[str, str]]:
    return [(key, line) for key in WORDS for line in WORDS.lines(key)]


UNWANTED = re.compile(r"\b(please|sorry|invalid|oops)\b", re.IGNORECASE)
DETERRING = re.compile(
    r"\b(only if|unless you are sure|are you sure|really|serious enough|minor|not necessary|no need to|false|"
    r"evidence|proof of|waste|not a concern|lowers? (?:referrals|the number))\b",
    re.IGNORECASE,
)
SHORT_ROLES = re.compile(r"\b(DSL|LADO|SW|MASH|FGM|CSC|SENCO|TAF|EHA|CP|CIN)\b")


@pytest.mark.parametrize("pattern", [UNWANTED, DETERRING, SHORT_ROLES])
def test_no_sentence_uses_what_is_banned(pattern: re.Pattern[str]) -> None:
    assert [(key, line) for key, line in _said() if pattern.search(line)] == []


def test_no_question_asks_why_and_none_asks_two_things() -> None:
    asked = [(key, line) for key, line in _said() if "?" in line]
    assert [key for key, line in asked if re.search(r"\bwhy\b", line, re.IGNORECASE)] == []
    assert [key for key, line in asked if line.count("?") > 1 or "and/or" in line] == []


def test_titles_are_short_and_the_same_whatever_was_said() -> None:
    titles = [WORDS(f"{page.words}.title") for _, page in PAGES]
    assert all(len(title) <= 60 and "{" not in title for title in titles)


def test_options_fit_into_seventy_five_characters() -> None:
    labels = [(key, WORDS(key)) for key in WORDS if ".options." in f".{key}" and not key.endswith(".hint")]
    assert [key for key, label in labels if len(label) > 75] == []


@pytest.mark.parametrize(("flow", "page"), PAGES, ids=[f"{flow.name}-{page.id}" for flow, page in PAGES])
def test_every_question_that_may_be_unanswerable_offers_not_knowing(flow: Flow, page: Page) -> None:
    own_choice = {"what", "leave_out_reason"}
    if flow.name not in ("concern", "addition"):
        return
    for question in page.questions:
        if question.kind == "one" and question.id not in own_choice:
            assert "not_known" in question.also, question.id
