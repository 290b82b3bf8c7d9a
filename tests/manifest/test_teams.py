"""The Teams package and the code say the same, read both ways; Teams would take it, and it asks for nothing more."""

import ast
import json
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

from bot.channels.teams import icons
from bot.channels.teams.manifest import Publisher, manifest, package
from bot.channels.teams.names import COMMAND
from tests.commands.conftest import Swis, swis

__all__ = ["swis"]
ROOT = Path(__file__).parents[2]
CHANNEL = ROOT / "bot" / "channels" / "teams"
BESIDE = (folder / "shared" / "schemas" / "teams-manifest-1.25.json" for folder in ROOT.parents)
SCHEMA = next((path for path in BESIDE if path.exists()), None)
APP = "00000000-0000-4000-8000-000000000001"
SITE = "https://swis.example.org"
OURS = Publisher(name="Invented Council", website=SITE, privacy=SITE, terms=SITE)
Json = dict[str, Any]


@pytest.fixture
def made() -> Json:
    return manifest(APP, "0.1.0", OURS)


def test_teams_own_schema_takes_it(made: Json) -> None:
    if SCHEMA is None:
        pytest.skip("Teams' schema of manifests is not beside this checkout")
    validator = Draft7Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))
    assert [error.message for error in validator.iter_errors(made)] == []
    for broken in ({"accentColor": "blue"}, {"stray": 1}, {"bots": [{"botId": APP, "scopes": ["everywhere"]}]}):
        assert list(validator.iter_errors({**made, **broken}))


def test_it_asks_for_no_permission_and_stands_in_personal_scope_only(made: Json) -> None:
    asked = {"permissions", "devicePermissions", "authorization", "webApplicationInfo", "validDomains", "connectors",
             "configurableTabs", "staticTabs", "meetingExtensionDefinition", "graphConnector"}  # fmt: skip
    assert not asked & set(made)
    (bot,) = made["bots"]
    assert (bot["scopes"], bot["supportsFiles"], made["defaultInstallScope"]) == (["personal"], False, "personal")
    assert "commandLists" not in bot, "a command there is a message that everybody in a channel can read"


def test_it_may_be_added_to_teams_only_where_a_team_counts_as_staff() -> None:
    (bot,) = manifest(APP, "0.1.0", OURS, groups=True)["bots"]
    assert bot["scopes"] == ["personal", "team"]
    if SCHEMA is not None:
        validator = Draft7Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))
        assert validator.is_valid(manifest(APP, "0.1.0", OURS, groups=True))


def test_the_only_command_starts_a_concern_everywhere_and_takes_nothing(made: Json) -> None:
    ((command,),) = [one["commands"] for one in made["composeExtensions"]]
    assert (command["id"], command["title"], command["fetchTask"]) == (COMMAND, "Safeguarding concern", True)
    assert set(command["context"]) == {"compose", "commandBox", "message"}
    assert "parameters" not in command


INVOKE = re.compile(
    r"(composeExtension|task|adaptiveCard|fileConsent|signin|tab|config|message|actionableMessage)/[a-zA-Z]+"
)
OF_A_BOT = {"task/fetch", "task/submit", "adaptiveCard/action"}
OF_A_COMMAND = {"composeExtension/fetchTask", "composeExtension/submitAction"}
"""What Teams sends to a bot whose cards open dialogs, and to a command that fetches its own."""


def answered() -> set[str]:
    """Every kind of invoke that is named in the channel's code."""
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in CHANNEL.glob("*.py")]
    found = {one.value for tree in trees for one in ast.walk(tree) if isinstance(one, ast.Constant)}
    return {one for one in found if isinstance(one, str) and INVOKE.fullmatch(one)}


def test_the_code_answers_what_the_manifest_makes_teams_send_and_nothing_else(made: Json) -> None:
    commands = [one for part in made["composeExtensions"] for one in part["commands"]]
    sent = (OF_A_BOT if made["bots"] else set()) | (
        OF_A_COMMAND if any(one["fetchTask"] for one in commands) else set()
    )
    assert answered() == sent


def test_everything_in_the_package_is_named_there_and_nothing_else_is(made: Json) -> None:
    with zipfile.ZipFile(BytesIO(package(APP, "0.1.0", OURS))) as archive:
        assert set(archive.namelist()) == {"manifest.json", *made["icons"].values()}
        assert json.loads(archive.read("manifest.json")) == made
        assert archive.read(made["icons"]["color"]) == icons.colour()
        assert archive.read(made["icons"]["outline"]) == icons.outline()


def test_the_same_code_makes_the_same_package() -> None:
    assert package(APP, "0.1.0", OURS) == package(APP, "0.1.0", OURS)


def pixels(png: bytes) -> Iterator[tuple[int, ...]]:
    """The pixels of one of our pictures."""
    size = struct.unpack(">I", png[16:20])[0]
    start = png.index(b"IDAT")
    length = struct.unpack(">I", png[start - 4 : start])[0]
    rows = zlib.decompress(png[start + 4 : start + 4 + length])
    for row in range(size):
        line = rows[row * (4 * size + 1) + 1 : (row + 1) * (4 * size + 1)]
        yield from (tuple(line[at : at + 4]) for at in range(0, len(line), 4))


@pytest.mark.parametrize(("png", "size"), [(icons.colour(), 192), (icons.outline(), 32)], ids=["colour", "outline"])
def test_an_icon_has_the_size_that_teams_wants(png: bytes, size: int) -> None:
    assert struct.unpack(">II", png[16:24]) == (size, size)
    assert len(list(pixels(png))) == size * size


def test_the_outline_is_white_on_nothing_and_the_full_picture_has_no_hole() -> None:
    outline, full = list(pixels(icons.outline())), list(pixels(icons.colour()))
    assert {one[:3] for one in outline} == {(255, 255, 255)}
    assert {0, 255} <= {one[3] for one in outline}
    assert {one[3] for one in full} == {255}


GIVEN = {"--app-id": APP, "--website": SITE, "--organisation": "Invented Council"}


def words(**changed: str) -> list[str]:
    """The command's options."""
    given = {**GIVEN, **{f"--{name.replace('_', '-')}": value for name, value in changed.items()}}
    return [one for pair in given.items() for one in pair]


def test_the_command_writes_the_package(swis: Swis, tmp_path: Path) -> None:
    out = tmp_path / "app.zip"
    assert swis("manifest", "teams", *words(), "--out", str(out)).code == 0
    with zipfile.ZipFile(out) as archive:
        found = json.loads(archive.read("manifest.json"))
    assert found == manifest(APP, found["version"], OURS)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"app_id": "my-bot"}, "--app-id"),
        ({"website": "http://swis.example.org"}, "--website"),
        ({"privacy": "ftp://x"}, "--privacy"),
        ({"organisation": "x" * 33}, "--organisation"),
        ({"out": "/nowhere/at/all.zip"}, "--out"),
    ],
    ids=["app id", "website", "privacy", "organisation", "out"],
)
def test_what_teams_would_refuse_is_said_in_one_line(swis: Swis, changed: dict[str, str], said: str) -> None:
    ran = swis("manifest", "teams", *words(**changed))
    assert ran.code != 0
    assert said in ran.err
    assert len(ran.err.strip().splitlines()) == 1
