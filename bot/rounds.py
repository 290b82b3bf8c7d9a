"""What happens by the clock beside any plan: who has work, a day without a lead, drafts left, a programme's end.

Leaves rows and sends nothing. Each row has a key of its own, so that it stands once, whatever restarts and however many
processes make their rounds at the same time.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from functools import partial

from bot.errands import counted, lead_today
from bot.logs import Log
from bot.midway import MAY_HEAR, hearers, is_told, left, midway_key, reminder, reminder_key, stopped
from bot.places import Land, Places
from bot.plan import alone
from bot.roles import COUNCIL, IN_CHARGE, LEADERS, LEADS, ON_SITE, SOCIAL_WORKERS
from bot.roll import Roll
from bot.seams import Clock, NewId, Nudge
from bot.standing import leads_left
from bot.steps import notice
from bot.ways import TRIES_BEFORE_NEXT
from bot.work import Load, known, loads
from bot.working_time import at, is_council_day, is_school_day, local_day
from dialogs.concern import Event, Happening, advance
from storage.oversight import MIDWAY_FLOWS
from storage.shapes import (
    Concern,
    Conversation,
    ConversationId,
    OutboxId,
    Person,
    PersonId,
    PlannedStep,
    Role,
    School,
)
from storage.unit import Store, UnitOfWork
from storage.worklist import Became

REMIND_AFTER = timedelta(minutes=15)
TELL_AFTER = timedelta(minutes=30)
NO_LEAD_AT = time(8)
HANDOVER_AT = time(8, 15)


@dataclass(frozen=True, slots=True)
class Slot:
    """A time of the day at which whoever has work is told; a missed one is made up until `until`, London time."""

    name: str
    since: time
    until: time


SLOTS = (Slot("0815", time(8, 15), time(10)), Slot("1430", time(14, 30), time(16)))


def slot_at(now: datetime) -> Slot | None:
    """The slot that an instant belongs to.

    >>> from datetime import UTC
    >>> slot_at(datetime(2027, 6, 1, 7, 15, tzinfo=UTC)).name
    '0815'
    """
    day = local_day(now)
    return next((one for one in SLOTS if at(day, one.since) <= now < at(day, one.until)), None)


@dataclass(kw_only=True, slots=True)
class Rounds:
    """The rounds of this process. What it remembers only spares it looking twice; the rows' keys say what was done."""

    store: Store
    places: Places
    clock: Clock
    new_id: NewId
    log: Log
    nudge: Nudge
    _settled: set[tuple[ConversationId, int]] = field(default_factory=set)
    _leads_seen: dict[str, tuple[datetime, int]] = field(default_factory=dict)

    def make(self) -> None:
        """Do whatever is due at this instant and was not done yet. What breaks keeps nothing else from being done.

        Raises:
            Exception: the first fault of any part, when all were tried.
        """
        now = self.clock()
        lands = self.places.lands.items()
        parts: list[Callable[[], None]] = [lambda: self._drafts(now)]
        parts += [partial(part, *land, now) for land in lands for part in (self._no_lead, self._work)]
        parts += [partial(self._end_programme, *land, now) for land in lands]
        faults = [fault for part in parts if (fault := self._tried(part)) is not None]
        if faults:
            raise faults[0]

    def _tried(self, part: Callable[[], None]) -> Exception | None:
        try:
            part()
        except Exception as error:  # noqa: BLE001 - whatever broke one part, the others must be done
            self.log("round_broke", error=type(error).__name__)
            return error
        return None

    def _keep(self, steps: Iterable[PlannedStep], key: str | None = None, value: str = "") -> None:
        """Keep rows, and with them what `key` says of the round."""
        found = tuple(steps)
        if found or key is not None:
            with self.store.write() as unit:
                unit.outbox.put(found, [OutboxId(self.new_id()) for _ in found])
                if key is not None:
                    unit.settings.put(key, value)
                unit.commit()
        if found:
            self.nudge()

    # ── work

    def _work(self, authority: str, land: Land, now: datetime) -> None:
        """One pointer to whoever has work, at the slots of a school day (a council day for the council's staff)."""
        slot, day = slot_at(now), local_day(now)
        school, council = is_school_day(land.calendars.school, day), is_council_day(land.calendars.council, day)
        if slot is None or not (school or council):
            return
        key, value = f"round:{authority}", f"{day}:{slot.name}"
        with self.store.read() as unit:
            if unit.settings.get(key) == value:
                return
            roll = self.places.rolls.of(unit, authority)
            found = loads(self.places, roll, unit.concerns.open_everywhere(), known(unit, now))
        people = [one for one in roll.people if one.id in found and (council if one.role in COUNCIL else school)]
        rows = [_task(one, found[one.id], slot, now) for one in people]
        self.log("round_made", authority=authority, key=slot.name, count=len(rows))
        self._keep(rows, key, value)

    # ── a day without a lead

    def _no_lead(self, authority: str, land: Land, now: datetime) -> None:
        """On a school day from 08:00 until the children leave: whoever leads a school in which no lead is today."""
        day, leaves = local_day(now), at(local_day(now), land.calendars.school.leaves)
        if not is_school_day(land.calendars.school, day) or not at(day, NO_LEAD_AT) <= now < leaves:
            return
        with self.store.read() as unit:
            # Somebody may be away from a later hour on without any change in the directory.
            seen = (now.replace(minute=0, second=0, microsecond=0), unit.people.version())
            if self._leads_seen.get(authority) == seen:
                return
            roll = self.places.rolls.of(unit, authority)
            alone = [one for one in roll.schools.values() if _reports(one) and not lead_today(roll, one, now, leaves)]
            found = [_alone(unit, roll, one, now, leaves) for one in alone]
        self._keep(row for rows in found if rows is not None for row in rows)
        if all(rows is None for rows in found):
            self._leads_seen[authority] = seen

    # ── drafts

    def _drafts(self, now: datetime) -> None:
        """Remind whoever stopped midway with a worrying answer; later, let those who may hear of it know."""
        with self.store.read() as unit:
            worried = unit.conversations.idle_worried(now - REMIND_AFTER)
            idle = [one for one in worried if one.flow in MIDWAY_FLOWS]
            rows = list(self._reminders(unit, idle, now))
            long = [one for one in idle if one.touched_at < now - TELL_AFTER and _mark(one) not in self._settled]
            found = {_mark(one): self._stopped(unit, one, now) for one in long}
        self._keep([*rows, *(row for steps in found.values() if steps is not None for row in steps)])
        # What was touched, sent or discarded is forgotten.
        self._settled = self._settled & {_mark(one) for one in idle}
        self._settled |= {mark for mark, steps in found.items() if steps is None}

    def _reminders(self, unit: UnitOfWork, idle: list[Conversation], now: datetime) -> Iterator[PlannedStep]:
        standing = unit.worklist.standing([reminder_key(one) for one in idle])
        for draft in idle:
            if reminder_key(draft) not in standing:
                yield reminder(draft, unit.people.person(draft.person), now)

    def _stopped(self, unit: UnitOfWork, draft: Conversation, now: datetime) -> list[PlannedStep] | None:
        """Who is to hear of a draft now; None where somebody has heard, or nobody may. All else is asked again."""
        try:
            found = left(unit, self.places, draft)
        except Exception as error:  # noqa: BLE001 - one draft that can't be read must not hide the others
            self.log("draft_unreadable", conversation=draft.id, error=type(error).__name__)
            return []
        might = [one for one in found.roll.here(found.school) if one.role in MAY_HEAR]
        keys = {midway_key(draft, one.id): one.id for one in might}
        became = unit.worklist.became(list(keys))
        if not is_told(found) or _heard(became):
            return None
        tried = [keys[key] for key in became]
        return [] if _under_way(became) else [stopped(draft, one, now) for one in hearers(found, now, tried)]

    # ── the end of a programme

    def _end_programme(self, authority: str, land: Land, now: datetime) -> None:
        """On the day after its end, once: what a social worker had or was told of is the school's alone."""
        ends = land.programme_ends
        if ends is None or now < ends:
            return
        key = f"programme_ended:{authority}"
        with self.store.read() as unit:
            if unit.settings.get(key) == ends.isoformat():
                return
        with self.store.write() as unit:
            if not unit.settings.claim(f"{key}:{local_day(ends)}", now.isoformat()):
                return
            handed = self._hand_over(unit, authority, now)
            unit.settings.put(key, ends.isoformat())
            unit.commit()
        self.log("programme_ended", authority=authority, count=handed)
        self.nudge()

    def _hand_over(self, unit: UnitOfWork, authority: str, now: datetime) -> int:
        schools = self.places.rolls.of(unit, authority).schools
        told = unit.worklist.told_to(SOCIAL_WORKERS)
        mine = [one for one in unit.concerns.open_everywhere() if one.school in schools]
        handed = [one for one in mine if one.id in told or one.life.social_worker is not None]
        for concern in handed:
            self._hand(unit, concern, now)
        return len(handed)

    def _hand(self, unit: UnitOfWork, concern: Concern, now: datetime) -> None:
        worker = concern.life.social_worker
        if worker is not None:
            life = advance(concern.life, Happening(event=Event.PROGRAMME_ENDED, at=now))
            unit.concerns.move(concern.id, concern.life.version, life)
        by = None if worker is None else PersonId(worker.person)
        unit.audit.add(concern.id, "programme_ended", by, "social_worker" if by else "", now, {})
        due = max(now, at(local_day(now), HANDOVER_AT))
        roll = self.places.rolls.of(unit, self.places.of(unit, concern.school).authority)
        theirs = not concern.restricted and leads_left(roll, concern, roll.schools[concern.school], due)
        roles: Iterable[Role] = sorted(LEADS) if theirs else IN_CHARGE
        # Not in the night: the press ends at once, the pointer comes in the morning.
        rows = [
            replace(notice(concern, "handover", "programme_ended", due, role), at_once=due <= now) for role in roles
        ]
        unit.outbox.put(rows, [OutboxId(self.new_id()) for _ in rows])


