"""What a reporter may know of an own concern at a glance, and the message that lives on with it: no content at all."""

from dataclasses import dataclass
from datetime import datetime

from bot.opened import states
from bot.places import Place
from bot.ways import TRIES_BEFORE_NEXT
from dialogs.cards import LivingView, living_message
from dialogs.concern import State, had
from dialogs.screens import Screen
from dialogs.words import Words
from storage.shapes import Concern
from storage.unit import UnitOfWork


@dataclass(frozen=True, kw_only=True, slots=True)
class OwnMessages:
    """Draws the one message that a reporter has about a concern."""

    words: Words

    def card(self, unit: UnitOfWork, concern: Concern, place: Place, now: datetime) -> Screen:
        """As the concern stands now. Who is told it never says: that would tell what kind of concern it is."""
        drafts = unit.conversations.open_of(concern.reporter) if concern.sent_at is None else ()
        view = LivingView(
            concern=concern.id,
            reference=concern.reference,
            states=tuple(states(unit, concern, place, now)),
            told=(),
            numbers=place.numbers_at(now),
            question=unanswered(unit, concern),
            unreached=unreached(unit, concern, now),
            draft=next((one.id for one in drafts if one.concern == concern.id and one.flow == "concern"), None),
        )
        return living_message(view, self.words)


def unheld(concern: Concern, now: datetime) -> bool:
    """Whether nobody has it yet, or any more."""
    return concern.life.state in (State.SENT, State.HAD) and not had(concern.life, now)


def unanswered(unit: UnitOfWork, concern: Concern) -> bool:
    """Whether a question waits for the reporter."""
    asked = [note.kind for note in unit.concerns.read(concern.id)[1] if note.kind in ("question", "answer")]
    return asked[-1:] == ["question"]


def unreached(unit: UnitOfWork, concern: Concern, now: datetime) -> bool:
    """Whether nobody at all was told so far, though everybody who is due was tried for a while."""
    if not unheld(concern, now):
        return False
    rows = [row for row in unit.outbox.of_concern(concern.id) if row.step.due_at <= now]
    rows = [row for row in rows if row.step.chain == "until_had" and row.step.role != "reporter"]
    tried = [row for row in rows if row.state in ("sent", "failed") or row.attempt >= TRIES_BEFORE_NEXT]
    told = unit.outbox.tries([row.id for row in rows]).values()
    reached = any(one.state == "sent" for tries in told for one in tries)
    return bool(tried) and len(tried) == len(rows) and not reached
