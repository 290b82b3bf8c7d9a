"""The corner of whoever receives the board's or the partnership's report: the press for a link, the page behind it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bot.access import Denied, may_see_report, require
from bot.corners import Corners, HomePress, Seated, Shown
from bot.figure_links import FiguresPage, Links
from bot.logs import Log
from bot.report_rounds import last_told
from bot.report_rows import REPORTS, receivers, report_title
from bot.reports import Reports
from bot.sheet_files import as_csv
from bot.sheets import Sheet, report_sheet
from bot.teams import audience_of
from dialogs.screens import Action, Block, Notice, Screen
from storage.publications import Pass
from storage.shapes import Person
from storage.unit import UnitOfWork


@dataclass(frozen=True, kw_only=True, slots=True)
class ReportDesk:
    """The reports on somebody's own page."""

    corners: Corners
    links: Links
    reports: Reports
    log: Log

    def presses(self) -> Mapping[str, HomePress]:
        """A button for each kind of report."""
        return {f"figures_{kind}": self._linking(kind) for kind in REPORTS}

    def shown(self, unit: UnitOfWork, who: Person) -> Shown:
        """The newest report of each kind that the person receives, and its button."""
        words, found = self.corners.words, dict(self._received(unit, who))
        titles = {kind: report_title(kind, name, words) for kind, name in found.items()}
        blocks: list[Block] = [Notice(kind="info", title=title) for title in titles.values()]
        label = {kind: words("figures.report.make_of", report=words(f"figures.report.{kind}")) for kind in titles}
        return blocks, [Action(id=f"figures_{kind}", label=label[kind]) for kind in titles]

    def _received(self, unit: UnitOfWork, who: Person) -> Iterator[tuple[str, str]]:
        land = self.corners.places.lands.get(who.authority)
        for kind in REPORTS if land is not None else ():
            told = last_told(unit, who.authority, kind)
            if told is not None and land is not None and who.id in receivers(land.reporting, kind):
                yield kind, told[1]

    def _linking(self, kind: str) -> HomePress:
        return lambda person, raw: self.link(person, kind)  # noqa: ARG005 - nothing is asked

    def link(self, person: str, kind: str) -> Screen:
        """Make a link to the newest report of a kind, good once and for ten minutes.

        Raises:
            Denied: somebody else's, or none was made yet.
        """
        with self.corners.store.write() as unit:
            seated = self.corners.seated(unit, person)
            self._require(seated, kind)
            told = last_told(unit, seated.roll.authority, kind)
            if told is None:
                raise Denied("nothing_published")
            address = self.links.make(unit, seated, audience_of(seated.roll.authority, kind), told[1])
            unit.commit()
        return self.links.screen(address, seated)

    def _require(self, seated: Seated, kind: str) -> None:
        land = self.corners.places.lands[seated.roll.authority]
        require(may_see_report(seated.person, seated.roll.authority, receivers(land.reporting, kind)))

    def page(self, unit: UnitOfWork, seated: Seated, found: Pass) -> FiguresPage | None:
        """The report that a pass opens; None for whoever receives it no more. It is written to the log."""
        authority, _, kind = found.audience.partition("/")
        try:
            self._require(seated, kind)
        except Denied:
            return None
        report = self.reports.kept(unit, authority, kind, found.period)
        if report is None:
            return None
        self.corners.log(unit, seated, "figures_read", {"audience": found.audience, "period": found.period})
        words = self.corners.words
        sheet = report_sheet(words(f"figures.report.{kind}"), report.arms, report.loads, words)
        return FiguresPage(sheet=sheet, csv=as_csv(arm.content for arm in report.arms), pdf=self._printed(sheet))

    def _printed(self, sheet: Sheet) -> bytes | None:
        from bot.sheet_pdf import as_pdf  # noqa: PLC0415 - fonts and pictures are large, and printing is rare

        try:
            return as_pdf(sheet)
        except Exception as error:  # noqa: BLE001 - a fault in printing keeps the figures from nobody
            self.log("page_failed", about="figures/pdf", error=type(error).__name__)
            return None


def is_report(found: Pass) -> bool:
    """Whether a pass opens a report."""
    return found.audience.partition("/")[2] in REPORTS
