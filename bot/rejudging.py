"""A new version of a document tried on stored concerns: which would come out otherwise. Changes none of them.

Only ids come out. That a concern's facts were read stands in its own log, with the version that was tried.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.sending import JUDGED
from storage.audit import line_of
from storage.past import Judgement
from storage.unit import Store, UnitOfWork
from thresholds.evaluate import Rules
from thresholds.facts import Facts
from thresholds.impact import Change, Tried, impact

BATCH = 2_000
"""Concerns a transaction: writers wait for one batch, never for all of them."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Rejudging:
    """`old` maps the versions that are installed to their rules; `present` stands in for those that are not."""

    store: Store
    old: Mapping[str, Rules]
    present: Rules
    new: Rules

    def run(self, now: datetime) -> Tried:
        """Try all concerns of the new document's authority.

        Raises:
            StoreError: the database failed.
        """
        count, changes, closed = 0, list[Change](), list[str]()
        for batch in self._batches(now):
            count += len(batch)
            closed += [one.concern for one in batch if one.facts is None]
            changes += [found for found in impact(self._past(batch), self.new) if found is not None]
        return Tried(count=count, changes=tuple(changes), closed_to_us=tuple(closed))

    def _batches(self, now: datetime) -> Iterator[tuple[Judgement, ...]]:
        after = ""
        while True:
            with self.store.write() as unit:
                batch = unit.past.judgements(self.new.document.authority, sorted(JUDGED), after, BATCH)
                self._note(unit, batch, now)
                unit.commit()
            if not batch:
                return
            yield batch
            after = batch[-1].concern

    def _note(self, unit: UnitOfWork, batch: tuple[Judgement, ...], now: datetime) -> None:
        read = [one.concern for one in batch if one.facts is not None]
        for concern, head in unit.audit.heads(read).items():
            unit.audit.know(concern, head)
        about = {"document": self.new.document.version}
        unit.audit.keep_all([line_of(concern, "tried_on", None, "", now, about) for concern in read])

    def _past(self, batch: tuple[Judgement, ...]) -> Iterator[tuple[str, Facts, Rules]]:
        for one in batch:
            if one.facts is not None:
                facts = {key: tuple(value) if isinstance(value, list) else value for key, value in one.facts.items()}
                yield one.concern, facts, self.old.get(one.document_version or "", self.present)
