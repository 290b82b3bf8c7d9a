"""The evaluator's export: school by term and arm, a list of events without any person, and what each field means.

No id, reference, name, level or word of any concern leaves; schools go under codes, and small ones together as one.
Named as the children-in-need census does where it has the event. Concerns about adults are in none of it. Nothing
hidden follows from it: events are what the digests and reports said, counts say no more of an arm than its report.
"""

import csv
import hashlib
import hmac
import io
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.ahead import standing
from bot.figures import OUTCOMES
from bot.places import Land
from bot.publishing import Content, cell_of, read, span_of
from bot.report_rows import BOARD
from bot.reports import Reports
from bot.small_numbers import Cell, column, total
from bot.tallies import Tally
from bot.teams import audience_of
from bot.weeks import Stretch
from storage.errors import StoreError
from storage.publications import Publication
from storage.shapes import ConcernId, School, SchoolId
from storage.unit import UnitOfWork

POOLED = "pooled"
CLOSING = "close"
"""The kind of note that holds a closing."""
SERVED = "served"
ARMS: Mapping[str, tuple[str, ...]] = {"intervention": ("intervention", "feeder"), "comparison": ("comparison",)}
"""The arms of schools that a report's arm holds."""
_IN_EVENTS: Mapping[str, str] = {"intervention": SERVED, "comparison": "comparison"}
_CODE_LETTERS = 8
_ENOUGH = 2
"""How many thresholds of concerns a school needs to stand alone."""
_BAND = 500
"""How many pupils wide a band is."""
_ALIKE = 3
"""How many rows of an arm share a band before it is said: published rolls turn codes back into schools."""
_REFERRED = ("emergency", "statutory_referral")


@dataclass(frozen=True, kw_only=True, slots=True)
class FieldMeaning:
    """A line of the data dictionary."""

    file: str
    name: str
    meaning: str
    values: str
    census: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Event:
    """Something that is listed: `table` counts it, of some outcomes. `census`: the census item that it is named as."""

    name: str
    meaning: str
    table: str = ""
    outcomes: tuple[str, ...] = OUTCOMES
    census: str = ""


EVENTS: Sequence[Event] = (
    Event(name="concern_sent", meaning="A member of staff sent a concern about a child.", table="sent"),
    Event(name="concern_decided", meaning="A designated safeguarding lead recorded a decision.", table="decided"),
    Event(
        name="CINreferralDate",
        meaning="The decision was to refer; the council's own date of referral may differ by a day.",
        table="decided",
        outcomes=_REFERRED,
        census="CINreferralDate",
    ),
)
ANSWERS: Mapping[str, Event] = {
    answer: Event(name=name, meaning=f"Social care's answer to a referral of the term: {words}.", census=census)
    for answer, name, words, census in (
        ("accepted_section_17", "referral_accepted_section_17", "it is taken on under section 17", ""),
        ("accepted_section_47", "referral_accepted_section_47", "it is taken on under section 47", ""),
        ("returned", "referral_returned", "it is returned", ""),
        ("no_further_action", "ReferralNFA", "no further action", "ReferralNFA"),
    )
}
"""What a lead notes at closing of social care's answer, as the closing has it."""
_SUMS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "sent": ("sent", OUTCOMES), "decided": ("decided", OUTCOMES), "CINreferralDate": ("decided", _REFERRED),
}  # fmt: skip
"""Columns of counts that say what their parts say and no more."""
_PARTS: Sequence[tuple[str, str]] = tuple((table, outcome) for table in ("sent", "decided") for outcome in OUTCOMES)
_COUNT_COLUMNS = (*(f"{table}_{outcome}" for table, outcome in _PARTS), *_SUMS)
_RANGE = "low to high; the same where the count is said; high is empty where it is not said"
_EVENT_FIELDS = ("arm", "term", "event", "outcome", "date")


