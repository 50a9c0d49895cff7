"""Trees as they were; what is only ever added to has no way round that: no REPLACE, no TRUNCATE, draws neither."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

REFUSAL = "scores, their draws and trees are only ever added: a new attempt is a new row"
TAKEN = {
    "score": "id = NEW.id OR run = NEW.run",
    "draws": "score_id = NEW.score_id AND quantity = NEW.quantity",
    "tree": "id = NEW.id",
}
"""Table to the condition on which a row that is added would take another's place."""


def upgrade() -> None:
    """Make the table of trees, and guard all that is only added to."""
    op.create_table(
        "tree",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("domain", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("tree", sa.JSON(), nullable=False),
        sa.Column("score_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["score_id"], ["score.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_tree", "tree", ["domain", "id"], unique=False)
    if op.get_bind().dialect.name == "sqlite":
        _guard_sqlite()
    else:
        _guard_postgresql()


def _guard_sqlite() -> None:
    refuses = f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
    for table, taken in TAKEN.items():
        for verb in ("UPDATE", "DELETE") if table != "score" else ():  # of scores, since 0001
            op.execute(f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} {refuses}")
        when = f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {taken})"
        op.execute(f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} {when} {refuses}")


def _guard_postgresql() -> None:
    refuses = "EXECUTE FUNCTION refuse_change()"
    for table in TAKEN:
        if table != "score":
            does = f"BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW {refuses}"
            op.execute(f"CREATE TRIGGER {table}_no_change {does}")
        op.execute(f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT {refuses}")
