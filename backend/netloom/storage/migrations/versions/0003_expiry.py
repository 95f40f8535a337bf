"""When a run was last in use, and on which days there was a server."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table("days", sa.Column("day", sa.Date, primary_key=True))
    op.add_column("runs", sa.Column("opened", sa.DateTime, nullable=True))
    op.execute("UPDATE runs SET opened = updated")
    with op.batch_alter_table("runs") as runs:
        runs.alter_column("opened", nullable=False)
        runs.create_index("ix_runs_opened", ["opened"])


def downgrade() -> None:
    with op.batch_alter_table("runs") as runs:
        runs.drop_index("ix_runs_opened")
        runs.drop_column("opened")
    op.drop_table("days")
