"""Whether a document leads somebody to somebody: its routes, agreements, contacts and dates. Pure."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any, get_args

from thresholds.document import Document, RouteEntry
from thresholds.parts import Parts
from thresholds.sources import Problem

WANTED_CONTACTS = {
    "emergency": "999",
    "police": "the police's number for what is no emergency, 101",
    "front_door": "the front door in office hours",
    "out_of_hours": "the team that answers out of hours",
    "lado": "the local authority designated officer",
}
"""Contact id → what it is. The screens look for these by name."""
_REACHED_BY = ("phone", "form", "url")


def road_problems(parts: Parts, document: Document) -> Iterator[Problem]:
    """Routes and agreements that are not there, routes that reach nobody, numbers without an owner."""
    yield from _missing_keys(parts, document)
    yield from _missing_contacts(parts, document)
    owned = {digits(contact.phone) for contact in document.contacts if contact.phone} | {"999", "101"}
    for key, route in document.routes.items():
        yield from _route_problems(parts, key, route, owned)


def date_problems(parts: Parts, document: Document, on: date | None) -> Iterator[Problem]:
    """Dates that run backwards; with `on`, what has lapsed by that day."""
    start, end, review = document.in_force_from, document.in_force_to, document.review_by
    if parts.sure("in_force_from") and review < start:
        yield parts.problem("review_by lies before in_force_from: mend one of the dates", "review_by")
    if parts.sure("in_force_from") and end is not None and end < start:
        yield parts.problem("in_force_to lies before in_force_from: mend one of the dates", "in_force_to")
    for index, contact in enumerate(document.contacts):
        if contact.review_by < contact.checked_on:
            message = f"{contact.id}: review_by lies before checked_on: mend one of the dates"
            yield parts.problem(message, "contacts", index, "review_by")
    yield from _lapsed(parts, document, on) if on is not None else ()


def _lapsed(parts: Parts, document: Document, on: date) -> Iterator[Problem]:
    ended = document.in_force_to is not None and document.in_force_to < on
    if not ended and document.review_by < on:
        message = f"lapsed: the review was due by {document.review_by}; go through the document and set a new date"
        yield parts.problem(message, "review_by")
    for index, contact in enumerate(document.contacts):
        if not ended and contact.review_by < on:
            message = f"{contact.id}: lapsed: to be checked by {contact.review_by}; ring it, then set both dates anew"
            yield parts.problem(message, "contacts", index, "review_by")
        if contact.checked_on > on:
            message = f"{contact.id}: checked on {contact.checked_on}, a day still to come: mend the date"
            yield parts.problem(message, "contacts", index, "checked_on")


def _route_problems(parts: Parts, key: str, route: RouteEntry, owned: set[str]) -> Iterator[Problem]:
    if not any(getattr(route, name) for name in _REACHED_BY):
        message = f"routes.{key} reaches nobody: add phone, form or url"
        yield parts.problem(message, "routes", key)
    if route.phone and digits(route.phone) not in owned:
        message = f"routes.{key}: no contact has {route.phone}: add one, with its owner and the day it was checked"
        yield parts.problem(message, "routes", key, "phone")
    if key == "emergency" and "999" not in f"{route.name} {route.how} {route.phone}":
        yield parts.problem("routes.emergency does not say 999: begin with it", "routes", key)


def _missing_keys(parts: Parts, document: Document) -> Iterator[Problem]:
    raw: Any = parts.source("document").data
    for name in ("routes", "consent"):
        wanted = get_args(get_args(Document.model_fields[name].annotation)[0])
        written: Any = raw.get(name) if isinstance(raw, dict) else None
        for key in wanted if isinstance(written, dict) else ():
            if key not in getattr(document, name) and key not in written:
                yield parts.problem(f"{name}.{key} is missing: add it", name)


def _missing_contacts(parts: Parts, document: Document) -> Iterator[Problem]:
    there = {contact.id for contact in document.contacts}
    for wanted, what in WANTED_CONTACTS.items() if parts.sure("contacts") else ():
        if wanted not in there:
            yield parts.problem(f"no contact {wanted}: add one for {what}", "contacts")


def digits(phone: str) -> str:
    """A number without spaces and signs, to compare.

    >>> digits("020 7946 0000")
    '02079460000'
    """
    return re.sub(r"\D", "", phone)
