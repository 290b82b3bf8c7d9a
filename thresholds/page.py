"""A document as a printable page of plain text (Markdown), for people who check it against the authority's own.

Pure: the same document gives the same page. Judges nothing and hides nothing: every line stands with its level and
its source, and a borrowed line says whose it is.
"""

from collections.abc import Iterator, Mapping

from thresholds.conditions import All, AtLeast, Condition, Includes, Is, Not, OneOf, reads
from thresholds.document import (
    AccumulationEntry,
    CitationEntry,
    ConsentEntry,
    ContactEntry,
    Document,
    DutyEntry,
    IndicatorEntry,
    LevelEntry,
    ModifierEntry,
    RouteEntry,
    UnratedEntry,
)
from thresholds.facts import Area, Vocabulary

_ROADS = {
    "none": "No level known",
    "preventative_advice": "Preventative advice",
    "early_help": "Early help",
    "S17": "Section 17 (child in need)",
    "S47": "Section 47 (significant harm)",
    "emergency": "Emergency",
}
_BASIS = {"none": "not statutory", "S17": "Children Act 1989, section 17", "S47": "Children Act 1989, section 47"}


def page(document: Document, vocabulary: Vocabulary) -> str:
    """The whole document with title, banner, rules, roads and contacts; ends in a newline."""
    parts = (
        _head(document),
        _section("Levels, mildest first", map(_level, document.levels)),
        _indicators(document, vocabulary),
        _section("What raises a line", (_modifier(entry, document, vocabulary) for entry in document.modifiers)),
        _section("What adds up", (_accumulation(entry, document) for entry in document.accumulation)),
        _section("Duties beside the level", (_duty(entry, vocabulary) for entry in document.duties)),
        _section("Routes", (_route(key, route) for key, route in document.routes.items())),
        _section("Agreement", (_consent(key, entry) for key, entry in document.consent.items())),
        _section("Contacts", map(_contact, document.contacts)),
        _section("No published line: ask for advice", (_unrated(e, document, vocabulary) for e in document.unrated)),
    )
    return "\n".join(line for part in parts for line in part)


def _head(document: Document) -> Iterator[str]:
    yield f"# {document.title}"
    yield ""
    yield f"**{_banner(document)}**"
    yield ""
    yield f"- Authority: {document.name}"
    yield f"- Version: {document.version}"
    yield f"- In force: {_span(document)}"
    yield f"- Review by: {document.review_by.isoformat()}"
    yield f"- Vocabulary: version {document.vocabulary}"
    yield ""


def _banner(document: Document) -> str:
    signed = document.signed_off
    if signed is None:
        return f"NOT SIGNED OFF by {document.name}. For checking and demonstration: not for use with real children."
    return f"Signed off by {signed.by}, {signed.role}, on {signed.on.isoformat()} (checksum {signed.checksum})."


def _span(document: Document) -> str:
    end = document.in_force_to.isoformat() if document.in_force_to else "further notice"
    return f"{document.in_force_from.isoformat()} to {end}"


def _section(title: str, lines: Iterator[str]) -> Iterator[str]:
    """A heading and its lines; nothing at all without lines would hide it, so *None.* is said instead."""
    yield f"## {title}"
    yield ""
    yield from tuple(lines) or ("None.",)
    yield ""


def _level(level: LevelEntry) -> str:
    outcome = level.outcome.replace("_", " ")
    return f"- **{level.label}** ({outcome}; {_BASIS[level.basis]}): {level.meaning} {source_of(level.citation)}"


def _indicators(document: Document, vocabulary: Vocabulary) -> Iterator[str]:
    yield f"## Indicators ({len(document.indicators)})"
    yield ""
    by_area = _by_area(document, vocabulary)
    for area in vocabulary.areas.values():
        if area.id in by_area:
            yield from _area(area, by_area[area.id], document, vocabulary)


def _by_area(document: Document, vocabulary: Vocabulary) -> Mapping[str, list[IndicatorEntry]]:
    """Area id → its lines in document order; a line over several areas stands in that of the first sign it reads."""
    found: dict[str, list[IndicatorEntry]] = {}
    for entry in document.indicators:
        first = next(fact for fact in reads(entry.when) if fact in vocabulary.signs)
        found.setdefault(vocabulary.signs[first].area, []).append(entry)
    return found


def _area(area: Area, entries: list[IndicatorEntry], document: Document, vocabulary: Vocabulary) -> Iterator[str]:
    yield f"### {area.label}"
    yield ""
    yield area.meaning
    yield ""
    for entry in entries:
        yield f"- {entry.text} → **{label_of(entry.level, document)}**{_floor(entry.when, document, vocabulary)}"
        if not isinstance(entry.when, Is):
            yield f"  - When: {in_words(entry.when, vocabulary)}"
        yield f"  - {source_of(entry.citation)} `{entry.id}`"
    yield ""