def dictionary() -> tuple[FieldMeaning, ...]:
    """Every field of every file, made from what the export writes."""
    counts, events = "counts.csv", "events.csv"
    schools = [
        FieldMeaning(file=counts, name=name, meaning=meaning, values=values)
        for name, meaning, values in (
            ("school", "A code that stands for one school in every export; small schools go together.", POOLED),
            ("term", "The term by the directory's name, as whole weeks until the next one.", "text"),
            ("arm", "The school's arm in the programme.", ", ".join(arm for arms in ARMS.values() for arm in arms)),
            ("pupils", f"Pupils on roll in the term; empty where fewer than {_ALIKE} rows of an arm share it.", "band"),
        )
    ]
    counted = [
        FieldMeaning(file=counts, name=f"{name}_{end}", meaning=_meaning(name), values=_RANGE, census=_census(name))
        for name in _COUNT_COLUMNS
        for end in ("low", "high")
    ]
    places = [
        FieldMeaning(file=events, name=name, meaning=meaning, values=values)
        for name, meaning, values in (
            ("arm", "Schools with a social worker and their feeders, or the others.", ", ".join(_IN_EVENTS.values())),
            ("term", "The term by the directory's name.", "text"),
            ("outcome", "What was suggested (concern_sent), or decided; empty for an answer.", ", ".join(OUTCOMES)),
            (
                "date",
                "The ISO week, or the month (of the week's Thursday), in which it is known; empty: in the term.",
                "YYYY-Www, YYYY-MM, empty",
            ),
        )
    ]
    counted_too = "Listed where its count is said; a small week in its month or term."
    answered = "Listed of the term, where there are enough and not too few others."
    listed = [
        FieldMeaning(
            file=events, name="event", meaning=f"{one.name}: {one.meaning} {counted_too if one.table else answered}",
            values=one.name, census=one.census,
        )
        for one in (*EVENTS, *ANSWERS.values())
    ]  # fmt: skip
    return (*schools, *counted, *places, *listed)


def _meaning(name: str) -> str:
    if name in _SUMS:
        table, outcomes = _SUMS[name]
        return f"The sum of {', '.join(f'{table}_{outcome}' for outcome in outcomes)}."
    table, _, outcome = name.partition("_")
    done = "sent in the term for which it was suggested first" if table == "sent" else "decided so in the term"
    return f"Concerns {done}: {outcome}."


def _census(name: str) -> str:
    return name if name == "CINreferralDate" else ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Cut:
    """One row of counts before anything is hidden: a school, or small ones of an arm together."""

    code: str
    arm: str
    pupils: int | None
    counts: Mapping[tuple[str, str], int]


