"""How a document must speak to a tired teacher: no banned word, no question, no short form of a role, nothing that
talks anybody out of reporting; and nothing left to fill in. Pure.
"""

import re
from collections.abc import Iterator, Mapping

from thresholds.document import Document
from thresholds.parts import Parts
from thresholds.sources import Place, Problem

GAP = "[to fill in"
LONGEST = 300
"""Characters of one text for people."""

_BANNED = re.compile(r"\b(please|sorry|invalid|oops)\b", re.IGNORECASE)
_ASKING = re.compile(r"\bwhy\b|\?", re.IGNORECASE)
_SHORT = re.compile(r"\b(DSL|DDSL|DSLs|SENCO|SENDCO|HT|DHT|SLT|SW|TM|LADO|DO)\b")
_FULL = {
    "DSL": "designated safeguarding lead", "DSLs": "designated safeguarding leads",
    "DDSL": "deputy designated safeguarding lead", "SENCO": "special educational needs co-ordinator",
    "SENDCO": "special educational needs co-ordinator", "HT": "head teacher", "DHT": "deputy head teacher",
    "SLT": "senior leaders", "SW": "social worker", "TM": "team manager",
    "LADO": "local authority designated officer", "DO": "designated officer",
}  # fmt: skip
_DETERRING = re.compile(
    r"\b(do not|don[’']t|never|no need to|need not) (report|refer|ring|call|raise|contact)\b"
    r"|\bonly (report|refer|ring|call|contact)\b|\b(refer|report|ring|call) only\b"
    r"|\b(evidence|proof) (is|are) (needed|required)\b|\bmake (very )?sure (that )?you\b"
    r"|\bunless you are (certain|sure)\b|\bwaste\b",
    re.IGNORECASE,
)
_PEOPLE_READ: Mapping[str, tuple[str, ...]] = {
    "levels": ("label", "meaning"),
    "indicators": ("text",),
    "modifiers": ("text",),
    "accumulation": ("text",),
    "duties": ("text",),
    "unrated": ("says",),
    "contacts": ("label",),
}


def wording_problems(parts: Parts, document: Document) -> Iterator[Problem]:
    """Every text for people that breaks a rule, at its line, with what to write instead."""
    for place, text in texts(document):
        for message in mistakes(text) if GAP not in text else ():
            yield parts.problem(f"{place[-1]} {message}", *place)


def texts(document: Document) -> Iterator[tuple[Place, str]]:
    """Each text that people read, and its place in the document."""
    yield ("title",), document.title
    for key, names in _PEOPLE_READ.items():
        for index, entry in enumerate(getattr(document, key)):
            yield from (((key, index, name), getattr(entry, name)) for name in names)
    for route, way in document.routes.items():
        yield from ((("routes", route, name), text) for name in ("name", "how") if (text := getattr(way, name)))
    for agreement, rule in document.consent.items():
        yield ("consent", agreement, "text"), rule.text


def mistakes(text: str) -> Iterator[str]:
    """What is wrong with one text, as the rest of a sentence.

    >>> list(mistakes("Tell the DSL"))
    ["says 'DSL': write designated safeguarding lead in full"]
    """
    for found in _BANNED.finditer(text):
        yield f"says {found.group()!r}: say what to do, without it"
    for found in _ASKING.finditer(text):
        yield f"says {found.group()!r}: say what is so, and ask nothing"
    for found in _SHORT.finditer(text):
        yield f"says {found.group()!r}: write {_FULL[found.group()]} in full"
    for found in _DETERRING.finditer(text):
        yield f"says {found.group()!r}, which may keep somebody from reporting: say what to do instead"
    if len(text) > LONGEST:
        yield f"has {len(text)} characters: shorten it to {LONGEST}"


def gaps(parts: Parts) -> Iterator[Problem]:
    """Every text that the starter left to be filled in, in any of the files."""
    for name in ("document", "indicators", "examples"):
        source = parts.source(name)
        for place, text in _strings(source.data):
            if GAP in text:
                what = ".".join(str(key) for key in place)
                yield source.problem(f"{what} is not filled in: {_wanted(text)}", *place)


def gaps_in_notes(file: str, text: str | None) -> Iterator[Problem]:
    """What `source.md` still has to say; None: it is not there."""
    if text is None:
        yield Problem(file, 1, "this file is missing: add it, with title, link, who transcribed, and what changed")
        return
    for number, line in enumerate(text.splitlines(), start=1):
        if GAP in line:
            yield Problem(file, number, f"{line.partition(':')[0]} is not filled in: {_wanted(line)}")


def _wanted(text: str) -> str:
    return text.partition(GAP)[2].strip(" :]")


def _strings(value: object, place: Place = ()) -> Iterator[tuple[Place, str]]:
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _strings(inner, (*place, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _strings(inner, (*place, index))
