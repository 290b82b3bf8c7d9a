"""Invented rows for the storage tests: each takes what matters to a test, the rest is ordinary."""

from datetime import UTC, datetime, timedelta
from typing import Any

from dialogs.concern import Life
from storage.sealed import MasterKey
from storage.shapes import (
    Absence,
    Actor,
    ChildTokens,
    Concern,
    ConcernId,
    Conversation,
    ConversationId,
    Delivery,
    Entry,
    OutboxId,
    Person,
    PersonId,
    PlannedStep,
    Role,
    School,
    SchoolId,
)

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
OLD_KEY = MasterKey("2026-09", bytes(range(32)))
NEW_KEY = MasterKey("2026-11", bytes(range(32, 64)))
NO_TOKENS = ChildTokens(tokens=())

ANA, BEN, CAT = PersonId("ana"), PersonId("ben"), PersonId("cat")
BY_ANA = Actor(ANA, "reporter")
OAK, ELM, ASH = SchoolId("oak"), SchoolId("elm"), SchoolId("ash")


def after(**span: float) -> datetime:
    return NOON + timedelta(**span)


def a_conversation(id: str = "v1", **changes: Any) -> Conversation:  # noqa: A002
    ordinary: dict[str, Any] = {
        "id": ConversationId(id),
        "person": ANA,
        "flow": "concern",
        "flow_version": 1,
        "revision": 0,
        "state": "open",
        "worry": "none",
        "concern": None,
        "started_at": NOON,
        "touched_at": NOON,
    }
    return Conversation(**{**ordinary, **changes})


def an_entry(revision: int = 1, *, screen: str = "what", at: datetime = NOON, **content: Any) -> Entry:
    return Entry(revision=revision, screen=screen, at=at, content=content or {"saw": "a bruise"})


def a_concern(id: str = "c1", **changes: Any) -> Concern:  # noqa: A002
    ordinary: dict[str, Any] = {
        "id": ConcernId(id),
        "reference": f"REF-{id}",
        "kind": "child",
        "restricted": False,
        "reporter": ANA,
        "school": OAK,
        "authority": "ealing",
        "outcome": "early_help",
        "level": "level_2",
        "urgency": 2,
        "advice_now": False,
        "document_version": "2020-09-01",
        "branch": None,
        "linked_to": None,
        "excluded": (),
        "sent_at": NOON,
        "created_at": NOON,
        "life": Life(),
    }
    return Concern(**{**ordinary, **changes})


def a_step(dedupe: str = "s1", *, concern: str = "c1", **changes: Any) -> PlannedStep:
    ordinary: dict[str, Any] = {
        "concern": ConcernId(concern),
        "chain": "until_had",
        "round": 1,
        "step": 1,
        "role": "designated_safeguarding_lead",
        "person": None,
        "due_at": NOON,
        "respond_by": after(hours=2),
        "draw": "alert",
        "reason": "sent",
        "dedupe": dedupe,
    }
    return PlannedStep(**{**ordinary, **changes})


def a_delivery(row: str = "o1", person: PersonId = BEN, *, state: Any = "sent", at: datetime = NOON) -> Delivery:
    return Delivery(outbox=OutboxId(row), person=person, channel="web", state=state, attempt=1, at=at, detail="ok")


def a_school(id: SchoolId = OAK, **changes: Any) -> School:  # noqa: A002
    ordinary: dict[str, Any] = {
        "id": id,
        "authority": "ealing",
        "name": f"{id.title()} School (invented)",
        "phase": "secondary",
        "arm": "intervention",
        "served_by": None,
        "agreement_signed": True,
        "sw_may_open": "all",
        "urn": None,
    }
    return School(**{**ordinary, **changes})


def a_person(id: PersonId = ANA, role: Role = "reporter", **changes: Any) -> Person:  # noqa: A002
    ordinary: dict[str, Any] = {
        "id": id,
        "authority": "ealing",
        "name": f"{id.title()} (invented)",
        "email": f"{id}@example.invalid",
        "role": role,
    }
    return Person(**{**ordinary, **changes})


def an_absence(person: PersonId = BEN, *, start: datetime = NOON, end: datetime | None = None) -> Absence:
    return Absence(person=person, start=start, end=end, reason="leave")
