"""Which document speaks on a day."""

from datetime import date

import pytest

from tests.builders import a_document, a_vocabulary
from thresholds.catalogue import Catalogue, Edition
from thresholds.in_force import NoDocumentInForce, UnknownAuthority, edition_in_force

VOCABULARY = a_vocabulary()
OLD = a_document(in_force_from=date(2018, 1, 1), in_force_to=date(2020, 8, 31))
NEW = a_document(in_force_from=date(2021, 1, 1))
CATALOGUE = Catalogue(
    vocabulary=VOCABULARY,
    editions={
        "anyshire": tuple(Edition(document=document, vocabulary=VOCABULARY) for document in (OLD, NEW)),
        "nowhere": (),
    },
)


@pytest.mark.parametrize(
    ("on", "speaks"),
    [
        (date(2018, 1, 1), OLD),
        (date(2020, 8, 31), OLD),
        (date(2021, 1, 1), NEW),
        (date(2099, 1, 1), NEW),
    ],
)
def test_the_document_whose_span_holds_the_day_speaks(on: date, speaks: object) -> None:
    assert edition_in_force(CATALOGUE, "anyshire", on).document is speaks


@pytest.mark.parametrize("on", [date(2017, 12, 31), date(2020, 9, 1), date(2020, 12, 31)])
def test_a_day_without_a_document_is_an_error_that_names_the_dates_there_are(on: date) -> None:
    with pytest.raises(NoDocumentInForce, match="2018-01-01 to 2020-08-31, 2021-01-01 to further notice") as caught:
        edition_in_force(CATALOGUE, "anyshire", on)
    assert (caught.value.authority, caught.value.on) == ("anyshire", on)


@pytest.mark.parametrize("authority", ["elsewhere", "nowhere", ""])
def test_an_authority_without_any_document_is_unknown(authority: str) -> None:
    with pytest.raises(UnknownAuthority, match="there are: anyshire"):
        edition_in_force(CATALOGUE, authority, date(2021, 1, 1))


def test_a_concern_finds_the_edition_it_is_pinned_to_whether_it_is_in_force_or_not() -> None:
    pinned = CATALOGUE.edition("anyshire", OLD.in_force_from)
    assert pinned is not None
    assert pinned.document is OLD
    assert CATALOGUE.edition("anyshire", date(1999, 1, 1)) is None
    assert CATALOGUE.edition("elsewhere", OLD.in_force_from) is None
