"""The three files of an authority's folder, seen as one document whose places are still known."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from thresholds.sources import Problem, Source, shape_errors, shape_message

OWN_FILE = ("indicators", "examples")


@dataclass(frozen=True, slots=True)
class Parts:
    """`sources` maps `document`, `indicators`, `examples` to their files."""

    sources: Mapping[str, Source]

    def source(self, name: str) -> Source:
        """The file of that name."""
        return self.sources[name]

    def problem(self, message: str, *place: str | int) -> Problem:
        """A problem at a place of the whole document, in the file that holds it."""
        holder = place[0] if place and place[0] in OWN_FILE else "document"
        return self.sources[str(holder)].problem(message, *place)

    def whole(self) -> tuple[dict[str, Any], tuple[Problem, ...]]:
        """`document.yaml` and `indicators.yaml` as one mapping, and what stands in the wrong one of them."""
        document, indicators = self.source("document").data, self.source("indicators").data
        problems = list(self._misplaced(document, indicators))
        whole = dict(document) if isinstance(document, dict) else {}
        whole["indicators"] = indicators.get("indicators", []) if isinstance(indicators, dict) else []
        return whole, tuple(problems)

    def shape_problems(self, error: ValidationError) -> Iterator[Problem]:
        """The problems of a pydantic error, each at its file and line."""
        for found in shape_errors(error):
            yield self.problem(shape_message(found), *found["loc"])

    def _misplaced(self, document: object, indicators: object) -> Iterator[Problem]:
        if isinstance(document, dict) and "indicators" in document:
            message = "indicators stand in indicators.yaml: move them there"
            yield self.source("document").problem(message, "indicators")
        keys = set(indicators) if isinstance(indicators, dict) else set()
        if keys != {"indicators"}:
            yield self.source("indicators").problem("this file holds one key, indicators, and nothing else: mend it")
