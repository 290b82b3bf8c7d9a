"""The files of a new authority's folder, whole from the beginning. Pure: nothing is written here.

What only the authority can say is marked to be filled in; every line it has not written yet is borrowed and says whose
it is.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import yaml

from thresholds.catalogue import Edition
from thresholds.conditions import All, AnyOf, AtLeast, Condition, Includes, Is, Not, OneOf
from thresholds.document import CitationEntry, Document, LevelEntry, Strict, grades
from thresholds.wording import GAP

_KINDS: Mapping[int, tuple[tuple[str, str, str], ...]] = {
    3: (("preventative_advice", "none", "1"), ("early_help", "none", "2"), ("statutory_referral", "S47", "3/4")),
    4: (
        ("preventative_advice", "none", "1"), ("early_help", "none", "2"),
        ("statutory_referral", "S17", "3"), ("statutory_referral", "S47", "4"),
    ),
    5: (
        ("preventative_advice", "none", "1"), ("early_help", "none", "2"), ("early_help", "none", "2T"),
        ("statutory_referral", "S17", "3"), ("statutory_referral", "S47", "4"),
    ),
}  # fmt: skip
"""How many levels → outcome, basis and common tag of each, mildest first."""

COUNTS = tuple(_KINDS)
_MEANS = {
    ("preventative_advice", "none"): "needs that universal services meet",
    ("early_help", "none"): "needs that call for early help, with the family's agreement",
    ("statutory_referral", "S17"): "a child in need, Section 17",
    ("statutory_referral", "S47"): "significant harm, actual or likely, Section 47",
}
_ROUTES = {
    "none": "Ask now: the designated safeguarding lead, the social worker, or the front door.",
    "preventative_advice": "Talk it through with the school's social worker, or ring the consultation line.",
    "early_help": "With the family's agreement.",
    "S17": "Ring, then send the referral form.",
    "S47": "Ring at once, then send the referral form.",
    "emergency": "Ring 999. Stay with the child. Then ring the front door.",
}
_CONSENT: Mapping[str, tuple[str, str]] = {
    "none": ("inform_unless_unsafe", "Tell the parents, unless that could put the child in danger."),
    "preventative_advice": ("agreement_needed", "Talk with the family about any help offered; they may say no."),
    "early_help": (
        "agreement_needed",
        "The family must agree to early help. Without it, think again about the level; do not let the worry drop.",
    ),
    "S17": (
        "inform_unless_unsafe",
        "Tell the parents and seek their agreement, unless telling them could put the child in danger. The referral "
        "does not wait for it.",
    ),
    "S47": (
        "agreement_not_needed",
        "No agreement is needed. Ask social care first whether and when to tell the parents.",
    ),
    "emergency": ("agreement_not_needed", "No agreement is needed. Act now."),
}
_CONTACTS = (
    ("front_door", "the name of the front door"),
    ("consultation", "the line on which no names are needed, or take this contact out"),
    ("out_of_hours", "the name of the team that answers out of hours"),
    ("lado", "the local authority designated officer"),
    ("early_help", "who takes requests for early help"),
)
_REVIEW_DAYS = 365


@dataclass(frozen=True, kw_only=True, slots=True)
class Start:
    """What is known of a new document: slug, name for people, first day in force, number of levels, the day it is made.

    With `lines` the other's indicators and examples are borrowed; without, every sign waits for a line.
    """

    authority: str
    name: str
    in_force_from: date
    levels: int
    made_on: date
    lines: bool = True


def starter(start: Start, other: Edition) -> dict[str, str]:
    """The text of each file, by name. `other` lends its lines; its duties, which are national, are lent in any case.

    Raises:
        ValueError: so many levels are not offered.
    """
    if start.levels not in _KINDS:
        raise ValueError(f"{start.levels} levels are not offered: choose {', '.join(map(str, COUNTS))}")
    lending = _Lending(start, other)
    return {
        "document.yaml": _HEAD.format(name=start.name) + _yaml(lending.document()),
        "indicators.yaml": _LINES_HEAD.format(name=start.name) + _yaml({"indicators": lending.indicators()}),
        "examples.yaml": _EXAMPLES_HEAD + _yaml({"examples": lending.examples()}),
        "source.md": _source(start, other.document),
    }


@dataclass(frozen=True, slots=True)
class _Lending:
    start: Start
    other: Edition

    def document(self) -> dict[str, Any]:
        start = self.start
        return {
            "authority": start.authority,
            "name": start.name,
            "title": _gap("the title on the cover of your threshold document"),
            "version": f"{start.authority}-{start.in_force_from}",
            "in_force_from": start.in_force_from,
            "in_force_to": None,
            "review_by": start.in_force_from + timedelta(days=_REVIEW_DAYS),
            "signed_off": None,
            "vocabulary": self.other.vocabulary.version,
            "levels": list(self._levels()),
            "s47_level": f"level_{start.levels}",
            "routes": {key: _route(how) for key, how in _ROUTES.items()},
            "consent": {key: {"rule": rule, "text": text} for key, (rule, text) in _CONSENT.items()},
            "contacts": list(self._contacts()),
            "modifiers": self._raising("modifiers") if start.lines else [],
            "accumulation": self._raising("accumulation") if start.lines else [],
            "duties": [_plain(duty) for duty in self.other.document.duties],
            "unrated": list(self._unrated()),
        }

    def indicators(self) -> list[dict[str, Any]]:
        lines = self.other.document.indicators if self.start.lines else ()
        return [self._borrowed(line) | {"level": self.level(line.level)} for line in lines]

    def examples(self) -> list[dict[str, Any]]:
        found = self.other.examples if self.start.lines else ()
        return [_plain(one) | {"level": None if one.level is None else self.level(one.level)} for one in found]

    def level(self, level: str) -> str:
        """Which of the new levels stands for one of the other's: same outcome and basis, in the same order."""
        theirs = next(entry for entry in self.other.document.levels if entry.id == level)
        ours = [
            f"level_{number}"
            for number, (outcome, basis, _) in enumerate(_KINDS[self.start.levels], start=1)
            if (outcome, basis) == (theirs.outcome, theirs.basis)
        ]
        if not ours:
            # Only upward: three levels have no Section 17 of their own.
            return f"level_{self.start.levels}"
        return ours[min(_among_alike(self.other.document, theirs), len(ours) - 1)]

    def _levels(self) -> Iterator[dict[str, Any]]:
        for number, (outcome, basis, tag) in enumerate(_KINDS[self.start.levels], start=1):
            yield {
                "id": f"level_{number}",
                "number": number,
                "label": _gap(f"your name for level {number}: {_MEANS[outcome, basis]}"),
                "meaning": _gap(f"one sentence of yours on level {number}"),
                "outcome": outcome,
                "basis": basis,
                "tag": tag,
                "citation": {
                    "document": _gap("your document's title"),
                    "version": _gap("its date or edition"),
                    "place": _gap("page or heading"),
                    "url": _gap("its address"),
                },
            }

    def _contacts(self) -> Iterator[dict[str, Any]]:
        dates = {"checked_on": self.start.made_on, "review_by": self.start.made_on + timedelta(days=_REVIEW_DAYS // 2)}
        nationwide = (("emergency", "Police, ambulance, fire", "999"), ("police", "Police, not an emergency", "101"))
        for name, label, phone in nationwide:
            owner = {"phone": phone, "hours": "Always", "owner": "National"}
            yield {"id": name, "label": label, **owner, **dates, "confirmed": False}
        for name, label in _CONTACTS:
            asked = {"phone": _gap("its number"), "owner": _gap("who keeps this number right")}
            yield {"id": name, "label": _gap(label), **asked, **dates, "confirmed": False}

    def _raising(self, key: str) -> list[dict[str, Any]]:
        found = []
        for rule in getattr(self.other.document, key):
            levels = {"at": self.level(rule.at), "becomes": self.level(rule.becomes)}
            # Where two levels of theirs are one here, nothing is raised.
            if levels["at"] != levels["becomes"]:
                found.append(self._borrowed(rule) | levels)
        return _once(found)

    def _unrated(self) -> Iterator[dict[str, str]]:
        if self.start.lines:
            yield from (_plain(entry) for entry in self.other.document.unrated)
            return
        for sign in self.other.vocabulary.signs.values():
            yield {"sign": sign.id, "says": _gap(f"a line for “{sign.text}”, or that nobody rates it")}

    def _borrowed(self, entry: Any) -> dict[str, Any]:
        citation: CitationEntry = entry.citation
        whose = citation.borrowed_from or self.other.document.name
        return _plain(entry) | {"citation": _plain(citation) | {"borrowed_from": whose}}


def _among_alike(document: Document, level: LevelEntry) -> int:
    """Which of the levels with its outcome and basis a level is, 0 the mildest."""
    alike = [one for one in document.levels if (one.outcome, one.basis) == (level.outcome, level.basis)]
    order = grades(document.levels)
    return sorted(order[one.id] for one in alike).index(order[level.id])


def _once(rules: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rules that say the same after their levels were joined, once each."""
    seen: dict[str, dict[str, Any]] = {}
    for rule in rules:
        key = repr({name: value for name, value in rule.items() if name not in ("id", "citation")})
        seen.setdefault(key, rule)
    return list(seen.values())


def _route(how: str) -> dict[str, str]:
    return {
        "name": _gap("who takes it"),
        "how": how,
        "phone": _gap("a number that stands under contacts, or take this line out"),
        "url": _gap("the page or form, or take this line out"),
    }


def _plain(entry: Strict) -> dict[str, Any]:
    """An entry as YAML writes it: conditions in their written form, without what is not set."""
    found: dict[str, Any] = {}
    for name in type(entry).model_fields:
        value = getattr(entry, name)
        if value is None and name not in ("outcome", "level", "phone", "number"):
            continue
        found[name] = written(value) if name == "when" else _value(value)
    return found


def _value(value: Any) -> Any:
    if isinstance(value, Strict):
        return _plain(value)
    if isinstance(value, tuple):
        return [_value(item) for item in value]
    return {key: _value(item) for key, item in value.items()} if isinstance(value, dict) else value


def written(condition: Condition) -> object:  # noqa: PLR0911 - one closed table of seven kinds
    """A condition as a document writes it.

    >>> written(All((Is("bruise", True), Is("disabled", "yes"))))
    {'all': ['bruise', {'is': {'fact': 'disabled', 'value': 'yes'}}]}
    """
    match condition:
        case Is(fact, True):
            return fact
        case Is(fact, value):
            return {"is": {"fact": fact, "value": value}}
        case OneOf(fact, values):
            return {"one_of": {"fact": fact, "values": list(values)}}
        case Includes(fact, values):
            return {"includes": {"fact": fact, "values": list(values)}}
        case AtLeast(count, of):
            return {"at_least": {"count": count, "of": list(map(written, of))}}
        case All(of):
            return {"all": list(map(written, of))}
        case AnyOf(of):
            return {"any": list(map(written, of))}
        case Not(of):
            return {"not": written(of)}


def _gap(what: str) -> str:
    return f"{GAP}: {what}]"


class _Dumper(yaml.SafeDumper):
    """Without aliases, and every text on one line."""

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002 - the name is PyYAML's
        return True


def _yaml(data: object) -> str:
    return yaml.dump(data, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=10_000)


_HEAD = """\
# {name}: everything but the lines. What only you can say is marked [to fill in: …]; take the brackets out with it.
# `swis thresholds lint` on this folder lists what is left to do.
"""
_LINES_HEAD = """\
# {name}: one line a sign, then lines over several facts. Those with borrowed_from are another authority's: write your
# own line over each that your document has, with its level and place, and without borrowed_from.
"""
_EXAMPLES_HEAD = (
    "# Worked cases, all invented, with the answer this document gives. `swis thresholds test` tries them.\n"
)


def _source(start: Start, other: Document) -> str:
    lent = f"Its lines are borrowed from {other.title} ({other.version})." if start.lines else "It has no lines yet."
    return f"""\
# {start.name}, in force from {start.in_force_from}: where this comes from

Title: {_gap("the title on the cover")}
Link: {_gap("where the document can be read")}
Checksum of the file: {_gap("what sha256sum prints, or that no file was kept")}
Transcribed by: {_gap("who copied the lines, and who read them a second time")}

## What changed

- {start.made_on}: made by `swis thresholds new`. {lent}
"""
