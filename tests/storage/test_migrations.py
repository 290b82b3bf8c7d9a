"""Migrations: up and down, twice and at once, and they make exactly the tables of `schema`."""

import multiprocessing
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from storage import migrations
from storage.engine import make_engine
from storage.migrations import current, downgrade, head, upgrade
from storage.schema import metadata


def _structure(url: str) -> dict[str, Any]:
    """Everything the database says about its tables, apart from the version's own."""
    engine = make_engine(url)
    look = inspect(engine)
    tables = {
        name: {
            "columns": [(c["name"], str(c["type"]), c["nullable"]) for c in look.get_columns(name)],
            "options": look.get_table_options(name),
            "key": look.get_pk_constraint(name),
            "foreign": sorted(look.get_foreign_keys(name), key=repr),
            "unique": sorted(look.get_unique_constraints(name), key=repr),
            "indexes": sorted(
                (i["name"], i["column_names"], _words(i["dialect_options"])) for i in look.get_indexes(name)
            ),
        }
        for name in look.get_table_names()
        if name != "schema_version"
    }
    engine.dispose()
    return tables


def _words(options: Any) -> list[str]:
    return sorted(f"{name}: {value}" for name, value in options.items())


def test_migrations_make_the_tables_of_the_schema(url: str) -> None:
    migrated = _structure(url)
    engine = make_engine(url)
    metadata.drop_all(engine)
    metadata.create_all(engine)
    engine.dispose()
    assert set(migrated) == set(metadata.tables)
    assert migrated == _structure(url)


def test_up_and_down_and_up_again(empty_url: str) -> None:
    assert current(empty_url) is None
    upgrade(empty_url)
    assert current(empty_url) == head()
    downgrade(empty_url)
    assert current(empty_url) is None
    assert _structure(empty_url) == {}
    upgrade(empty_url)
    assert set(_structure(empty_url)) == set(metadata.tables)


def test_a_second_run_changes_nothing(url: str) -> None:
    before = _structure(url)
    upgrade(url)
    assert (_structure(url), current(url)) == (before, head())


def test_threads_may_migrate_at_the_same_time(empty_url: str) -> None:
    faults: list[BaseException] = []

    def run() -> None:
        try:
            upgrade(empty_url)
        except Exception as fault:  # noqa: BLE001
            faults.append(fault)

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert faults == []
    assert current(empty_url) == head()


def test_processes_may_migrate_at_the_same_time(empty_url: str) -> None:
    spawn = multiprocessing.get_context("spawn")
    processes = [spawn.Process(target=upgrade, args=(empty_url,)) for _ in range(2)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    assert [process.exitcode for process in processes] == [0, 0]
    assert current(empty_url) == head()


def test_a_failed_migration_leaves_nothing_behind(empty_url: str) -> None:
    engine = make_engine(empty_url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE outbox (id TEXT)"))
    engine.dispose()
    with pytest.raises(Exception, match="outbox"):
        upgrade(empty_url)
    assert set(_structure(empty_url)) == {"outbox"}


def test_an_unsupported_address_is_refused() -> None:
    for url in ("mysql://localhost/x", "sqlite://", "sqlite:///:memory:"):
        with pytest.raises(ValueError):
            make_engine(url)


def test_the_number_that_a_service_looks_for_is_the_last_of_the_line(empty_url: str) -> None:
    upgrade(empty_url)
    script = ScriptDirectory(str(Path(migrations.__file__).parent))
    assert (head(),) == tuple(script.get_heads())


def test_a_service_looks_at_numbers_without_what_moves_them(empty_url: str) -> None:
    upgrade(empty_url)
    looking = (
        "import sys; from storage.migrations import current, head\n"
        "assert current(sys.argv[1]) == head()\n"
        "print('alembic' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", looking, empty_url], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
