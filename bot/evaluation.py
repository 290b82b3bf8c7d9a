"""The evaluator's export: school by term and arm, a list of dated events without any person, and what each field means.

No id, reference, name, level or word of any concern leaves; schools go under codes, and small ones together as one.
Named and dated as the children-in-need census does where it has the event. Concerns about adults are in none of it.
"""

import csv
import hashlib
import hmac
import io
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.figures import OUTCOMES
from bot.places import Land
from bot.roll import Roll
from bot.small_numbers import Cell, column, total
from bot.weeks import Stretch
from bot.working_time import local_day
from storage.errors import StoreError
from storage.periods import Happened
from storage.shapes import ConcernId, School, SchoolId
from storage.unit import UnitOfWork

POOLED = "pooled"
CLOSING = "close"
"""The kind of note that holds a closing."""
_CODE_LETTERS = 8
_ENOUGH = 2
"""How many thresholds of concerns a school needs to stand alone."""


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
    """Something that is counted and listed. `census`: the item of the children-in-need census that it is dated as."""

    name: str
    meaning: str
    census: str = ""


EVENTS: Sequence[Event] = (
    Event(name="concern_sent", meaning="A member of staff sent a concern about a child."),
    Event(name="concern_decided", meaning="A designated safeguarding lead recorded a decision."),
    Event(
        name="CINreferralDate",
        meaning="A statutory referral was decided; the council's own date of referral may differ by a day.",
        census="CINreferralDate",
    ),
    *(
        Event(
            name=f"referral_{answer}",
            meaning=f"Social care's answer to a referral of the term was {words}, on the day that the lead noted.",
        )
        for answer, words in (
            ("accepted_section_17", "that it is taken on under section 17"),
            ("accepted_section_47", "that it is taken on under section 47"),
            ("returned", "to return it"),
        )
    ),
    Event(
        name="ReferralNFA",
        meaning="Social care's answer to a referral of the term was no further action; dated by the day that the lead "
        "noted, where the census has a yes or no beside the date of referral.",
        census="ReferralNFA",
    ),
)
_ANSWERS = {"no_further_action": "ReferralNFA"}
"""Social care's answer by the closing's word, where the event has another name than `referral_` and the word."""
_COUNT_COLUMNS = (*(f"sent_{outcome}" for outcome in OUTCOMES), "decided", "CINreferralDate")
_RANGE = "low to high; the same where the count is said; high is empty where it is not said"


def dictionary() -> tuple[FieldMeaning, ...]:
    """Every field of every file, made from what the export writes."""
    counts, events = "counts.csv", "events.csv"
    both = [
        FieldMeaning(file=file, name=name, meaning=meaning, values=values)
        for file in (counts, events)
        for name, meaning, values in (
            ("school", "A code that stands for one school in every export; small schools go together.", POOLED),
            ("term", "The term by the directory's name.", "text"),
            ("arm", "The school's arm in the programme.", "intervention, feeder, comparison"),
        )
    ]
    counted = [
        FieldMeaning(file=counts, name=f"{name}_{end}", meaning=_meaning(name), values=_RANGE, census=_census(name))
        for name in _COUNT_COLUMNS
        for end in ("low", "high")
    ]
    pupils = FieldMeaning(file=counts, name="pupils", meaning="Pupils on roll in the term.", values="number or empty")
    listed = [
        FieldMeaning(
            file=events, name="event", meaning=f"{one.name}: {one.meaning}", values=one.name, census=one.census
        )
        for one in EVENTS
    ]
    day = FieldMeaning(file=events, name="date", meaning="The day in London.", values="YYYY-MM-DD")
    return (*both, pupils, *counted, *listed, day)


def _meaning(name: str) -> str:
    if name.startswith("sent_"):
        return f"Concerns sent in the term for which {name.removeprefix('sent_')} was suggested."
    return "Decisions recorded in the term." if name == "decided" else EVENTS[2].meaning


def _census(name: str) -> str:
    return name if name == "CINreferralDate" else ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Cut:
    """One row of counts before anything is hidden: a school, or small ones of an arm together."""

    code: str
    arm: str
    pupils: int | None
    schools: tuple[SchoolId, ...]
    counts: Mapping[str, int]


def export(unit: UnitOfWork, roll: Roll, land: Land, term: Stretch, key: bytes) -> Mapping[str, str]:
    """The files of a term, by name. `key` makes the schools' codes."""
    schools = sorted(roll.schools)
    happened: list[Happened | Answered] = [*unit.periods.happened(schools, term.period)]
    happened += _answered(unit, schools, term)
    counts = {one: _counts(unit, one, term) for one in schools}
    cuts = [
        cut for arm in ("intervention", "feeder", "comparison") for cut in _cuts(roll, land, term, (arm, counts, key))
    ]
    codes = {school: cut.code for cut in cuts for school in cut.schools}
    return {
        "counts.csv": _written(_count_head(), _count_rows(cuts, term, land.reporting.hide_below)),
        "events.csv": _written(("school", "term", "arm", "event", "date"), _event_rows(happened, roll, term, codes)),
        "dictionary.csv": _written(
            ("file", "field", "meaning", "values", "census_item"),
            ((one.file, one.name, one.meaning, one.values, one.census) for one in dictionary()),
        ),
    }


