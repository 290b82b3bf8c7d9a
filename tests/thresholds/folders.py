"""Writes invented rule data as the folders that the loader reads."""

from datetime import date
from pathlib import Path
from typing import Any

import yaml

from tests.builders import document_data

AN_EXAMPLE = {
    "id": "hungry_child",
    "story": "Invented.",
    "facts": {"hungry": True},
    "outcome": "early_help",
    "level": "early",
    "because": "Invented.",
}


def write_edition(root: Path, examples: list[Any] | None = None, **changes: Any) -> Path:
    """The folder `<authority>/<date>` of the invented document with `changes`."""
    data = {**document_data(), **{key: _as_date(value) for key, value in changes.items()}}
    folder = root / str(data["authority"]) / str(data["in_force_from"])
    folder.mkdir(parents=True, exist_ok=True)
    indicators = data.pop("indicators")
    write(folder / "document.yaml", data)
    write(folder / "indicators.yaml", {"indicators": indicators})
    write(folder / "examples.yaml", {"examples": [AN_EXAMPLE] if examples is None else examples})
    (folder / "source.md").write_text("# Invented\n", encoding="utf-8")
    return folder


def write(path: Path, data: object) -> None:
    """As YAML, without aliases, keys in the order given."""
    path.write_text(yaml.dump(data, Dumper=_Plain, sort_keys=False), encoding="utf-8")


class _Plain(yaml.SafeDumper):
    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002 - the name is PyYAML's
        return True


def _as_date(value: object) -> object:
    """Dates are written as text in the tables of the tests."""
    try:
        return date.fromisoformat(str(value)) if isinstance(value, str) else value
    except ValueError:
        return value
