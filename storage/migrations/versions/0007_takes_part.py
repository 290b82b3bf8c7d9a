"""Whether a school uses the service: a comparison school does where authority and evaluator chose so."""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Every school does until its directory is loaded again; the version before goes on writing."""
    op.execute("ALTER TABLE schools ADD COLUMN takes_part BOOLEAN NOT NULL DEFAULT TRUE")


def downgrade() -> None:
    """The directory file still says it."""
    op.execute("ALTER TABLE schools DROP COLUMN takes_part")
