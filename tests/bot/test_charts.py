"""The picture: drawn by a child, readable by everybody, and no loss when it can't be drawn."""

import io
import sys
from collections.abc import Iterator

import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text
from matplotlib.transforms import Bbox
from PIL import Image

from bot.charting import DOTS, GROUND, INCHES, INK, PALE, SOLID, figure_of
from bot.charts import picture, wanted
from bot.publishing import Content
from dialogs.words import Words
from tests import references
from tests.bot.test_publishing import of, sent

WORDS = Words.load()


def trend(weeks: int = 12) -> tuple[Content, ...]:
    """Weeks with small, middling and no counts at all, and one busy one."""
    counts = [sent(), *(sent(early_help=(7 * n) % 11, statutory_referral=n % 6) for n in range(1, weeks - 1))]
    busy = sent(emergency=2, statutory_referral=31, early_help=48, preventative_advice=22, none=5)
    return tuple(of(number, sent=one) for number, one in enumerate((*counts, busy)))


@pytest.fixture(scope="module")
def png() -> bytes:
    """The picture of twelve weeks."""
    found = picture(trend(), WORDS)
    assert found is not None
    return found


def test_a_child_draws_a_picture_of_the_size_that_is_meant(png: bytes) -> None:
    image = Image.open(io.BytesIO(png))
    assert image.size == (round(INCHES[0] * DOTS), round(INCHES[1] * DOTS))
    assert len(png) < 200_000


def test_it_looks_as_it_did_when_somebody_looked_at_it(png: bytes) -> None:
    assert references.differs(png, "figures/chart") is None


def test_something_is_on_it(png: bytes) -> None:
    image = Image.open(io.BytesIO(png)).convert("RGB")
    colours = image.getcolors(image.width * image.height)
    assert colours is not None
    solid = sum(count for count, colour in colours if colour == (0x0B, 0x4F, 0x8A))
    assert solid > 0.02 * image.width * image.height
    # It brings its own ground, so that it reads in the dark too.
    assert image.getpixel((2, 2)) == (255, 255, 255)


@pytest.mark.parametrize("weeks", [2, 12])
def test_no_text_overlaps_another_or_leaves_the_picture(weeks: int) -> None:
    figure = figure_of(wanted(trend(weeks), WORDS))
    canvas = FigureCanvasAgg(figure)
    canvas.draw()  # type: ignore[no-untyped-call]
    boxes = [(one.get_text(), one.get_window_extent()) for one in _texts(figure)]
    whole = figure.bbox
    for place, (text, box) in enumerate(boxes):
        assert whole.x0 <= box.x0 <= box.x1 <= whole.x1, text
        assert whole.y0 <= box.y0 <= box.y1 <= whole.y1, text
        for other, beside in boxes[place + 1 :]:
            assert Bbox.intersection(box, beside) is None, (text, other)


def _texts(figure: object) -> Iterator[Text]:
    for one in figure.findobj(Text):  # type: ignore[attr-defined]
        if one.get_visible() and one.get_text().strip() and one.get_window_extent().width:
            yield one


@pytest.mark.parametrize(("colour", "least"), [(INK, 7.0), (PALE, 4.5), (SOLID, 4.5)])
def test_every_colour_stands_out_from_the_ground(colour: str, least: float) -> None:
    assert (_light(GROUND) + 0.05) / (_light(colour) + 0.05) >= least


def _light(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize(
    "broken",
    [
        (sys.executable, "-c", "raise SystemExit(1)"),
        (sys.executable, "-c", "print('no picture')"),
        ("/there/is/no/such/programme",),
    ],
    ids=["fails", "says nonsense", "is not there"],
)
def test_a_picture_that_cannot_be_drawn_is_none(broken: tuple[str, ...]) -> None:
    assert picture(trend(), WORDS, broken) is None


def test_the_picture_shows_nothing_that_was_not_published() -> None:
    found = wanted(trend(), WORDS)
    assert found["kinds"][0] == {"label": "Emergency", "low": 1, "high": 4, "text": "1 to 4"}
    assert [one["label"] for one in found["weeks"]][:3] == ["47", "48", "49"]
