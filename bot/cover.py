"""*Away* and *back*, swaps of the duty rota, and who is pointed to what since they stand in for somebody.

Whoever comes to stand in, at whatever instant (a press, a shift, an absence that ends), gets one pointer for each grave
concern that nobody has. It is looked for at each press and once a minute; a concern is never pointed to twice.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from bot.access import Denied, may_be_away, may_be_told, may_swap, require
from bot.corners import Corners, HomePress, Seated, Shown
from bot.duty import changes, in_charge, newly_in_charge
from bot.logs import Log, silent
from bot.plan import answer_by
from bot.reader import named
from bot.roll import Roll
from bot.seams import Nudge
from bot.sending import Sending
from bot.steps import pointer_to
from bot.working_time import LONDON, at, local_day
from dialogs.concern import State, had
from dialogs.screens import Action, Choice, Field, Notice, Screen, filled
from storage.errors import StoreBroken, StoreBusy, StoreFull
from storage.shapes import Absence, Concern, Person, PlannedStep, School, Shift
from storage.unit import UnitOfWork
from thresholds.result import Urgency

REASONS = ("sickness", "leave", "training", "other")
FURTHER_NOTICE = "further_notice"
LONGEST_DAYS = 400
LONGEST_SWAP = 31
NOON = time(12)
MIDNIGHT = time(0)


@dataclass(frozen=True, kw_only=True, slots=True)
class Turn:
    """Somebody who takes part in a concern since an instant; `instead` of a social worker, not of the duty worker."""

    concern: Concern
    person: Person
    since: datetime
    instead: bool

    @property
    def key(self) -> str:
        """What makes a second pointer the same one."""
        return f"cover_{int(self.since.timestamp())}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Cover:
    """The presses, and the minute's look."""

    corners: Corners
    sending: Sending
    nudge: Nudge
    log: Log = silent

    def presses(self) -> Mapping[str, HomePress]:
        """What may be pressed here."""
        return {
            "away": lambda person, raw: self._away_form(person, {}),  # noqa: ARG005
            "send_away": self._away,
            "back_again": lambda person, raw: self._back_form(person),  # noqa: ARG005
            "send_back": self._back,
            "swap": lambda person, raw: self._swap_form(person, {}),  # noqa: ARG005
            "send_swap": self._swap,
        }

    def shown(self, unit: UnitOfWork, who: Person) -> Shown:
        """Whether somebody is away, and the buttons."""
        if who.role not in ("social_worker", "duty_social_worker", "team_manager"):
            return (), ()
        seated = self.corners.seated(unit, who.id)
        return tuple(self._state(seated)), tuple(self._buttons(seated))

    def _state(self, seated: Seated) -> Iterator[Notice]:
        absence = absence_of(seated, seated.person)
        if absence is not None:
            yield Notice(kind="info", title=self.corners.words("own.away.you", until=self.until(absence, seated)))

    def _buttons(self, seated: Seated) -> Iterator[Action]:
        words, manager = self.corners.words, seated.person.role == "team_manager"
        away = [one for one in self._people(seated) if absence_of(seated, one) is not None]
        if self._people(seated) and (manager or not away):
            yield Action(id="away", label=words("own.away.press_manager" if manager else "own.away.press"))
        if away:
            yield Action(
                id="back_again" if manager else "send_back",
                label=words("own.back.press_manager" if manager else "own.back.press"),
            )
        if self._may_swap(seated) and self._duty(seated):
            yield Action(id="swap", label=words("own.swap.press"))

    def until(self, absence: Absence, seated: Seated) -> str:
        """Until when somebody is away, in words."""
        if absence.end is None:
            return self.corners.words("own.away.options.further_notice")
        back = absence.end.astimezone(LONDON)
        if back.time() == time(0):
            return f"{back:%A} {back.day} {back:%B}"
        return self.corners.text(absence.end, seated)

    def _people(self, seated: Seated) -> tuple[Person, ...]:
        """For whom this person may say it: themselves, or the team."""
        return tuple(one for one in seated.roll.people if may_be_away(seated.person, one))

    def _duty(self, seated: Seated) -> tuple[Person, ...]:
        """To whom days of the rota can be given."""
        duty = [one for one in seated.roll.people if one.role == "duty_social_worker"]
        others = (one for one in duty if one.id != seated.person.id and absence_of(seated, one) is None)
        return tuple(others) if len(duty) > 1 else ()

    def _may_swap(self, seated: Seated) -> bool:
        return bool(may_swap(seated.person, on_duty=seated.person.id in seated.roll.on_duty(seated.now)))

    # ── away

    def _away_form(self, person: str, errors: Mapping[str, str]) -> Screen:
        with self.corners.store.read() as unit:
            seated = self.corners.seated(unit, person)
        people = self._people(seated)
        if not people:
            raise Denied("not_yours")
        return self.corners.form("away", tuple(self._away_fields(seated, people, errors)), seated)

    def _away_fields(self, seated: Seated, people: tuple[Person, ...], errors: Mapping[str, str]) -> Iterator[Field]:
        words = self.corners.words
        if seated.person.role == "team_manager":
            yield self._who("away", people, errors)
        further = Choice(id=FURTHER_NOTICE, label=words("own.away.options.further_notice"))
        yield Field(
            id="until", kind="date", label=words("own.away.until"), required=True, choices=(further,),
            error=errors.get("until"),
        )  # fmt: skip
        reasons = tuple(Choice(id=one, label=words(f"own.away.reasons.{one}")) for one in REASONS)
        yield Field(
            id="reason", kind="one", label=words("own.away.reason"), hint=words("own.away.reason_hint"), required=True,
            choices=reasons, error=errors.get("reason"),
        )  # fmt: skip

    def _who(self, form: str, people: tuple[Person, ...], errors: Mapping[str, str]) -> Field:
        words = self.corners.words
        choices = tuple(Choice(id=one.id, label=named(one, words)) for one in people)
        return Field(
            id="who", kind="one", label=words(f"own.{form}.who"), required=True, choices=choices,
            error=errors.get("who"),
        )  # fmt: skip

    def _away(self, person: str, raw: Mapping[str, object]) -> Screen:
        corners = self.corners
        with corners.store.write() as unit:
            seated = corners.seated(unit, person)
            who = self._chosen(seated, raw)
            errors = dict(self._away_errors(seated, who, raw))
            if who is not None and not errors:
                require(may_be_away(seated.person, who))
                end = _end(raw.get("until"))
                self._keep(unit, seated, Absence(person=who.id, start=seated.now, end=end, reason=str(raw["reason"])))
                unit.commit()
        if who is None or errors:
            return filled(self._away_form(person, errors), raw)
        self.look()
        title = corners.words("own.away.noted", name=who.name)
        return corners.said("done", title, (corners.words("own.away.covered"),), seated)

    def _chosen(self, seated: Seated, raw: Mapping[str, object]) -> Person | None:
        people = self._people(seated)
        if not people:
            raise Denied("not_yours")
        if seated.person.role != "team_manager":
            return seated.person
        return next((one for one in people if one.id == raw.get("who")), None)

    def _away_errors(self, seated: Seated, who: Person | None, raw: Mapping[str, object]) -> Iterator[tuple[str, str]]:
        words = self.corners.words
        if who is None:
            yield "who", words("own.away.no_one")
        if not _good_end(raw.get("until"), seated.now):
            yield "until", words("own.away.no_day")
        if raw.get("reason") not in REASONS:
            yield "reason", words("own.away.no_reason")

    def _keep(self, unit: UnitOfWork, seated: Seated, absence: Absence) -> None:
        """What was said last counts: an absence that runs already ends where this one begins."""
        unit.people.back(absence.person, seated.now)
        unit.people.absence(absence)
        until = None if absence.end is None else local_day(absence.end).isoformat()
        self.corners.log(unit, seated, "away", {"person": absence.person, "until": until})

    # ── back

    def _back_form(self, person: str, error: str | None = None) -> Screen:
        corners = self.corners
        with corners.store.read() as unit:
            seated = corners.seated(unit, person)
        away = tuple(one for one in self._people(seated) if absence_of(seated, one) is not None)
        if not away:
            raise Denied("nobody_is_away")
        errors = {} if error is None else {"who": error}
        return corners.form("back", (self._who("back", away, errors),), seated)

    def _back(self, person: str, raw: Mapping[str, object]) -> Screen:
        corners = self.corners
        with corners.store.write() as unit:
            seated = corners.seated(unit, person)
            who = self._chosen(seated, raw)
            if who is not None:
                require(may_be_away(seated.person, who))
                if not unit.people.back(who.id, seated.now):
                    raise Denied("nobody_is_away")
                corners.log(unit, seated, "back", {"person": who.id})
                unit.commit()
        if who is None:
            return self._back_form(person, corners.words("own.away.no_one"))
        self.look()
        title = corners.words("own.back.noted", name=who.name)
        return corners.said("done", title, (corners.words("own.back.ends"),), seated)

    # ── swap

    def _swap_form(self, person: str, errors: Mapping[str, str]) -> Screen:
        corners, words = self.corners, self.corners.words
        with corners.store.read() as unit:
            seated = corners.seated(unit, person)
        require(may_swap(seated.person, on_duty=seated.person.id in seated.roll.on_duty(seated.now)))
        others = self._duty(seated)
        if not others:
            raise Denied("nobody_to_swap_with")
        days = (("first", True), ("last", False))
        fields = tuple(
            Field(
                id=name, kind="date", label=words(f"own.swap.{name}"), required=required, error=errors.get(name),
                hint=None if required else words("own.swap.last_hint"),
            )
            for name, required in days
        )  # fmt: skip
        return corners.form("swap", (self._who("swap", others, errors), *fields), seated)

    def _swap(self, person: str, raw: Mapping[str, object]) -> Screen:
        corners = self.corners
        with corners.store.write() as unit:
            seated = corners.seated(unit, person)
            require(may_swap(seated.person, on_duty=seated.person.id in seated.roll.on_duty(seated.now)))
            to = next((one for one in self._duty(seated) if one.id == raw.get("who")), None)
            days = _days(raw, local_day(seated.now))
            errors = dict(self._swap_errors(seated, to, days))
            if to is not None and not errors:
                self._give(unit, seated, to, days)
                unit.commit()
        if to is None or errors:
            return filled(self._swap_form(person, errors), raw)
        self.look()
        title = corners.words("own.swap.noted", name=to.name)
        return corners.said("done", title, (corners.words("own.swap.told"),), seated)

    def _swap_errors(self, seated: Seated, to: Person | None, days: tuple[date, ...]) -> Iterator[tuple[str, str]]:
        words = self.corners.words
        if to is None:
            yield "who", words("own.away.no_one")
        if not days:
            yield "first", words("own.swap.no_days", most=str(LONGEST_SWAP))
        mine = all(seated.person.id in seated.roll.on_duty(at(day, NOON)) for day in days)
        if seated.person.role == "duty_social_worker" and not mine:
            yield "first", words("own.swap.not_yours")

    def _give(self, unit: UnitOfWork, seated: Seated, to: Person, days: tuple[date, ...]) -> None:
        start = max(at(days[0], MIDNIGHT), seated.now)
        end = at(days[-1] + timedelta(days=1), MIDNIGHT)
        shift = Shift(authority=to.authority, person=to.id, start=start, end=end, source="person")
        # A swap takes the place of earlier ones that it touches; what they said of other days stays.
        kept = [piece for one in seated.roll.shifts if one.source == "person" for piece in _around(one, shift)]
        for one in (shift, *kept):
            unit.people.swap(one)
        about = {"person": to.id, "first": days[0].isoformat(), "last": days[-1].isoformat()}
        self.corners.log(unit, seated, "swapped", about)

    # ── who is pointed to what

    def look(self) -> int:
        """Point whoever has come to stand in to each grave concern that nobody has; how many pointers were left."""
        with self.corners.store.read() as unit:
            found = bool(self._missing(unit))
        return self._point() if found else 0

    def _point(self) -> int:
        with self.corners.store.write() as unit:
            turns = self._missing(unit)
            for turn in turns:
                self._leave(unit, turn)
            unit.commit()
        self.nudge()
        return len(turns)

    def _missing(self, unit: UnitOfWork) -> list[Turn]:
        now = self.corners.clock()
        open_ones = [one for one in unit.concerns.open_everywhere() if _grave_and_unheld(one, now)]
        lands = self.corners.places.lands if open_ones else ()
        rolls = {one: self.corners.places.rolls.of(unit, one) for one in lands}
        return [turn for concern in open_ones for turn in self._turns_apart(unit, concern, rolls, now)]

    def _turns_apart(
        self, unit: UnitOfWork, concern: Concern, rolls: Mapping[str, Roll], now: datetime
    ) -> tuple[Turn, ...]:
        """A concern that can't be looked at (its authority is not loaded here) keeps no pointer from the others."""
        try:
            return tuple(self._turns(unit, concern, rolls, now))
        except (StoreBusy, StoreBroken, StoreFull):
            raise
        except Exception as error:  # noqa: BLE001 - whatever broke one concern, the others must be looked at
            self.log("cover_broke", concern=concern.id, error=type(error).__name__)
            return ()

    def _turns(self, unit: UnitOfWork, concern: Concern, rolls: Mapping[str, Roll], now: datetime) -> Iterator[Turn]:
        school = _school(unit, concern, rolls)
        roll = rolls[school.authority]
        if not changes(roll, concern.created_at, now) or self.corners.places.over(school.authority, now):
            return
        rows = [row.step for row in unit.outbox.of_concern(concern.id)]
        called = any(step.role == "duty_social_worker" and step.due_at <= now for step in rows)
        known = {step.dedupe for step in rows}
        found = newly_in_charge(roll, school, concern.created_at, now, called=called)
        covering = in_charge(roll, school, now, called=False)
        for person in (one for one in roll.people if one.id in found and may_be_told(one, concern, school)):
            turn = Turn(concern=concern, person=person, since=found[person.id], instead=person.id in covering)
            if self._pointer(turn, now, None).dedupe not in known:
                yield turn

    def _leave(self, unit: UnitOfWork, turn: Turn) -> None:
        now, person = self.corners.clock(), turn.person
        by = answer_by(self.corners.places.plan_input(unit, turn.concern, now))
        self.sending.put(unit, [self._pointer(turn, now, by)])
        kind = "covers" if person.role == "duty_social_worker" else "takes_part"
        unit.audit.add(turn.concern.id, kind, person.id, person.role, now, {"since": int(turn.since.timestamp())})

    def _pointer(self, turn: Turn, now: datetime, by: datetime | None) -> PlannedStep:
        """What comes instead of a social worker counts while covering only; see `bot.standing`."""
        duty = turn.person.role == "duty_social_worker"
        step = pointer_to(turn.concern, turn.person, "cover" if duty else "alert", turn.key, (now, by))
        return replace(step, reason="covers" if duty and turn.instead else "takes_part")