@dataclass(frozen=True, kw_only=True, slots=True)
class Exports:
    """Makes the export of a term, once: a second one, after a day in which something changed, would be a subtraction.

    `key` makes the schools' codes.
    """

    reports: Reports
    key: bytes

    def files(self, authority: str, name: str) -> Mapping[str, str]:
        """The files of a term that is over, by their names.

        Raises:
            NoSuchPeriodError: the directory has no such term, or it is not over yet.
        """
        land, audience = self.reports.places.lands[authority], audience_of(authority, "evaluator")
        term = self.reports.term(authority, name).stretch
        months = [one for one in self.reports.periods(land, BOARD).values() if _inside(one, term)]
        for month in months:
            self.reports.month(authority, month.name)
        with self.reports.store.write() as unit:
            kept = standing(unit, audience, name, self.reports.clock())
            content = self._made(unit, land, term, months) if kept is None else kept.content
            if kept is None:
                now = self.reports.clock()
                unit.publications.keep(Publication(audience=audience, period=name, built_at=now, content=content))
                unit.commit()
        found: Mapping[str, str] = json.loads(content)["files"]
        return found

    def _made(self, unit: UnitOfWork, land: Land, term: Stretch, months: Sequence[Stretch]) -> str:
        arms = {
            arm: read(kept.content)
            for arm in ARMS
            if (kept := unit.publications.of(audience_of(land.authority, f"arm-{arm}"), term.name)) is not None
        }
        counts = [row for arm, said in arms.items() for row in self._counts(unit, land, term, (arm, said))]
        events = [row for arm in arms for row in _events(_Told.of(unit, land, arm, (term, *months)), term)]
        events += [row for arm in arms for row in self._answers(unit, land, term, arm)]
        meanings = [(one.file, one.name, one.meaning, one.values, one.census) for one in dictionary()]
        files = {
            "counts.csv": _written(_count_head(), counts),
            "events.csv": _written(_EVENT_FIELDS, sorted(events)),
            "dictionary.csv": _written(("file", "field", "meaning", "values", "census_item"), meanings),
        }
        return json.dumps({"files": files, "empty": all(one["empty"] for one in arms.values())})

    def _counts(
        self, unit: UnitOfWork, land: Land, term: Stretch, of: tuple[str, Content]
    ) -> Iterator[Sequence[object]]:
        """Each column of a report's arm, hidden against whoever knows its sum, and saying no more of that."""
        arm, said = of
        tally = self.reports.tally(unit, land, audience_of(land.authority, f"arm-{arm}"), term)
        schools = self.reports.places.rolls.of(unit, land.authority).schools
        mine = [schools[one] for one in sorted(tally.schools) if one in schools]
        cuts = [cut for one in ARMS[arm] for cut in self._cuts(land, term, [s for s in mine if s.arm == one], tally)]
        columns = {
            part: column([cut.counts[part] for cut in cuts], cell_of(said, *part), land.reporting.hide_below)
            for part in _PARTS
        }
        for place, cut in enumerate(cuts):
            parts = {part: columns[part][place] for part in _PARTS}
            sums = [total(parts[table, outcome] for outcome in outcomes) for table, outcomes in _SUMS.values()]
            numbers = [end for cell in (*parts.values(), *sums) for end in (cell.low, _high(cell))]
            yield (cut.code, term.name, cut.arm, _band_of(cut, cuts), *numbers)

    def _answers(self, unit: UnitOfWork, land: Land, term: Stretch, arm: str) -> Iterator[tuple[str, ...]]:
        """Social care's answers to an arm's referrals of the term, those that are many enough."""
        tally = self.reports.tally(unit, land, audience_of(land.authority, f"arm-{arm}"), term)
        found = Counter(_answer_of(unit, one) for one, _ in unit.periods.referred(sorted(tally.schools), term.period))
        said = enough([found[answer] for answer in ANSWERS], found.total(), land.reporting.hide_below)
        for (answer, event), many in zip(ANSWERS.items(), said, strict=True):
            yield from [(_IN_EVENTS[arm], term.name, event.name, "", "")] * (found[answer] if many else 0)

    def _cuts(self, land: Land, term: Stretch, mine: Sequence[School], tally: Tally) -> Iterator[Cut]:
        """The schools of an arm that stand alone, and the small ones as one; a single one takes the next."""
        sizes = {one.id: sum(tally.schools[one.id].sent.values()) for one in mine}
        ordered = sorted(mine, key=lambda one: (sizes[one.id], one.id))
        small = [one for one in ordered if sizes[one.id] < _ENOUGH * land.reporting.hide_below]
        small = ordered[:2] if len(small) == 1 else small
        for one in mine:
            if one not in small:
                yield _cut((code_of(one.id, self.key), (one,)), land, term, tally)
        if small:
            yield _cut((POOLED, small), land, term, tally)


def _answer_of(unit: UnitOfWork, concern: ConcernId) -> str:
    """What social care answered, by the last closing; empty where none was noted, or it can't be opened any more."""
    try:
        _, notes = unit.concerns.read(concern)
    except StoreError:
        return ""
    closings = [note.content["answers"] for note in notes if note.kind == CLOSING]
    values = [answer["values"] for answer in closings[-1]] if closings else []
    return next((str(one["social_care_answer"]) for one in values if one.get("social_care_answer")), "")


def enough(counts: Sequence[int], whole: int, threshold: int) -> tuple[bool, ...]:
    """Which of some counts may be listed beside their whole: none that is small, and not so that few others are left.

    >>> enough([9, 6, 2], 20, 5), enough([9, 6, 2], 18, 5), enough([9, 6], 15, 5)
    ((True, True, False), (True, False, False), (True, True))
    """
    for least in sorted({threshold, *(count + 1 for count in counts if count >= threshold)}):
        said = tuple(count >= least for count in counts)
        left = whole - sum(count for count, many in zip(counts, said, strict=True) if many)
        if left == 0 or left >= threshold:
            return said
    return tuple(False for _ in counts)


def _cut(of: tuple[str, Sequence[School]], land: Land, term: Stretch, tally: Tally) -> Cut:
    code, schools = of
    found = [land.reporting.pupils.get((one.id, term.name)) for one in schools]
    known = [one for one in found if one is not None]
    outcomes = [tally.schools[one.id] for one in schools]
    return Cut(
        code=code, arm=schools[0].arm, pupils=sum(known) if len(known) == len(found) else None,
        counts={
            (table, outcome): sum((one.sent if table == "sent" else one.decided).get(outcome, 0) for one in outcomes)
            for table, outcome in _PARTS
        },
    )  # fmt: skip


