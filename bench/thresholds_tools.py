"""How long authors wait: `lint` of one document, and `impact` over 100,000 past cases, given and stored.

The past cases are invented: 3 to 10 signs each and some context, the same on each run. The new version rates one line
in ten a level graver.
"""

import json
import os
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import Any

from bench.figures import Figure, Section
from bot.commands.past_cases import past_cases
from bot.rejudging import Rejudging
from dialogs.concern import Life
from storage.migrations import upgrade
from storage.sealed import MasterKey
from storage.shapes import ChildTokens, Concern, ConcernId, Person, PersonId, School, SchoolId
from storage.unit import Store
from thresholds.catalogue import Edition
from thresholds.difference import differences
from thresholds.evaluate import ready
from thresholds.facts import Vocabulary
from thresholds.impact import impact
from thresholds.lint import lint
from thresholds.load import PACKAGED, load_catalogue

CASES, SEED, TRIES = 100_000, 20_261, 3
DAY = date(2026, 11, 25)
NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
SCHOOL = School(
    id=SchoolId("oak"), authority="ealing", name="Oak (invented)", phase="secondary", arm="intervention",
    served_by=None, agreement_signed=True, sw_may_open="all",
)  # fmt: skip
REPORTER = Person(
    id=PersonId("ana"), authority="ealing", name="Ana (invented)", email="ana@example.invalid", role="reporter",
    school=SCHOOL.id, serves=(),
)  # fmt: skip
DOCUMENT = PACKAGED / "authorities" / "ealing" / "2020-09-01"


def main(folder: Path) -> Section:
    """Measure; `folder` holds the file of past cases, and the database of stored ones, meanwhile."""
    edition = load_catalogue().editions["ealing"][-1]
    lint_seconds = min(_seconds(lambda: lint([DOCUMENT], on=DAY))[0] for _ in range(TRIES))
    path = folder / "past.jsonl"
    path.write_text("\n".join(_cases(edition.vocabulary)), encoding="utf-8")
    given, given_cpu = _seconds(lambda: _impact(edition, path))
    path.unlink()
    with TemporaryDirectory(dir=folder) as name:
        store = _kept(f"sqlite:///{name}/past.sqlite", edition.vocabulary)
        stored, stored_cpu = _seconds(lambda: _rejudging(edition, store).run(NOON))
        store.close()
    return Section(
        title="Tools for authors",
        how="`lint` of Ealing's document, vocabulary read anew, the best of three. `impact` over 100,000 invented\n"
        "past cases, given as a file or stored sealed in SQLite (each one's log gets its line): reading, judging\n"
        "twice, the list of those that change. Seconds by the clock and of the processor: others may use it too.",
        figures=(
            Figure(what="indicators of the document", value=len(edition.document.indicators)),
            Figure(what="lint of one document", value=lint_seconds, unit="s", at_most=1.0),
            Figure(what="impact over 100,000 given cases", value=given, unit="s", at_most=20.0),
            Figure(what="the same, of the processor", value=given_cpu, unit="s"),
            Figure(what="impact over 100,000 stored concerns", value=stored, unit="s", at_most=20.0),
            Figure(what="the same, of the processor", value=stored_cpu, unit="s"),
            Figure(
                what="diff of two versions", value=_seconds(lambda: differences(edition, _graver(edition)))[0], unit="s"
            ),
        ),
    )


def _rejudging(edition: Edition, store: Store) -> Rejudging:
    fresh = _graver(edition)
    old, new = ready(edition.document, edition.vocabulary), ready(fresh.document, fresh.vocabulary)
    return Rejudging(store=store, old={}, present=old, new=new)


def _kept(url: str, vocabulary: Vocabulary) -> Store:
    """A database of the same past cases as sealed concerns."""
    upgrade(url)
    store = Store.open(url, [MasterKey("k1", os.urandom(32))], random_bytes=os.urandom)
    with store.write() as unit:
        unit.people.replace("ealing", [SCHOOL], [REPORTER], (), ())
        for line in _cases(vocabulary):
            case = json.loads(line)
            record = {"facts": case["facts"], "answers": "Invented for measuring. " * 11}
            unit.concerns.add(_concern(case["id"]), record, ChildTokens(tokens=()))
            unit.audit.add(case["id"], "sent", REPORTER.id, "reporter", NOON, {})
        unit.commit()
    return store


def _concern(name: str) -> Concern:
    return Concern(
        id=ConcernId(name), reference=name, kind="child", restricted=False, reporter=REPORTER.id, school=SCHOOL.id,
        authority="ealing", outcome="early_help", level="level_2", urgency=2, advice_now=False, document_version=None,
        branch=None, linked_to=None, excluded=(), sent_at=NOON, created_at=NOON, life=Life(),
    )  # fmt: skip


def _impact(edition: Edition, path: Path) -> int:
    cases = past_cases(str(path), edition.vocabulary)
    fresh = _graver(edition)
    old, new = ready(edition.document, edition.vocabulary), ready(fresh.document, fresh.vocabulary)
    return sum(one is not None for one in impact(((name, facts, old) for name, facts in cases), new))


def _graver(edition: Edition) -> Edition:
    """The document with one line in ten a level up."""
    levels = [level.id for level in edition.document.levels]
    lines = [
        line.model_copy(update={"level": levels[min(levels.index(line.level) + 1, len(levels) - 1)]})
        if number % 10 == 0
        else line
        for number, line in enumerate(edition.document.indicators)
    ]
    document = edition.document.model_copy(update={"indicators": tuple(lines)})
    return Edition(document=document, vocabulary=edition.vocabulary, examples=edition.examples)


def _cases(vocabulary: Vocabulary) -> Iterator[str]:
    chance = Random(SEED)
    signs, facts = list(vocabulary.signs), list(vocabulary.facts.values())
    for number in range(CASES):
        given: dict[str, Any] = dict.fromkeys(chance.sample(signs, chance.randint(3, 10)), True)
        for fact in chance.sample(facts, 2):
            values = [choice.id for choice in fact.values if choice.id != "18_or_over"]
            value = chance.choice(values)
            given[fact.id] = [value] if fact.kind == "many" else value
        yield json.dumps({"id": f"case-{number}", "facts": given})


def _seconds(work: Callable[[], object]) -> tuple[float, float]:
    """By the clock, and of the processor."""
    start, started = perf_counter(), process_time()
    work()
    return perf_counter() - start, process_time() - started
