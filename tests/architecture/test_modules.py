"""The map of bot's modules names every one of them, once."""

import re
from collections import Counter

from tests.architecture.sources import ROOT

MAP = ROOT / "docs" / "modules.md"
ROW = re.compile(r"^\| (?P<names>`[^|]*`) \|", re.MULTILINE)


def test_every_module_of_bot_stands_in_the_map_once() -> None:
    text = MAP.read_text(encoding="utf-8")
    named = Counter(name for row in ROW.finditer(text) for name in re.findall(r"`([a-z_]+/?)`", row["names"]))
    modules = {path.stem for path in (ROOT / "bot").glob("*.py") if not path.stem.startswith("__")}
    folders = {f"{path.parent.name}/" for path in (ROOT / "bot").glob("*/__init__.py")}
    assert sorted(modules | folders - {"__pycache__/"}) == sorted(
        name for name in named if name in modules | folders
    ), "a module is missing in docs/modules.md: give it a line there"
    assert not [name for name, count in named.items() if count > 1]
