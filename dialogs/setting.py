"""What a screen is drawn with beside the answers: words, vocabulary, people, numbers, the day. Plain values."""

from dataclasses import dataclass
from datetime import date

from dialogs.screens import Choice, Number
from dialogs.words import Words
from thresholds.facts import Vocabulary


@dataclass(frozen=True, kw_only=True, slots=True)
class Suggestion:
    """What was suggested, for the decision: outcome word, level id, and the level ids from mildest to gravest."""

    outcome: str | None
    level: str | None
    order: tuple[str, ...]

    def lowered_by(self, level: str) -> bool:
        """Whether choosing `level` lowers a statutory suggestion. A level that is not in the order counts as lower."""
        if self.outcome not in ("statutory_referral", "emergency") or self.level not in self.order:
            return False
        return level not in self.order or self.order.index(level) < self.order.index(self.level)


@dataclass(frozen=True, kw_only=True, slots=True)
class Setting:
    """One person's conversation, on one day.

    `councils` are the installed ones and their neighbours. `social_worker` is the name shown for the school's social
    worker or who covers; None at a comparison school. `recipients` have a role or person id and a label with the name.
    """

    vocabulary: Vocabulary
    words: Words
    authority: str
    authority_name: str
    councils: tuple[Choice, ...]
    numbers: tuple[Number, ...]
    today: date
    school_name: str
    social_worker: str | None
    social_workers: tuple[Choice, ...] = ()
    """Who may agree to go below a statutory suggestion: those of the school who are there, and those on duty."""
    sent_on: date | None = None
    """The day on which the concern of this conversation was sent."""
    recipients: tuple[Choice, ...] = ()
    may_hear: tuple[Choice, ...] = ()
    """Whoever may be left out: who receives it, is away, or stands further up the ladder. Empty: the recipients."""
    levels: tuple[Choice, ...] = ()
    own_name: str = ""
    suggestion: Suggestion | None = None
    designated_officer: Number | None = None
    """The local authority designated officer of the school's area."""
    question: str | None = None
    """What a responder asked the reporter, for the answer to it."""
