"""The digest's picture, drawn by a child process: a library that hangs or breaks takes no thread and no memory of ours.

A picture that can't be drawn is none; whoever asked shows the numbers without it.
"""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from bot.digest_card import cell_text
from bot.publishing import Content, cells_of, number_of
from bot.settings import environment_of_child
from bot.small_numbers import Cell, total
from dialogs.words import Words

SECONDS = 60.0
PNG = b"\x89PNG"
WEEKS_SHOWN = 12
COMMAND: tuple[str, ...] = (sys.executable, "-m", "bot.charting")


def picture(trend: Sequence[Content], words: Words, command: Sequence[str] = COMMAND) -> bytes | None:
    """The picture of the last week and those before it as PNG; None if it could not be drawn in time."""
    try:
        done = subprocess.run(  # noqa: S603 - our own module, figures on its standard input
            list(command), input=json.dumps(wanted(trend, words)).encode(), capture_output=True, timeout=SECONDS,
            env=environment_of_child({"MPLBACKEND": "Agg"}), check=True,
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout if done.stdout.startswith(PNG) else None


def wanted(trend: Sequence[Content], words: Words) -> Mapping[str, Any]:
    """What the picture shows: nothing but what was published."""
    return {
        "weeks_title": words("figures.picture.weeks"),
        "kinds_title": words("figures.picture.kinds"),
        "note": words("figures.picture.note"),
        "weeks": [_bar(f"{number_of(one)}", total(cells_of(one, "sent").values())) for one in trend],
        "kinds": [
            {**_bar(words(f"figures.outcomes.{outcome}"), cell), "text": cell_text(cell, words)}
            for outcome, cell in cells_of(trend[-1], "sent").items()
        ],
    }


def _bar(label: str, cell: Cell) -> dict[str, Any]:
    return {"label": label, "low": cell.low, "high": cell.low if cell.high is None else cell.high}
