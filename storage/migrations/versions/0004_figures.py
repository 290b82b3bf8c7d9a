"""What figures read: clocks and decision beside a concern, where a draft was left, what was published, who may look.

Only adds, so that processes of the version before go on meanwhile; what they write lacks clocks, which counts as such.
"""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_CLUSTERED = {"sqlite": " WITHOUT ROWID", "postgresql": ""}
_COUNTED = "WHERE kind = 'child' AND NOT restricted"
_COLUMNS = (
    ("concerns", "see_by BIGINT"),
    ("concerns", "decide_by BIGINT"),
    ("concerns", "decided_outcome TEXT"),
    ("conversations", "left_screen TEXT"),
)
_INDEXES = (
    ("ix_concerns_sent", f"concerns (school, created_at, outcome, kind, restricted) {_COUNTED}"),
    ("ix_concerns_seen", f"concerns (school, seen_at, created_at, see_by, kind, restricted) {_COUNTED}"),
    (
        "ix_concerns_decided",
        f"concerns (school, decided_at, created_at, decide_by, outcome, decided_outcome, kind, restricted) {_COUNTED}",
    ),
    ("ix_concerns_consulted", "concerns (school, created_at, kind, restricted) WHERE kind = 'consultation'"),
    ("ix_conversations_left", "conversations (touched_at) WHERE left_screen IS NOT NULL"),
)
_TABLES = (
    """
    CREATE TABLE publications (
        audience TEXT NOT NULL,
        period TEXT NOT NULL,
        built_at BIGINT NOT NULL,
        content TEXT NOT NULL,
        CONSTRAINT pk_publications PRIMARY KEY (audience, period)
    ){clustered}
    """,
    """
    CREATE TABLE passes (
        token TEXT NOT NULL,
        person TEXT NOT NULL,
        audience TEXT NOT NULL,
        period TEXT NOT NULL,
        until BIGINT NOT NULL,
        used_at BIGINT,
        CONSTRAINT pk_passes PRIMARY KEY (token)
    ){clustered}
    """,
)


def upgrade() -> None:
    """Figures of what was sent before know no clocks and no decided outcome."""
    for table, column in _COLUMNS:
        op.execute(f"ALTER TABLE {table} ADD COLUMN {column}")
    for name, over in _INDEXES:
        op.execute(f"CREATE INDEX {name} ON {over}")
    for table in _TABLES:
        op.execute(table.format(clustered=_CLUSTERED[op.get_bind().dialect.name]))


def downgrade() -> None:
    """What was published is lost."""
    for table in ("passes", "publications"):
        op.execute(f"DROP TABLE {table}")
    for name, _ in _INDEXES:
        op.execute(f"DROP INDEX {name}")
    for table, column in reversed(_COLUMNS):
        op.execute(f"ALTER TABLE {table} DROP COLUMN {column.split()[0]}")
