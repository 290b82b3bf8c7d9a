"""What somebody typed on a page that belongs to no conversation and was left, refused or overtaken: kept, sealed.

Each person has one such draft a concern, and one for their own page; it lapses as every draft does, and its key goes
with the last page in it. It is no answer: nothing is judged by it, and nobody is told of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from bot import unsent
from bot.access import may_open, require
from bot.reader import Readers
from bot.seams import NewId
from dialogs.screens import Screen
from storage.shapes import FORM, ConcernId, Conversation, ConversationId, Person, PersonId
from storage.unit import UnitOfWork


@dataclass(kw_only=True, slots=True)
class Forms:
    """Keeps pages, gives them back. `concern` is None for one's own page."""

    readers: Readers
    new_id: NewId

    def keep(self, person: str, concern: str | None, page: str, raw: Mapping[str, object]) -> None:
        """Keep, sealed, what stands in a page's fields; an empty page forgets what was kept of it.

        Raises:
            Denied: the person may not open the concern.
            NotFound: nobody in the directory has this id, or there is no such concern.
            ValueError: more than a draft may hold.
        """
        if not unsent.holds(raw):
            self.taken(person, concern, page)
            return
        with self.readers.store.write() as unit:
            who = self._who(unit, person, concern)
            draft = self._draft(unit, who.id, concern) or self._begun(unit, who, concern)
            unsent.keep_page(unit, draft, who, (page, raw), self.readers.clock())
            unit.commit()

    def kept(self, person: str, concern: str | None, page: str) -> Mapping[str, object]:
        """What was kept of a page, by field; nothing if it was taken since."""
        with self.readers.store.read() as unit:
            draft = self._draft(unit, PersonId(person), concern)
            return {} if draft is None else unit.conversations.typed(draft).get(page, {})

    def taken(self, person: str, concern: str | None, page: str) -> None:
        """The page was taken: what was kept of it goes."""
        if not self.kept(person, concern, page):
            return
        with self.readers.store.write() as unit:
            draft = self._draft(unit, PersonId(person), concern)
            if draft is not None:
                unsent.drop(unit, draft, page)
                self._ended_if_empty(unit, draft, person)
                unit.commit()

    def handed_back(self, screen: Screen, raw: Mapping[str, object]) -> Screen:
        """What stands in place of a refused page, with its texts to be copied from it."""
        return unsent.handed_back(screen, raw, self.readers.words)

    def _who(self, unit: UnitOfWork, person: str, concern: str | None) -> Person:
        if concern is None:
            return unit.people.today(PersonId(person))
        reader = self.readers.of(unit, person, concern)
        require(may_open(*reader.at, self.readers.standing(unit, reader)))
        return reader.person

    def _draft(self, unit: UnitOfWork, person: PersonId, concern: str | None) -> ConversationId | None:
        open_ones = unit.conversations.open_of(person)
        return next((one.id for one in open_ones if one.flow == FORM and one.concern == concern), None)

    def _begun(self, unit: UnitOfWork, who: Person, concern: str | None) -> ConversationId:
        now, draft = self.readers.clock(), ConversationId(self.new_id())
        unit.conversations.start(
            Conversation(
                id=draft, person=who.id, flow=FORM, flow_version=1, revision=0, state="open", worry="none",
                concern=None if concern is None else ConcernId(concern), started_at=now, touched_at=now,
            )
        )  # fmt: skip
        return draft

    def _ended_if_empty(self, unit: UnitOfWork, draft: ConversationId, person: str) -> None:
        if unit.conversations.typed(draft):
            return
        who = unit.people.person(PersonId(person))
        unit.conversations.discard(draft)
        unit.audit.add(draft, "discarded", who.id, who.role, self.readers.clock(), {})
