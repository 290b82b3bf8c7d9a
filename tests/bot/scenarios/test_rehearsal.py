"""In rehearsal every screen and every card says that nobody real is told; the service says nothing of the kind."""

import os
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bot.seams import Parcel
from bot.wiring import World, assemble
from dialogs.words import Words
from storage.unit import Store
from tests.bot.scenarios.house import KEY, Scene, directories, judge, migrated, opening, sqlite
from tests.bot.scenarios.telling import DSL, TEACHER, sent
from tests.fakes import ListCourier, SetClock, counting

LINE = "Rehearsal: nobody real is told"


@dataclass
class Noting(ListCourier):
    """Keeps the feet of the cards."""

    feet: set[str] = field(default_factory=set)

    def deliver(self, parcel: Parcel) -> str:
        """As ever."""
        self.feet.add(parcel.card.foot)
        return super().deliver(parcel)


@pytest.mark.parametrize("rehearsal", [True, False])
def test_every_screen_and_card_has_the_line_at_its_foot_in_rehearsal_only(tmp_path: Path, rehearsal: bool) -> None:
    clock = SetClock()
    courier = Noting(clock)
    url = sqlite(tmp_path, migrated(tmp_path))
    world = World(
        clock=clock, new_id=counting(), new_reference=counting("REF-"), random=os.urandom,
        couriers={courier.channel: courier}, mode="rehearsal" if rehearsal else "real",
    )  # fmt: skip
    house = assemble(Store.open(url, [KEY], random_bytes=os.urandom), judge(), directories(), world)
    opening(house, clock())
    scene = Scene(house, clock, courier, url)
    concern = sent(scene)
    scene.deliver()
    screens = [
        house.desk.home(TEACHER), house.intake.begin(TEACHER).screen, house.responding.privacy(DSL, concern),
        house.responding.open(DSL, concern), house.desk.receipt(TEACHER, concern),
    ]  # fmt: skip
    feet = {screen.foot for screen in screens} | courier.feet
    assert {LINE in foot for foot in feet} == {rehearsal}
    assert all(foot.startswith(Words.load()("foot")) for foot in feet)
    house.store.close()
