"""The part of `swis thresholds impact` that opens the database."""

from datetime import datetime

from bot.commands.configured import chosen
from bot.commands.exits import Problem
from bot.rejudging import Rejudging
from bot.seams import system_random
from bot.settings import KeysError, master_keys
from storage.errors import StoreError
from storage.sealed import MasterKey
from storage.unit import Store
from thresholds.catalogue import Edition
from thresholds.evaluate import Rules, ready
from thresholds.impact import Tried


def tried(new_one: Edition, before: tuple[Edition, ...], at: datetime) -> Tried:
    """The stored concerns tried on the new version; `before` are the versions that judged so far, the present one last.

    Raises:
        Problem: the database or its keys can't be used.
    """
    settings = chosen()
    try:
        keys = [MasterKey(id=name, key=key) for name, key in master_keys(settings)]
        store = Store.open(settings.database_url, keys, random_bytes=system_random)
    except (KeysError, ValueError) as error:
        raise Problem(f"impact: {error}") from None
    old = {one.document.version: _ready(one) for one in before}
    work = Rejudging(store=store, old=old, present=_ready(before[-1]), new=_ready(new_one))
    try:
        return work.run(at)
    except StoreError as error:
        raise Problem(f"impact: {error}. {error.advice}") from None
    finally:
        store.close()


def _ready(edition: Edition) -> Rules:
    return ready(edition.document, edition.vocabulary)
