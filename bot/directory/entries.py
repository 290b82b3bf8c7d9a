"""The shape of an authority's file, as people write it: pydantic models, frozen, unknown keys forbidden."""

from collections.abc import Callable, Mapping
from datetime import date, time
from types import MappingProxyType
from typing import Annotated, Any, Literal, get_args

from pydantic import BeforeValidator, Field

from bot.working_time import Delay, Hours
from storage.shapes import Role
from thresholds.document import NonEmpty, Strict

SCHOOL_ROLES: frozenset[Role] = frozenset(
    {"reporter", "designated_safeguarding_lead", "deputy_safeguarding_lead", "head", "senior_leader", "chair"}
)
COUNCIL_ROLES: frozenset[Role] = frozenset(get_args(Role)) - SCHOOL_ROLES
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

ContactId = Literal[
    "front_door",
    "out_of_hours",
    "lado",
    "police",
    "early_help",
    "consultation_line",
    "missing_education",
    "adult_safeguarding",
]
REQUIRED: Mapping[str, str] = MappingProxyType(
    {
        "front_door": "the front door",
        "out_of_hours": "the out-of-hours team",
        "lado": "the local authority designated officer (LADO)",
        "police": "the police",
        "early_help": "early help",
        "missing_education": "the missing-education officer",
    }
)
INVENTED_PHONES = ("0207946", "0191498", "07700900", "01632960")


def _hours(raw: object) -> object:
    if not isinstance(raw, str):
        return raw
    opens, _, closes = raw.partition("-")
    try:
        return Hours(time.fromisoformat(opens.strip()), time.fromisoformat(closes.strip()))
    except ValueError as error:
        raise ValueError(f'{raw!r} is no span of hours: write for example "09:00-17:00" ({error})') from None


def _time(raw: object) -> object:
    try:
        return time.fromisoformat(raw) if isinstance(raw, str) and len(raw) == 5 else raw
    except ValueError:
        raise ValueError(f'{raw!r} is no time: write for example "15:10"') from None


def _delay(raw: object) -> object:
    return Delay.parse(raw) if isinstance(raw, str) else raw


def _only(kind: type) -> Callable[[object], object]:
    def check(value: object) -> object:
        if not isinstance(value, kind):
            raise ValueError(f"{value!r} must be text in quotes")
        return value

    return check


Id = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]{1,59}$")]
Phone = Annotated[str, Field(pattern=r"^\+?[0-9][0-9 ]{2,19}$")]
_IN_ADDRESS = r"[^@\s,;:<>()\"\\\[\]\x00-\x1f\x7f-\x9f]+"
EMAIL_FORM = rf"^{_IN_ADDRESS}@{_IN_ADDRESS}\.{_IN_ADDRESS}$"
"""One address: what a mail header would take for two, or for another, is none."""
Email = Annotated[str, Field(pattern=EMAIL_FORM, max_length=200)]
OpenHours = Annotated[Any, BeforeValidator(_only(Hours)), BeforeValidator(_hours)]
Moment = Annotated[Any, BeforeValidator(_only(time)), BeforeValidator(_time)]
Length = Annotated[Any, BeforeValidator(_only(Delay)), BeforeValidator(_delay)]


class ProgrammeEntry(Strict):
    """When the programme runs; `ends` is its last day."""

    starts: date
    ends: date
    comparison_schools_report: bool


class ContactEntry(Strict):
    """A number with its owner and check dates. `invented` numbers are for demonstration only."""

    id: ContactId
    label: NonEmpty
    phone: Phone
    hours: NonEmpty | None = None
    url: NonEmpty | None = None
    owner: NonEmpty
    checked_on: date
    review_by: date
    confirmed: bool
    invented: bool = False


class NeighbourEntry(Strict):
    """Another council's front door, for children who live there."""

    id: Id
    name: NonEmpty
    phone: Phone
    out_of_hours: Phone | None = None
    checked_on: date
    review_by: date
    invented: bool = False


class TermEntry(Strict):
    """A term from its first to its last day, with the half-term holiday's first and last day."""

    name: NonEmpty
    first: date
    last: date
    half_term_first: date | None = None
    half_term_last: date | None = None


