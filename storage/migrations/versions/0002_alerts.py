"""Rows without a concern, a delivery for each channel, the rota, who is in a lesson, where people are reached.

No release before this version was ever served, so no process goes on across it: it changes keys and columns that older
programmes write. Every later version adds first, so that processes of the version before it go on meanwhile.
"""

from collections.abc import Iterator

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_CLUSTERED = {"sqlite": " WITHOUT ROWID", "postgresql": ""}

_TABLES = (
    """
    CREATE TABLE shifts (
        person TEXT NOT NULL,
        start BIGINT NOT NULL,
        "end" BIGINT NOT NULL,
        authority TEXT NOT NULL,
        source TEXT NOT NULL,
        CONSTRAINT pk_shifts PRIMARY KEY (person, start, source),
        CONSTRAINT fk_shifts_person FOREIGN KEY(person) REFERENCES people (id)
    ){clustered}
    """,
    "CREATE INDEX ix_shifts_authority ON shifts (authority)",
    """
    CREATE TABLE quiet (
        person TEXT NOT NULL,
        since BIGINT NOT NULL,
        until BIGINT NOT NULL,
        CONSTRAINT pk_quiet PRIMARY KEY (person),
        CONSTRAINT fk_quiet_person FOREIGN KEY(person) REFERENCES people (id)
    ){clustered}
    """,
    """
    CREATE TABLE identities (
        channel TEXT NOT NULL,
        address TEXT NOT NULL,
        person TEXT NOT NULL,
        tenant TEXT NOT NULL,
        state TEXT NOT NULL,
        touched_at BIGINT NOT NULL,
        CONSTRAINT pk_identities PRIMARY KEY (channel, address),
        CONSTRAINT fk_identities_person FOREIGN KEY(person) REFERENCES people (id)
    ){clustered}
    """,
    "CREATE INDEX ix_identities_person ON identities (person)",
)
_ALTERED = {
    "sqlite": ("ALTER TABLE schools ADD COLUMN holiday_cover TEXT",),
    "postgresql": (
        "ALTER TABLE schools ADD COLUMN holiday_cover TEXT",
        "ALTER TABLE outbox ALTER COLUMN concern DROP NOT NULL",
        "ALTER TABLE outbox ADD COLUMN about TEXT",
        "ALTER TABLE deliveries ADD COLUMN repeat BOOLEAN NOT NULL DEFAULT false",
        "ALTER TABLE deliveries ALTER COLUMN repeat DROP DEFAULT",
        "ALTER TABLE deliveries DROP CONSTRAINT pk_deliveries",
        "ALTER TABLE deliveries ADD CONSTRAINT pk_deliveries PRIMARY KEY (outbox, person, channel)",
    ),
}
_UNALTERED = (
    "DELETE FROM deliveries WHERE outbox IN (SELECT id FROM outbox WHERE concern IS NULL)",
    "DELETE FROM outbox WHERE concern IS NULL",
    # One row a person fits the old key: what was sent, else the latest try.
    """
    DELETE FROM deliveries WHERE EXISTS (
        SELECT 1 FROM deliveries AS other
        WHERE other.outbox = deliveries.outbox AND other.person = deliveries.person
        AND (other.state = 'sent', other.at, other.channel)
            > (deliveries.state = 'sent', deliveries.at, deliveries.channel)
    )
    """,
)
_DOWN = {
    "sqlite": ("ALTER TABLE schools DROP COLUMN holiday_cover",),
    "postgresql": (
        "ALTER TABLE deliveries DROP CONSTRAINT pk_deliveries",
        "ALTER TABLE deliveries ADD CONSTRAINT pk_deliveries PRIMARY KEY (outbox, person)",
        "ALTER TABLE deliveries DROP COLUMN repeat",
        "ALTER TABLE outbox DROP COLUMN about",
        "ALTER TABLE outbox ALTER COLUMN concern SET NOT NULL",
        "ALTER TABLE schools DROP COLUMN holiday_cover",
    ),
}

