"""Which leads may know of a restricted concern about a child."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nobody is let in yet."""
    op.execute("ALTER TABLE concerns ADD COLUMN let_in TEXT DEFAULT '[]' NOT NULL")


def downgrade() -> None:
    """Nobody is let in any more: the narrower side."""
    op.execute("ALTER TABLE concerns DROP COLUMN let_in")
