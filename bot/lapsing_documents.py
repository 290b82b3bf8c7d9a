"""What of the documents runs out soon, or was changed after somebody signed it. Pure; refuses nothing."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from thresholds.catalogue import Catalogue, Edition

SOON = timedelta(days=28)


def document_warnings(catalogue: Catalogue, today: date) -> tuple[str, ...]:
    """A sentence each, with what to do: altered since signed, past its review or within 28 days of it, ending."""
    found = catalogue.editions.values()
    lines = (line for editions in found for one in editions for line in _of_one(one, editions, today))
    return tuple(lines)


def _of_one(edition: Edition, beside: Sequence[Edition], today: date) -> Iterator[str]:
    document, altered, end = edition.document, edition.altered, edition.document.in_force_to
    name = f"{document.authority} {document.in_force_from}"
    if altered is not None:
        yield (
            f"{name} was changed after {altered.by} signed it on {altered.on}, so that nobody has signed it: look at "
            "`swis thresholds diff`, and have it signed again"
        )
    if end is not None and end < today:
        return
    if document.review_by <= today + SOON:
        word = "was" if document.review_by < today else "is"
        yield f"{name}: its review {word} due by {document.review_by}: go through the document, and set a new date"
    if end is not None and end <= today + SOON and not any(one.document.in_force_from > end for one in beside):
        yield f"{name} ends on {end}: install the version that follows it"
