"""What people read of a concern, made from what is kept: suggestion, receipt, states. Draws and stores nothing."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from bot.involved import said_in
from bot.judge import Judge
from bot.places import Place
from bot.triage import ADULT, KNOWN, Council
from dialogs.cards import (
    DocumentLine,
    NextLine,
    ReasonLine,
    ReceiptView,
    SuggestionView,
    ToldLine,
    receipt_messages,
)
from dialogs.concern import State
from dialogs.engine import Trail
from dialogs.screens import Number, Row
from dialogs.words import Words
from storage.shapes import Concern
from thresholds.document import Document, DutyEntry
from thresholds.result import Urgency

Told = Sequence[tuple[str, datetime]]
ROUTE_LABELS = ("name", "how", "phone", "hours", "out_of_hours", "form", "url")
MARKS = ("family_silence", "nude_images", "fgm_known", "child_sexual_abuse", "suicide")


@dataclass(frozen=True, kw_only=True, slots=True)
class Receipts:
    """Makes views for the cards."""

    words: Words
    judge: Judge

    def messages(self, view: ReceiptView) -> tuple[str, ...]:
        """What the reporter reads, in sentences."""
        return receipt_messages(view, self.words)

    def decided_messages(self, trail: Trail) -> tuple[str, ...]:
        """What the reporter reads after a decision."""
        return tuple(line for line in (self.feedback(said_in(trail, "feedback", "sentence")),) if line)

    def feedback(self, sentence: str) -> str | None:
        """An approved sentence by its id."""
        return self.words.maybe(f"decision.feedback.sentence.options.{sentence}")

    def view(self, place: Place, concern: Concern, said: Mapping[str, Any], told: Told, now: datetime) -> ReceiptView:
        """The receipt of a concern. `said` is the stored suggestion, `told` each role with its instant.

        Once somebody has decided, what the suggestion asked for and by when is over: the decision says what is done.
        """
        child, settled = concern.kind == "child", concern.life.state in (State.DECIDED, State.CLOSED)
        shown = self.suggestion(place, said, now) if child and not concern.restricted else None
        asked = self._next(place, _told_only(said, concern), now, me="roles.you") if child and not settled else ()
        return ReceiptView(
            reference=concern.reference,
            sent=place.local_text(concern.sent_at or now, now),
            kind=concern.kind,
            told=tuple(self._told(place, told, concern, now)),
            next=tuple(asked),
            numbers=place.numbers_at(now),
            suggestion=replace(shown, deadlines=()) if shown is not None and settled else shown,
            danger=concern.urgency >= Urgency.EMERGENCY and child and not settled,
            ring_first=None if settled else self._ring_first(place, concern, said, now),
            notices=tuple(self._notices(place, concern, said, told, now)),
        )

    def suggestion(self, place: Place, said: Mapping[str, Any], now: datetime) -> SuggestionView:
        """A stored suggestion as people read it."""
        level = said.get("level") or {}
        return SuggestionView(
            status=ADULT if ADULT in said.get("branches", ()) else said["status"],
            outcome=said.get("outcome"),
            level=level.get("label"),
            basis=level.get("basis", "none"),
            reasons=tuple(self._reason(one) for one in said.get("reasons", ())),
            unknown=tuple(self._label(one) for one in said.get("unknown", ())),
            advice_now=bool(said.get("advice_now")),
            consent=said.get("consent", {}).get("text", ""),
            route=tuple(self._route(self._with_team(place, said.get("route", {}), now))),
            deadlines=tuple(self._next(place, said, now)),
            document=self._document(said.get("document"), place.today(now)),
            unrated=tuple(self._label(one) for one in said.get("unrated", ())),
            duties=tuple(self._duty_texts(said, place.today(now)).values()),
            carried_by=tuple(self._carried(said)),
            raised_by=self._raised(said),
        )

    def _carried(self, said: Mapping[str, Any]) -> Iterator[str]:
        """What carries it, each answer in words; a record from before explanations has none."""
        for one in said.get("explanation", {}).get("carried_by", ()):
            yield self._answer(one["fact"], one["value"])

    def _raised(self, said: Mapping[str, Any]) -> str | None:
        """The one answer that would raise it least, and to what."""
        raising = said.get("explanation", {}).get("raised_by")
        if raising is None:
            return None
        to = raising["level"] or self.words(f"cards.outcomes.{raising['outcome']}")
        if raising["outcome"] == "emergency":
            to = self.words("cards.outcomes.emergency")
        return self.words("explanation.raised", answer=self._answer(raising["fact"], raising["value"]), to=to)

    def _answer(self, fact: str, value: object) -> str:
        """A sign by its text; another fact by its question and what was said."""
        found = self.judge.vocabulary.facts.get(fact)
        if found is None:
            return self._label(fact)
        chosen = value if isinstance(value, list) else [value]
        labels = [one.label for one in found.values if one.id in chosen] or [self.words("options.not_known")]
        return self.words("explanation.answer", question=found.question, answer=", ".join(labels))

    def _label(self, fact: str) -> str:
        vocabulary = self.judge.vocabulary
        if fact in vocabulary.signs:
            return vocabulary.signs[fact].text
        return vocabulary.facts[fact].question if fact in vocabulary.facts else fact

    def _route(self, route: Mapping[str, str]) -> Iterator[Row]:
        for key in ROUTE_LABELS:
            if route.get(key):
                yield Row(label=self.words(f"route.labels.{key}"), value=route[key])

    def _reason(self, reason: Mapping[str, Any]) -> ReasonLine:
        """A line that spoke. One that speaks only because nobody knows must not read as if somebody had said so."""
        citation, text = reason["citation"], reason["text"]
        return ReasonLine(
            text=self.words("reason_not_known", text=text) if reason.get("not_known") else text,
            document=citation["document"],
            version=citation["version"],
            place=citation["place"],
            url=citation["url"],
            borrowed_from=citation.get("borrowed_from"),
        )

    def _with_team(self, place: Place, route: Mapping[str, str], now: datetime) -> Mapping[str, str]:
        """The route with the number that answers while the office is shut, or is about to shut."""
        team = place.land.out_of_hours
        here = place.land.front_door is not None and route.get("phone") == place.land.front_door.phone
        if team is None or not here or route.get("out_of_hours") or not place.outside(now):
            return route
        return {**route, "out_of_hours": _ring(place, team, now)}

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

    def _duty_texts(self, said: Mapping[str, Any], on: date) -> Mapping[str, str]:
        document = said.get("document")
        found = None if document is None else self.judge.document(document["authority"], on)
        duties = () if found is None else found.duties
        return {duty.id: _wording(duty, on) for duty in duties if duty.id in said.get("duties", ())}

    def _next(
        self, place: Place, said: Mapping[str, Any], now: datetime, me: str = "roles.reporter"
    ) -> Iterator[NextLine]:
        """What is to be done, by whom and by when; `me` is the key of what the reporter is called."""
        duties = self._duty_texts(said, place.today(now))
        for one in said.get("deadlines", ()):
            what, role = one["what"], one["role"]
            yield NextLine(
                what=self.words.maybe(f"what.{what}") or duties.get(what, what),
                role=self.words(me if role == "reporter" else f"roles.{role}"),
                when=place.local_text(datetime.fromisoformat(one["due"]), now),
            )

    def told(self, place: Place, told: Told, concern: Concern, now: datetime) -> tuple[ToldLine, ...]:
        """Who is told of a concern, each role with its instant in words."""
        return tuple(self._told(place, told, concern, now))

    def _told(self, place: Place, told: Told, concern: Concern, now: datetime) -> Iterator[ToldLine]:
        for role, due in told:
            mine, at_once = role == "reporter", due <= (concern.sent_at or now)
            later = f"told.you{'_adult' if concern.kind == 'adult' else ''}" if mine else "told.if_nobody"
            key = later if not at_once else "told.you_now" if mine else "told.at_once"
            name = self.words("roles.you" if mine else f"roles.{role}")
            yield ToldLine(role=name, when=self.words(key, when=place.local_text(due, now)))

    def _ring_first(self, place: Place, concern: Concern, said: Mapping[str, Any], now: datetime) -> Number | None:
        """The out-of-hours team, where a grave concern comes while the office is shut or shutting, or out of term.

        It is the team of the council where the child lives, if its number is known.
        """
        urgent = concern.kind == "child" and concern.urgency >= Urgency.SECTION_17
        if not urgent or not place.outside(now):
            return None
        council = self._council(place, said, now)
        team = (None if council is None else council.out_of_hours) or place.land.out_of_hours
        return None if team is None else place.warned(team, now)

    def _notices(
        self, place: Place, concern: Concern, said: Mapping[str, Any], told: Told, now: datetime
    ) -> Iterator[str]:
        if concern.kind == "adult":
            if said.get("linked_child"):
                yield self.words("notices.linked_child")
            yield from self._adult_notices(place, now, alone=all(role == "reporter" for role, _ in told))
        elif concern.kind == "consultation":
            line = place.land.consultation
            if line is not None:
                yield self.words("notices.consultation_line", number=_ring(place, line, now))
        else:
            chair = any(role == "chair" for role, _ in told)
            yield from self._child_notices(place, concern, said, now, chair=chair)

    def _adult_notices(self, place: Place, now: datetime, *, alone: bool) -> Iterator[str]:
        """`alone`: nobody in school is safe to tell, so the reporter rings."""
        lado, key = place.land.lado, "notices.lado_yourself" if alone else "notices.lado"
        yield self.words(f"{key}_no_number") if lado is None else self.words(key, number=_ring(place, lado, now))
        yield self.words("notices.whistleblowing")

    def _child_notices(
        self, place: Place, concern: Concern, said: Mapping[str, Any], now: datetime, *, chair: bool
    ) -> Iterator[str]:
        """`chair`: the chair is among those who are told."""
        for branch in dict.fromkeys((concern.branch, *said.get("branches", ()))):
            if branch == "other_council":
                yield self._other_council(place, said, now)
            elif branch == ADULT:
                yield self._adult_safeguarding(place, now)
            elif branch == KNOWN:
                yield self.words("notices.known_now" if concern.urgency >= Urgency.SECTION_47 else "notices.known")
            elif branch == "danger_head" and not chair:
                yield self.words("notices.danger_head_alone")
            elif branch is not None and (line := self.words.maybe(f"notices.{branch}")):
                yield line
        for mark in said.get("marks", ()):
            if mark in MARKS:
                yield self.words(f"notices.{mark}")

    def _other_council(self, place: Place, said: Mapping[str, Any], now: datetime) -> str:
        council = self._council(place, said, now)
        if council is None:
            return self.words("notices.other_council_unknown")
        front_door, team = _ring(place, council.front_door, now), council.out_of_hours
        if team is None or not place.outside(now):
            return self.words("notices.other_council", number=front_door)
        return self.words("notices.other_council_shut", number=_ring(place, team, now), front_door=front_door)

    def _council(self, place: Place, said: Mapping[str, Any], now: datetime) -> Council | None:
        """Whom to ring at the other council where the child lives: by the directory, or by that council's document."""
        named = str(said.get("council"))
        if named == place.authority:
            return None
        near = place.land.neighbour_numbers.get(named)
        return near or _by_document(self.judge.document(named, place.today(now)))

    def _adult_safeguarding(self, place: Place, now: datetime) -> str:
        number = place.land.adult_safeguarding
        if number is None:
            return self.words("notices.eighteen_or_over_no_number")
        return self.words("notices.eighteen_or_over", number=_ring(place, number, now))


def _by_document(document: Document | None) -> Council | None:
    """The front door and the out-of-hours team that an installed council's document names."""
    contacts = () if document is None else document.contacts
    found = {one.id: Number(label=one.label, phone=one.phone) for one in contacts if one.phone}
    front_door = found.get("front_door")
    return None if front_door is None else Council(front_door=front_door, out_of_hours=found.get("out_of_hours"))


def _told_only(said: Mapping[str, Any], concern: Concern) -> Mapping[str, Any]:
    """Without what leads are to do: of a restricted concern they know nothing."""
    if not concern.restricted:
        return said
    return {**said, "deadlines": [one for one in said.get("deadlines", ()) if one["role"] == "reporter"]}


def _wording(duty: DutyEntry, on: date) -> str:
    """What a duty says on a day: a law that is enacted gets its own words when it is in force."""
    begun = duty.in_force_from is not None and duty.in_force_from <= on
    return duty.text_from_then if begun and duty.text_from_then else duty.text


def _ring(place: Place, number: Number, now: datetime) -> str:
    number = place.warned(number, now)
    return f"{number.label}, {number.phone}"
