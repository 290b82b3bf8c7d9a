"""What goes into storage and comes out of it: frozen rows without behaviour. Instants are aware, UTC."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Literal, NewType, TypeAlias

from dialogs.concern import Life

ConversationId = NewType("ConversationId", str)
ConcernId = NewType("ConcernId", str)
PersonId = NewType("PersonId", str)
SchoolId = NewType("SchoolId", str)
OutboxId = NewType("OutboxId", str)
DropInId = NewType("DropInId", str)
WorkId = NewType("WorkId", str)

Sealed: TypeAlias = Mapping[str, Any]
"""A JSON object that is stored encrypted only."""

Role: TypeAlias = Literal[
    "reporter",
    "designated_safeguarding_lead",
    "deputy_safeguarding_lead",
    "head",
    "senior_leader",
    "chair",
    "social_worker",
    "student_social_worker",
    "duty_social_worker",
    "team_manager",
    "report_reader",
]


@dataclass(frozen=True, kw_only=True, slots=True)
class School:
    """A school of an authority. `served_by` is the secondary whose social worker serves this feeder primary."""

    id: SchoolId
    authority: str
    name: str
    phase: str
    arm: Literal["intervention", "comparison", "feeder"]
    served_by: SchoolId | None
    agreement_signed: bool
    sw_may_open: Literal["all", "shared"]
    urn: str | None = None
    holiday_cover: PersonId | None = None
    """Who stands for the leads while no pupils are in."""
    takes_part: bool = True
    """Whether the school uses the service; of comparison schools the authority and the evaluator choose it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """Somebody of the directory. Council staff have no school but `schools` they serve."""

    id: PersonId
    authority: str
    name: str
    email: str
    role: Role
    school: SchoolId | None = None
    serves: tuple[SchoolId, ...] = ()
    team: str | None = None
    teacher: bool = False
    phone: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Absence:
    """Somebody is away from `start` until before `end` (None: until further notice)."""

    person: PersonId
    start: datetime
    end: datetime | None
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Shift:
    """A duty social worker is on the authority's rota from `start` until before `end`.

    What a person said (a swap) stands above the directory's for the time it covers.
    """

    authority: str
    person: PersonId
    start: datetime
    end: datetime
    source: Literal["directory", "person"] = "directory"


@dataclass(frozen=True, kw_only=True, slots=True)
class Identity:
    """Where a person is reached over a channel: confirmed by the platform, never typed by anybody.

    `address` is the platform's own id, or a conversation reference; `tenant` the workspace or tenant that it is of.
    `refused`: the platform said that it will deliver nothing there any more (blocked, uninstalled, revoked).
    `closed`: the account is nobody's any more, or no member of staff's: installing the programme anew changes nothing.
    `unconfirmed`: the person has another account there, and has not said yet that this one is theirs too; `denied`:
    they said that it is not. Nobody is reached at either.
    """

    person: PersonId
    channel: str
    tenant: str
    address: str
    state: Literal["active", "refused", "closed", "unconfirmed", "denied"]
    touched_at: datetime

    @property
    def key(self) -> str:
        """Which account of the channel it is: tenant and account."""
        return self.address.partition(" ")[0]


FORM = "form"
"""What stands in place of a flow in a draft of forms: no conversation follows it, so it can't be taken up as one."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Conversation:
    """A conversation without its answers. `worry` is what the auditor needs to know of a draft, without content."""

    id: ConversationId
    person: PersonId
    flow: str
    flow_version: int
    revision: int
    state: Literal["open", "sent", "discarded", "expired"]
    worry: Literal["none", "danger_word", "grave", "danger"]
    concern: ConcernId | None
    started_at: datetime
    touched_at: datetime


@dataclass(frozen=True, slots=True)
class Actor:
    """Who did something, and in which role."""

    person: PersonId
    role: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One answered screen: its revision and what was answered (sealed at rest)."""

    revision: int
    screen: str
    at: datetime
    content: Sealed


