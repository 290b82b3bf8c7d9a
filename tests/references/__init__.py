"""Pictures of what people see, as they were looked at and found good; a test compares what is drawn now with them.

Kept small and grey. Set SWIS_REFERENCES=write and run the tests to keep new ones; then look at them.
"""

import io
import os
from pathlib import Path

from PIL import Image, ImageChops, ImageStat

FOLDER = Path(__file__).parent
WIDTH = 360
"""Pixels: enough to see a lost line, a wrong bar, a text that overlaps."""
AVERAGE = 2.5
"""Of 255: how much a picture may differ all in all; fonts are smoothed a little otherwise by other versions."""
FAR = 80
SHARE = 0.01
"""At most this share of the pixels may differ by more than `FAR`."""


def keep(png: bytes, name: str, folder: Path = FOLDER) -> None:
    """Keep a picture under a name, small and grey."""
    path = folder / f"{name}.png"
    path.parent.mkdir(parents=True, exist_ok=True)
    _small(png).save(path, optimize=True)


def differs(png: bytes, name: str, folder: Path = FOLDER) -> str | None:
    """What is otherwise than in the picture kept under `name`; None if they look the same."""
    if os.environ.get("SWIS_REFERENCES") == "write":  # noqa: TID251 - a person keeps new ones on purpose
        keep(png, name, folder)
    now, path = _small(png), folder / f"{name}.png"
    if not path.is_file():
        return f"{name}: no picture is kept: look at it, and keep it"
    before = Image.open(path).convert("L")
    if abs(before.height - now.height) > max(2, before.height // 100):
        return f"{name}: {now.height} pixels high, {before.height} before"
    apart = ImageChops.difference(before, now.resize(before.size))
    average = ImageStat.Stat(apart).mean[0]
    far = sum(apart.histogram()[FAR:]) / (apart.width * apart.height)
    if average > AVERAGE or far > SHARE:
        return f"{name}: {average:.1f} of 255 all in all, {far:.1%} of it far off"
    return None


def _small(png: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(png)).convert("L")
    width = min(WIDTH, image.width)
    return image.resize((width, round(image.height * width / image.width)), Image.Resampling.LANCZOS)
