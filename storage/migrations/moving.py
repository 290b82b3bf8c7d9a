"""Moves a database from one numbered version to another, by alembic, run from code: no ini file."""

import threading
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

from storage.migrations import VERSION_TABLE

# Alembic's context is global to the process.
_ONE_AT_A_TIME = threading.Lock()


def up(connection: Connection, to: str) -> None:
    """Forward to a version, inside the connection's transaction."""
    with _ONE_AT_A_TIME:
        command.upgrade(_config(connection), to)


def down(connection: Connection, to: str) -> None:
    """Back to a version, inside the connection's transaction."""
    with _ONE_AT_A_TIME:
        command.downgrade(_config(connection), to)


def _config(connection: Connection) -> Config:
    config = Config(attributes={"connection": connection, "version_table": VERSION_TABLE})
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    return config
