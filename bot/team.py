"""What a team manager sees of the team and of concerns that are not for opening: who is there, and a count."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bot.corners import Corners, HomePress, Seated, Shown
from bot.cover import Cover, absence_of
from dialogs.concern import State, had
from dialogs.screens import Block, Notice, Row, Rows
from storage.shapes import Concern, Person
from storage.unit import UnitOfWork
from thresholds.result import Urgency


@dataclass(frozen=True, kw_only=True, slots=True)
class Team:
    """A team manager's corner. Nothing is pressed here."""

    corners: Corners
    cover: Cover

    def presses(self) -> Mapping[str, HomePress]:
        """None."""
        return {}

    def shown(self, unit: UnitOfWork, who: Person) -> Shown:
        """Who is on duty, who is away, and how many early-help and advice concerns went round unseen."""
        if who.role != "team_manager":
            return (), ()
        seated = self.corners.seated(unit, who.id)
        return tuple(self._blocks(unit, seated)), ()

    def _blocks(self, unit: UnitOfWork, seated: Seated) -> Iterator[Block]:
        words = self.corners.words
        count = len(unit.worklist.gone_round([one.id for one in self._mild(unit, seated)]))
        if count:
            line = words("own.team.unseen_line")
            yield Notice(kind="warning", title=words("own.team.unseen", count=str(count)), lines=(line,))
        yield Rows(title=words("own.team.title"), rows=(self._duty(seated), *self._away(seated)))

    def _duty(self, seated: Seated) -> Row:
        on_duty = seated.roll.on_duty(seated.now)
        names = [one.name for one in seated.roll.people if one.id in on_duty]
        words = self.corners.words
        return Row(label=words("own.team.on_duty"), value=", ".join(names) or words("own.team.nobody"))

    def _away(self, seated: Seated) -> Iterator[Row]:
        words, mine = self.corners.words, [one for one in seated.roll.people if one.team == seated.person.team]
        away = [(one, absence) for one in mine if (absence := absence_of(seated, one)) is not None]
        for one, absence in away:
            yield Row(label=words("own.team.away", name=one.name), value=self.cover.until(absence, seated))
        if not away:
            yield Row(label=words("own.team.nobody_away"), value=words("own.team.all_here"))

    def _mild(self, unit: UnitOfWork, seated: Seated) -> Iterator[Concern]:
        """Open concerns below statutory that nobody has seen, of the authority's schools but comparison schools."""
        schools = {one.id for one in seated.roll.schools.values() if one.arm != "comparison"}
        for one in unit.concerns.open_everywhere():
            mild = one.kind == "child" and not one.restricted and one.urgency < Urgency.SECTION_17
            waits = one.life.state in (State.SENT, State.HAD) and not had(one.life, seated.now)
            if mild and waits and one.life.seen_at is None and one.school in schools:
                yield one
