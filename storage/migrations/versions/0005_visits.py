"""Drop-ins, who booked a slot, and what social workers did besides concerns. Nothing here is about a child."""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_CLUSTERED = {"sqlite": " WITHOUT ROWID", "postgresql": ""}
_TABLES = (
    """
    CREATE TABLE drop_ins (
        id TEXT NOT NULL,
        person TEXT NOT NULL,
        school TEXT NOT NULL,
        starts_at BIGINT NOT NULL,
        ends_at BIGINT NOT NULL,
        minutes INTEGER NOT NULL,
        room TEXT NOT NULL,
        cancelled_at BIGINT,
        CONSTRAINT pk_drop_ins PRIMARY KEY (id),
        CONSTRAINT fk_drop_ins_person FOREIGN KEY (person) REFERENCES people (id),
        CONSTRAINT fk_drop_ins_school FOREIGN KEY (school) REFERENCES schools (id)
    ){clustered}
    """,
    """
    CREATE TABLE bookings (
        drop_in TEXT NOT NULL,
        at BIGINT NOT NULL,
        person TEXT NOT NULL,
        CONSTRAINT pk_bookings PRIMARY KEY (drop_in, at),
        CONSTRAINT fk_bookings_drop_in FOREIGN KEY (drop_in) REFERENCES drop_ins (id),
        CONSTRAINT fk_bookings_person FOREIGN KEY (person) REFERENCES people (id),
        CONSTRAINT uq_bookings_drop_in_person UNIQUE (drop_in, person)
    ){clustered}
    """,
    """
    CREATE TABLE work (
        id TEXT NOT NULL,
        person TEXT NOT NULL,
        school TEXT NOT NULL,
        kind TEXT NOT NULL,
        minutes INTEGER NOT NULL,
        at BIGINT NOT NULL,
        logged_at BIGINT NOT NULL,
        taken_back_at BIGINT,
        CONSTRAINT pk_work PRIMARY KEY (id),
        CONSTRAINT fk_work_person FOREIGN KEY (person) REFERENCES people (id),
        CONSTRAINT fk_work_school FOREIGN KEY (school) REFERENCES schools (id)
    ){clustered}
    """,
)
_INDEXES = (
    ("ix_drop_ins_school_ends_at", "drop_ins (school, ends_at)"),
    ("ix_drop_ins_person_ends_at", "drop_ins (person, ends_at)"),
    ("ix_work_school_at", "work (school, at)"),
    ("ix_work_person_logged_at", "work (person, logged_at)"),
)


def upgrade() -> None:
    """Only adds, so that processes of the version before go on meanwhile."""
    for table in _TABLES:
        op.execute(table.format(clustered=_CLUSTERED[op.get_bind().dialect.name]))
    for name, over in _INDEXES:
        op.execute(f"CREATE INDEX {name} ON {over}")


def downgrade() -> None:
    """What was booked and logged is lost."""
    for table in ("work", "bookings", "drop_ins"):
        op.execute(f"DROP TABLE {table}")