def absence_of(seated: Seated, person: Person) -> Absence | None:
    """What keeps somebody away now."""
    mine = seated.roll.absences.get(person.id, ())
    return next((one for one in mine if one.start <= seated.now and (one.end is None or seated.now < one.end)), None)


def _school(unit: UnitOfWork, concern: Concern, rolls: Mapping[str, Roll]) -> School:
    """The concern's school: from the rolls, or from storage if it has left them."""
    found = (roll.schools.get(concern.school) for roll in rolls.values())
    return next((one for one in found if one is not None), None) or unit.people.school(concern.school)


def _around(earlier: Shift, later: Shift) -> Iterator[Shift]:
    """What is left of an earlier swap outside a later one that touches it."""
    if earlier.end <= later.start or later.end <= earlier.start:
        return
    if earlier.start < later.start:
        yield replace(earlier, end=later.start)
    if later.end < earlier.end:
        yield replace(earlier, start=later.end)


def _grave_and_unheld(concern: Concern, now: datetime) -> bool:
    grave = concern.kind == "child" and concern.urgency >= Urgency.SECTION_17
    waits = concern.life.state in (State.SENT, State.HAD)
    return grave and waits and not had(concern.life, now)


def _day(raw: object) -> date | None:
    try:
        return date.fromisoformat(raw) if isinstance(raw, str) else None
    except ValueError:
        return None


def _good_end(raw: object, now: datetime) -> bool:
    if raw == FURTHER_NOTICE:
        return True
    day, today = _day(raw), local_day(now)
    return day is not None and today < day <= today + timedelta(days=LONGEST_DAYS)


def _end(raw: object) -> datetime | None:
    day = _day(raw)
    return None if day is None else at(day, MIDNIGHT)


def _days(raw: Mapping[str, object], today: date) -> tuple[date, ...]:
    """The days from first to last, none if they make no sense: in the past, backwards, or too many."""
    first, typed = _day(raw.get("first")), raw.get("last")
    last = _day(typed) if typed else first
    if first is None or last is None or first < today or not 0 <= (last - first).days < LONGEST_SWAP:
        return ()
    return tuple(first + timedelta(days=number) for number in range((last - first).days + 1))
