"""A sheet as HTML, and what was published as CSV. Draws what stands there and nothing else.

The page prints on A4, black on white, without anything fetched from elsewhere; no meaning by colour alone.
"""

import base64
import csv
import hashlib
import io
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from bot.publishing import TABLES, Content, cells_of
from bot.sheets import Sheet

HERE = Path(__file__).parent / "sheet_templates"
STYLE = (HERE / "sheet.css").read_text(encoding="utf-8")
STYLE_HASH = "sha256-" + base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
"""What a page's policy allows as its only style."""
_COLUMNS = ("audience", "period", "first_day", "last_day", "what", "item", "low", "high", "in_words")


@cache
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(HERE), autoescape=select_autoescape(), undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip


def as_html(sheet: Sheet, figures: str | None = None, printed: bytes | None = None) -> str:
    """A page that stands alone; with `figures`, a CSV, or the page `printed` as PDF it offers them for keeping."""
    picture = None if sheet.picture is None else base64.b64encode(sheet.picture).decode()
    kept = None if figures is None else base64.b64encode(figures.encode()).decode()
    pdf = None if printed is None else base64.b64encode(printed).decode()
    page = _templates().get_template("sheet.html")
    return page.render(sheet=sheet, style=STYLE, picture=picture, figures=kept, pdf=pdf)


def question_html(title: str, text: str, button: str | None) -> str:
    """A page with one sentence, and one button if there is something to press."""
    page = _templates().get_template("question.html")
    return page.render(title=title, text=text, button=button, style=STYLE)


def as_csv(contents: Iterable[Content]) -> str:
    """Everything that was published, a line each: counts as ranges, shares and times in their words."""
    written = io.StringIO()
    lines = csv.writer(written, lineterminator="\r\n")
    lines.writerow(_COLUMNS)
    for content in contents:
        start = [content[name] for name in ("audience", "period", "first", "last")]
        lines.writerows([*start, *line] for line in _lines(content))
    return written.getvalue()


def _lines(content: Content) -> Iterator[list[object]]:
    for table in TABLES:
        for item, cell in cells_of(content, table).items():
            yield [table, item, cell.low, "" if cell.high is None else cell.high, ""]
    for name, said in content["shares"].items():
        for part, word in said.items():
            yield [name, part, "", "", word]
    for name, took in content["times"].items():
        for part, minutes in took.items():
            yield [name, f"{part}_minutes", minutes, minutes, ""]
    for part, value in (content["kappa"] or {}).items():
        yield ["kappa", part, value, value, ""]
