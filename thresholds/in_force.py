"""Which document speaks for an authority on a date.

Does not know today; none in force is an error, never the last one.
"""

from collections.abc import Iterable
from datetime import date

from thresholds.catalogue import Catalogue, Edition
from thresholds.document import Document


class UnknownAuthority(LookupError):  # noqa: N818 - reads as what it says
    """No document of this authority is installed."""

    def __init__(self, authority: str, there: Iterable[str]) -> None:
        self.authority = authority
        self.there = tuple(there)
        super().__init__(f"no threshold document of {authority!r} is installed; there are: {', '.join(self.there)}")


class NoDocumentInForce(LookupError):  # noqa: N818 - reads as what it says
    """The authority has documents, but none of them speaks on the date."""

    def __init__(self, authority: str, on: date, there: Iterable[Document]) -> None:
        self.authority = authority
        self.on = on
        self.spans = tuple((document.in_force_from, document.in_force_to) for document in there)
        dates = ", ".join(f"{start} to {end or 'further notice'}" for start, end in self.spans)
        super().__init__(f"no threshold document of {authority!r} is in force on {on}; there are: {dates}")


def edition_in_force(catalogue: Catalogue, authority: str, on: date) -> Edition:
    """The document that speaks for `authority` on `on`, with its vocabulary and examples; both dates of a span count.

    Raises:
        UnknownAuthority: nothing of this authority is installed; names those there are.
        NoDocumentInForce: names the dates there are.
    """
    editions = catalogue.editions.get(authority)
    if not editions:
        raise UnknownAuthority(authority, catalogue.authorities)
    for edition in reversed(editions):
        if speaks_on(edition.document, on):
            return edition
    raise NoDocumentInForce(authority, on, (edition.document for edition in editions))


def speaks_on(document: Document, on: date) -> bool:
    """Whether the day lies in the document's span."""
    return document.in_force_from <= on and (document.in_force_to is None or on <= document.in_force_to)