def _floor(when: Condition, document: Document, vocabulary: Vocabulary) -> str:
    """What the sign itself says, in every authority, beside the line's own level."""
    sign = vocabulary.signs.get(when.fact) if isinstance(when, Is) else None
    if sign is None or sign.harm is None:
        return ""
    always = f"; a sign of significant harm: always {label_of(document.s47_level, document)}"
    return f"{always}, and an emergency (999)" if sign.emergency else always


def _modifier(entry: ModifierEntry, document: Document, vocabulary: Vocabulary) -> str:
    labels = ", ".join(vocabulary.areas[area].label for area in entry.areas) or "every area"
    raised = f"{label_of(entry.at, document)} counts as **{label_of(entry.becomes, document)}**"
    return f"- {entry.text} ({labels}): {raised}. When: {in_words(entry.when, vocabulary)}. {source_of(entry.citation)}"


def _accumulation(entry: AccumulationEntry, document: Document) -> str:
    at, becomes = label_of(entry.at, document), label_of(entry.becomes, document)
    rule = f"{entry.count} lines at {at} or above, over {entry.areas} areas, give **{becomes}**"
    return f"- {entry.text}: {rule}. {source_of(entry.citation)}"


def _duty(entry: DutyEntry, vocabulary: Vocabulary) -> str:
    opened = "; ".join(vocabulary.signs[sign].text for sign in entry.signs)
    return f"- {entry.text} Who: {entry.role.replace('_', ' ')}. Opened by: {opened}. {source_of(entry.citation)}"


def _route(key: str, route: RouteEntry) -> str:
    named = (
        ("Phone", route.phone),
        ("Hours", route.hours),
        ("Out of hours", route.out_of_hours),
        ("Form", route.form),
        ("Web", route.url),
    )
    more = "".join(f" {name}: {value}." for name, value in named if value)
    return f"- {_ROADS[key]}: **{route.name}**. {route.how}{more}"


def _consent(key: str, entry: ConsentEntry) -> str:
    return f"- {_ROADS[key]} ({entry.rule.replace('_', ' ')}): {entry.text}"


def _contact(entry: ContactEntry) -> str:
    number = entry.phone or "no number known"
    checked = f"checked {entry.checked_on.isoformat()}, review by {entry.review_by.isoformat()}"
    confirmed = "confirmed" if entry.confirmed else "not confirmed"
    more = "".join(f" {value}." for value in (entry.hours, entry.url) if value)
    return f"- {entry.label}: **{number}**.{more} Owner: {entry.owner}; {checked}; {confirmed} by the owner."


def _unrated(entry: UnratedEntry, document: Document, vocabulary: Vocabulary) -> str:
    floor = _floor(Is(entry.sign, True), document, vocabulary)
    return f"- {vocabulary.signs[entry.sign].text}{floor}. {entry.says}"


def label_of(level: str, document: Document) -> str:
    return next(entry.label for entry in document.levels if entry.id == level)


def source_of(citation: CitationEntry) -> str:
    whose = f"Borrowed from {citation.borrowed_from}" if citation.borrowed_from else "Source"
    return f"{whose}: {citation.document} ({citation.version}), {citation.place}. <{citation.url}>"


def in_words(condition: Condition, vocabulary: Vocabulary) -> str:  # noqa: PLR0911 - one closed table of seven kinds
    """A condition as people read it, with the texts of the signs and the labels of the answers."""
    match condition:
        case Is(fact) if fact in vocabulary.signs:
            return f"*{vocabulary.signs[fact].text}*"
        case Is(fact, value):
            return _answers(fact, (str(value),), vocabulary)
        case OneOf(fact, values) | Includes(fact, values):
            return _answers(fact, values, vocabulary)
        case Not(of):
            return f"not ({in_words(of, vocabulary)})"
        case AtLeast(count, of):
            return f"at least {count} of ({_joined(of, vocabulary)})"
        case All(of):
            return f"all of ({_joined(of, vocabulary)})"
    return f"any of ({_joined(condition.of, vocabulary)})"


def _joined(of: tuple[Condition, ...], vocabulary: Vocabulary) -> str:
    return "; ".join(in_words(part, vocabulary) for part in of)


def _answers(fact: str, values: tuple[str, ...], vocabulary: Vocabulary) -> str:
    asked = vocabulary.facts[fact]
    labels = {choice.id: choice.label for choice in asked.values}
    return f"{asked.question} {' or '.join(labels[value] for value in values)}"
