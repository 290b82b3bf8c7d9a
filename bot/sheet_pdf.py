"""A sheet as PDF, A4, black on white. The only module that knows the library; commands alone load it."""

import io
from importlib.util import find_spec
from pathlib import Path

from fpdf import FPDF
from fpdf.enums import TableCellFillMode, XPos, YPos
from fpdf.fonts import FontFace
from fpdf.recorder import FPDFRecorder

from bot.sheets import Sheet, Table

_INK, _PALE, _LINE = (27, 31, 36), (90, 100, 114), (170, 178, 189)
_FIRST_WIDTH = 1.6
"""How much wider the first column is than the others."""


def _fonts() -> Path:
    """Where the chart library keeps its typefaces; looked for without loading it."""
    found = find_spec("matplotlib")
    assert found is not None
    assert found.submodule_search_locations is not None
    return Path(found.submodule_search_locations[0]) / "mpl-data" / "fonts" / "ttf"


class _Page(FPDF):
    """A4 with page numbers."""

    def footer(self) -> None:
        """The number of the page."""
        self.set_y(-14)
        self.set_font("plain", size=8)
        self.set_text_color(*_PALE)
        self.cell(0, 8, f"{self.page_no()} / {{nb}}", align="R")


def as_pdf(sheet: Sheet) -> bytes:
    """The page as PDF."""
    page = _Page(format="A4")
    page.set_title(sheet.title)
    page.set_lang("en-GB")
    page.set_margins(16, 16)
    page.set_auto_page_break(auto=True, margin=18)
    fonts = _fonts()
    page.add_font("plain", fname=fonts / "DejaVuSans.ttf")
    page.add_font("plain", style="B", fname=fonts / "DejaVuSans-Bold.ttf")
    page.add_page()
    _said(page, sheet.title, size=16, style="B")
    _said(page, sheet.whose, size=10, pale=True)
    for title, lines in sheet.notices:
        _said(page, title, size=11, style="B")
        for line in lines:
            _said(page, line, size=10)
    if sheet.picture is not None:
        page.image(io.BytesIO(sheet.picture), w=105, alt_text=sheet.picture_text)
    for table in sheet.tables:
        _table(page, table)
    for title, lines in sheet.after:
        page.ln(2)
        _said(page, title, size=11, style="B")
        for line in lines:
            _said(page, line, size=10)
    page.ln(2)
    for note in sheet.notes:
        _said(page, note, size=9, pale=True)
    return bytes(page.output())


def _said(page: FPDF | FPDFRecorder, text: str, *, size: float, style: str = "", pale: bool = False) -> None:
    page.set_font("plain", style=style, size=size)
    page.set_text_color(*(_PALE if pale else _INK))
    page.multi_cell(0, size * 0.5, text, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    page.ln(1)


def _table(page: FPDF, table: Table) -> None:
    page.ln(2)
    with page.unbreakable() as whole:
        _said(whole, table.title, size=11, style="B")
        whole.set_font("plain", size=8.5)
        whole.set_text_color(*_INK)
        whole.set_draw_color(*_LINE)
        widths = (_FIRST_WIDTH, *(1.0 for _ in table.head[1:]))
        with whole.table(
            col_widths=widths, text_align=("LEFT", *("LEFT" for _ in table.head[1:])), line_height=4.6, padding=0.8,
            borders_layout="HORIZONTAL_LINES", cell_fill_mode=TableCellFillMode.NONE,
            headings_style=FontFace(emphasis="BOLD"),
        ) as drawn:  # fmt: skip
            for row in (table.head, *table.rows):
                drawn.row(row)
