"""What stands on the outage sheet: the flow's questions, the document's numbers, levels and gravest signs. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from dialogs.flow import Flow, SignsOf
from dialogs.prepared import prepared
from dialogs.screens import Field
from dialogs.words import Words
from thresholds.catalogue import Edition
from thresholds.conditions import Is
from thresholds.document import ContactEntry, Document, LevelEntry, RouteEntry
from thresholds.facts import Sign, Vocabulary

PAGES = ("start", "happened", "child", "about", "more", "when")
"""The screens that are asked on paper too, in their order; the signs stand on the second page."""
_NOT_ON_PAPER = frozenset({"danger_check"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """One screen's questions."""

    id: str
    title: str
    fields: tuple[Field, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Rung:
    """A level with what is done about it."""

    level: LevelEntry
    route: RouteEntry | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Sheet:
    """The sheet of one document. `grave` are the signs that give Section 47 here, by group."""

    title: str
    authority: str
    version: str
    in_force_from: date
    signed_by: str | None
    contacts: tuple[ContactEntry, ...]
    parts: tuple[Part, ...]
    rungs: tuple[Rung, ...]
    emergency: RouteEntry | None
    grave: tuple[tuple[str, tuple[Sign, ...]], ...]
    foot: str


def sheet_of(edition: Edition, flow: Flow, words: Words) -> Sheet:
    """Everything that the sheet says, in its order."""
    document = edition.document
    return Sheet(
        title=document.title,
        authority=document.name,
        version=document.version,
        in_force_from=document.in_force_from,
        signed_by=document.signed_off.by if document.signed_off else None,
        contacts=document.contacts,
        parts=tuple(_parts(flow, edition.vocabulary, words)),
        rungs=tuple(Rung(level=level, route=_route(document, level)) for level in reversed(document.levels)),
        emergency=document.routes.get("emergency"),
        grave=tuple(_grave(edition)),
        foot=words("foot"),
    )


def _parts(flow: Flow, vocabulary: Vocabulary, words: Words) -> Iterator[Part]:
    ready = prepared(vocabulary, words)
    for name in PAGES:
        page = flow.page(name)
        asked = [one for one in page.questions if one.id not in _NOT_ON_PAPER and not isinstance(one.options, SignsOf)]
        fields = tuple(ready.field(page, question, wanted=False) for question in asked)
        yield Part(id=name, title=words(f"{page.words}.title"), fields=fields)


def _route(document: Document, level: LevelEntry) -> RouteEntry | None:
    key = level.basis if level.outcome == "statutory_referral" else level.outcome
    return {str(name): route for name, route in document.routes.items()}.get(key)


def _grave(edition: Edition) -> Iterator[tuple[str, tuple[Sign, ...]]]:
    vocabulary, document = edition.vocabulary, edition.document
    section_47 = {level.id for level in document.levels if level.basis == "S47"}
    alone = {line.when.fact for line in document.indicators if isinstance(line.when, Is) and line.level in section_47}
    for group in vocabulary.groups:
        signs = [sign for sign in vocabulary.signs_of_group(group.id) if sign.harm or sign.id in alone]
        if signs:
            yield group.label, _gravest_first(signs)


def _gravest_first(signs: Sequence[Sign]) -> tuple[Sign, ...]:
    return tuple(sorted(signs, key=lambda sign: (not sign.emergency, -sign.gravity)))
