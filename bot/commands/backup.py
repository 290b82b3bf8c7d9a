"""`swis backup`, `swis restore`, `swis rekey`: the database into a file, out of it into an empty one, and its keys."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from bot.commands.configured import chosen
from bot.commands.exits import Problem
from bot.commands.keeping import spooled
from bot.copies import CopyError, back_up, restore
from bot.seams import system_random
from bot.settings import KeysError, Settings, master_keys
from storage import migrations, whole
from storage.connections import mapped
from storage.errors import StoreError
from storage.sealed import MasterKey, rekey
from storage.unit import Store

APART = "keys are not in the back-up: keep them apart"


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("backup")(backup)
    app.command("restore")(bring_back)
    app.command("rekey")(change_key)


def backup(
    out: Annotated[Path, typer.Option("--out", help="The file to write; it must not exist yet.")],
    force: Annotated[bool, typer.Option("--force", help="Write over the file if it stands already.")] = False,
) -> None:
    """Write a back-up of the database into one file, also while the service runs."""
    with _told("backup"):
        size = back_up(chosen().database_url, out, force=force)
    typer.echo(f"back-up written: {out}, {size} bytes; {APART}")


def bring_back(
    source: Annotated[Path, typer.Option("--from", help="A file that `swis backup` wrote.")],
) -> None:
    """Put a back-up into an empty database, then check the log and the keys. Run it while no service runs."""
    settings = chosen()
    with _told("restore"):
        if not whole.is_empty(settings.database_url):
            raise Problem("restore: the database has tables already; restore into a new, empty one")
        restore(settings.database_url, source)
        broken = whole.broken_chains(settings.database_url)
        opening = _opening(settings)
    if broken:
        raise Problem(f"restored, but the log was changed since it was written; chains: {', '.join(broken)}")
    if opening == "locked":
        raise Problem(f"restored, but no key opens it; {APART}, and set them in SWIS_KEYS or SWIS_KEYS_FILE")
    typer.echo("restored: every chain of the log verifies" + (", the keys open it" if opening == "opened" else ""))
    with mapped():
        version = migrations.current(settings.database_url)
    if version != migrations.head():
        typer.echo(f"the back-up is of version {version}; run `swis migrate` before the service starts")


def change_key() -> None:
    """Put everything under the newest master key, also while the service runs; what was sealed stays as it is."""
    settings = chosen()
    with _told("rekey"):
        keys = _keys(settings)
        store = Store.open(settings.database_url, keys, random_bytes=system_random)
        try:
            changed = rekey(store, keys, system_random)
        finally:
            store.close()
    typer.echo(f"{changed} records put under the key {keys[-1].id}; keep the oldest key: look-ups are made with it")
    typer.echo("a key may leave the settings only when the spool of every machine is empty")
    for line in spooled(settings):
        typer.echo(line)


def _keys(settings: Settings) -> list[MasterKey]:
    keys = [MasterKey(id=name, key=key) for name, key in master_keys(settings)]
    if not keys:
        raise KeysError("no master key is set: set SWIS_KEYS or SWIS_KEYS_FILE")
    return keys


def _opening(settings: Settings) -> whole.Opening:
    try:
        keys = _keys(settings)
    except KeysError:
        return "locked"
    store = Store.open(settings.database_url, keys, random_bytes=system_random)
    try:
        return whole.opening(settings.database_url, store)
    finally:
        store.close()


@contextmanager
def _told(command: str) -> Iterator[None]:
    """What goes wrong becomes one line."""
    try:
        yield
    except (CopyError, KeysError) as error:
        raise Problem(f"{command}: {error}") from None
    except StoreError as error:
        raise Problem(f"{command}: {error}. {error.advice}") from None
    except OSError as error:
        raise Problem(f"{command}: {error.filename or 'the file'}: {error.strerror}") from None
    except ValueError as error:
        raise Problem(f"{command}: SWIS_DATABASE_URL: {error}") from None
