"""Drafts that were left: what to tell their writer, and who else hears that somebody stopped midway. Sends nothing."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.access import may_be_told
from bot.errands import at_revision
from bot.involved import involved, kind_of, said_in
from bot.places import Places, serving
from bot.plan import alone
from bot.roles import IN_CHARGE, LEADERS, LEADS, ON_SITE
from bot.roll import Roll
from dialogs.engine import Trail, from_json, road_of, trail_of
from dialogs.flows import CATALOGUE
from storage.oversight import REMINDED
from storage.shapes import Concern, Conversation, Person, PersonId, PlannedStep, School, SchoolId
from storage.unit import UnitOfWork

_HEADS: tuple[frozenset[str], ...] = tuple(frozenset({role}) for role in IN_CHARGE)
_SCHOOL: tuple[frozenset[str], ...] = (LEADS, *(frozenset({role}) for role in ON_SITE))
"""Who hears of a draft about a child: the leads; where none may or can, the next."""
MAY_HEAR = LEADS | LEADERS


@dataclass(frozen=True, kw_only=True, slots=True)
class Left:
    """A draft that was left, its answers, and the school of its writer with everybody in it.

    `added_to`: the concern that the draft adds to, in whose school it then stands.
    """

    draft: Conversation
    trail: Trail
    writer: Person
    school: School
    roll: Roll
    added_to: Concern | None = None

    @property
    def known(self) -> bool:
        """Whether it is known whom a draft about an adult is about."""
        return said_in(self.trail, "adult_who", "who") not in ("", "not_known")


def left(unit: UnitOfWork, places: Places, draft: Conversation) -> Left:
    """A draft with all that its telling needs, also if its writer has left the directory.

    Raises:
        NotFound: its writer has no school, and it adds to no concern.
        SealBroken: an answer does not open.
    """
    _, entries = unit.conversations.load(draft.id)
    writer = unit.people.person(draft.person)
    added_to = unit.concerns.get(draft.concern) if draft.flow == "addition" and draft.concern else None
    school = unit.people.school(added_to.school if added_to else writer.school or SchoolId(""))
    flow = CATALOGUE[(draft.flow, draft.flow_version)]
    trail = road_of(flow, trail_of([from_json(entry.content) for entry in entries]))
    roll = places.rolls.of(unit, school.authority)
    return Left(draft=draft, trail=trail, writer=writer, school=school, roll=roll, added_to=added_to)


def is_told(found: Left) -> bool:
    """Whether anybody at all hears of the draft as it stands."""
    return bool(_order(found))


def hearers(found: Left, now: datetime, tried: Collection[PersonId] = ()) -> tuple[Person, ...]:
    """Who hears that somebody stopped midway: never the writer, nor anybody named, involved or left out.

    Of what is added to a concern only those hear who may be told of the concern. `tried`: whom it was sent to in vain;
    then the next hear it.
    """
    order = _order(found)
    there = serving(found.roll.present(found.school, now), found.school)
    named = involved(found.trail, found.writer, serving(found.roll.people, found.school))
    barred = {found.writer.id, *named, *tried}
    free = [one for one in there if one.id not in barred and _may_be_told(one, found)]
    groups = (tuple(one for one in free if one.role in roles) for roles in order)
    return next((group for group in groups if group), ())


def _may_be_told(person: Person, found: Left) -> bool:
    return found.added_to is None or bool(may_be_told(person, found.added_to, found.school))


def _order(found: Left) -> Sequence[frozenset[str]]:
    if found.added_to is not None:
        return _SCHOOL
    if kind_of(found.trail) == "adult":
        return _HEADS if found.known else ()
    # What danger began has told its people already; only the rest of the record is missing.
    return () if found.draft.concern is not None else _SCHOOL


def reminder_key(draft: Conversation) -> str:
    """By which a reminder at this revision is known."""
    return f"{REMINDED}:{draft.id}:{draft.revision}"


def midway_key(draft: Conversation, person: PersonId) -> str:
    """By which it is known that a person heard of this draft at this revision."""
    return f"midway:{draft.id}:{draft.revision}:{person}"


def reminder(draft: Conversation, writer: Person, now: datetime) -> PlannedStep:
    """The pointer to whoever stopped."""
    begun = draft.concern is not None and draft.flow != "addition"
    return _row(draft, writer, "unfinished" if begun else "midway_reminder", reminder_key(draft), now)


def stopped(draft: Conversation, hearer: Person, now: datetime) -> PlannedStep:
    """The pointer to somebody who hears of it: without content, without a name."""
    return _row(draft, hearer, "midway", midway_key(draft, hearer.id), now)


def _row(draft: Conversation, to: Person, draw: str, key: str, now: datetime) -> PlannedStep:
    return replace(alone(to.role, to.id, draw, now, key), reason=at_revision(draft.revision), about=draft.id)
