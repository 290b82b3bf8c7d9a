"""What changed between two versions of a document, in sentences that people read. Pure; judges nothing."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from thresholds.catalogue import Edition
from thresholds.contradictions import plain
from thresholds.document import CitationEntry, Document, IndicatorEntry, LevelEntry, RouteEntry, Strict, grades
from thresholds.facts import Vocabulary
from thresholds.page import in_words, label_of, source_of


@dataclass(frozen=True, kw_only=True, slots=True)
class Section:
    """A heading and its sentences; only such as have any."""

    title: str
    sentences: tuple[str, ...]


def differences(old: Edition, new: Edition) -> tuple[Section, ...]:
    """What `new` says otherwise than `old`; nothing at all where they say the same."""
    pair = _Pair(old, new)
    sections = (
        ("The document", pair.head()),
        ("Levels", pair.levels()),
        ("Lines", pair.lines()),
        ("What raises a line", pair.entries("modifiers")),
        ("What adds up", pair.entries("accumulation")),
        ("Duties beside the level", pair.entries("duties")),
        ("Signs without a published line", pair.unrated()),
        ("Routes", pair.table("routes")),
        ("Agreement", pair.table("consent")),
        ("Contacts", pair.entries("contacts")),
        ("Worked examples", pair.examples()),
    )
    told = ((title, tuple(sentences)) for title, sentences in sections)
    return tuple(Section(title=title, sentences=sentences) for title, sentences in told if sentences)


def summed_up(old: Edition, new: Edition) -> str:
    """One sentence that counts what happened to the lines."""
    before, after = _by_id(old.document.indicators), _by_id(new.document.indicators)
    moves = [_move(old.document, before[one].level, new.document, after[one].level) for one in before if one in after]
    return (
        f"Lines: {len(after.keys() - before.keys())} added, {len(before.keys() - after.keys())} taken out, "
        f"{moves.count('raised')} raised, {moves.count('lowered')} lowered, of {len(before)}."
    )


@dataclass(frozen=True, slots=True)
class _Pair:
    old: Edition
    new: Edition

    def head(self) -> Iterator[str]:
        old, new = self.old.document, self.new.document
        for name in ("name", "title", "version", "in_force_from", "in_force_to", "review_by", "vocabulary"):
            yield from _changed(name.replace("_", " "), getattr(old, name), getattr(new, name))
        if old.s47_level != new.s47_level:
            floors = label_of(old.s47_level, old), label_of(new.s47_level, new)
            yield f"Significant harm now gives “{floors[1]}”; before, “{floors[0]}”."
        yield from _signed(old, new)

    def levels(self) -> Iterator[str]:
        before, after = _by_id(self.old.document.levels), _by_id(self.new.document.levels)
        partners = self.partners()
        for one, level in before.items():
            if one in partners:
                yield f"Level “{level.label}” is now “{after[partners[one]].label}”, of the same outcome and basis."
            elif one not in after:
                yield f"Level “{level.label}” is gone."
        for one, level in after.items():
            if one in before:
                yield from _fields(f"Level “{level.label}”", before[one], level)
            elif one not in partners.values():
                yield f"New level “{level.label}”: {_means(level)}."

    def partners(self) -> dict[str, str]:
        """Levels that only have another id now: same outcome, same basis, same place among those alike."""
        old, new = self.old.document, self.new.document
        there = {level.id for level in old.levels}
        fresh = {_weight(new, level.id): level.id for level in new.levels if level.id not in there}
        gone = [level.id for level in old.levels if level.id not in {one.id for one in new.levels}]
        return {one: fresh[_weight(old, one)] for one in gone if _weight(old, one) in fresh}

    def lines(self) -> Iterator[str]:
        before, after = _by_id(self.old.document.indicators), _by_id(self.new.document.indicators)
        moved = {plain(line.when): line.id for line in before.values() if line.id not in after}
        for one, line in after.items():
            if one in before:
                yield from self._line(before[one], line)
            elif plain(line.when) in moved:
                yield f"{moved[plain(line.when)]} is now called {one}."
                yield from self._line(before[moved.pop(plain(line.when))], line)
            else:
                level = label_of(line.level, self.new.document)
                yield f"New line “{line.text}” at “{level}”. {source_of(line.citation)} ({one})"
        for one in moved.values():
            level = label_of(before[one].level, self.old.document)
            yield f"The line “{before[one].text}” at “{level}” is gone. ({one})"

    def _line(self, old: IndicatorEntry, new: IndicatorEntry) -> Iterator[str]:
        name = f"“{new.text}” ({new.id})"
        if self.partners().get(old.level, old.level) != new.level:
            how = _move(self.old.document, old.level, self.new.document, new.level)
            levels = label_of(old.level, self.old.document), label_of(new.level, self.new.document)
            yield f"{name} is {how}: from “{levels[0]}” to “{levels[1]}”."
        if plain(old.when) != plain(new.when):
            met = in_words(old.when, self.old.vocabulary), in_words(new.when, self.new.vocabulary)
            yield f"{name} is now met by {met[1]}; before, by {met[0]}."
        if old.text != new.text:
            yield f"{name} was worded “{old.text}”."
        yield from _cited(name, old.citation, new.citation)

    def entries(self, key: str) -> Iterator[str]:
        """Added, gone and changed entries of a list, by their ids."""
        before, after = _by_id(getattr(self.old.document, key)), _by_id(getattr(self.new.document, key))
        yield from (f"{_said(before[one])} is gone. ({one})" for one in before if one not in after)
        yield from (f"New: {_said(after[one])}. ({one})" for one in after if one not in before)
        for one in _both(before, after):
            yield from _fields(one, before[one], after[one], self._in_words)

    def unrated(self) -> Iterator[str]:
        before = {entry.sign: entry.says for entry in self.old.document.unrated}
        after = {entry.sign: entry.says for entry in self.new.document.unrated}
        yield from (f"“{_sign(self.old.vocabulary, one)}” is rated now." for one in before if one not in after)
        yield from (f"“{_sign(self.new.vocabulary, one)}” has no line now." for one in after if one not in before)
        for one in _both(before, after):
            yield from _changed(f"what is said of “{_sign(self.new.vocabulary, one)}”", before[one], after[one])

    def table(self, key: str) -> Iterator[str]:
        before: Mapping[str, Strict] = getattr(self.old.document, key)
        after: Mapping[str, Strict] = getattr(self.new.document, key)
        for one, entry in after.items():
            name = one.replace("_", " ")
            if one not in before:
                yield f"New for {name}: {_said(entry)}."
            else:
                yield from _fields(f"for {name}", before[one], entry)

    def examples(self) -> Iterator[str]:
        before, after = _by_id(self.old.examples), _by_id(self.new.examples)
        yield from (f"The example {one} is gone." for one in before if one not in after)
        yield from (f"New example {one}: {_ends(after[one])}." for one in after if one not in before)
        for one in _both(before, after):
            if _ends(before[one]) != _ends(after[one]):
                yield f"The example {one} now ends in {_ends(after[one])}; before, in {_ends(before[one])}."
            elif before[one].facts != after[one].facts:
                yield f"The example {one} has other facts."

    def _in_words(self, name: str, value: object) -> str:
        """Conditions and levels in the words of the document that they stand in."""
        if name == "when":
            return in_words(value, self.new.vocabulary)  # type: ignore[arg-type]
        return _shown(value)


def _fields(name: str, old: Strict, new: Strict, shown: Callable[[str, object], str] | None = None) -> Iterator[str]:
    for field in type(new).model_fields:
        before, after = getattr(old, field), getattr(new, field)
        if isinstance(after, CitationEntry):
            yield from _cited(name, before, after)
        elif before != after:
            words = shown or (lambda _, value: _shown(value))
            what = f"{name[:1].upper()}{name[1:]}: {field.replace('_', ' ')}"
            yield f"{what} is now {words(field, after)}; before, {words(field, before)}."


def _changed(name: str, before: object, after: object) -> Iterator[str]:
    if before != after:
        yield f"{name[:1].upper()}{name[1:]} is now {_shown(after)}; before, {_shown(before)}."


def _cited(name: str, before: CitationEntry, after: CitationEntry) -> Iterator[str]:
    if before != after:
        yield f"{name} rests on another place. {source_of(after)} Before: {source_of(before)}"


def _signed(old: Document, new: Document) -> Iterator[str]:
    if old.signed_off == new.signed_off:
        return
    if new.signed_off is None:
        yield "Nobody has signed it off."
    else:
        yield f"Signed off by {new.signed_off.by}, {new.signed_off.role}, on {new.signed_off.on.isoformat()}."


def _move(old: Document, before: str, new: Document, after: str) -> str:
    """Whether a line went up or down: by what the levels are, since their ids and numbers may be new ones."""
    ranks = _weight(old, before), _weight(new, after)
    if ranks[0] == ranks[1]:
        return "moved" if before != after else "kept"
    return "raised" if ranks[0] < ranks[1] else "lowered"


_OUTCOMES = ("preventative_advice", "early_help", "statutory_referral")
_BASES = ("none", "S17", "S47")


def _weight(document: Document, level: str) -> tuple[int, int, int]:
    found = next(entry for entry in document.levels if entry.id == level)
    alike = [one.id for one in document.levels if (one.outcome, one.basis) == (found.outcome, found.basis)]
    within = sorted(alike, key=lambda one: grades(document.levels)[one]).index(level) if len(alike) > 1 else 0
    return _OUTCOMES.index(found.outcome), _BASES.index(found.basis), within


def _by_id(entries: Sequence[Any]) -> dict[str, Any]:
    return {entry.id: entry for entry in entries}


def _both(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    return [one for one in after if one in before]


def _means(level: LevelEntry) -> str:
    return f"{level.outcome.replace('_', ' ')}, {level.basis}"


def _sign(vocabulary: Vocabulary, sign: str) -> str:
    return vocabulary.signs[sign].text


def _ends(example: Any) -> str:
    return f"{str(example.outcome).replace('_', ' ')} at {example.level}"


def _said(entry: Any) -> str:
    words = next((text for name in ("text", "label", "name") if (text := getattr(entry, name, None))), "an entry")
    more = f", {entry.phone}" if isinstance(entry, RouteEntry) and entry.phone else ""
    return f"“{words.rstrip('.')}”{more}"


def _shown(value: object) -> str:
    if value is None or value == ():
        return "nothing"
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"“{value}”" if isinstance(value, str) else str(value)
