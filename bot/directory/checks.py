"""What the shape of an authority's file cannot see: references, people who are missing, dates, clocks.

The checks read the plain data, so that they also speak of a file whose shape is wrong and all problems come at once.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, TypeAlias

from bot.directory.clock_checks import clock_problems
from bot.directory.entries import COUNCIL_ROLES, EMAIL_FORM, INVENTED_PHONES, REQUIRED, SCHOOL_ROLES, Directory
from bot.directory.plain import as_day, day_of, items, listed, mapping_at
from bot.directory.rota_checks import rota_problems
from thresholds.sources import Place, Problem, Source

COVER_ROLES = frozenset({"designated_safeguarding_lead", "deputy_safeguarding_lead", "head", "senior_leader"})
FIRST_YEAR, LAST_YEAR = 2000, 2100
_Check: TypeAlias = Callable[[Source], Iterator[Problem]]


def senseless(source: Source) -> Iterator[Problem]:
    """Everything in the data that makes no sense, whatever its shape."""
    return (problem for check in _CHECKS for problem in check(source))


def _ids(source: Source, section: str) -> set[str]:
    return {str(item.get("id")) for _, item in items(source, section)}


def _people(source: Source, school: object, *roles: str) -> list[Mapping[str, Any]]:
    staff = (item for _, item in items(source, "people") if item.get("role") in roles)
    return [item for item in staff if school in (item.get("school"), *listed(item.get("serves")))]


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
        for place, item in items(source, section):
            value = item.get(key)
            if value is not None and str(value).lower() in seen:
                said = f"the e-mail of {item.get('id')}" if key == "email" else f"{key} {value}"
                yield source.problem(f"{said} stands twice under {section}: keep one", *place, key)
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
        ("rota", "person", "people"),
        ("swaps", "person", "people"),
        ("swaps", "instead_of", "people"),
    ):
        for place, item in items(source, section):
            yield from _unknown(source, item.get(key), known[target], target, (*place, key))
    for place, item in items(source, "people"):
        for index, school in enumerate(listed(item.get("serves"))):
            yield from _unknown(source, school, known["schools"], "schools", (*place, "serves", index))
    for index, person in enumerate(listed(mapping_at(source, "digest").get("weekly"))):
        yield from _unknown(source, person, known["people"], "people", ("digest", "weekly", index))


def _unknown(source: Source, value: object, known: set[str], section: str, place: Place) -> Iterator[Problem]:
    if value is not None and value not in known:
        yield source.problem(f"{value} is not under {section}: add it there or mend its spelling", *place)


def _contacts(source: Source) -> Iterator[Problem]:
    there = {item.get("id") for _, item in items(source, "contacts") if item.get("phone")}
    for contact, label in REQUIRED.items():
        if contact not in there:
            yield source.problem(
                f"there is no number for {label}: add the contact {contact} with its phone", "contacts"
            )
    for section in ("contacts", "neighbours"):
        for place, item in items(source, section):
            yield from _ordered(source, item, "checked_on", "review_by", place)


def _staffed(source: Source) -> Iterator[Problem]:
    for place, school in items(source, "schools"):
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
    found = next((item for _, item in items(source, "people") if item.get("id") == cover), None)
    if found is None:
        return
    if found.get("school") != school.get("id"):
        yield source.problem(f"{cover} is not of this school: name somebody who is", *place, "holiday_cover")
    elif found.get("role") not in COVER_ROLES:
        message = f"{cover} is no lead, deputy, head or senior leader of this school: name one as holiday cover"
        yield source.problem(message, *place, "holiday_cover")


def _reached(source: Source) -> Iterator[Problem]:
    """Who must be told and can't be: platforms find people by their address, and mail goes there."""
    for place, person in items(source, "people"):
        if person.get("role") != "reporter" and not has_address(person):
            yield source.problem(f"{unreached(person)}: add it as email", *place, "email")


def has_address(person: Mapping[str, Any]) -> bool:
    """Whether an entry has an e-mail address that can be one."""
    address = person.get("email")
    return isinstance(address, str) and len(address) <= 200 and re.fullmatch(EMAIL_FORM, address) is not None


def unreached(person: Mapping[str, Any]) -> str:
    """What is wrong with somebody whom nothing reaches."""
    lacks = "no e-mail address" if person.get("email") in (None, "") else "no usable e-mail address"
    return f"{person.get('id')} has {lacks}, so neither Slack, Teams nor mail can reach them"


def _feeders(source: Source) -> Iterator[Problem]:
    arms = {item.get("id"): item.get("arm") for _, item in items(source, "schools")}
    for place, school in items(source, "schools"):
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
    for place, person in items(source, "people"):
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
    roles = {item.get("role") for _, item in items(source, "people")}
    if not any(item.get("arm") == "intervention" for _, item in items(source, "schools")):
        return
    for role, words in (("duty_social_worker", "duty social worker"), ("team_manager", "team manager")):
        if role not in roles:
            yield source.problem(f"there is no {words}: add one, since concerns go on to them", "people")


def _dates(source: Source) -> Iterator[Problem]:
    yield from _ordered(source, mapping_at(source, "programme"), "starts", "ends", ("programme",))
    for place, absence in items(source, "absences"):
        yield from _ordered(source, absence, "first", "last", place)