def _counts(unit: UnitOfWork, school: SchoolId, term: Stretch) -> Mapping[str, int]:
    sent = unit.periods.sent([school], term.period)
    decided = unit.periods.decided([school], term.period)
    found = {f"sent_{outcome}": 0 for outcome in OUTCOMES}
    for (_, outcome), count in sent.items():
        found[f"sent_{outcome or 'none'}"] += count
    referred = sum(one.count for one in decided if one.decided in ("statutory_referral", "emergency"))
    return {**found, "decided": sum(one.count for one in decided), "CINreferralDate": referred}


def _cuts(
    roll: Roll, land: Land, term: Stretch, of: tuple[str, Mapping[SchoolId, Mapping[str, int]], bytes]
) -> Iterable[Cut]:
    """The schools of an arm that stand alone, and the small ones as one; a single small one takes the next with it."""
    arm, counts, key = of
    mine = sorted((one for one in roll.schools.values() if one.arm == arm), key=lambda one: _size(counts[one.id]))
    small = [one for one in mine if _size(counts[one.id]) < _ENOUGH * land.reporting.hide_below]
    if len(small) == 1:
        small = mine[:2]
    alone = sorted((one for one in mine if one not in small), key=lambda one: one.id)
    for one in alone:
        yield Cut(
            code=code_of(one.id, key), arm=arm, pupils=land.reporting.pupils.get((one.id, term.name)),
            schools=(one.id,), counts=counts[one.id],
        )  # fmt: skip
    if small:
        yield _pool(small, arm, counts, [land.reporting.pupils.get((one.id, term.name)) for one in small])


def _pool(
    small: Sequence[School], arm: str, counts: Mapping[SchoolId, Mapping[str, int]], pupils: Sequence[int | None]
) -> Cut:
    known = [one for one in pupils if one is not None]
    return Cut(
        code=POOLED, arm=arm, pupils=sum(known) if len(known) == len(pupils) else None,
        schools=tuple(one.id for one in small),
        counts={name: sum(counts[one.id][name] for one in small) for name in _COUNT_COLUMNS},
    )  # fmt: skip


def _size(counts: Mapping[str, int]) -> int:
    return sum(count for name, count in counts.items() if name.startswith("sent_"))


def code_of(school: SchoolId, key: bytes) -> str:
    """A code that is the same in every export, and tells nobody without the key which school it is."""
    return "S" + hmac.new(key, f"school:{school}".encode(), hashlib.sha256).hexdigest()[:_CODE_LETTERS]


def _count_head() -> Sequence[str]:
    return ("school", "term", "arm", "pupils", *(f"{name}_{end}" for name in _COUNT_COLUMNS for end in ("low", "high")))


def _count_rows(cuts: Sequence[Cut], term: Stretch, threshold: int) -> Iterable[Sequence[object]]:
    """Each column is hidden against whoever knows its sum exactly, which a report may have said."""
    said = {name: _column([cut.counts[name] for cut in cuts], threshold) for name in _COUNT_COLUMNS}
    for place, cut in enumerate(cuts):
        cells = [said[name][place] for name in _COUNT_COLUMNS]
        numbers = [number for cell in cells for number in (cell.low, "" if cell.high is None else cell.high)]
        yield (cut.code, term.name, cut.arm, "" if cut.pupils is None else cut.pupils, *numbers)


def _column(counts: Sequence[int], threshold: int) -> Sequence[Cell]:
    return column(counts, total(Cell(low=count, high=count) for count in counts), threshold)


@dataclass(frozen=True, slots=True)
class Answered:
    """Social care's answer to a referral of a school's, by the event's name, on a day."""

    school: SchoolId
    name: str
    day: str


def _answered(unit: UnitOfWork, schools: Collection[SchoolId], term: Stretch) -> Iterable[Answered]:
    """What social care answered to the term's referrals, as far as it was noted at closing."""
    known = {one.name for one in EVENTS}
    for concern, school in unit.periods.referred(schools, term.period):
        said = _closing(unit, concern)
        answer, day = str(said.get("social_care_answer", "")), str(said.get("social_care_on", ""))
        name = _ANSWERS.get(answer, f"referral_{answer}")
        if name in known and day:
            yield Answered(school, name, day)


def _closing(unit: UnitOfWork, concern: ConcernId) -> Mapping[str, object]:
    """What was answered at the last closing; nothing of one that can't be opened any more."""
    try:
        _, notes = unit.concerns.read(concern)
    except StoreError:
        return {}
    closings = [note.content["answers"] for note in notes if note.kind == CLOSING]
    return {name: value for answer in closings[-1] for name, value in answer["values"].items()} if closings else {}


def _event_rows(
    happened: Iterable[Happened | Answered], roll: Roll, term: Stretch, codes: Mapping[SchoolId, str]
) -> Iterable[Sequence[object]]:
    rows = [
        (codes[one.school], term.name, roll.schools[one.school].arm, name, day)
        for one in happened
        for name, day in _days(one)
    ]
    return sorted(rows, key=lambda row: (row[4], row[3], row[2], row[0]))


def _days(one: Happened | Answered) -> Iterable[tuple[str, str]]:
    if isinstance(one, Answered):
        return [(one.name, one.day)]
    return [(name, local_day(one.at).isoformat()) for name in _names(one)]


def _names(one: Happened) -> Sequence[str]:
    if one.decided_outcome is None and not one.decided:
        return ("concern_sent",)
    referred = one.decided_outcome in ("statutory_referral", "emergency")
    return ("concern_decided", "CINreferralDate") if referred else ("concern_decided",)


def _written(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    written = io.StringIO()
    lines = csv.writer(written, lineterminator="\r\n")
    lines.writerow(head)
    lines.writerows(rows)
    return written.getvalue()
