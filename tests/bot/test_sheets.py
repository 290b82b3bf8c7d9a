"""The full page and the reports: what stands on them, as HTML, PDF and CSV."""

import csv
import io
from dataclasses import replace
from datetime import UTC, date, datetime

from bot.attention import Attention, Lapsing, Load, Waiting
from bot.digest_card import Digest, blocks, card
from bot.publishing import Content
from bot.sheet_files import as_csv, as_html, question_html
from bot.sheet_pdf import as_pdf
from bot.sheets import Arm, digest_sheet, rate_text, report_sheet
from bot.small_numbers import Cell
from dialogs.screens import Notice
from dialogs.words import Words
from storage.periods import Took
from storage.shapes import PersonId
from tests.bot.scenarios.house import words_of
from tests.bot.test_publishing import of, sent

WORDS = Words.load()
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
BUSY = of(
    sent=sent(early_help=41, statutory_referral=12, emergency=2),
    decided=sent(early_help=39, statutory_referral=14),
    pairs={("early_help", "early_help"): 39, ("statutory_referral", "statutory_referral"): 14},
    seen=(Took(minutes=9, in_time=True, count=50), Took(minutes=90, in_time=False, count=5)),
    abandoned={"signs": 3},
)
LOADS = (
    Load(
        person=PersonId("a"), name="Ada Invented", own={"statutory": 3, "early_help": 12, "advice": 0},
        feeders={"statutory": 0, "early_help": 1, "advice": 0},
    ),
)  # fmt: skip


def digest(content: Content = BUSY, attention: Attention | None = None) -> Digest:
    return Digest(whose="A team (invented)", content=content, attention=attention or Attention(), pupils=8000)


def test_pointers_come_first_and_are_counted_exactly() -> None:
    waiting = tuple(Waiting(reference=f"K4M-{n:03}", since=NOON) for n in range(11))
    lapsing = (Lapsing(what="Front door", by=date(2026, 12, 1)),)
    needs = Attention(unseen=waiting, uncovered=("Oak School",), lapsing=lapsing)
    first = next(one for one in blocks(digest(attention=needs), WORDS) if isinstance(one, Notice))
    assert first.title == "Needs action now"
    assert first.lines[0].startswith("Not seen yet (11): K4M-000 since 12:00 on 23 November, ")
    assert first.lines[0].endswith("K4M-007 since 12:00 on 23 November, and 3 more")
    assert first.lines[1:] == (
        "No social worker there, and nobody covers: Oak School",
        "To be checked by 1 December 2026: Front door",
    )


def test_a_card_says_what_can_be_said() -> None:
    said = words_of(card(digest(), WORDS))
    assert "All together: 54 to 57" in said
    assert "Early help: 41" in said
    assert "three quarters or more; half within 10 minutes" in said
    assert "Every decision followed the suggestion" in said
    assert "Pupils on roll at these schools: 8,000." in said
    assert "A rise may mean earlier identification." in said


def test_the_full_page_has_loads_by_name_and_the_weeks() -> None:
    sheet = digest_sheet(digest(), (of(), BUSY), LOADS, WORDS)
    tables = {table.title: table for table in sheet.tables}
    assert tables["Open concerns of each social worker"].rows == (("Ada Invented", "3", "12", "0", "0", "1", "0"),)
    assert tables["Twelve weeks"].rows[-1] == ("47", "54 to 57", "53")
    assert all(len(row) == len(table.head) for table in sheet.tables for row in table.rows)


def test_a_report_sets_both_arms_side_by_side_without_names_or_ranks() -> None:
    arms = (Arm(name="With", content=BUSY, pupils=8000), Arm(name="Comparison", content=of(), pupils=None))
    sheet = report_sheet("Project board, month", arms, LOADS, WORDS)
    first = sheet.tables[0]
    assert first.head == ("", "With", "per 1,000 pupils", "Comparison", "per 1,000 pupils")
    assert first.rows[0] == ("All together", "54 to 57", "6.8 to 7.1", "0", "not known")
    assert "Ada Invented" not in as_html(sheet)
    assert sheet.notices[0][0] == "Every decision followed the suggestion"
    assert all(len(row) == len(table.head) for table in sheet.tables for row in table.rows)


def test_an_empty_period_gives_a_report_that_says_so() -> None:
    sheet = report_sheet("Project board, month", (Arm(name="With", content=of(), pupils=10),), (), WORDS)
    assert sheet.notices == (
        (
            "Nothing in this period",
            ("No concern was sent, decided or left unfinished. This report is empty, and it is whole.",),
        ),
    )


def test_rates_follow_what_was_said() -> None:
    assert rate_text(Cell(low=12, high=12), 8000, WORDS) == "1.5"
    assert rate_text(Cell(low=1, high=4), 8000, WORDS) == "0.1 to 0.5"
    assert rate_text(Cell(low=1, high=None), 1000, WORDS) == "1.0 or more"


def test_html_stands_alone_and_writes_out_what_could_be_markup() -> None:
    sheet = replace(digest_sheet(digest(), (BUSY,), LOADS, WORDS), whose="<b>&", picture=b"png")
    page = as_html(sheet, "a,b")
    assert "&lt;b&gt;&amp;" in page
    assert "http" not in page
    assert 'src="data:image/png;base64,' in page
    assert f'alt="{sheet.picture_text}"' in page
    assert 'download="figures.csv"' in page


def test_without_a_picture_its_text_stands_in_its_place() -> None:
    sheet = digest_sheet(digest(), (BUSY,), LOADS, WORDS)
    assert f"<p>{sheet.picture_text}</p>" in as_html(sheet)
    assert "week 47: 54 to 57" in sheet.picture_text


def test_a_question_has_one_button_or_none() -> None:
    assert "<button>Show</button>" in question_html("T", "Text", "Show")
    assert "<button" not in question_html("T", "Text", None)


def test_the_pdf_is_one() -> None:
    arms = (Arm(name="With a social worker", content=BUSY, pupils=8000), Arm(name="Comparison", content=of(), pupils=9))
    found = as_pdf(report_sheet("Project board, month", arms, LOADS, WORDS))
    assert found.startswith(b"%PDF-")
    assert b"/Lang (en-GB)" in found


def test_the_csv_says_counts_as_ranges_and_nothing_that_was_not_published() -> None:
    rows = list(csv.DictReader(io.StringIO(as_csv((BUSY,)))))
    said = {(row["what"], row["item"]): (row["low"], row["high"], row["in_words"]) for row in rows}
    assert said["sent", "emergency"] == ("1", "4", "")
    assert said["sent", "early_help"] == ("41", "41", "")
    assert said["seen", "late"] == ("", "", "few")
    assert "basis" not in as_csv((BUSY,))
