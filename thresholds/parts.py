"""The three files of an authority's folder, seen as one document whose places are still known."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from thresholds.salvage import WHOLE, Left
from thresholds.sources import Problem, Source, shape_message

OWN_FILE = ("indicators", "examples")


@dataclass(frozen=True, slots=True)
class Parts:
    """`sources` maps `document`, `indicators`, `examples` to their files; `left` is what could be made of them."""

    sources: Mapping[str, Source]
    left: Left = WHOLE

    def source(self, name: str) -> Source:
        """The file of that name."""
        return self.sources[name]

    def problem(self, message: str, *place: str | int) -> Problem:
        """A problem at a place of the whole document, in the file that holds it."""
        holder = place[0] if place and place[0] in OWN_FILE else "document"
        return self.sources[str(holder)].problem(message, *self.left.place(place))

    def outline(self) -> "Parts":
        """As far as problems of whole documents need them: files, and the lines of top-level keys."""
        return Parts({name: source.outline() for name, source in self.sources.items()}, self.left)

    def sure(self, *keys: str) -> bool:
        """Whether these top-level keys could be read whole; what depends on others is not said."""
        return self.left.unsure.isdisjoint(keys)

    def whole(self) -> tuple[dict[str, Any], tuple[Problem, ...]]:
        """`document.yaml` and `indicators.yaml` as one mapping, and what stands in the wrong one of them."""
        document, indicators = self.source("document").data, self.source("indicators").data
        problems = list(self._misplaced(document, indicators))
        whole = dict(document) if isinstance(document, dict) else {}
        whole["indicators"] = indicators.get("indicators", []) if isinstance(indicators, dict) else []
        return whole, tuple(problems)

    def shape_problem(self, found: Mapping[str, Any]) -> Problem:
        """One error of pydantic at its file and line."""
        return self.problem(shape_message(found), *found["loc"])

    def _misplaced(self, document: object, indicators: object) -> Iterator[Problem]:
        if isinstance(document, dict) and "indicators" in document:
            message = "indicators stand in indicators.yaml: move them there"
            yield self.source("document").problem(message, "indicators")
        keys = set(indicators) if isinstance(indicators, dict) else set()
        if keys != {"indicators"}:
            yield self.source("indicators").problem("this file holds one key, indicators, and nothing else: mend it")
