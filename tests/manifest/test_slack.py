"""Slack's manifest and the code say the same, read both ways; and Slack would take it."""

import ast
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import pytest
import yaml
from jsonschema import Draft7Validator
from slack_bolt.async_app import AsyncApp

from bot.channels.slack.listeners import Listeners
from bot.channels.slack.manifest import manifest
from bot.channels.slack.scopes import APP_LEVEL_METHODS, APP_LEVEL_SCOPE, FREE_METHODS, SCOPES, events
from tests.commands.conftest import Swis, swis
from tests.slack.published import ADDRESSES, CALLS, EVENTS, STARTS

__all__ = ["swis"]
ROOT = Path(__file__).parents[2]
FILE = ROOT / "manifest" / "slack.yaml"
BESIDE = (folder / "shared" / "schemas" / "slack-manifest.v2.json" for folder in ROOT.parents)
SCHEMA = next((path for path in BESIDE if path.exists()), None)
CHANNEL = ROOT / "bot" / "channels" / "slack"
FAMILY = r"(admin|api|apps|auth|bookmarks|bots|calls|canvases|chat|conversations|dnd|files|groups|im|lists|mpim|oauth|"
FAMILY += r"pins|reactions|reminders|search|team|usergroups|users|views)"
METHOD = re.compile(FAMILY + r"(\.[a-z][A-Za-z]+)+")
SDK_CALL = re.compile(FAMILY + r"_(?!call$)[a-zA-Z_]+")
Json = dict[str, Any]


@pytest.fixture
def made() -> Json:
    """The committed file."""
    found: Json = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return found


def called() -> set[str]:
    """Every method of the Web API whose name stands in the channel's code."""
    return {one for tree in trees() for one in constants(tree) if METHOD.fullmatch(one)}


def trees() -> Iterator[ast.Module]:
    """The channel's modules, but the list itself."""
    return (ast.parse(path.read_text(encoding="utf-8")) for path in CHANNEL.glob("*.py") if path.stem != "scopes")


def constants(tree: ast.Module) -> Iterator[str]:
    """Every text in a module."""
    return (one.value for one in ast.walk(tree) if isinstance(one, ast.Constant) and isinstance(one.value, str))


@dataclass
class Recorder:
    """Takes listeners as Bolt does, and keeps what they listen to."""

    commands: set[str] = field(default_factory=set)
    shortcuts: set[str] = field(default_factory=set)
    events: set[str] = field(default_factory=set)

    def command(self, name: str) -> Callable[[object], None]:
        """A slash command."""
        self.commands.add(name)
        return _nothing

    def shortcut(self, name: str) -> Callable[[object], None]:
        """A shortcut, by its callback."""
        self.shortcuts.add(name)
        return _nothing

    def event(self, wanted: str | Json) -> Callable[[object], None]:
        """An event of the Events API; a message is one written to the app."""
        kind = wanted if isinstance(wanted, str) else wanted["type"]
        self.events.add("message.im" if kind == "message" else kind)
        return _nothing

    def view(self, _name: str) -> Callable[[object], None]:
        """A page; the manifest says nothing of it."""
        return _nothing

    view_closed = view

    def action(self, _name: object) -> Callable[[object], None]:
        """A press; nor of this."""
        return _nothing


def _nothing(_listener: object) -> None: ...


@pytest.fixture
def heard() -> Recorder:
    """What the code listens to."""
    recorder, nobody = Recorder(), cast("Any", None)
    listeners = Listeners(
        pages=nobody, ports=nobody, who=nobody, clients=nobody, installed=nobody, urgent=nobody, log=nobody
    )
    listeners.register(cast("AsyncApp", recorder))
    return recorder


def test_the_file_is_what_the_command_prints(swis: Swis) -> None:
    assert swis("manifest", "slack").out == FILE.read_text(encoding="utf-8")