def _band_of(cut: Cut, cuts: Sequence[Cut]) -> str:
    """The band of its pupils, if enough rows of the arm share it."""
    if cut.pupils is None:
        return ""
    band = cut.pupils // _BAND
    alike = [one for one in cuts if one.arm == cut.arm and one.pupils is not None and one.pupils // _BAND == band]
    return f"{band * _BAND}-{(band + 1) * _BAND - 1}" if len(alike) >= _ALIKE else ""


def _high(cell: Cell) -> object:
    return "" if cell.high is None else cell.high


def _inside(month: Stretch, term: Stretch) -> bool:
    return term.first <= month.first and month.end <= term.end


def code_of(school: SchoolId, key: bytes) -> str:
    """A code that is the same in every export, and tells nobody without the key which school it is."""
    return "S" + hmac.new(key, f"school:{school}".encode(), hashlib.sha256).hexdigest()[:_CODE_LETTERS]


def _count_head() -> Sequence[str]:
    return ("school", "term", "arm", "pupils", *(f"{name}_{end}" for name in _COUNT_COLUMNS for end in ("low", "high")))


@dataclass(frozen=True, kw_only=True, slots=True)
class _Told:
    """What digests and reports said of an arm: in the term, its whole months, and each team's weeks."""

    arm: str
    threshold: int
    term: Content
    months: Sequence[Content]
    teams: Sequence[Mapping[str, Content]]

    @staticmethod
    def of(unit: UnitOfWork, land: Land, arm: str, periods: Sequence[Stretch]) -> "_Told":
        """As it was published. `periods`: the term, and the months that were published with it."""
        audience, (term, *_) = audience_of(land.authority, f"arm-{arm}"), periods
        first, last = term.weeks()[0].key, term.weeks()[-1].key
        kept = [read(one.content) for name in periods if (one := unit.publications.of(audience, name.name)) is not None]
        names = [audience_of(land.authority, team.id) for team in land.reporting.teams if arm == "intervention"]
        weeks = [unit.publications.between(name, first, last) for name in names]
        return _Told(
            arm=arm, threshold=land.reporting.hide_below, term=kept[0], months=kept[1:],
            teams=[{one.period: read(one.content) for one in each} for each in weeks],
        )  # fmt: skip

    def in_week(self, week: str, table: str, outcome: str) -> int:
        """How many there were in a week, where every team's digest said so; else none is known to be."""
        cells = [cell_of(team[week], table, outcome) for team in self.teams if week in team]
        whole = total(cells)
        return whole.low if len(cells) == len(self.teams) and whole.exact else 0


def _events(told: _Told, term: Stretch) -> Iterator[tuple[str, ...]]:
    for event in EVENTS:
        for outcome in event.outcomes:
            for date, count in _dated(told, term, event.table, outcome):
                yield from [(_IN_EVENTS[told.arm], term.name, event.name, outcome, date)] * count


def _dated(told: _Told, term: Stretch, table: str, outcome: str) -> Iterator[tuple[str, int]]:
    """How many are listed under each date. What is left of a month, or of the term, is listed unless it is small."""
    weeks = {week.number: (week.key, told.in_week(week.key, table, outcome)) for week in term.weeks()}
    yield from weeks.values()
    listed = sum(count for _, count in weeks.values())
    for month in told.months:
        first, end = span_of(month)
        left = _left(cell_of(month, table, outcome), sum(weeks[week][1] for week in range(first, end)), told.threshold)
        listed += left
        yield month["period"], left
    yield "", _left(cell_of(told.term, table, outcome), listed, told.threshold)


def _left(cell: Cell, listed: int, threshold: int) -> int:
    """What is left of a count that was said; nothing where it was not, or where too few are left."""
    left = cell.low - listed if cell.exact else 0
    return left if left >= threshold else 0


def _written(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    written = io.StringIO()
    lines = csv.writer(written, lineterminator="\r\n")
    lines.writerow(head)
    lines.writerows(rows)
    return written.getvalue()
