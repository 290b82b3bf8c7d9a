"""The corner of a school's lead and social worker: the term's learning points once more, on their own page."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from bot.access import Denied, belongs, may_see_learning, require
from bot.corners import Corners, HomePress, Seated, Shown
from bot.learning_card import learning_card, school_audience, school_name
from bot.publishing import Content, read
from dialogs.screens import Action, Screen
from storage.shapes import Person
from storage.unit import UnitOfWork


@dataclass(frozen=True, kw_only=True, slots=True)
class LearningDesk:
    """Learning points on somebody's own page."""

    corners: Corners

    def presses(self) -> Mapping[str, HomePress]:
        """The one button."""
        return {"figures_learning": self.card}

    def shown(self, unit: UnitOfWork, who: Person) -> Shown:
        """The button, once there is something to show."""
        if not may_see_learning(who) or next(self._newest(unit, self.corners.seated(unit, who.id)), None) is None:
            return (), ()
        return (), (Action(id="figures_learning", label=self.corners.words("figures.learning.show")),)

    def card(self, person: str, raw: Mapping[str, object]) -> Screen:  # noqa: ARG002 - nothing is asked
        """The newest points of each school of the person's, as they were sent; reading them is logged.

        Raises:
            Denied: somebody else's, or there are none yet.
        """
        words = self.corners.words
        with self.corners.store.write() as unit:
            seated = self.corners.seated(unit, person)
            require(may_see_learning(seated.person))
            found = tuple(self._newest(unit, seated))
            if not found:
                raise Denied("nothing_published")
            for one in found:
                about = {"audience": one["audience"], "period": one["period"]}
                self.corners.log(unit, seated, "figures_read", about)
            cards = [learning_card(one, school_name(unit, one["audience"]), words) for one in found]
            unit.commit()
        blocks = tuple(block for card in cards for block in card.blocks)
        return replace(cards[0], blocks=blocks, numbers=self.corners.numbers(seated))

    def _newest(self, unit: UnitOfWork, seated: Seated) -> Iterator[Content]:
        for school in seated.roll.schools.values():
            if belongs(seated.person, school):
                audience = school_audience(seated.roll.authority, school.id)
                kept = unit.publications.every(audience)
                if kept:
                    yield read(max(kept, key=lambda one: one.built_at).content)