_OUTBOX = """
    CREATE TABLE outbox_new (
        id TEXT NOT NULL,
        concern TEXT{required},
        chain TEXT NOT NULL,
        round INTEGER NOT NULL,
        step INTEGER NOT NULL,
        role TEXT NOT NULL,
        person TEXT,
        due_at BIGINT NOT NULL,
        respond_by BIGINT,
        draw TEXT NOT NULL,
        reason TEXT NOT NULL,
        dedupe TEXT NOT NULL,
        follow BOOLEAN NOT NULL,
        state TEXT NOT NULL,
        attempt INTEGER NOT NULL,
        next_at BIGINT NOT NULL,
        lease_until BIGINT,
        holder TEXT,
        sent_at BIGINT,
        detail TEXT,{more}
        CONSTRAINT pk_outbox PRIMARY KEY (id),
        CONSTRAINT uq_outbox_dedupe UNIQUE (dedupe),
        CONSTRAINT fk_outbox_concern FOREIGN KEY(concern) REFERENCES concerns (id)
    ) WITHOUT ROWID
"""
_DELIVERIES = """
    CREATE TABLE deliveries_new (
        outbox TEXT NOT NULL,
        person TEXT NOT NULL,
        channel TEXT NOT NULL,
        state TEXT NOT NULL,
        attempt INTEGER NOT NULL,
        at BIGINT NOT NULL,
        detail TEXT NOT NULL,{more}
        CONSTRAINT pk_deliveries PRIMARY KEY ({key}),
        CONSTRAINT fk_deliveries_outbox FOREIGN KEY(outbox) REFERENCES outbox (id)
    ) WITHOUT ROWID
"""
_INDEXES = (
    "CREATE INDEX ix_outbox_concern ON outbox (concern)",
    "CREATE INDEX ix_outbox_waiting ON outbox (next_at) WHERE state = 'waiting'",
    "CREATE INDEX ix_deliveries_person_at ON deliveries (person, at)",
)
_O = (
    "id, concern, chain, round, step, role, person, due_at, respond_by, draw, reason, dedupe, follow, state, attempt, "
    "next_at, lease_until, holder, sent_at, detail"
)
_D = "outbox, person, channel, state, attempt, at, detail"


def _rebuilt(*, up: bool) -> Iterator[str]:
    """SQLite can't change a column: each table is written anew under another name, which it then takes over."""
    yield _OUTBOX.format(required="" if up else " NOT NULL", more="\n        about TEXT," if up else "")
    yield f"INSERT INTO outbox_new ({_O}) SELECT {_O} FROM outbox"  # noqa: S608 - column names of ours
    more, key = ("\n        repeat BOOLEAN NOT NULL,", "outbox, person, channel") if up else ("", "outbox, person")
    yield _DELIVERIES.format(more=more, key=key)
    extra, value = (", repeat", ", 0") if up else ("", "")
    yield f"INSERT INTO deliveries_new ({_D}{extra}) SELECT {_D}{value} FROM deliveries"  # noqa: S608
    yield "DROP TABLE deliveries"
    yield "DROP TABLE outbox"
    yield "ALTER TABLE outbox_new RENAME TO outbox"
    yield "ALTER TABLE deliveries_new RENAME TO deliveries"
    yield from _INDEXES


def upgrade() -> None:
    """Add what alerts need."""
    database = op.get_bind().dialect.name
    for statement in (*_TABLES, *_ALTERED[database]):
        op.execute(statement.format(clustered=_CLUSTERED[database]))
    if database == "sqlite":
        for statement in _rebuilt(up=True):
            op.execute(statement)


def downgrade() -> None:
    """Back to one delivery a person. Rows without a concern, the rota and where people are reached are lost."""
    database = op.get_bind().dialect.name
    for statement in _UNALTERED:
        op.execute(statement)
    if database == "sqlite":
        for statement in _rebuilt(up=False):
            op.execute(statement)
    for statement in _DOWN[database]:
        op.execute(statement)
    for table in ("identities", "quiet", "shifts"):
        op.execute(f"DROP TABLE {table}")
