"""Small steps that several use cases share: moving a concern's life, a pointer outside the chains, their signatures."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import TypeAlias

from bot.access import Denied
from bot.living import keep_alive
from bot.plan import alone
from bot.sending import Talk
from dialogs.concern import Happening, NotAllowed, advance
from dialogs.screens import Screen
from dialogs.setting import Setting
from storage.errors import StaleLife
from storage.shapes import Concern, ConcernId, Person, PlannedStep
from storage.unit import UnitOfWork

Gate: TypeAlias = Callable[[UnitOfWork, Person, ConcernId | None, datetime], None]
SettingFor: TypeAlias = Callable[[UnitOfWork, Talk], Setting]
Ending: TypeAlias = Callable[[UnitOfWork, Talk, datetime], None]
Press: TypeAlias = Callable[[str, str, Mapping[str, object]], Screen]
"""A press: by whom, on which concern, with what raw answers; what is shown after it."""


def move(unit: UnitOfWork, concern: Concern, happening: Happening) -> Concern:
    """Advance a concern's life and keep it; the reporter's message follows.

    Raises:
        Denied: its state does not allow the event, or somebody was faster.
    """
    try:
        life = advance(concern.life, happening)
        unit.concerns.move(concern.id, concern.life.version, life)
        keep_alive(unit, concern, life, happening.at)
    except NotAllowed as refused:
        raise Denied(f"{refused.event}_not_when_{refused.state}") from None
    except StaleLife:
        raise Denied("somebody_was_faster") from None
    return replace(concern, life=life)


def notice(concern: Concern, draw: str, reason: str, now: datetime, role: str = "reporter") -> PlannedStep:
    """One pointer outside the chains; the same reason and role twice is one row."""
    row = alone(role, None, draw, now, f"{concern.id}:notice:{reason}:{role}")
    return replace(row, concern=concern.id, reason=reason)


def pointer_to(
    concern: Concern, person: Person, draw: str, reason: str, times: tuple[datetime, datetime | None]
) -> PlannedStep:
    """One pointer to one person; `times` are when it goes and by when an answer is wanted."""
    due, by = times
    return replace(
        notice(concern, draw, reason, due, person.role),
        person=person.id, respond_by=by, dedupe=f"{concern.id}:notice:{reason}:{person.id}",
    )  # fmt: skip
