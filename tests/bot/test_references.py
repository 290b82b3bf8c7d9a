"""Comparing with a kept picture: a little smoothing is nothing, a lost line is something."""

import io
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFilter

from tests import references


def picture(*, lines: int = 8, blurred: float = 0.0, height: int = 400) -> bytes:
    """Dark lines like text on a white ground."""
    image = Image.new("RGB", (720, height), "white")
    draw = ImageDraw.Draw(image)
    for number in range(lines):
        draw.rectangle((40, 40 + 40 * number, 680, 52 + 40 * number), fill="black")
    kept = io.BytesIO()
    image.filter(ImageFilter.GaussianBlur(blurred)).save(kept, format="png")
    return kept.getvalue()


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """A folder with one picture."""
    references.keep(picture(), "one", tmp_path)
    return tmp_path


def test_the_same_picture_and_one_smoothed_otherwise_look_the_same(kept: Path) -> None:
    assert references.differs(picture(), "one", kept) is None
    assert references.differs(picture(blurred=0.5), "one", kept) is None


def test_a_lost_line_another_height_and_a_picture_that_was_never_kept_are_told(kept: Path) -> None:
    assert "far off" in (references.differs(picture(lines=7), "one", kept) or "")
    assert "pixels high" in (references.differs(picture(height=460), "one", kept) or "")
    assert "no picture is kept" in (references.differs(picture(), "two", kept) or "")
