"""Who receives the board's and the partnership's reports: people of the file, or readers of reports and nothing else.

A recipient is an address in the file. Whose it is, is asked of the file's own people first.
"""

import hashlib
from collections.abc import Iterable, Iterator

from bot.directory.entries import Directory
from storage.shapes import Person, PersonId


def readers(directory: Directory, addresses: Iterable[str]) -> tuple[PersonId, ...]:
    """The ids of whoever has these addresses, each once."""
    own = _own(directory)
    found = (own.get(_folded(one)) or _id(directory.authority, one) for one in addresses)
    return tuple(dict.fromkeys(found))


def only_readers(directory: Directory) -> Iterator[Person]:
    """A person for each address that is none of the file's people's: may look at reports, and do nothing else."""
    own = _own(directory)
    every = {_folded(one): one for one in (*directory.digest.board, *directory.digest.partnership)}
    for folded, address in every.items():
        if folded not in own:
            yield Person(
                id=_id(directory.authority, address), authority=directory.authority, name=address, email=address,
                role="report_reader",
            )  # fmt: skip


def _own(directory: Directory) -> dict[str, PersonId]:
    return {_folded(one.email): PersonId(one.id) for one in directory.people}


def _id(authority: str, address: str) -> PersonId:
    """The same after each load, and no address in it: ids stand in logs."""
    return PersonId(f"{authority}.reader-{hashlib.sha256(_folded(address).encode()).hexdigest()[:10]}")


def _folded(address: str) -> str:
    return address.strip().casefold()
