"""Every command of `swis` has its help and stands in the list of commands that the project knows."""

from collections.abc import Iterator

import pytest
from typer import Typer
from typer.testing import CliRunner

from bot.__main__ import GROUPS, gathered

APP = gathered()
KNOWN = {
    "demo", "serve", "check", "migrate", "facts", "triage", "walk",
    "thresholds new", "thresholds lint", "thresholds show", "thresholds diff", "thresholds test",
    "thresholds impact", "thresholds sign", "rekey", "backup", "restore", "erase", "hold",
    "digest", "report board", "report partnership", "export evaluation", "manifest slack", "manifest teams",
}  # fmt: skip
HERE_NOW = {
    "demo", "serve", "facts", "triage", "walk", "thresholds lint", "thresholds show", "thresholds test",
    "manifest slack", "digest", "report board", "report partnership", "export evaluation",
}  # fmt: skip


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


@pytest.mark.parametrize("command", list(commands(APP)))
def test_every_command_has_help(command: str) -> None:
    result = CliRunner().invoke(APP, [*command.split(), "--help"])
    assert result.exit_code == 0
    assert "--help" in result.output


def test_every_command_stands_in_the_products_list() -> None:
    assert set(commands(APP)) <= KNOWN


def test_the_commands_that_this_release_promises_are_there() -> None:
    assert set(commands(APP)) >= HERE_NOW


def test_each_group_registers_the_commands_it_is_known_for() -> None:
    for group, names in GROUPS.items():
        found = {command.partition(" ")[0] for command in commands(gathered(names[0]))}
        assert found == set(names), group
