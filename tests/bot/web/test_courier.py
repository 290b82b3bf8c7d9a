"""The web as a courier."""

from dataclasses import dataclass

import pytest

from bot.channels.web.courier import WebCourier
from bot.seams import Refused
from dialogs.screens import Action, Screen
from tests.bot.web import samples


@dataclass(frozen=True)
class Carried:
    card: Screen
    key: str


def test_a_pointer_is_taken_and_a_repeat_gives_the_same_receipt() -> None:
    courier = WebCourier()
    first, again = (courier.deliver(Carried(samples.POINTER, "row-1")) for _ in range(2))
    assert first == again == "web:row-1"
    assert courier.channel == "web"


def test_a_card_that_cannot_be_drawn_is_refused_for_good() -> None:
    card = Screen(id="alert", title="A concern", actions=(Action(id="x", label="Open", to="elsewhere"),))
    with pytest.raises(Refused) as refused:
        WebCourier().deliver(Carried(card, "row-1"))
    assert refused.value.permanent