def _terms(source: Source) -> Iterator[Problem]:
    ended: date | None = None
    for place, term in items(source, "calendar", "terms"):
        yield from _ordered(source, term, "first", "last", place)
        yield from _ordered(source, term, "half_term_first", "half_term_last", place)
        yield from _half_term(source, term, place)
        first, last = day_of(term, "first"), day_of(term, "last")
        if ended and first and first <= ended:
            yield source.problem("this term begins before the one above it has ended: mend the dates", *place, "first")
        ended = last or ended


def _half_term(source: Source, term: Mapping[str, Any], place: Place) -> Iterator[Problem]:
    first, last = day_of(term, "first"), day_of(term, "last")
    if first is None or last is None:
        return
    if (term.get("half_term_first") is None) != (term.get("half_term_last") is None):
        yield source.problem("a half-term holiday has a first and a last day: add the other", *place)
    for key in ("half_term_first", "half_term_last"):
        day = day_of(term, key)
        if day is not None and not first < day < last:
            yield source.problem(f"{key} does not lie within the term: mend the dates", *place, key)


def _insets(source: Source) -> Iterator[Problem]:
    terms = [(day_of(item, "first"), day_of(item, "last")) for _, item in items(source, "calendar", "terms")]
    spans = [(first, last) for first, last in terms if first is not None and last is not None]
    for index, day in enumerate(listed(mapping_at(source, "calendar").get("inset_days"))):
        if (found := as_day(day)) is not None and not any(first <= found <= last for first, last in spans):
            yield source.problem(
                f"{day} lies in no term: mend the date or take it out", "calendar", "inset_days", index
            )


def _ordered(source: Source, item: Mapping[str, Any], first: str, last: str, place: Place) -> Iterator[Problem]:
    start, end = day_of(item, first), day_of(item, last)
    if start is not None and end is not None and end < start:
        yield source.problem(f"{last} ({end}) comes before {first} ({start}): mend the dates", *place, last)


def _years(source: Source) -> Iterator[Problem]:
    """A slip of the pen such as 2206, or a *for ever* such as 9999, before anything counts its days."""
    for place, value in _scalars(source.data, ()):
        day = as_day(value)
        if day is not None and not FIRST_YEAR <= day.year <= LAST_YEAR:
            message = f"{day} lies outside {FIRST_YEAR} to {LAST_YEAR}: mend the year, or take it out where it may be"
            yield source.problem(message, *place)


def _scalars(value: object, place: Place) -> Iterator[tuple[Place, object]]:
    inside = value.items() if isinstance(value, dict) else enumerate(listed(value))
    if not isinstance(value, dict | list):
        yield place, value
    for key, each in inside:
        yield from _scalars(each, (*place, key))


def _marked(source: Source) -> Iterator[Problem]:
    """What is invented says so, and nothing real hides under the mark: reserved numbers and addresses only."""
    for section in ("contacts", "neighbours", "people"):
        for place, item in items(source, section):
            phone = str(item.get("phone") or "").replace(" ", "")
            reserved = phone.startswith(INVENTED_PHONES)
            if phone and reserved != bool(item.get("invented")):
                says = "is a number for drama: mark it invented" if reserved else "is not a number reserved for drama"
                yield source.problem(f"{item.get('phone')} {says}, or write the real one", *place, "phone")
            address = str(item.get("email") or "")
            if address.endswith(".invalid") and not item.get("invented"):
                yield source.problem(
                    f"the e-mail of {item.get('id')} reaches nobody: mark the person invented", *place, "email"
                )


def _signed(source: Source) -> Iterator[Problem]:
    for place, item in items(source, "assurance"):
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
    _reached,
    _council,
    _years,
    _dates,
    _terms,
    _insets,
    clock_problems,
    rota_problems,
    _marked,
    _signed,
)


def clashing(directories: Sequence[Directory]) -> Iterator[tuple[int, Place, str]]:
    """What two files both claim, each with the number of the later file and its place there.

    One would take it from the other. An address is named by its person: what is said here is printed.
    """
    seen: dict[tuple[str, str], int] = {}
    for number, directory in enumerate(directories):
        for what, key, place in _claims(directory):
            first = seen.setdefault((what, key.lower()), number)
            if first != number:
                other, named = directories[first].authority, f"the {what} {key}"
                if what == "e-mail address":
                    named = f"the e-mail address of {_whose(directory, place)}"
                yield number, place, f"{named} stands in the file of {other} too: keep it in one of the files"


def _whose(directory: Directory, place: Place) -> str:
    return directory.people[int(place[1])].id if place[0] == "people" else f"a reader of the reports ({place[1]})"


def _claims(directory: Directory) -> Iterator[tuple[str, str, Place]]:
    yield "authority", directory.authority, ("authority",)
    yield from (("school", one.id, ("schools", number, "id")) for number, one in enumerate(directory.schools))
    for number, person in enumerate(directory.people):
        yield "person", person.id, ("people", number, "id")
        yield "e-mail address", person.email, ("people", number, "email")
    own = {one.email.casefold() for one in directory.people}
    for kind in ("board", "partnership"):
        addresses = enumerate(getattr(directory.digest, kind))
        yield from (
            ("e-mail address", one, ("digest", kind, number)) for number, one in addresses if one.casefold() not in own
        )
