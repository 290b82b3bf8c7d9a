"""The printable page and the outage sheet: nothing is left out, nothing comes from elsewhere, every text is escaped."""

import re
from dataclasses import replace

import pytest

from bot.paper import outage_sheet, printable
from bot.paper.flow_picture import layout, picture, roads
from bot.paper.sheet import PAGES, sheet_of
from dialogs.flow import Flow
from dialogs.flows import CATALOGUE, latest
from dialogs.words import Words
from tests.builders import a_document, a_level, a_line, a_vocabulary, document_data
from tests.thresholds.packaged import editions, name
from thresholds.catalogue import Edition
from thresholds.facts import Vocabulary

FLOW, WORDS = latest("concern"), Words.load()
EDITIONS = pytest.mark.parametrize("edition", editions(), ids=name)


def plain(page: str) -> str:
    """The text of a page."""
    body = re.sub(r"<[^>]+>", " ", page.partition("</style>")[2])
    for mark, letter in (("&#39;", "'"), ("&#34;", '"'), ("&amp;", "&"), ("&gt;", ">"), ("&lt;", "<")):
        body = body.replace(mark, letter)
    return re.sub(r"\s+", " ", body)


@EDITIONS
def test_the_whole_document_stands_on_the_page(edition: Edition) -> None:
    text, document = plain(printable(edition, FLOW, WORDS)), edition.document
    wanted = [line.text for line in document.indicators] + [line.id for line in document.indicators]
    wanted += [level.meaning for level in document.levels] + [one.text for one in document.duties]
    wanted += [route.how for route in document.routes.values()] + [one.text for one in document.consent.values()]
    wanted += [contact.label for contact in document.contacts] + [one.says for one in document.unrated]
    wanted += [one.story for one in edition.examples]
    assert [one for one in wanted if re.sub(r"\s+", " ", one) not in text] == []
    assert f"NOT SIGNED OFF by {document.name}" in text


@EDITIONS
def test_the_sheet_has_the_same_questions_numbers_and_levels(edition: Edition) -> None:
    text = plain(outage_sheet(edition, FLOW, WORDS))
    for part in sheet_of(edition, FLOW, WORDS).parts:
        assert [one.label for one in part.fields if re.sub(r"\s+", " ", one.label) not in text] == []
        assert [c.label for one in part.fields for c in one.choices if c.label not in text] == []
    assert [one.label for one in edition.document.levels if one.label not in text] == []
    assert [one.phone for one in edition.document.contacts if one.phone and one.phone not in text] == []
    assert edition.document.version in text
    assert "ring 999" in text


@EDITIONS
def test_every_sign_that_gives_section_47_stands_on_the_sheet_and_no_other(edition: Edition) -> None:
    shown = {sign.id for _, signs in sheet_of(edition, FLOW, WORDS).grave for sign in signs}
    vocabulary = edition.vocabulary
    harms = {sign.id for sign in vocabulary.signs.values() if sign.harm and vocabulary.areas[sign.area].group}
    assert harms <= shown
    section_47 = {level.id for level in edition.document.levels if level.basis == "S47"}
    rated = {line.id.rpartition(".")[2] for line in edition.document.indicators if line.level in section_47}
    assert shown - harms <= rated


def test_the_sheet_asks_what_the_ordinary_road_of_the_flow_asks() -> None:
    road, page = [], FLOW.page(FLOW.start)
    while page.routes:
        road.append(page.id)
        page = FLOW.page(page.routes[-1].to)
    assert [one for one in road if one not in PAGES] == ["signs", "check"]


def test_nothing_is_fetched_from_elsewhere_and_no_script_runs() -> None:
    for edition in editions():
        for text in (printable(edition, FLOW, WORDS), outage_sheet(edition, FLOW, WORDS)):
            assert not re.search(r"<(script|link|img|iframe)|@import|url\(http", text)


def test_words_of_a_document_are_never_markup() -> None:
    lines = [*document_data()["indicators"][1:], a_line("hungry", "hungry", "early", text="<script>alert(1)</script>")]
    first = {**a_level("universal", 1, "preventative_advice"), "label": "<b>A & B</b>"}
    levels = [first, *document_data()["levels"][1:]]
    edition = Edition(document=a_document(indicators=lines, levels=levels), vocabulary=a_vocabulary())
    # The flow asks for facts that the invented vocabulary has not; the packaged one stands in.
    whole = Edition(document=edition.document, vocabulary=_both())
    for text in (printable(whole, FLOW, WORDS), outage_sheet(whole, FLOW, WORDS)):
        assert "<script" not in text
        assert "<b>A &amp;" not in text
        assert "&lt;b&gt;A &amp; B&lt;/b&gt;" in text


def _both() -> Vocabulary:
    packaged, invented = editions()[0].vocabulary, a_vocabulary()
    return replace(
        packaged, signs={**packaged.signs, **invented.signs}, areas={**packaged.areas, **invented.areas},
        facts={**invented.facts, **packaged.facts},
    )  # fmt: skip


@pytest.mark.parametrize("flow", CATALOGUE.values(), ids=lambda flow: flow.name)
def test_every_screen_of_a_flow_has_a_place_of_its_own_in_the_picture(flow: Flow) -> None:
    cells = layout(flow)
    assert len(set(cells.values())) == len(cells) == len(flow.pages)


def test_every_road_is_told_in_words_too() -> None:
    told = roads(FLOW, editions()[0].vocabulary, WORDS)
    assert len(told) >= sum(len(page.routes) for page in FLOW.pages) - len(FLOW.pages)
    assert any(road.when and "I am worried about an adult" in road.when for road in told)
    assert picture(FLOW, WORDS).count("<rect") == len(FLOW.pages)
