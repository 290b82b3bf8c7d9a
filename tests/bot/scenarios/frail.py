"""A scene without its database, and houses of which one part is another: put together so, never changed afterwards."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from bot.wiring import House
from storage.errors import StoreBroken
from tests.bot.scenarios.house import Scene
from tests.fakes import Frail

AWAY = StoreBroken("the database can't be used")


def frail(house: House) -> Frail:
    """The store of a house of tests."""
    assert isinstance(house.store, Frail)
    return house.store


@contextmanager
def away(scene: Scene, error: Exception = AWAY) -> Iterator[None]:
    """The scene without its database."""
    store = frail(scene.house)
    store.gone = error
    yield
    store.gone = None


def hurried(scene: Scene, seconds: float) -> Scene:
    """The same house, where danger waits so long for the ordinary way."""
    return replace(scene, house=replace(scene.house, danger=replace(scene.house.danger, wait_seconds=seconds)))


def sending_by(scene: Scene, **other: Any) -> Scene:
    """The same house, where what is sent without the database is sent by other means."""
    danger = scene.house.danger
    return replace(scene, house=replace(scene.house, danger=replace(danger, direct=replace(danger.direct, **other))))


def kept_by(house: House, **other: Any) -> House:
    """The same house, where what can't be written down is kept in another way."""
    spool = replace(house.danger.spool, **other)
    return replace(house, danger=replace(house.danger, spool=spool, direct=replace(house.danger.direct, spool=spool)))
