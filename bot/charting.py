"""Draws the digest's picture: run as a child process, JSON in, PNG out. The only module that knows the chart library.

Dark text on a light ground of its own, so that it reads in light and dark surroundings; no meaning by colour alone.
"""

import io
import json
import sys
from collections.abc import Mapping, Sequence
from math import nan
from textwrap import fill
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

INK, PALE, SOLID, GROUND = "#1b1f24", "#5a6472", "#0b4f8a", "#ffffff"
_BAR = 0.34
_STRIPED: Mapping[str, Any] = {"color": GROUND, "edgecolor": SOLID, "hatch": "////", "linewidth": 1}
_NOTE = 56
"""Letters of a line below the picture."""
INCHES = (4.8, 5.1)
"""So small that its text can be read where it fills a phone's width."""
DOTS = 200
"""An inch; a platform takes 1,024 each way."""
_LOOK: dict[Any, Any] = {
    "font.family": "DejaVu Sans",
    "font.size": 11,
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.edgecolor": PALE,
    "xtick.color": INK,
    "ytick.color": INK,
    "hatch.linewidth": 1.2,
}


def drawn(wanted: Mapping[str, Any]) -> bytes:
    """The picture as PNG: the weeks as bars, and below them this week's kinds.

    `wanted`: `title`, `range`, `weeks` (label, low, high) and `kinds` (label, low, high, text), with their headings.
    """
    with mpl.rc_context(_LOOK):
        figure = figure_of(wanted)
        kept = io.BytesIO()
        figure.savefig(kept, format="png", dpi=DOTS, facecolor=GROUND)
    return kept.getvalue()


def figure_of(wanted: Mapping[str, Any]) -> Figure:
    """The picture before it is written."""
    figure = Figure(figsize=INCHES, layout="constrained", facecolor=GROUND)
    above, below = figure.subplots(2, 1, height_ratios=(5, 6))
    _weeks(above, wanted["weeks"], wanted["weeks_title"])
    _kinds(below, wanted["kinds"], wanted["kinds_title"])
    figure.supxlabel(fill(wanted["note"], _NOTE), fontsize=10, color=PALE)
    return figure


def _weeks(axes: Axes, weeks: Sequence[Mapping[str, Any]], title: str) -> None:
    places = range(len(weeks))
    lows = [one["low"] for one in weeks]
    axes.bar(places, lows, color=SOLID, width=0.7)
    axes.bar(places, _open(weeks), bottom=lows, width=0.7, **_STRIPED)
    axes.set_xticks(places, [one["label"] for one in weeks])
    top = max([5, *(one["high"] for one in weeks)]) * 1.12
    axes.set_ylim(0, top)
    axes.set_yticks([tick for tick in MaxNLocator(6, integer=True).tick_values(0, top) if tick <= top])
    axes.set_title(title, loc="left", fontsize=12, fontweight="bold")
    _plain(axes)
    axes.grid(axis="y", color="#d9dde3", linewidth=0.8)


def _kinds(axes: Axes, kinds: Sequence[Mapping[str, Any]], title: str) -> None:
    places = range(len(kinds))
    lows = [one["low"] for one in kinds]
    axes.barh(places, lows, color=SOLID, height=_BAR)
    axes.barh(places, _open(kinds), left=lows, height=_BAR, **_STRIPED)
    most = max([5, *(one["high"] for one in kinds)])
    for place, one in zip(places, kinds, strict=True):
        # Above its bar, so that the narrow picture keeps its width for the bars.
        axes.text(0, place - _BAR / 2 - 0.06, f"{one['label']}: {one['text']}", va="bottom", fontsize=11)
    axes.set_ylim(len(kinds) - 0.6, -0.9)
    axes.set_xlim(0, most * 1.05)
    axes.set_xticks([])
    axes.set_yticks([])
    axes.set_title(title, loc="left", fontsize=12, fontweight="bold")
    _plain(axes)
    axes.spines["bottom"].set_visible(False)


def _open(bars: Sequence[Mapping[str, Any]]) -> list[float]:
    """How far each bar may reach beyond what is sure; nothing is drawn of one that is exact."""
    return [one["high"] - one["low"] or nan for one in bars]


def _plain(axes: Axes) -> None:
    axes.set_axisbelow(True)
    axes.tick_params(length=0)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)


def main() -> None:
    """Read what is wanted from standard input, write the picture to standard output."""
    sys.stdout.buffer.write(drawn(json.load(sys.stdin)))


if __name__ == "__main__":
    main()
