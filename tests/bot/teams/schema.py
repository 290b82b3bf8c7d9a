"""The published schema of Adaptive Cards 1.5, element by element: a whole card's fault would be unreadable."""

import json
from functools import cache
from typing import Any

import pytest
from jsonschema import Draft6Validator

from tests.architecture.sources import ROOT
from tests.bot.teams.checking import Json, parts

BESIDE = (folder / "shared" / "schemas" / "adaptive-card-1.5.0.json" for folder in ROOT.parents)
CARDS = next((path for path in BESIDE if path.exists()), None)
needs_schema = pytest.mark.skipif(CARDS is None, reason="the publisher's schemas do not lie beside the project")
INSIDE = {"body", "items", "inlines", "actions", "choices", "fallback"}


@cache
def _definitions() -> dict[str, Any]:
    assert CARDS is not None
    found: dict[str, Any] = json.loads(CARDS.read_text(encoding="utf-8"))
    return found


@cache
def _validator(kind: str) -> Draft6Validator:
    schema = _definitions()
    return Draft6Validator(
        {"$schema": schema["$schema"], "definitions": schema["definitions"], "$ref": f"#/definitions/{kind}"}
    )


def against_schema(card: Json) -> list[str]:
    """What the schema says against each element alone, then against its options and what stands in for it."""
    found = []
    for one in parts(card):
        alone = {name: value for name, value in one.items() if name not in INSIDE or name == "choices"}
        alone |= {name: [] for name in ("body", "items", "inlines", "actions") if name in one}
        found += [f"{one['type']}: {error.message[:200]}" for error in _validator(one["type"]).iter_errors(alone)]
        if "fallback" in one:
            found += [error.message[:200] for error in _validator("Action.Submit").iter_errors(one["fallback"])]
    return found
