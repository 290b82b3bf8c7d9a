"""A measured figure, its bar, and how figures become docs/measured.md."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path


@dataclass(frozen=True, kw_only=True, slots=True)
class Figure:
    """One row: what was measured, the value, its unit. `at_least` or `at_most` is the bar, if anything is promised."""

    what: str
    value: float | str
    unit: str = ""
    at_least: float | None = None
    at_most: float | None = None

    @property
    def reached(self) -> bool:
        """The bar, if there is one, is reached."""
        if isinstance(self.value, str):
            return self.at_least is None and self.at_most is None
        low = self.at_least is None or self.value >= self.at_least
        return low and (self.at_most is None or self.value <= self.at_most)

    def row(self) -> str:
        """A row of a Markdown table."""
        return f"| {self.what} | {shown(self.value)} {self.unit}".rstrip() + f" | {self._bar()} |"

    def _bar(self) -> str:
        bars = [f"{sign} {bar:g}" for sign, bar in (("≥", self.at_least), ("≤", self.at_most)) if bar is not None]
        return f"{', '.join(bars)}: {'reached' if self.reached else 'NOT reached'}" if bars else ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Section:
    """Figures of one comparison, and a sentence on how they were taken."""

    title: str
    how: str
    figures: tuple[Figure, ...]


def shown(value: float | str) -> str:
    """Three significant places at least: 123,456 · 12.3 · 0.123; words as they are."""
    if isinstance(value, str):
        return value
    return f"{value:,.0f}" if abs(value) >= 1000 or value == int(value) > 100 else f"{value:#.3g}".rstrip(".")


def page(sections: Sequence[Section], kept: Sequence[str], *, at: datetime, machine: str) -> str:
    """The whole of docs/measured.md: the sections measured now, and those `kept` from earlier runs as they stand."""
    lines = [
        "# Measured",
        "",
        "Written by `make bench` and `make soak`; nothing here is typed by hand. Each comparison is one run with both",
        "sides on the same core. Rates move by some 10 to 15 % between runs: read the ratios.",
        "",
        f"Machine: {machine}.",
        "",
    ]
    return "\n".join(lines) + "\n".join([*(block(one, at) for one in sections), *kept])


def block(section: Section, at: datetime) -> str:
    """One section as it stands on the page."""
    head = ["", f"## {section.title}", "", section.how, "", f"Measured on {at:%Y-%m-%d} at {at:%H:%M} UTC.", ""]
    return "\n".join([*head, "| what | figure | bar |", "|---|---|---|", *(one.row() for one in section.figures), ""])


def kept_sections(path: Path, anew: Collection[str]) -> tuple[str, ...]:
    """The sections of a page that are not among those measured anew; only such as say when they were measured."""
    if not path.exists():
        return ()
    _, *blocks = path.read_text(encoding="utf-8").split("\n## ")
    old = ((one.partition("\n")[0], one) for one in blocks)
    return tuple(f"\n## {text.rstrip()}\n" for title, text in old if title not in anew and "Measured on " in text)


def write(path: Path, text: str) -> None:
    """Keep the page."""
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
