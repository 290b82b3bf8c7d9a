"""What people read of a concern, made from what is kept: suggestion, receipt, states. Draws and stores nothing."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from bot.judge import Judge
from bot.places import Place
from bot.working_time import closing_within, council_open
from dialogs.cards import (
    DocumentLine,
    NextLine,
    ReasonLine,
    ReceiptView,
    SuggestionView,
    ToldLine,
    receipt_messages,
)
from dialogs.engine import Trail
from dialogs.screens import Number, Row
from dialogs.words import Words
from storage.shapes import Concern
from thresholds.result import Urgency

Told = Sequence[tuple[str, datetime]]
ROUTE_LABELS = ("name", "how", "phone", "hours", "out_of_hours", "form", "url")
MARKS = ("family_silence", "nude_images", "fgm_known", "child_sexual_abuse", "suicide")


@dataclass(kw_only=True, slots=True)
class Receipts:
    """Makes views for the cards."""

    words: Words
    judge: Judge

    def messages(self, view: ReceiptView) -> tuple[str, ...]:
        """What the reporter reads, in sentences."""
        return receipt_messages(view, self.words)

    def decided_messages(self, trail: Trail) -> tuple[str, ...]:
        """What the reporter reads after a decision."""
        return tuple(line for line in (self.feedback(_value(trail, "feedback", "sentence")),) if line)

    def feedback(self, sentence: str) -> str | None:
        """An approved sentence by its id."""
        return self.words.maybe(f"decision.feedback.sentence.options.{sentence}")

    def view(self, place: Place, concern: Concern, said: Mapping[str, Any], told: Told, now: datetime) -> ReceiptView:
        """The receipt of a concern. `said` is the stored suggestion, `told` each role with its instant."""
        child = concern.kind == "child"
        return ReceiptView(
            reference=concern.reference,
            sent=place.local_text(concern.sent_at or now, now),
            kind=concern.kind,
            told=tuple(self._told(place, told, concern.sent_at or now, now)),
            next=tuple(self._next(place, said.get("deadlines", ()), now)) if child else (),
            numbers=place.numbers_at(now),
            suggestion=self.suggestion(place, said, now) if child and not concern.restricted else None,
            danger=concern.urgency >= Urgency.EMERGENCY and child,
            ring_first=self._ring_first(place, concern, now),
            notices=tuple(self._notices(place, concern, said)),
        )

    def suggestion(self, place: Place, said: Mapping[str, Any], now: datetime) -> SuggestionView:
        """A stored suggestion as people read it."""
        level = said.get("level") or {}
        return SuggestionView(
            status=said["status"],
            outcome=said.get("outcome"),
            level=level.get("label"),
            basis=level.get("basis", "none"),
            reasons=tuple(_reason(one) for one in said.get("reasons", ())),
            unknown=tuple(self._label(one) for one in said.get("unknown", ())),
            advice_now=bool(said.get("advice_now")),
            consent=said.get("consent", {}).get("text", ""),
            route=tuple(self._route(said.get("route", {}))),
            deadlines=tuple(self._next(place, said.get("deadlines", ()), now)),
            document=self._document(said.get("document"), place.today(now)),
            unrated=tuple(self._label(one) for one in said.get("unrated", ())),
            duties=tuple(self._duties(said, place.today(now))),
        )

    def _label(self, fact: str) -> str:
        vocabulary = self.judge.vocabulary
        if fact in vocabulary.signs:
            return vocabulary.signs[fact].text
        return vocabulary.facts[fact].question if fact in vocabulary.facts else fact

    def _route(self, route: Mapping[str, str]) -> Iterator[Row]:
        for key in ROUTE_LABELS:
            if route.get(key):
                yield Row(label=self.words(f"route.labels.{key}"), value=route[key])

    def _document(self, document: Mapping[str, Any] | None, on: date) -> DocumentLine | None:
        if document is None:
            return None
        found = self.judge.document(document["authority"], on)
        pinned = found is not None and found.version == document["version"]
        return DocumentLine(
            title=found.title if found is not None and pinned else document["authority"],
            id=document["authority"],
            version=document["version"],
            in_force_from=document["in_force_from"],
            signed_off=document["signed_off"],
            review_due=found is not None and found.review_by < on,
        )

    def _duties(self, said: Mapping[str, Any], on: date) -> Iterator[str]:
        document = said.get("document")
        found = None if document is None else self.judge.document(document["authority"], on)
        for duty in () if found is None else found.duties:
            if duty.id in said.get("duties", ()):
                yield duty.text

    def _next(self, place: Place, deadlines: Iterable[Mapping[str, str]], now: datetime) -> Iterator[NextLine]:
        for one in deadlines:
            yield NextLine(
                what=self.words.maybe(f"what.{one['what']}") or self._duty_name(one["what"], place, now),
                role=self.words(f"roles.{one['role']}"),
                when=place.local_text(datetime.fromisoformat(one["due"]), now),
            )

    def _duty_name(self, duty: str, place: Place, now: datetime) -> str:
        document = self.judge.document(place.authority, place.today(now))
        texts = {one.id: one.text for one in document.duties} if document is not None else {}
        return texts.get(duty, duty)

    def _told(self, place: Place, told: Told, sent: datetime, now: datetime) -> Iterator[ToldLine]:
        for role, due in told:
            if due <= sent:
                when = self.words("told.at_once")
            else:
                key = "told.you" if role == "reporter" else "told.if_nobody"
                when = self.words(key, when=place.local_text(due, now))
            yield ToldLine(role=self.words(f"roles.{role}"), when=when)

    def _ring_first(self, place: Place, concern: Concern, now: datetime) -> Number | None:
        council = place.land.calendars.council
        closing = not council_open(council, now) or closing_within(council, now, place.land.clocks.near_closing_hours)
        urgent = concern.kind == "child" and concern.urgency >= Urgency.SECTION_17
        return place.land.numbers[2] if urgent and closing and len(place.land.numbers) > 2 else None

    def _notices(self, place: Place, concern: Concern, said: Mapping[str, Any]) -> Iterator[str]:
        if concern.kind == "adult":
            yield from self._adult_notices(place)
        elif concern.kind == "consultation":
            line = place.land.consultation
            if line is not None:
                yield self.words("notices.consultation_line", number=_ring(line))
        else:
            yield from self._child_notices(place, concern, said)

    def _adult_notices(self, place: Place) -> Iterator[str]:
        lado = place.land.lado
        if lado is None:
            yield self.words("notices.lado_no_number")
        else:
            yield self.words("notices.lado", number=_ring(lado))
        yield self.words("notices.whistleblowing")

    def _child_notices(self, place: Place, concern: Concern, said: Mapping[str, Any]) -> Iterator[str]:
        for branch in (concern.branch, *said.get("branches", ())):
            if branch == "other_council":
                yield self._other_council(place, said)
            elif branch is not None and (line := self.words.maybe(f"notices.{branch}")):
                yield line
        for mark in said.get("marks", ()):
            if mark in MARKS:
                yield self.words(f"notices.{mark}")

    def _other_council(self, place: Place, said: Mapping[str, Any]) -> str:
        number = place.land.neighbour_numbers.get(str(said.get("council")))
        if number is None:
            return self.words("notices.other_council_unknown")
        return self.words("notices.other_council", number=_ring(number))


def _reason(reason: Mapping[str, Any]) -> ReasonLine:
    citation = reason["citation"]
    return ReasonLine(
        text=reason["text"],
        document=citation["document"],
        version=citation["version"],
        place=citation["place"],
        url=citation["url"],
        borrowed_from=citation.get("borrowed_from"),
    )


def _ring(number: Number) -> str:
    return f"{number.label}, {number.phone}"


def _value(trail: Trail, screen: str, field: str) -> str:
    answered = trail.get(screen)
    value = answered.values.get(field) if answered else None
    return value if isinstance(value, str) else ""
