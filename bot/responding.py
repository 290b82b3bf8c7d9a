"""The responders' side of one concern, as channels press it: each press goes to the use case that it belongs to.

Every call asks the gate at that moment and writes to the concern's log. Nothing is sent from here: rows are left.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.access import Denied
from bot.asking import Asking
from bot.confirming import Confirming
from bot.having import Having
from bot.opening import Opening
from bot.steps import Press
from dialogs.screens import Screen


@dataclass(kw_only=True, slots=True)
class Responding:
    """The use cases of one concern."""

    opening: Opening
    having: Having
    presses: Mapping[str, Press]

    def privacy(self, person: str, concern: str) -> Screen:
        """Is your screen private?

        Raises:
            Denied: the person may not open it.
        """
        return self.opening.privacy(person, concern)

    def open(self, person: str, concern: str) -> Screen:
        """The record, answers first.

        Raises:
            Denied: the person may not open it.
        """
        return self.opening.open(person, concern)

    def suggestion(self, person: str, concern: str) -> Screen:
        """The suggestion with its reasons.

        Raises:
            Denied: the person may not open it.
        """
        return self.opening.suggestion(person, concern)

    def have(self, person: str, concern: str) -> Screen:
        """*I have it*.

        Raises:
            Denied: the person may not press it.
        """
        return self.having.have(person, concern)

    def log(self, person: str, concern: str) -> Screen:
        """Who opened it, when, in which role.

        Raises:
            Denied: the person may not read the log.
        """
        return self.opening.log(person, concern)

    def act(self, person: str, concern: str, action: str, raw: Mapping[str, object]) -> Screen:
        """Anything else that may be pressed.

        Raises:
            Denied: the person may not, or there is no such press.
        """
        press = self.presses.get(action)
        if press is None:
            raise Denied("no_such_press")
        return press(person, concern, raw)


def presses_of(asking: Asking, confirming: Confirming) -> Mapping[str, Press]:
    """Every press that is not a reading, by its id."""
    return {**asking.presses(), **confirming.presses()}
