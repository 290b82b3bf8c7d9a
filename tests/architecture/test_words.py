"""How the programme speaks: words that never reach a reader, wherever the text stands."""

import ast
import re
from collections.abc import Iterator

from tests.architecture.sources import ROOT, files, modules

NEVER = re.compile(r"\b(?:please|sorry|invalid|oops)\b", re.IGNORECASE)
NOT_WORDS = re.compile(r"aria-invalid|:invalid|@?[\w-]+(?:\.[\w-]+)*\.invalid", re.IGNORECASE)


def _speaks_ill(text: str) -> bool:
    return bool(NEVER.search(NOT_WORDS.sub("", text)))


def test_templates_and_words_never_use_the_banned_words() -> None:
    places = [
        *files(".html", under="bot"),
        *files(".yaml", under="dialogs"),
        *files(".yaml", under="thresholds/vocabulary"),
    ]
    places += files(".yaml", under="thresholds/authorities")
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:100]}"
        for path in places
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if _speaks_ill(line)
    ]
    assert places
    assert not found


def test_no_sentence_in_the_code_uses_the_banned_words() -> None:
    found = [
        f"{path}:{line}: {text[:80]}"
        for path, module in modules("bot", "dialogs", "storage")
        for text, line in _sentences(module)
        if _speaks_ill(text)
    ]
    assert not found


def _sentences(module: ast.Module) -> Iterator[tuple[str, int]]:
    """String constants of more than one word that are no docstrings: what could reach a reader."""
    notes = {id(node.value) for node in ast.walk(module) if isinstance(node, ast.Expr)}
    for node in ast.walk(module):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in notes:
            yield from [(node.value, node.lineno)] if " " in node.value else []
