"""A document on paper: the whole of it as one printable page, its flow as a picture, and the outage sheet.

Draws HTML that needs nothing from elsewhere. Judges nothing, and holds no child's answer: the sheet is an empty form.
"""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

import jinja2
from markupsafe import Markup

from bot.paper.flow_picture import picture, roads
from bot.paper.sheet import sheet_of
from dialogs.flow import Flow
from dialogs.words import Words
from thresholds.catalogue import Edition
from thresholds.conditions import Condition, Is, reads
from thresholds.document import IndicatorEntry
from thresholds.facts import Vocabulary
from thresholds.page import in_words, label_of

OUTCOMES: Mapping[str, str] = {
    "preventative_advice": "Preventative advice",
    "early_help": "Early help",
    "statutory_referral": "Statutory referral",
    "none": "No level known",
    "S17": "Section 17 (child in need)",
    "S47": "Section 47 (significant harm)",
    "emergency": "Emergency",
}


def printable(edition: Edition, flow: Flow, words: Words) -> str:
    """The whole document, the flow's picture, and the outage sheet, as one HTML page."""
    document, vocabulary = edition.document, edition.vocabulary
    return _template("document.html").render(
        document=document, vocabulary=vocabulary, style=_style(), outcomes=OUTCOMES, examples=edition.examples,
        altered=edition.altered, areas=_by_area(edition), label=lambda level: label_of(level, document),
        says=lambda condition: _plainly(condition, vocabulary), simple=lambda condition: isinstance(condition, Is),
        picture=Markup(picture(flow, words)),  # noqa: S704 - it escapes every text
        roads=roads(flow, vocabulary, words),
        sheet=sheet_of(edition, flow, words),
    )  # fmt: skip


def outage_sheet(edition: Edition, flow: Flow, words: Words) -> str:
    """The sheet alone, A4, two pages: the same questions, numbers and levels, to fill in by hand."""
    return _template("sheet.html").render(sheet=sheet_of(edition, flow, words), style=_style())


def _plainly(condition: Condition, vocabulary: Vocabulary) -> str:
    """A condition without the marks that plain text needs."""
    return in_words(condition, vocabulary).replace("*", "")


def _by_area(edition: Edition) -> list[tuple[str, str, list[IndicatorEntry]]]:
    """Label, meaning and lines of each area that has any, in the order of the vocabulary."""
    vocabulary = edition.vocabulary
    found: dict[str, list[IndicatorEntry]] = {}
    for line in edition.document.indicators:
        first = next(fact for fact in reads(line.when) if fact in vocabulary.signs)
        found.setdefault(vocabulary.signs[first].area, []).append(line)
    areas = (area for area in vocabulary.areas.values() if area.id in found)
    return [(area.label, area.meaning, found[area.id]) for area in areas]


@cache
def _environment() -> jinja2.Environment:
    loader = jinja2.FunctionLoader(lambda name: _read(f"templates/{name}"))
    return jinja2.Environment(
        loader=loader, autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )


def _template(name: str) -> jinja2.Template:
    return _environment().get_template(name)


def _style() -> Markup:
    return Markup(_read("templates/paper.css"))  # noqa: S704 - a file of ours


def _read(name: str) -> str:
    return files("bot.paper").joinpath(name).read_text(encoding="utf-8")
