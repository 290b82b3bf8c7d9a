"""Who could not be told today: responders never seen on a platform, where no mail is set up; and who may be another.

Looks at the database if there is one and says nothing if there is none: `swis check` runs before the first start too.
"""

from collections.abc import Iterator, Sequence

from bot.directory import Directory
from bot.seams import system_random
from bot.settings import KeysError, Settings, master_keys
from bot.wiring import against_database
from storage.errors import StoreError
from storage.sealed import MasterKey
from storage.shapes import PersonId
from storage.unit import Store

SHOWN = 10


def unseen(settings: Settings, directories: Sequence[Directory]) -> tuple[str, ...]:
    """A line an authority and one a second account, ids only; nothing without a database that is up to date."""
    if against_database(settings) is not None:
        return ()
    try:
        keys = [MasterKey(id=name, key=key) for name, key in master_keys(settings)]
        store = Store.open(settings.database_url, keys, random_bytes=system_random) if keys else None
    except (KeysError, OSError):
        return ()
    return () if store is None else _looked(store, directories, mailed=settings.mail_host is not None)


def _looked(store: Store, directories: Sequence[Directory], *, mailed: bool) -> tuple[str, ...]:
    try:
        found = [] if mailed else [(one.authority, _never_seen(store, one)) for one in directories]
        second = [line for one in directories for line in _second_accounts(store, one)]
    except StoreError:
        return ()
    finally:
        store.close()
    return (*(_line(authority, people) for authority, people in found if people), *second)


def _second_accounts(store: Store, directory: Directory) -> Iterator[str]:
    """Accounts with the address of somebody who has another one, until that person has said whose they are."""
    with store.read() as unit:
        known = unit.identities.of_many([PersonId(one.id) for one in directory.people])
    for person, accounts in known.items():
        for one in accounts:
            if one.state in ("unconfirmed", "denied"):
                said = "says that it is not theirs" if one.state == "denied" else "has not said that it is theirs"
                yield f"{directory.authority}: {one.channel} account {one.key} has the address of {person}, who {said}"


def _never_seen(store: Store, directory: Directory) -> list[PersonId]:
    people = [PersonId(one.id) for one in directory.people if one.role != "reporter"]
    with store.read() as unit:
        known = unit.identities.of_many(people)
    return [one for one in people if not any(each.state == "active" for each in known.get(one, ()))]


def _line(authority: str, people: Sequence[str]) -> str:
    more = f" and {len(people) - SHOWN} more" if len(people) > SHOWN else ""
    names = ", ".join(people[:SHOWN]) + more
    advice = "let them open the app once, or set SWIS_MAIL_HOST"
    return f"{authority}: never seen on a platform, and no mail is set up: {names}: {advice}"
