"""The queue in the signup rows, when a person was last seen, what stays of data that is erased."""

import sqlalchemy as sa
from alembic import op
from alembic.operations import BatchOperations

revision = "0002"
down_revision = "0001"

QUEUE = (
    "(queue_number IS NOT NULL AND state IN ('active','waiting')"
    " AND wanted_adults + wanted_children BETWEEN adults + children + 1 AND 10"
    " AND wanted_adults >= adults + offered_adults AND wanted_children >= children + offered_children"
    " AND offered_adults >= 0 AND offered_children >= 0"
    " AND (offered_until IS NOT NULL) = (offered_adults + offered_children > 0))"
    " OR (queue_number IS NULL AND state IN ('active','left') AND wanted_adults = 0 AND wanted_children = 0"
    " AND offered_adults = 0 AND offered_children = 0 AND offered_until IS NULL)"
)
COUNTS = "children >= 0 AND held_adults >= 0 AND held_children >= 0 AND given_up >= 0"
PARTY = (
    "(state = 'active' AND adults >= 1 AND adults + children <= 10)"
    " OR (state IN ('waiting','left') AND adults = 0 AND children = 0)"
)
NO_NUMBER_TWICE = {"sqlite_autoincrement": True}  # what is under way with an erased row's number meets no other row


def _count(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), server_default="0", nullable=False)


def _check(table: BatchOperations, name: str, condition: str, *, new: bool = False) -> None:
    if not new:
        table.drop_constraint(op.f(name), type_="check")
    table.create_check_constraint(op.f(name), sa.text(condition))


def upgrade() -> None:
    with op.batch_alter_table("people", recreate="always", table_kwargs=NO_NUMBER_TWICE) as people:
        people.add_column(sa.Column("unreachable_since", sa.DateTime(timezone=True)))
        people.add_column(sa.Column("seen_at", sa.DateTime(timezone=True)))
        people.add_column(sa.Column("warned_at", sa.DateTime(timezone=True)))
        people.add_column(sa.Column("visited_year", sa.Integer()))
    # their time begins with this version: nobody is removed for a silence that was not counted before
    op.execute("UPDATE people SET seen_at = CURRENT_TIMESTAMP")
    op.execute("UPDATE people SET unreachable_since = CURRENT_TIMESTAMP WHERE NOT reachable")
    with op.batch_alter_table("signups", recreate="always", table_kwargs=NO_NUMBER_TWICE) as signups:
        for name in ("wanted_adults", "wanted_children", "offered_adults", "offered_children"):
            signups.add_column(_count(name))
        for name in ("offers", "passed", "given_up"):
            signups.add_column(_count(name))
        signups.add_column(sa.Column("queue_number", sa.Integer()))
        signups.add_column(sa.Column("offered_until", sa.DateTime(timezone=True)))
        signups.add_column(sa.Column("together", sa.Boolean(), server_default=sa.text("0"), nullable=False))
        _check(signups, "ck_signups_state", "state IN ('active','waiting','left')")
        _check(signups, "ck_signups_counts", COUNTS)
        _check(signups, "ck_signups_party", PARTY)
        _check(signups, "ck_signups_queue", QUEUE, new=True)
        signups.create_index(
            "uq_signups_queue",
            ["event_id", "queue_number"],
            unique=True,
            sqlite_where=sa.text("queue_number IS NOT NULL"),
            postgresql_where=sa.text("queue_number IS NOT NULL"),
        )
    with op.batch_alter_table("drafts", recreate="always") as drafts:
        _check(drafts, "ck_drafts_kind", "kind IN ('signup','queue','name')")
        _check(drafts, "ck_drafts_event", "(kind IN ('signup','queue')) = (event_id IS NOT NULL)")
    with op.batch_alter_table("outbox", recreate="always", table_kwargs=NO_NUMBER_TWICE):
        pass
    _sums_and_destructions()


def _sums_and_destructions() -> None:
    op.create_table(
        "event_sums",
        sa.Column("event_id", sa.Integer(), nullable=False),
        *(_count(name) for name in ("signups", "adults", "children", "given_up", "first_visits")),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_event_sums_event_id")),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_event_sums")),
    )
    op.create_table(
        "destructions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cause", sa.String(length=16), nullable=False),
        sa.Column("erased", sa.JSON(), nullable=False),
        sa.CheckConstraint(
            "cause IN ('asked','withdrawn','inactive','unreachable','over')", name=op.f("ck_destructions_cause")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_destructions")),
        sa.UniqueConstraint("number", name=op.f("uq_destructions_number")),
    )
    op.create_index("ix_destructions_at", "destructions", ["at"])
