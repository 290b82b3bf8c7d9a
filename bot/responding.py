"""The responders' side of one concern, as channels press it: each press goes to the use case that it belongs to.

Every call asks the gate at that moment and writes to the concern's log. Nothing is sent from here: rows are left.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.access import Denied
from bot.having import Having
from bot.opening import Opening
from bot.refusing import Refusing
from bot.steps import Press
from dialogs.screens import Screen
from storage.errors import NotFound

FASTER = "somebody_was_faster"
TRIES = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Responding:
    """The use cases of one concern."""

    opening: Opening
    having: Having
    presses: Mapping[str, Press]
    refusing: Refusing

    def privacy(self, person: str, concern: str) -> Screen:
        """Is your screen private?

        Raises:
            Denied: the person may not open it.
        """
        return self._calmly(person, concern, lambda: self.opening.privacy(person, concern))

    def open(self, person: str, concern: str) -> Screen:
        """The record, answers first.

        Raises:
            Denied: the person may not open it.
        """
        return self._calmly(person, concern, lambda: self.opening.open(person, concern))

    def suggestion(self, person: str, concern: str) -> Screen:
        """The suggestion with its reasons.

        Raises:
            Denied: the person may not open it.
        """
        return self._calmly(person, concern, lambda: self.opening.suggestion(person, concern))

    def have(self, person: str, concern: str) -> Screen:
        """*I have it*.

        Raises:
            Denied: the person may not press it.
        """
        return self._calmly(person, concern, lambda: self.having.have(person, concern))

    def log(self, person: str, concern: str) -> Screen:
        """Who opened it, when, in which role.

        Raises:
            Denied: the person may not read the log.
        """
        return self._calmly(person, concern, lambda: self.opening.log(person, concern))

    def act(self, person: str, concern: str, action: str, raw: Mapping[str, object]) -> Screen:
        """Anything else that may be pressed.

        Raises:
            Denied: the person may not, or there is no such press.
        """
        press = self.presses.get(action, _no_such_press)
        return self._calmly(person, concern, lambda: press(person, concern, raw))

    def refused(self, person: str, concern: str, code: str) -> Screen:
        """What is shown where a conversation about the concern could not begin; `code` is the refusal's.

        Raises:
            Denied: the person may not open it.
        """
        return self.refusing.shown(person, concern, code)

    def _calmly(self, person: str, concern: str, press: Callable[[], Screen]) -> Screen:
        """The press; once more if somebody was faster, since theirs may leave room for it; else where it stands now."""
        for _ in range(TRIES):
            try:
                return press()
            except Denied as denied:
                code = denied.code
            except NotFound:
                self.refusing.forged(person, concern)
                raise
            if code != FASTER:
                break
        return self.refusing.shown(person, concern, code)


def _no_such_press(person: str, concern: str, raw: Mapping[str, object]) -> Screen:  # noqa: ARG001 - as any press
    raise Denied("no_such_press")
