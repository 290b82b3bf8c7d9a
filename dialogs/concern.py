"""A concern and its life as one table: state and event give the next state. Persists nothing.

Times are UTC instants. *Opened* only holds the chain; *I have it* by a lead (designated safeguarding lead or deputy;
for a concern about an adult the head or chair) stops it; a social worker's press is kept beside it and stands nobody
down. Whoever has it keeps it until the colleague to whom it is handed over presses too.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Literal


class State(StrEnum):
    """Where a concern is. A draft is a conversation, not a concern; reopening puts a concern back to SENT."""

    SENT = "sent"
    HAD = "had"
    DECIDED = "decided"
    CLOSED = "closed"


class Event(StrEnum):
    """What may happen to it."""

    OPENED = "opened"
    HAD_BY_LEAD = "had_by_lead"
    HAD_BY_SOCIAL_WORKER = "had_by_social_worker"
    HANDED_OVER = "handed_over"
    HANDED_OVER_BY_SOCIAL_WORKER = "handed_over_by_social_worker"
    GIVEN_BACK = "given_back"
    GIVEN_BACK_BY_SOCIAL_WORKER = "given_back_by_social_worker"
    EXPIRED = "expired"
    RAISED = "raised"
    DECIDED = "decided"
    CLOSED = "closed"
    REOPENED = "reopened"
    PROGRAMME_ENDED = "programme_ended"


Seat = Literal["lead", "social_worker"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Had:
    """Who pressed *I have it*, and until when it counts if nothing is decided."""

    person: str
    until: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Life:
    """The state of a concern with what expires. `seen_at` is the first opening by a responder."""

    state: State = State.SENT
    held_until: datetime | None = None
    lead: Had | None = None
    social_worker: Had | None = None
    seen_at: datetime | None = None
    decided_at: datetime | None = None
    closed_at: datetime | None = None
    version: int = 0


class NotAllowed(ValueError):  # noqa: N818 - the name is part of the API
    """The event does not fit the state; nothing changed. Tells which."""

    def __init__(self, state: State, event: Event) -> None:
        self.state, self.event = state, event
        super().__init__(f"a concern that is {state} can't be {event}")


_OPEN = frozenset({State.SENT, State.HAD})
ALLOWED: dict[Event, frozenset[State]] = {
    Event.OPENED: frozenset(State),
    Event.HAD_BY_LEAD: _OPEN,
    Event.HAD_BY_SOCIAL_WORKER: _OPEN,
    Event.HANDED_OVER: frozenset({State.HAD}),
    Event.HANDED_OVER_BY_SOCIAL_WORKER: _OPEN,
    Event.GIVEN_BACK: frozenset({State.HAD}),
    Event.GIVEN_BACK_BY_SOCIAL_WORKER: _OPEN,
    Event.EXPIRED: frozenset({State.HAD}),
    Event.RAISED: _OPEN,
    Event.DECIDED: _OPEN,
    Event.CLOSED: frozenset({State.DECIDED}),
    Event.REOPENED: frozenset({State.DECIDED, State.CLOSED}),
    Event.PROGRAMME_ENDED: frozenset(State) - {State.CLOSED},
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Happening:
    """An event, by whom, at which instant; `until` for what holds or is had."""

    event: Event
    at: datetime
    person: str = ""
    until: datetime | None = None


def advance(life: Life, happening: Happening) -> Life:
    """The life after the event; the version grows by one.

    Raises:
        NotAllowed: the state does not allow the event.
    """
    if life.state not in ALLOWED[happening.event]:
        raise NotAllowed(life.state, happening.event)
    return replace(_after(life, happening), version=life.version + 1)


def _after(life: Life, happening: Happening) -> Life:  # noqa: PLR0911 - one row an event
    at, until = happening.at, happening.until
    match happening.event:
        case Event.OPENED:
            return replace(life, held_until=_later(life.held_until, until), seen_at=life.seen_at or at)
        case Event.HAD_BY_LEAD | Event.HANDED_OVER:
            return replace(life, state=State.HAD, lead=Had(person=happening.person, until=until or at))
        case Event.HAD_BY_SOCIAL_WORKER | Event.HANDED_OVER_BY_SOCIAL_WORKER:
            return replace(life, social_worker=Had(person=happening.person, until=until or at))
        case Event.GIVEN_BACK_BY_SOCIAL_WORKER:
            return replace(life, social_worker=None)
        case Event.EXPIRED | Event.RAISED | Event.GIVEN_BACK:
            return replace(life, state=State.SENT, lead=None, held_until=None)
        case Event.DECIDED:
            return replace(life, state=State.DECIDED, decided_at=at)
        case Event.CLOSED:
            return replace(life, state=State.CLOSED, closed_at=at)
        case Event.PROGRAMME_ENDED:
            return replace(life, social_worker=None)
        case Event.REOPENED:  # pragma: no branch - the last event there is
            return replace(life, state=State.SENT, lead=None, social_worker=None, held_until=None, closed_at=None)


def _later(one: datetime | None, other: datetime | None) -> datetime | None:
    if one is None or other is None:
        return one or other
    return max(one, other)


def held(life: Life, now: datetime) -> bool:
    """Whether a responder opened it lately, so that the chain waits."""
    return life.held_until is not None and life.held_until > now


def had(life: Life, now: datetime) -> bool:
    """Whether a lead has it, and the press has not expired."""
    return life.state is State.HAD and life.lead is not None and life.lead.until > now


def worker_has(life: Life, now: datetime) -> bool:
    """Whether a social worker has it beside the leads, and the press has not expired."""
    return life.state in _OPEN and life.social_worker is not None and life.social_worker.until > now


def holding(life: Life, person: str, now: datetime) -> tuple[Seat, Had] | None:
    """In which seat this person has it now, with until when; None if not at all."""
    if had(life, now) and life.lead is not None and life.lead.person == person:
        return "lead", life.lead
    if worker_has(life, now) and life.social_worker is not None and life.social_worker.person == person:
        return "social_worker", life.social_worker
    return None
