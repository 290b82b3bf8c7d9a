"""The log of what social workers do besides concerns: consultation, drop-in, teaching, group session, staff meeting.

Two taps: which kind, and *Log it*; school, day and minutes stand as they were last time. No field for a child.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, time, timedelta

from bot.access import may_log_work, require
from bot.corners import Corners, HomePress, Seated, Shown
from bot.dropins import day_of, which
from bot.seams import NewId
from bot.working_time import SATURDAY, at, local_day
from dialogs.screens import Action, Choice, Field, Line, Listing, Screen, filled
from storage.shapes import WORK_KINDS, Person, School, Work, WorkId, WorkKind
from storage.unit import UnitOfWork

MINUTES = ("15", "30", "45", "60", "90", "120", "180")
USUAL = "30"
DAYS = 7
"""Of today and the days before it, those of the working week: what was forgotten on Friday can be logged on Monday."""
SHOWN = 5
SAME_PRESS = timedelta(seconds=30)
"""What is logged alike within so long was pressed twice."""
_FEW = 20
_LOOK_BACK = timedelta(days=30)
_NOON = time(12)


@dataclass(frozen=True, kw_only=True, slots=True)
class WorkLog:
    """The buttons, the form of each kind, and taking the last entry back."""

    corners: Corners
    new_id: NewId

    def presses(self) -> Mapping[str, HomePress]:
        """What may be pressed here."""
        forms: dict[str, HomePress] = {f"log_{kind}": self._opening(kind) for kind in WORK_KINDS}
        sends: dict[str, HomePress] = {f"send_log_{kind}": self._sending(kind) for kind in WORK_KINDS}
        back: dict[str, HomePress] = {
            "log_back": lambda person, _: self._back(person),
            "send_log_back": self._take_back,
        }
        return {**forms, **sends, **back}

    def shown(self, unit: UnitOfWork, who: Person) -> Shown:
        """What was logged last, and the buttons."""
        if not may_log_work(who):
            return (), ()
        words, seated = self.corners.words, self.corners.seated(unit, who.id)
        if not _schools(seated):
            return (), ()
        buttons = [Action(id=f"log_{kind}", label=words(f"own.log.press.{kind}")) for kind in WORK_KINDS]
        done = unit.visits.done(who.id, seated.now - _LOOK_BACK, SHOWN)
        if not done:
            return (), buttons
        listing = Listing(title=words("own.log.last"), items=tuple(Line(text=self._line(one, seated)) for one in done))
        return (listing,), [*buttons, Action(id="log_back", label=words("own.log.take_back"))]

    def _line(self, one: Work, seated: Seated) -> str:
        school = seated.roll.schools.get(one.school)
        return self.corners.words(
            "own.log.line", kind=self.corners.words(f"own.log.kinds.{one.kind}"), minutes=str(one.minutes),
            school="" if school is None else school.name, day=day_of(one.at),
        )  # fmt: skip

    def _opening(self, kind: WorkKind) -> HomePress:
        return lambda person, raw: self._form(person, kind, {})  # noqa: ARG005

    def _sending(self, kind: WorkKind) -> HomePress:
        return lambda person, raw: self._log(person, kind, raw)

    def _form(self, person: str, kind: WorkKind, errors: Mapping[str, str]) -> Screen:
        corners, words = self.corners, self.corners.words
        with corners.store.read() as unit:
            seated = corners.seated(unit, person)
            require(may_log_work(seated.person))
            done = unit.visits.done(seated.person.id, seated.now - _LOOK_BACK, 50)
        form = corners.form("log", tuple(self._fields(seated, self._like(done, kind), errors)), seated)
        send = replace(form.actions[0], id=f"send_log_{kind}")
        return replace(form, id=f"log_{kind}", title=f"{form.title}: {words(f'own.log.kinds.{kind}')}", actions=(send,))

    def _like(self, done: tuple[Work, ...], kind: WorkKind) -> Work | None:
        """The last one of the kind; else the last one, for its school."""
        return next((one for one in done if one.kind == kind), done[0] if done else None)

    def _fields(self, seated: Seated, like: Work | None, errors: Mapping[str, str]) -> Iterator[Field]:
        words, schools = self.corners.words, _schools(seated)
        ids = [one.id for one in schools]
        school = like.school if like is not None and like.school in ids else next(iter(ids), None)
        minutes = str(like.minutes) if like is not None and str(like.minutes) in MINUTES else USUAL
        days = _days(local_day(seated.now))
        offered: Mapping[str, tuple[tuple[Choice, ...], str | None]] = {
            "minutes": (tuple(Choice(id=one, label=words("own.log.length", minutes=one)) for one in MINUTES), minutes),
            "school": (tuple(Choice(id=one.id, label=one.name) for one in schools), school),
            "day": (tuple(Choice(id=one, label=_day_label(one)) for one in days), days[0]),
        }
        for name, (choices, value) in offered.items():
            yield Field(
                id=name, kind="one", label=words(f"own.log.{name}"), required=True, choices=choices, value=value,
                error=errors.get(name),
            )  # fmt: skip

    def _log(self, person: str, kind: WorkKind, raw: Mapping[str, object]) -> Screen:
        corners = self.corners
        with corners.store.write() as unit:
            seated = corners.seated(unit, person)
            require(may_log_work(seated.person))
            fields = tuple(self._fields(seated, None, {}))
            missing = [one.id for one in fields if raw.get(one.id) not in {choice.id for choice in one.choices}]
            if not missing:
                work, again = self._once(unit, self._work(seated, kind, raw))
                if not again:
                    unit.visits.log(work)
                    about = {"work": work.id, "kind": kind, "school": work.school, "minutes": work.minutes}
                    corners.log(unit, seated, "work_logged", about)
                    unit.commit()
        if missing:
            return filled(self._form(person, kind, dict.fromkeys(missing, corners.words("own.log.empty"))), raw)
        back = Action(id="log_back", label=corners.words("own.log.take_back"))
        screen = corners.said("done", corners.words("own.log.noted"), (self._line(work, seated),), seated)
        return replace(screen, actions=(*screen.actions, back))

    def _work(self, seated: Seated, kind: WorkKind, raw: Mapping[str, object]) -> Work:
        day, today = str(raw["day"]), local_day(seated.now)
        when = seated.now if day == today.isoformat() else at(date.fromisoformat(day), _NOON)
        school = next(one.id for one in _schools(seated) if one.id == raw["school"])
        return Work(
            id=WorkId(self.new_id()), person=seated.person.id, school=school, kind=kind,
            minutes=int(str(raw["minutes"])), at=when, logged_at=seated.now,
        )  # fmt: skip

    def _once(self, unit: UnitOfWork, work: Work) -> tuple[Work, bool]:
        """The entry, and whether it is a press of a moment ago that came again."""
        for one in unit.visits.done(work.person, work.logged_at - SAME_PRESS, _FEW):
            if _same(one, work):
                return one, True
        return work, False

    def _back(self, person: str, error: str | None = None) -> Screen:
        """Which of the last entries; a second press of the same takes no other."""
        corners = self.corners
        with corners.store.read() as unit:
            seated = corners.seated(unit, person)
            require(may_log_work(seated.person))
            done = unit.visits.done(seated.person.id, seated.now - _LOOK_BACK, SHOWN)
        if not done:
            return corners.said("info", corners.words("own.log.nothing"), (), seated)
        choices = tuple(Choice(id=one.id, label=self._line(one, seated)) for one in done)
        return corners.form("log_back", (which("log_back", choices, error, corners),), seated)

    def _take_back(self, person: str, raw: Mapping[str, object]) -> Screen:
        corners, wanted = self.corners, raw.get("which")
        with corners.store.write() as unit:
            seated = corners.seated(unit, person)
            require(may_log_work(seated.person))
            done = unit.visits.done(seated.person.id, seated.now - _LOOK_BACK, SHOWN)
            found = next((one for one in done if one.id == wanted), None)
            if found is not None:
                unit.visits.take_back(found.id, seated.person.id, seated.now)
                corners.log(unit, seated, "work_taken_back", {"work": found.id})
                unit.commit()
        if found is None:
            return self._back(person, corners.words("own.log_back.empty"))
        return corners.said("done", corners.words("own.log.taken_back"), (self._line(found, seated),), seated)


def _same(one: Work, other: Work) -> bool:
    """Whether two entries say the same of one day."""
    said = [(each.kind, each.school, each.minutes, local_day(each.at)) for each in (one, other)]
    return said[0] == said[1]


def _schools(seated: Seated) -> tuple[School, ...]:
    """The schools they serve; of a duty worker, who serves none, every school of the programme."""
    own = [one for one in seated.roll.schools.values() if one.id in seated.person.serves]
    return tuple(one for one in own or seated.roll.schools.values() if one.arm != "comparison")


def _days(today: date) -> tuple[str, ...]:
    before = (today - timedelta(days=n) for n in range(1, DAYS))
    return tuple(one.isoformat() for one in (today, *(day for day in before if day.weekday() < SATURDAY)))


def _day_label(day: str) -> str:
    return day_of(at(date.fromisoformat(day), _NOON))
