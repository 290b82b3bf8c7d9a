"""Every command of `swis` has its help and stands in the list of commands that the project knows."""

from collections.abc import Iterator

import pytest
from typer import Typer
from typer.testing import CliRunner

from bot.__main__ import app

KNOWN = {
    "demo", "serve", "check", "migrate", "facts", "triage", "walk",
    "thresholds new", "thresholds lint", "thresholds show", "thresholds diff", "thresholds test",
    "thresholds impact", "thresholds sign", "rekey", "backup", "erase", "hold",
    "digest", "report", "export", "manifest slack", "manifest teams",
}  # fmt: skip
HERE_NOW = {"demo", "facts", "triage", "walk", "thresholds lint", "thresholds show", "thresholds test"}


def commands(group: Typer, before: str = "") -> Iterator[str]:
    """Every command of a group and of the groups in it, as it is typed."""
    for command in group.registered_commands:
        callback = command.callback
        yield before + (command.name or (callback.__name__.replace("_", "-") if callback else ""))
    for inner in group.registered_groups:
        if inner.typer_instance is not None:
            yield from commands(inner.typer_instance, f"{before}{_name(inner.name, inner.typer_instance)} ")


def _name(name: object, group: Typer) -> str:
    return str(name if isinstance(name, str) else group.info.name)


@pytest.mark.parametrize("command", list(commands(app)))
def test_every_command_has_help(command: str) -> None:
    result = CliRunner().invoke(app, [*command.split(), "--help"])
    assert result.exit_code == 0
    assert "--help" in result.output


def test_every_command_stands_in_the_products_list() -> None:
    assert set(commands(app)) <= KNOWN


def test_the_commands_that_this_release_promises_are_there() -> None:
    assert set(commands(app)) >= HERE_NOW
