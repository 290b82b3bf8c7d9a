"""What the shape of an authority's file cannot see: references, people who are missing, dates, clocks.

The checks read the plain data, so that they also speak of a file whose shape is wrong and all problems come at once.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, time
from itertools import pairwise
from typing import Any, TypeAlias

from bot.directory.entries import COUNCIL_ROLES, INVENTED_PHONES, REQUIRED, SCHOOL_ROLES, Directory
from bot.directory.views import clocks
from bot.working_time import CLOCKS, PACES, after, at, plain
from thresholds.sources import Place, Problem, Source

_Item: TypeAlias = tuple[Place, Mapping[str, Any]]
_Check: TypeAlias = Callable[[Source], Iterator[Problem]]


def senseless(source: Source) -> Iterator[Problem]:
    """Everything in the data that makes no sense, whatever its shape."""
    return (problem for check in _CHECKS for problem in check(source))


def _items(source: Source, *place: str) -> Iterator[_Item]:
    found: Any = source.data
    for key in place:
        found = found.get(key) if isinstance(found, dict) else None
    for index, item in enumerate(found if isinstance(found, list) else ()):
        if isinstance(item, dict):
            yield (*place, index), item


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _section(source: Source, key: str) -> Mapping[str, Any]:
    found = source.data.get(key)
    return found if isinstance(found, dict) else {}


def _ids(source: Source, section: str) -> set[str]:
    return {str(item.get("id")) for _, item in _items(source, section)}


def _people(source: Source, school: object, *roles: str) -> list[Mapping[str, Any]]:
    staff = (item for _, item in _items(source, "people") if item.get("role") in roles)
    return [item for item in staff if school in (item.get("school"), *_list(item.get("serves")))]


def _repeated(source: Source) -> Iterator[Problem]:
    for section, key in (
        ("people", "id"),
        ("people", "email"),
        ("schools", "id"),
        ("schools", "urn"),
        ("teams", "id"),
        ("contacts", "id"),
        ("neighbours", "id"),
        ("staff_groups", "id"),
    ):
        seen: set[str] = set()
        for place, item in _items(source, section):
            value = item.get(key)
            if value is not None and str(value).lower() in seen:
                yield source.problem(f"{key} {value} stands twice under {section}: keep one", *place, key)
            seen.add(str(value).lower())


def _dangling(source: Source) -> Iterator[Problem]:
    known = {section: _ids(source, section) for section in ("people", "schools", "teams")}
    for section, key, target in (
        ("people", "school", "schools"),
        ("people", "team", "teams"),
        ("schools", "served_by", "schools"),
        ("schools", "holiday_cover", "people"),
        ("teams", "manager", "people"),
        ("absences", "person", "people"),
    ):
        for place, item in _items(source, section):
            yield from _unknown(source, item.get(key), known[target], target, (*place, key))
    for place, item in _items(source, "people"):
        for index, school in enumerate(_list(item.get("serves"))):
            yield from _unknown(source, school, known["schools"], "schools", (*place, "serves", index))
    for index, person in enumerate(_list(_section(source, "digest").get("weekly"))):
        yield from _unknown(source, person, known["people"], "people", ("digest", "weekly", index))


def _unknown(source: Source, value: object, known: set[str], section: str, place: Place) -> Iterator[Problem]:
    if value is not None and value not in known:
        yield source.problem(f"{value} is not under {section}: add it there or mend its spelling", *place)


def _contacts(source: Source) -> Iterator[Problem]:
    there = {item.get("id") for _, item in _items(source, "contacts") if item.get("phone")}
    for contact, label in REQUIRED.items():
        if contact not in there:
            yield source.problem(
                f"there is no number for {label}: add the contact {contact} with its phone", "contacts"
            )
    for section in ("contacts", "neighbours"):
        for place, item in _items(source, section):
            yield from _ordered(source, item, "checked_on", "review_by", place)


def _staffed(source: Source) -> Iterator[Problem]:
    for place, school in _items(source, "schools"):
        for role, words in (("designated_safeguarding_lead", "designated safeguarding lead"), ("head", "head")):
            if not _people(source, school.get("id"), role):
                yield source.problem(f"{school.get('id')} has no {words}: add one under people", *place)
        yield from _social_worker(source, school, place)
        yield from _cover(source, school, place)


def _social_worker(source: Source, school: Mapping[str, Any], place: Place) -> Iterator[Problem]:
    workers = _people(source, school.get("id"), "social_worker", "student_social_worker", "duty_social_worker")
    embedded = [person for person in workers if person.get("role") == "social_worker"]
    vacant = school.get("vacant_since") is not None
    match school.get("arm"):
        case "intervention" if not embedded and not vacant:
            yield source.problem(
                f"{school.get('id')} has no social worker: add one who serves it, or say vacant_since", *place
            )
        case "intervention" if embedded and vacant:
            yield source.problem(
                "the post is not vacant: a social worker serves it; take one out", *place, "vacant_since"
            )
        case "comparison" if workers:
            yield source.problem(f"{workers[0].get('id')} serves a comparison school: it has no social worker", *place)


def _cover(source: Source, school: Mapping[str, Any], place: Place) -> Iterator[Problem]:
    cover = school.get("holiday_cover")
    found = [item for _, item in _items(source, "people") if item.get("id") == cover]
    if found and found[0].get("school") != school.get("id"):
        yield source.problem(f"{cover} is not of this school: name somebody who is", *place, "holiday_cover")


def _feeders(source: Source) -> Iterator[Problem]:
    arms = {item.get("id"): item.get("arm") for _, item in _items(source, "schools")}
    for place, school in _items(source, "schools"):
        serving = school.get("served_by")
        if school.get("arm") == "feeder" and serving is None:
            yield source.problem(
                "a feeder school names the school whose social worker serves it: add served_by", *place
            )
        if school.get("arm") != "feeder" and serving is not None:
            yield source.problem("only a feeder school is served by another: take it out", *place, "served_by")
        if serving in arms and arms[serving] != "intervention":
            yield source.problem(f"{serving} is no intervention school: name one that is", *place, "served_by")


def _placed(source: Source) -> Iterator[Problem]:
    for place, person in _items(source, "people"):
        role = person.get("role")
        if role in SCHOOL_ROLES and person.get("school") is None:
            yield source.problem(f"{person.get('id')} works at a school: add school", *place)
        if role in SCHOOL_ROLES and (person.get("serves") or person.get("team")):
            yield source.problem(f"{person.get('id')} is school staff: take out serves and team", *place)
        if role in COUNCIL_ROLES and person.get("school") is not None:
            yield source.problem("council staff have no school of their own: write serves", *place, "school")
        if role in {"social_worker", "student_social_worker"} and not person.get("serves"):
            yield source.problem(f"{person.get('id')} serves no school: add serves", *place)


def _council(source: Source) -> Iterator[Problem]:
    roles = {item.get("role") for _, item in _items(source, "people")}
    if not any(item.get("arm") == "intervention" for _, item in _items(source, "schools")):
        return
    for role, words in (("duty_social_worker", "duty social worker"), ("team_manager", "team manager")):
        if role not in roles:
            yield source.problem(f"there is no {words}: add one, since concerns go on to them", "people")


def _dates(source: Source) -> Iterator[Problem]:
    yield from _ordered(source, _section(source, "programme"), "starts", "ends", ("programme",))
    for place, absence in _items(source, "absences"):
        yield from _ordered(source, absence, "first", "last", place)


def _terms(source: Source) -> Iterator[Problem]:
    ended: date | None = None
    for place, term in _items(source, "calendar", "terms"):
        yield from _ordered(source, term, "first", "last", place)
        yield from _ordered(source, term, "half_term_first", "half_term_last", place)
        yield from _half_term(source, term, place)
        first, last = term.get("first"), term.get("last")
        if ended and isinstance(first, date) and first <= ended:
            yield source.problem("this term begins before the one above it has ended: mend the dates", *place, "first")
        ended = last if isinstance(last, date) else ended


def _half_term(source: Source, term: Mapping[str, Any], place: Place) -> Iterator[Problem]:
    first, last = term.get("first"), term.get("last")
    if not (isinstance(first, date) and isinstance(last, date)):
        return
    if (term.get("half_term_first") is None) != (term.get("half_term_last") is None):
        yield source.problem("a half-term holiday has a first and a last day: add the other", *place)
    for key in ("half_term_first", "half_term_last"):
        day = term.get(key)
        if isinstance(day, date) and not first < day < last:
            yield source.problem(f"{key} does not lie within the term: mend the dates", *place, key)


def _insets(source: Source) -> Iterator[Problem]:
    terms = [(item.get("first"), item.get("last")) for _, item in _items(source, "calendar", "terms")]
    spans = [(first, last) for first, last in terms if isinstance(first, date) and isinstance(last, date)]
    for index, day in enumerate(_list(_section(source, "calendar").get("inset_days"))):
        if isinstance(day, date) and not any(first <= day <= last for first, last in spans):
            yield source.problem(
                f"{day} lies in no term: mend the date or take it out", "calendar", "inset_days", index
            )


def _ordered(source: Source, item: Mapping[str, Any], first: str, last: str, place: Place) -> Iterator[Problem]:
    start, end = item.get(first), item.get(last)
    if isinstance(start, date) and isinstance(end, date) and end < start:
        yield source.problem(f"{last} ({end}) comes before {first} ({start}): mend the dates", *place, last)


def _marked(source: Source) -> Iterator[Problem]:
    """What is invented says so, and nothing real hides under the mark: reserved numbers and addresses only."""
    for section in ("contacts", "neighbours", "people"):
        for place, item in _items(source, section):
            phone = str(item.get("phone") or "").replace(" ", "")
            reserved = phone.startswith(INVENTED_PHONES)
            if phone and reserved != bool(item.get("invented")):
                says = "is a number for drama: mark it invented" if reserved else "is not a number reserved for drama"
                yield source.problem(f"{item.get('phone')} {says}, or write the real one", *place, "phone")
            address = str(item.get("email") or "")
            if address.endswith(".invalid") and not item.get("invented"):
                yield source.problem(f"{address} reaches nobody: mark the person invented", *place, "email")


def _signed(source: Source) -> Iterator[Problem]:
    for place, item in _items(source, "assurance"):
        given = [key for key in ("signed_by", "role", "signed_on") if item.get(key) is not None]
        if given and len(given) < 3:
            yield source.problem("a signature has signed_by, role and signed_on: add what is missing", *place)


_CHECKS: tuple[_Check, ...] = (
    _repeated,
    _dangling,
    _contacts,
    _staffed,
    _feeders,
    _placed,
    _council,
    _dates,
    _terms,
    _insets,
    _marked,
    _signed,
)


def slower(source: Source, directory: Directory) -> Iterator[Problem]:
    """A graver clock that runs slower than a milder one, or has another number of steps than the product's."""
    found, calendars = clocks(directory), plain()
    start = at(date(2026, 6, 1), time(9))
    for graver, milder in pairwise(PACES[:5]):
        steps = zip(found.paces[graver].steps, found.paces[milder].steps, strict=False)
        if any(after(calendars, start, mine) > after(calendars, start, theirs) for mine, theirs in steps):
            message = f"{graver} goes on later than {milder}: the graver clock must not be the slower one"
            yield source.problem(message, "clocks", "paces", graver)
    for name in PACES:
        wanted = len(CLOCKS.paces[name].steps)
        if len(found.paces[name].steps) != wanted:
            yield source.problem(f"{name} has {wanted} steps: give as many", "clocks", "paces", name, "steps")
        if found.paces[name].hold.unit != "minutes":
            yield source.problem("an opened concern is held for minutes", "clocks", "paces", name, "hold")
