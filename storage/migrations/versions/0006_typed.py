"""What was typed on a page of a draft and not taken, sealed with the draft."""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

BYTES = {"sqlite": "BLOB", "postgresql": "BYTEA"}


def upgrade() -> None:
    """Nothing was kept so far."""
    kind = BYTES[op.get_bind().dialect.name]
    op.execute(f"ALTER TABLE conversations ADD COLUMN typed {kind}")


def downgrade() -> None:
    """What was not taken goes; every answer stays."""
    op.execute("ALTER TABLE conversations DROP COLUMN typed")