def _mark(draft: Conversation) -> tuple[ConversationId, int]:
    return draft.id, draft.revision


def _task(person: Person, load: Load, slot: Slot, now: datetime) -> PlannedStep:
    day = local_day(now)
    row = alone(person.role, person.id, "work", now, f"round:{day}:{slot.name}:{person.id}")
    return replace(row, respond_by=at(day, slot.until), reason=counted(load.tasks, load.overdue))


def _reports(school: School) -> bool:
    """Whether concerns are reported at the school at all."""
    return school.agreement_signed and school.takes_part


def _alone(unit: UnitOfWork, roll: Roll, school: School, now: datetime, leaves: datetime) -> list[PlannedStep] | None:
    """The head, or who stands in, next after whom it did not reach; None once somebody was told today."""
    day = local_day(now)
    keys = {_no_lead_key(day, school, one): one.id for one in roll.here(school) if one.role in LEADERS}
    became = unit.worklist.became(list(keys))
    if _heard(became):
        return None
    tried = {keys[key] for key in became}
    there = [one for one in roll.present(school, now) if one.role in LEADERS and one.id not in tried]
    role = next((role for role in ON_SITE if any(one.role == role for one in there)), None)
    told = [] if _under_way(became) else [one for one in there if one.role == role]
    return [_no_lead_today(school, one, now, leaves) for one in told]


def _no_lead_today(school: School, person: Person, now: datetime, leaves: datetime) -> PlannedStep:
    row = alone(person.role, person.id, "no_lead", now, _no_lead_key(local_day(now), school, person))
    return replace(row, respond_by=leaves, reason="no_lead_today", about=school.id)


def _heard(became: Mapping[str, Became]) -> bool:
    return any(one.reached for one in became.values())


def _under_way(became: Mapping[str, Became]) -> bool:
    """Whether a row may reach somebody soon: one refused for half a minute is tried on, and the next hear meanwhile."""
    return any(one.waiting and one.attempt < TRIES_BEFORE_NEXT for one in became.values())


def _no_lead_key(day: date, school: School, person: Person) -> str:
    return f"no_lead:{day}:{school.id}:{person.id}"