class CalendarEntry(Strict):
    """When schools and the council's office are open. `office` lists weekdays; one that is missing is shut."""

    region: Literal["ENG", "WLS"]
    invented: bool = False
    school_hours: OpenHours
    children_leave: Moment
    office: dict[Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"], OpenHours]
    terms: tuple[TermEntry, ...] = Field(min_length=1)
    inset_days: tuple[date, ...] = ()
    office_closed: tuple[date, ...] = ()


class PaceEntry(Strict):
    """Lengths of time of one urgency that differ from the product's."""

    steps: tuple[Length, ...] | None = None
    hold: Length | None = None
    have: Length | None = None
    act: Length | None = None


class ClocksEntry(Strict):
    """What an authority sets otherwise. `duties` are clock names of its document."""

    paces: dict[Literal["emergency", "section_47", "section_17", "early_help", "advice", "adult"], PaceEntry] = Field(
        default_factory=dict
    )
    answer: Length | None = None
    chase: Length | None = None
    near_closing_hours: int | None = Field(default=None, ge=0, le=8)
    duties: dict[str, Length] = Field(default_factory=dict)


class TeamEntry(Strict):
    """A team of social workers; its manager is a person of the file."""

    id: Id
    name: NonEmpty
    manager: Id


class StaffGroupEntry(Strict):
    """Who counts as school staff: a domain of addresses, or a group of a platform."""

    id: Id
    kind: Literal["email_domain", "slack_group", "teams_group"]
    value: NonEmpty


class RollEntry(Strict):
    """Pupils on roll in a term, for rates."""

    term: NonEmpty
    pupils: int = Field(ge=0)
    invented: bool = False


class AgreementEntry(Strict):
    """The school's agreement: when it was signed, and what the social worker opens below statutory."""

    signed_on: date | None
    sw_may_open: Literal["all", "shared"]
    invented: bool = False


class DesignatedTeacherEntry(Strict):
    """Who looks after the schooling of children in care, by law at every maintained school. Shown, never told."""

    name: NonEmpty
    phone: Phone | None = None
    invented: bool = False


class SchoolEntry(Strict):
    """A school. `vacant_since` says that the social worker's post is not filled, so that the duty rota covers."""

    id: Id
    name: NonEmpty
    phase: Literal["primary", "secondary", "all_through", "special", "alternative_provision"]
    arm: Literal["intervention", "comparison", "feeder"]
    urn: Annotated[str, Field(pattern=r"^\d{6}$")] | None
    rolls: tuple[RollEntry, ...] = ()
    agreement: AgreementEntry
    served_by: Id | None = None
    holiday_cover: Id
    designated_teacher: DesignatedTeacherEntry | None = None
    vacant_since: date | None = None
    invented: bool = False


class PersonEntry(Strict):
    """Somebody with a role: school staff name their `school`, council staff the schools they serve (none: all)."""

    id: Id
    name: NonEmpty
    email: Email
    role: Role
    school: Id | None = None
    serves: tuple[Id, ...] = ()
    team: Id | None = None
    teacher: bool = False
    phone: Phone | None = None
    invented: bool = False


class AbsenceEntry(Strict):
    """Away from the first to the last day (none: until further notice)."""

    person: Id
    first: date
    last: date | None = None
    reason: Literal["sickness", "leave", "training", "other"]


class ShiftEntry(Strict):
    """A duty social worker is on duty from the first to the last day, from midnight to midnight."""

    person: Id
    first: date
    last: date


class SwapEntry(Strict):
    """Somebody takes the days of another who is on the rota, from the first to the last day."""

    person: Id
    instead_of: Id
    first: date
    last: date


class DigestEntry(Strict):
    """Who receives which report, and below which number a count is hidden in all of them."""

    hide_below: int = Field(default=5, ge=5, le=50)
    weekly: tuple[Id, ...]
    board: tuple[Email, ...] = ()
    partnership: tuple[Email, ...] = ()


class AssuranceEntry(Strict):
    """A thing that must be signed before real schools report; unsigned while `signed_by` is missing."""

    what: Literal[
        "impact_assessment",
        "policy_document",
        "sharing_agreement",
        "processors",
        "privacy_notices",
        "hazard_log",
        "safety_case",
        "evaluation_plan",
        "data_location",
        "second_factor",
        "pupil_accounts_shut_out",
    ]
    signed_by: NonEmpty | None = None
    role: NonEmpty | None = None
    signed_on: date | None = None


class Directory(Strict):
    """One authority's file, whole."""

    authority: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    name: NonEmpty
    programme: ProgrammeEntry
    contacts: tuple[ContactEntry, ...]
    neighbours: tuple[NeighbourEntry, ...] = ()
    calendar: CalendarEntry
    clocks: ClocksEntry = Field(default_factory=ClocksEntry)
    teams: tuple[TeamEntry, ...]
    staff_groups: tuple[StaffGroupEntry, ...]
    workspaces: Mapping[Literal["slack", "teams"], tuple[NonEmpty, ...]] = Field(default_factory=dict)
    schools: tuple[SchoolEntry, ...] = Field(min_length=1)
    people: tuple[PersonEntry, ...] = Field(min_length=1)
    absences: tuple[AbsenceEntry, ...] = ()
    rota: tuple[ShiftEntry, ...] = ()
    swaps: tuple[SwapEntry, ...] = ()
    digest: DigestEntry
    assurance: tuple[AssuranceEntry, ...] = ()

    def contact(self, contact: ContactId) -> ContactEntry | None:
        """The contact of that id, if the file has one."""
        return next((entry for entry in self.contacts if entry.id == contact), None)
