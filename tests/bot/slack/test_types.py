"""Slack's own types for TypeScript take every view and message: a misspelt key or a wrong block is found there."""

import json
import subprocess
from pathlib import Path

import pytest

from bot.channels.slack.draw import home, message, modal
from dialogs.screens import Quote
from tests.architecture.sources import ROOT
from tests.bot.slack.checking import Json
from tests.bot.web import samples

MODULES = ROOT / "node_modules"
COMPILER = MODULES / "typescript" / "bin" / "tsc"
TYPES = {"modal": "ModalView", "home": "HomeView", "message": "{ text: string; blocks: KnownBlock[] }"}
SETTINGS = {
    "compilerOptions": {
        "strict": True,
        "noEmit": True,
        "module": "node20",
        "skipLibCheck": True,
        "types": [],
    },
    "include": ["*.ts"],
}


def written(folder: Path, name: str, drawn: Json) -> None:
    """The drawn thing as a module that must satisfy its type."""
    kind = drawn.get("type", "message")
    text = json.dumps(drawn, ensure_ascii=False)
    lead = 'import type { HomeView, KnownBlock, ModalView } from "@slack/types";\n'
    (folder / f"{name}.ts").write_text(f"{lead}export default {text} satisfies {TYPES[kind]};\n", encoding="utf-8")


def checked(folder: Path) -> str:
    """What the compiler says; empty when it is content."""
    (folder / "tsconfig.json").write_text(json.dumps(SETTINGS), encoding="utf-8")
    (folder / "package.json").write_text('{"type": "module"}', encoding="utf-8")
    (folder / "node_modules").symlink_to(MODULES)
    ran = subprocess.run([str(COMPILER), "-p", str(folder)], capture_output=True, text=True, timeout=120, check=False)
    return ran.stdout + ran.stderr


@pytest.mark.e2e
def test_every_sample_satisfies_the_types_that_slack_publishes(tmp_path: Path) -> None:
    for number, screen in enumerate(samples.ALL):
        written(tmp_path, f"modal{number}", modal(screen))
        if not screen.fields:
            written(tmp_path, f"home{number}", home(screen))
        if not screen.fields and not any(isinstance(block, Quote) for block in screen.blocks):
            written(tmp_path, f"message{number}", message(screen))
    assert checked(tmp_path) == ""


@pytest.mark.e2e
def test_the_types_find_a_misspelt_key(tmp_path: Path) -> None:
    view = modal(samples.START)
    written(tmp_path, "wrong", {**view, "titel": view["title"]})
    assert "TS2353" in checked(tmp_path)
