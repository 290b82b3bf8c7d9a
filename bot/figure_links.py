"""Links that open figures once: made at a press, for one person, good for ten minutes. And what they open.

A token is kept as its hash only; nothing of what it opens stands in the address.
"""

import base64
import hashlib
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.corners import Corners, Seated
from bot.seams import RandomBytes
from bot.sheets import Sheet
from dialogs.screens import Line, Listing, Screen
from storage.publications import Pass
from storage.unit import UnitOfWork

LASTS = timedelta(minutes=10)
PLACE = "/figures"
"""Where the pages stand, below the service's own address."""


@dataclass(frozen=True, kw_only=True, slots=True)
class FiguresPage:
    """The full page, the same figures as CSV, and the page as PDF where it is made to be printed."""

    sheet: Sheet
    csv: str
    pdf: bytes | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Links:
    """Makes links. `address`: where the service is reached."""

    corners: Corners
    random: RandomBytes
    address: str

    def make(self, unit: UnitOfWork, seated: Seated, audience: str, period: str) -> str:
        """The address of a new link for somebody, kept and logged in this unit."""
        token = base64.urlsafe_b64encode(self.random(32)).decode().rstrip("=")
        one = Pass(person=seated.person.id, audience=audience, period=period, until=seated.now + LASTS)
        unit.publications.issue(hash_of(token), one)
        self.corners.log(unit, seated, "figures_linked", {"audience": audience, "period": period})
        return f"{self.address}{PLACE}/{token}"

    def screen(self, address: str, seated: Seated) -> Screen:
        """What the press comes to: the link, and until when it is good."""
        words = self.corners.words
        until = self.corners.text(seated.now + LASTS, seated)
        screen = self.corners.said(
            "done", words("figures.link.title"), (words("figures.link.until", until=until),), seated
        )
        line = Line(text=words("figures.link.hint"), source=words("figures.link.line"), url=address)
        return replace(screen, blocks=(*screen.blocks, Listing(title=words("figures.link.heading"), items=(line,))))


def hash_of(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()