def test_every_listener_stands_in_the_manifest_and_nothing_else_does(made: Json, heard: Recorder) -> None:
    features, settings = made["features"], made["settings"]
    assert {one["command"] for one in features["slash_commands"]} == heard.commands
    assert {one["callback_id"] for one in features["shortcuts"]} == heard.shortcuts
    assert set(settings["event_subscriptions"]["bot_events"]) == heard.events
    assert settings["interactivity"]["is_enabled"] is True
    assert features["app_home"]["home_tab_enabled"] is ("app_home_opened" in heard.events)
    assert features["app_home"]["messages_tab_read_only_enabled"] is ("message.im" not in heard.events)


def test_every_call_in_the_code_is_listed_and_nothing_else_is() -> None:
    listed = {*FREE_METHODS, *(method for one in SCOPES for method in one.methods)}
    assert called() == listed | set(APP_LEVEL_METHODS)
    assert listed == set(CALLS)


def test_no_call_goes_round_the_list_through_the_librarys_own_names() -> None:
    names = {one.attr for tree in trees() for one in ast.walk(tree) if isinstance(one, ast.Attribute)}
    assert not {name for name in names if SDK_CALL.fullmatch(name)}


def test_the_scopes_are_those_that_calls_events_and_starts_take_and_no_more(made: Json, heard: Recorder) -> None:
    taken = (
        {CALLS[one] for one in called() - set(APP_LEVEL_METHODS)} | {EVENTS[one] for one in heard.events} | {ADDRESSES}
    )
    taken |= {STARTS} if heard.commands or heard.shortcuts else set()
    scopes = made["oauth_config"]["scopes"]
    assert set(scopes["bot"]) == taken - {""}
    assert set(scopes) == {"bot"}


@pytest.mark.parametrize("address", [None, "https://swis.example.org/", "https://swis.example.org"])
def test_slacks_own_schema_takes_it(address: str | None) -> None:
    if SCHEMA is None:
        pytest.skip("Slack's schema of manifests is not beside this checkout")
    validator = Draft7Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))
    assert [error.message for error in validator.iter_errors(manifest(address))] == []
    broken = manifest(address)
    broken["features"]["slash_commands"][0]["command"] = "concern"
    assert list(validator.iter_errors(broken))


def test_with_an_address_everything_comes_in_there_and_without_one_nothing_does() -> None:
    place = "https://swis.example.org/slack/events"
    over_http, socket = manifest("https://swis.example.org"), manifest()
    for found, url in ((over_http, place), (socket, None)):
        settings = found["settings"]
        assert settings["event_subscriptions"].get("request_url") == url
        assert settings["interactivity"].get("request_url") == url
        assert found["features"]["slash_commands"][0].get("url") == url
        assert settings["socket_mode_enabled"] is (url is None)


def test_without_a_staff_group_of_slack_one_scope_less_is_asked_for(swis: Swis) -> None:
    scopes = yaml.safe_load(swis("manifest", "slack", "--no-staff-groups").out)["oauth_config"]["scopes"]["bot"]
    assert "usergroups:read" not in scopes
    assert "chat:write" in scopes


def test_an_address_that_slack_cannot_send_to_is_refused(swis: Swis) -> None:
    swis("manifest", "slack", "--url", "http://swis.example.org").refused("--url", "https only")


def test_it_goes_to_a_file_or_says_why_not(swis: Swis, tmp_path: Path) -> None:
    swis("manifest", "slack", "--out", str(tmp_path / "slack.yaml"))
    assert (tmp_path / "slack.yaml").read_text(encoding="utf-8") == FILE.read_text(encoding="utf-8")
    swis("manifest", "slack", "--out", str(tmp_path / "gone" / "slack.yaml")).refused("--out", "can't be written")


def test_the_guide_gives_the_reason_for_each_scope_and_each_event() -> None:
    guide = (ROOT / "docs" / "slack.md").read_text(encoding="utf-8")
    assert not [one.id for one in SCOPES if f"| `{one.id}` | {one.why} |" not in guide]
    assert APP_LEVEL_SCOPE in guide
    assert not [event for event in events() if f"`{event}`" not in guide]
