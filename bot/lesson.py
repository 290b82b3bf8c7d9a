"""*In lesson*: leads, heads and senior leaders are left alone for an hour at most; grave alerts come all the same."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.access import may_be_quiet, require
from bot.corners import Corners, HomePress, Seated, Shown
from bot.telling import LONGEST_LESSON
from dialogs.screens import Action, Choice, Field, Notice, Screen
from storage.shapes import Person
from storage.unit import UnitOfWork

MINUTES = ("15", "30", "45", "60")


@dataclass(frozen=True, kw_only=True, slots=True)
class Lessons:
    """The form, the press, and *I am free again*."""

    corners: Corners

    def presses(self) -> Mapping[str, HomePress]:
        """What may be pressed here."""
        return {
            "in_lesson": lambda person, raw: self._form(person, None),  # noqa: ARG005
            "send_in_lesson": self._be_quiet,
            "free_again": lambda person, raw: self._free(person),  # noqa: ARG005
        }

    def shown(self, unit: UnitOfWork, who: Person) -> Shown:
        """Until when, or the button."""
        if not may_be_quiet(who):
            return (), ()
        words, until = self.corners.words, self._until(unit, who)
        if until is None:
            return (), (Action(id="in_lesson", label=words("own.in_lesson.press")),)
        seated = self.corners.seated(unit, who.id)
        title = words("own.in_lesson.until", when=self.corners.text(until, seated))
        notice = Notice(kind="info", title=title, lines=(words("own.in_lesson.still"),))
        return (notice,), (Action(id="free_again", label=words("own.in_lesson.free")),)

    def _until(self, unit: UnitOfWork, who: Person) -> datetime | None:
        until, now = unit.people.quiet_until(who.id), self.corners.clock()
        return until if until is not None and now < until <= now + LONGEST_LESSON else None

    def _since(self, unit: UnitOfWork, seated: Seated) -> datetime:
        """When the hour began that a press now belongs to: pressing again, or being free meanwhile, begins none."""
        since, now = unit.people.quiet_since(seated.person.id), seated.now
        return since if since is not None and since <= now < since + LONGEST_LESSON else now

    def _form(self, person: str, error: str | None) -> Screen:
        corners, words = self.corners, self.corners.words
        with corners.store.read() as unit:
            seated = corners.seated(unit, person)
            require(may_be_quiet(seated.person))
        choices = tuple(Choice(id=one, label=words(f"own.in_lesson.minutes.{one}")) for one in MINUTES)
        field = Field(
            id="minutes", kind="one", label=words("own.in_lesson.label"), required=True, choices=choices, error=error
        )
        return corners.form("in_lesson", (field,), seated)

    def _be_quiet(self, person: str, raw: Mapping[str, object]) -> Screen:
        corners, minutes = self.corners, raw.get("minutes")
        if minutes not in MINUTES:
            return self._form(person, corners.words("own.in_lesson.empty"))
        with corners.store.write() as unit:
            seated = corners.seated(unit, person)
            require(may_be_quiet(seated.person))
            since = self._since(unit, seated)
            until = min(seated.now + timedelta(minutes=int(str(minutes))), since + LONGEST_LESSON)
            full = until == self._until(unit, seated.person)
            if not full:
                unit.people.be_quiet(seated.person.id, since, until)
                corners.log(unit, seated, "in_lesson", {"minutes": int(str(minutes))})
                unit.commit()
        if full:
            return self._form(person, corners.words("own.in_lesson.longest", when=corners.text(until, seated)))
        title = corners.words("own.in_lesson.until", when=corners.text(until, seated))
        screen = corners.said("done", title, (corners.words("own.in_lesson.still"),), seated)
        return self._with_free(screen)

    def _with_free(self, screen: Screen) -> Screen:
        free = Action(id="free_again", label=self.corners.words("own.in_lesson.free"))
        return replace(screen, actions=(free, *screen.actions))

    def _free(self, person: str) -> Screen:
        corners = self.corners
        with corners.store.write() as unit:
            seated: Seated = corners.seated(unit, person)
            require(may_be_quiet(seated.person))
            unit.people.be_quiet(seated.person.id, self._since(unit, seated), seated.now)
            unit.outbox.lesson_over(seated.now)
            corners.log(unit, seated, "free_again", {})
            unit.commit()
        lines = (corners.words("own.in_lesson.freed_line"),)
        return corners.said("done", corners.words("own.in_lesson.freed"), lines, seated)
