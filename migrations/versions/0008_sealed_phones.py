"""sealed: phones can be read with the house's keys only

Revision: 0008
Revises: 0007
"""

from collections.abc import Callable

import sqlalchemy as sa
from alembic import op

from models import sealing

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

SEALED = sa.String(100)
COLUMNS = {
    "person": ("phone", sa.String(11), {}),
    "merchant": ("contact_phone", sa.String(20), {"existing_server_default": "", "existing_nullable": False}),
    "host": ("phone", sa.String(20), {"existing_server_default": "", "existing_nullable": False}),
}
"""What is sealed, and what it was."""
TAIL = ("ck_person_phone_tail", "(phone IS NULL) = (phone_tail IS NULL)")


def upgrade() -> None:
    """Make room, seal what is there, and keep of each phone its sealed end."""
    for table, (column, before, more) in COLUMNS.items():
        change(table, lambda batch, c=column, b=before, m=more: batch.alter_column(c, existing_type=b, type_=SEALED, **m))
    op.add_column("person", sa.Column("phone_tail", SEALED))
    for table, (column, _, _) in COLUMNS.items():
        rewrite(table, column, column, lambda text, name=f"{table}.{column}": sealing.sealed(text, name)[0])
    rewrite("person", "phone", "phone_tail", tail_of)
    change("person", lambda batch: batch.create_check_constraint(op.f(TAIL[0]), TAIL[1]))
    op.create_index("ix_person_phone_tail", "person", ["phone_tail"])


def downgrade() -> None:
    """Open everything again."""
    op.drop_index("ix_person_phone_tail", "person")
    change("person", lambda batch: batch.drop_column("phone_tail"), without=TAIL[0])
    for table, (column, before, more) in COLUMNS.items():
        rewrite(table, column, column, lambda text, name=f"{table}.{column}": sealing.opened(text, name))
        change(table, lambda batch, c=column, b=before, m=more: batch.alter_column(c, existing_type=SEALED, type_=b, **m))


def tail_of(sealed: str) -> str:
    """The last four digits of a phone that is sealed already."""
    return sealing.sealed(sealing.opened(sealed, "person.phone")[-4:], "person.phone_tail")[0]


def change(table: str, alter: Callable, *, without: str = "") -> None:
    """Change a table; SQLite makes it anew, and would leave its CHECKs behind."""
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    checks = sa.inspect(op.get_bind()).get_check_constraints(table) if is_sqlite else []
    with op.batch_alter_table(table) as batch:
        for check in checks:
            batch.drop_constraint(op.f(check["name"]), type_="check")
        if without and not is_sqlite:
            batch.drop_constraint(op.f(without), type_="check")
        alter(batch)
        for check in checks:
            if check["name"] != without:
                batch.create_check_constraint(op.f(check["name"]), check["sqltext"])


def rewrite(table: str, source: str, target: str, how: Callable[[str], str]) -> None:
    """Write into one column what becomes of another's texts."""
    rows = sa.table(table, sa.column("id"), sa.column(source), sa.column(target))
    texts = op.get_bind().execute(sa.select(rows.c.id, rows.c[source]).where(rows.c[source] != "")).all()
    if texts:
        values = [{"of": number, "text": how(text)} for number, text in texts]
        update = sa.update(rows).where(rows.c.id == sa.bindparam("of")).values({target: sa.bindparam("text")})
        op.get_bind().execute(update, values)
