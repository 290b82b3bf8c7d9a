"""A team manager's figures: a link that opens the full page once, within ten minutes, and the page behind it.

The link is made at a press in the manager's own channel; the page holds figures and pointers, never a concern.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial

from bot.access import Denied, may_see_digest, require
from bot.ahead import CLOCKS_APART
from bot.attention import loads, open_of
from bot.charts import WEEKS_SHOWN, picture
from bot.corners import Corners, HomePress, Seated, Shown
from bot.digest_card import title
from bot.digest_look import digest_blocks, digest_of, digest_screen, published_for, team_of
from bot.digests import about_of, latest, readers
from bot.figure_links import FiguresPage, Links, hash_of
from bot.pictures import Pictures
from bot.publishing import Content
from bot.report_desk import ReportDesk, is_report
from bot.sheet_files import as_csv
from bot.sheets import digest_sheet
from bot.teams import Team, audience_of, schools_of
from bot.weeks import last_due, week_named
from dialogs.screens import Action, Notice, Screen
from storage.errors import NotFound
from storage.publications import Pass
from storage.shapes import Person
from storage.unit import UnitOfWork


@dataclass(frozen=True, kw_only=True, slots=True)
class FiguresDesk:
    """A corner of the own page, and what links open: a team's page here, a report at its own desk."""

    corners: Corners
    links: Links
    pictures: Pictures
    reports: ReportDesk

    def presses(self) -> Mapping[str, HomePress]:
        """The card of the week once more, and the button that makes a link."""
        return {"figures_card": self.card, "figures": self.link}

    def shown(self, unit: UnitOfWork, who: Person) -> Shown:
        """The week's figures as they were published, the card with its picture once more, and the link."""
        if who.role != "team_manager":
            return (), ()
        seated = self.corners.seated(unit, who.id)
        found = self._newest(unit, seated)
        if found is None:
            return (), ()
        words = self.corners.words
        heading = Notice(kind="info", title=title(published_for(unit, *found), words), lines=(words("figures.hint"),))
        figures = digest_blocks(unit, self.corners.places, *found, seated.now)
        shown = Action(id="figures_card", label=words("figures.show"))
        return (heading, *figures), (shown, Action(id="figures", label=words("figures.link.make")))

    def card(self, person: str, raw: Mapping[str, object]) -> Screen:  # noqa: ARG002 - nothing is asked
        """The newest digest of the person's team as it was sent, with what needs action now.

        Raises:
            Denied: somebody else's, or nothing was published yet.
        """
        with self.corners.store.write() as unit:
            seated = self.corners.seated(unit, person)
            audience, period = self._newest_of(unit, seated)
            self.corners.log(unit, seated, "figures_read", {"audience": audience, "period": period})
            screen = digest_screen(
                unit, self.corners.places, about_of(audience, period), seated.now, partial(self.pictures.block, unit)
            )
            unit.commit()
        return replace(screen, numbers=self.corners.numbers(seated))

    def link(self, person: str, raw: Mapping[str, object]) -> Screen:  # noqa: ARG002 - nothing is asked
        """Make a link to the newest digest of the person's team, good once and for ten minutes.

        Raises:
            Denied: somebody else's, or nothing was published yet.
        """
        with self.corners.store.write() as unit:
            seated = self.corners.seated(unit, person)
            address = self.links.make(unit, seated, *self._newest_of(unit, seated))
            unit.commit()
        return self.links.screen(address, seated)

    def _newest_of(self, unit: UnitOfWork, seated: Seated) -> tuple[str, str]:
        """The newest digest that the person receives; the gate is asked."""
        require(may_see_digest(seated.person, seated.roll.authority))
        found = self._newest(unit, seated)
        if found is None:
            raise Denied("nothing_published")
        return found

    def _newest(self, unit: UnitOfWork, seated: Seated) -> tuple[str, str] | None:
        """Audience and period of the newest digest that the person receives."""
        land = self.corners.places.lands[seated.roll.authority]
        mine = [team for team in land.reporting.teams if self._reads(seated, team)]
        audiences = [audience_of(seated.roll.authority, team.id) for team in mine]
        # What a clock that ran ahead published is not due yet.
        due, by = last_due(seated.now).key, seated.now + CLOCKS_APART
        newest = {audience: unit.publications.newest(audience, due, by) for audience in audiences}
        found = [(period, audience) for audience, period in newest.items() if period is not None]
        return None if not found else (max(found)[1], max(found)[0])

    def _reads(self, seated: Seated, team: Team) -> bool:
        land = self.corners.places.lands[seated.roll.authority]
        return any(one.id == seated.person.id for one in readers(seated.roll, land, team))

    def look(self, token: str) -> FiguresPage | None:
        """Spend a link; None if there is none, it was used, its time is over, or the person may not look any more.

        It is spent when all is made that it opens: whatever breaks before spends nothing.
        """
        now, hashed = self.corners.clock(), hash_of(token)
        with self.corners.store.read() as unit:
            found = unit.publications.valid(hashed, now)
            trend = () if found is None or is_report(found) else _trend(unit, found)
        # Drawing takes seconds, which no transaction should.
        drawn = picture(trend, self.corners.words) if trend else None
        with self.corners.store.write() as unit:
            spent = unit.publications.use(hashed, now)
            page = None if spent is None else self._page(unit, spent, drawn)
            unit.commit()
        return page

    def _page(self, unit: UnitOfWork, found: Pass, drawn: bytes | None) -> FiguresPage | None:
        try:
            seated = self.corners.seated(unit, found.person)
            if is_report(found):
                return self.reports.page(unit, seated, found)
            land, team = team_of(self.corners.places, found.audience)
        except NotFound:
            return None
        if not self._reads(seated, team):
            return None
        about = {"audience": found.audience, "period": found.period}
        self.corners.log(unit, seated, "figures_read", about)
        digest = digest_of(unit, self.corners.places, found.audience, found.period, seated.now)
        trend = _trend(unit, found)
        work = loads(seated.roll, team.id, open_of(unit, schools_of(seated.roll, land.reporting.teams, team)))
        sheet = digest_sheet(digest, trend, work, self.corners.words)
        return FiguresPage(sheet=replace(sheet, picture=drawn), csv=as_csv(trend))


def _trend(unit: UnitOfWork, found: Pass) -> tuple[Content, ...]:
    return latest(unit, found.audience, WEEKS_SHOWN, week_named(found.period))
