"""Whether these directories may be served: to real schools only when signed and real, in rehearsal only when invented.

Pure: says why not, a line a reason, ids only. The published names of schools are no harm; people are.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from bot.directory import Directory, invented, unsigned

SHOWN = 3
RESERVED = ".invalid"


def against_serving(directories: Iterable[Directory]) -> tuple[str, ...]:
    """Why real schools can't be served by these; nothing if they can."""
    return tuple(line for one in directories for line in (*_invented(one), *_unsigned(one)))


def against_rehearsing(directories: Iterable[Directory], domains: Sequence[str]) -> tuple[str, ...]:
    """Why these can't be rehearsed with: all people must be invented, at domains that are nowhere, or in `domains`."""
    allowed = frozenset(domain.lower().lstrip("@") for domain in domains)
    return tuple(line for one in directories for line in _real(one, allowed))


def _invented(directory: Directory) -> Iterator[str]:
    found: dict[str, list[str]] = defaultdict(list)
    for line in invented(directory):
        section, _, entry = line.partition(": ")
        found[section].append(entry)
    for section, entries in found.items():
        said = f"{section} ({_some(entries)})" if entries[0] else section
        yield f"{directory.authority}: invented: {said}: write the real ones, or use --rehearsal"


def _unsigned(directory: Directory) -> Iterator[str]:
    for what in unsigned(directory):
        yield f"{directory.authority}: not signed: {what}: write who signed it, in which role, and when"


def _real(directory: Directory, allowed: frozenset[str]) -> Iterator[str]:
    real = [one.id for one in directory.people if not one.invented]
    if real:
        yield f"{directory.authority}: not invented: people ({_some(real)}): a rehearsal tells nobody real"
    reached = [place for place, email in _addresses(directory) if not _harmless(email, allowed)]
    if reached:
        advice = f"use addresses at {RESERVED}, or name the domain in SWIS_REHEARSAL_DOMAINS"
        yield f"{directory.authority}: e-mail that may reach somebody: {_some(reached)}: {advice}"


def _addresses(directory: Directory) -> Iterator[tuple[str, str]]:
    yield from ((one.id, one.email) for one in directory.people)
    yield from (("digest: board", email) for email in directory.digest.board)
    yield from (("digest: partnership", email) for email in directory.digest.partnership)


def _harmless(email: str, allowed: frozenset[str]) -> bool:
    domain = email.rpartition("@")[2].lower()
    return domain in allowed or f".{domain}".endswith(RESERVED)


def _some(ids: Sequence[str]) -> str:
    more = len(ids) - SHOWN
    return ", ".join(ids[:SHOWN]) + (f", and {more} more" if more > 0 else "")