@dataclass(frozen=True, kw_only=True, slots=True)
class Concern:
    """A concern without its content."""

    id: ConcernId
    reference: str
    kind: Literal["child", "adult", "consultation"]
    restricted: bool
    reporter: PersonId
    school: SchoolId
    authority: str
    """The authority whose document judged (where the child lives), or the school's."""
    outcome: str | None
    level: str | None
    urgency: int
    advice_now: bool
    document_version: str | None
    branch: str | None
    linked_to: ConcernId | None
    excluded: tuple[PersonId, ...]
    """Who must never be told: named, involved or left out."""
    sent_at: datetime | None
    """None while a danger alert has gone and the record is still being written."""
    created_at: datetime
    life: Life
    let_in: tuple[PersonId, ...] = ()
    """Leads who may know of a restricted concern about a child, because the head or the chair says so."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Note:
    """Something added to a concern, in order: `kind` is record, addition, question, answer, decision, close, …"""

    number: int
    kind: str
    by: PersonId
    role: str
    at: datetime
    content: Sealed


@dataclass(frozen=True, kw_only=True, slots=True)
class PlannedStep:
    """One row of a plan: who is told, when, what is drawn, why. `person` overrides the look-up by role.

    `at_once`: due when it was written, so that a clock which is set back afterwards keeps nobody waiting.
    `dedupe` makes a repeat harmless. `follow` asks for the next round when this row is sent. A row without a concern is
    a notice to one `person`; `about` is then the id of what it points at (a draft, a school), if there is one.
    """

    concern: ConcernId | None
    chain: Literal["until_had", "until_decided", "until_closed", "notice", "in_person"]
    round: int
    step: int
    role: str
    person: PersonId | None
    due_at: datetime
    respond_by: datetime | None
    draw: str
    reason: str
    dedupe: str
    follow: bool = False
    about: str | None = None
    at_once: bool = field(default=False, compare=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class OutboxRow:
    """A stored step with its delivery state. `next_at` moves with back-off; `due_at` never.

    `interrupted`: claimed after somebody whose lease ran out, so that an attempt may have arrived that nobody kept.
    """

    id: OutboxId
    step: PlannedStep
    state: Literal["waiting", "sent", "failed", "cancelled"]
    attempt: int
    next_at: datetime
    lease_until: datetime | None
    interrupted: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Delivery:
    """What happened to one row for one person over one channel.

    `failed`: to be tried again. `refused`: never again over this channel. `unsure`: it may have arrived all the same.
    `repeat`: an earlier attempt may have arrived too.
    """

    outbox: OutboxId
    person: PersonId
    channel: str
    state: Literal["sent", "failed", "refused", "unsure"]
    attempt: int
    at: datetime
    detail: str
    """A code, never content; of what was sent, the platform's receipt."""
    repeat: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Delivered:
    """A pointer that stands in somebody's channel: the row, and when it arrived."""

    row: OutboxRow
    concern: Concern
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class AuditEntry:
    """One line of the chained log; `about` holds ids, codes and hashes only."""

    number: int
    concern: ConcernId | None
    kind: str
    by: PersonId | None
    role: str
    at: datetime
    about: Mapping[str, str | int | None]
    hash: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ChildTokens:
    """Keyed look-up tokens of a child; equal tokens make a candidate, never an identity."""

    tokens: tuple[str, ...]
    birth_year: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Span:
    """A half-open span of days, for terms and closures."""

    start: date
    end: date


@dataclass(frozen=True, kw_only=True, slots=True)
class DropIn:
    """When and where staff find a social worker: half open, cut into slots of `minutes`. Never about a child."""

    id: DropInId
    person: PersonId
    school: SchoolId
    starts_at: datetime
    ends_at: datetime
    minutes: int
    room: str

    @property
    def slots(self) -> tuple[datetime, ...]:
        """When each slot begins; the last one ends in time."""
        length = timedelta(minutes=self.minutes)
        return tuple(self.starts_at + n * length for n in range((self.ends_at - self.starts_at) // length))


@dataclass(frozen=True, kw_only=True, slots=True)
class Booking:
    """Who comes to which slot of a drop-in; what about is not asked."""

    drop_in: DropInId
    at: datetime
    person: PersonId


WorkKind = Literal["consultation", "drop_in", "teaching", "group_session", "staff_meeting"]
WORK_KINDS: tuple[WorkKind, ...] = ("consultation", "drop_in", "teaching", "group_session", "staff_meeting")


@dataclass(frozen=True, kw_only=True, slots=True)
class Work:
    """What a social worker did besides concerns, in minutes, and when it was written down. No field for a child."""

    id: WorkId
    person: PersonId
    school: SchoolId
    kind: WorkKind
    minutes: int
    at: datetime
    logged_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class WorkSum:
    """How often somebody did one kind of work at one school in a period, and how many minutes in all."""

    person: PersonId
    school: SchoolId
    kind: WorkKind
    count: int
    minutes: int
