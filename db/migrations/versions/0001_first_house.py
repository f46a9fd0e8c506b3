"""The house as it was first built."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "facts",
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_facts")),
    )
    op.create_table(
        "inbox",
        sa.Column("update_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=True),
        sa.Column("state", sa.String(length=8), server_default="new", nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("error", sa.String(length=200), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state IN ('new','effect') OR body IS NULL", name=op.f("ck_inbox_erased")),
        sa.CheckConstraint("state IN ('new','effect','done','aside')", name=op.f("ck_inbox_state")),
        sa.PrimaryKeyConstraint("update_id", name=op.f("pk_inbox")),
    )
    with op.batch_alter_table("inbox", schema=None) as batch_op:
        batch_op.create_index(
            "ix_inbox_open",
            ["update_id"],
            unique=False,
            sqlite_where=sa.text("state IN ('new','effect')"),
            postgresql_where=sa.text("state IN ('new','effect')"),
        )
        batch_op.create_index("ix_inbox_received_at", ["received_at"], unique=False)

    op.create_table(
        "people",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=16), server_default="telegram", nullable=False),
        sa.Column("channel_user_id", sa.BigInteger(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=True),
        sa.Column("name", sa.String(length=80), nullable=True),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("quiet_from", sa.Integer(), server_default="1260", nullable=False),
        sa.Column("quiet_to", sa.Integer(), server_default="540", nullable=False),
        sa.Column("remind_evening", sa.Boolean(), server_default=sa.text("1"), nullable=False),
        sa.Column("remind_hours", sa.Boolean(), server_default=sa.text("1"), nullable=False),
        sa.Column("arrived_by", sa.String(length=64), nullable=True),
        sa.Column("reachable", sa.Boolean(), server_default=sa.text("1"), nullable=False),
        sa.Column("unreachable_why", sa.String(length=200), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("language IS NULL OR language IN ('ru','uz','tg','ky')", name=op.f("ck_people_language")),
        sa.CheckConstraint(
            "quiet_from BETWEEN 0 AND 1439 AND quiet_to BETWEEN 0 AND 1439", name=op.f("ck_people_quiet")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people")),
        sa.UniqueConstraint("channel", "channel_user_id", name=op.f("uq_people_channel_channel_user_id")),
    )
    op.create_table(
        "venues",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=60), nullable=False),
        sa.Column("confirmed", sa.Boolean(), nullable=False),
        sa.Column("phone", sa.String(length=16), nullable=True),
        sa.Column("latitude", sa.Float(), nullable=True),
        sa.Column("longitude", sa.Float(), nullable=True),
        sa.Column("imported", sa.JSON(), nullable=False),
        sa.CheckConstraint("(latitude IS NULL) = (longitude IS NULL)", name=op.f("ck_venues_both_or_none")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_venues")),
        sa.UniqueConstraint("slug", name=op.f("uq_venues_slug")),
    )
    op.create_table(
        "consents",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(length=16), nullable=False),
        sa.Column("version", sa.String(length=16), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("language IN ('ru','uz','tg','ky')", name=op.f("ck_consents_language")),
        sa.CheckConstraint("purpose IN ('service')", name=op.f("ck_consents_purpose")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_consents_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consents")),
    )
    with op.batch_alter_table("consents", schema=None) as batch_op:
        batch_op.create_index(
            "uq_consents_valid",
            ["person_id", "purpose"],
            unique=True,
            sqlite_where=sa.text("withdrawn_at IS NULL"),
            postgresql_where=sa.text("withdrawn_at IS NULL"),
        )

    op.create_table(
        "events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=60), nullable=False),
        sa.Column("venue_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), server_default="published", nullable=False),
        sa.Column("confirmed", sa.Boolean(), nullable=False),
        sa.Column("starts_local", sa.String(length=16), nullable=False),
        sa.Column("ends_local", sa.String(length=16), nullable=True),
        sa.Column("closes_local", sa.String(length=16), nullable=True),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=True),
        sa.Column("largest_party", sa.Integer(), server_default="10", nullable=False),
        sa.Column("ask_children", sa.Boolean(), server_default=sa.text("0"), nullable=False),
        sa.Column("for_children", sa.Boolean(), server_default=sa.text("0"), nullable=False),
        sa.Column("free", sa.Boolean(), server_default=sa.text("1"), nullable=False),
        sa.Column("spoken", sa.JSON(), nullable=False),
        sa.Column("phone", sa.String(length=16), nullable=True),
        sa.Column("photo", sa.String(length=300), nullable=True),
        sa.Column("imported", sa.JSON(), nullable=False),
        sa.CheckConstraint("state IN ('published','cancelled')", name=op.f("ck_events_state")),
        sa.CheckConstraint("capacity IS NULL OR capacity BETWEEN 1 AND 5000", name=op.f("ck_events_capacity")),
        sa.CheckConstraint("ends_at >= starts_at AND closes_at <= ends_at", name=op.f("ck_events_order")),
        sa.CheckConstraint("largest_party BETWEEN 1 AND 10", name=op.f("ck_events_largest_party")),
        sa.ForeignKeyConstraint(["venue_id"], ["venues.id"], name=op.f("fk_events_venue_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_events")),
        sa.UniqueConstraint("slug", name=op.f("uq_events_slug")),
    )
    with op.batch_alter_table("events", schema=None) as batch_op:
        batch_op.create_index("ix_events_starts_at", ["starts_at"], unique=False)

    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("slot", sa.String(length=40), nullable=False),
        sa.Column("planned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deadline", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=10), server_default="pending", nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("unknowns", sa.Integer(), server_default="0", nullable=False),
        sa.Column("error", sa.String(length=200), nullable=True),
        sa.Column("message_id", sa.BigInteger(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('pending','sending','sent','dead','unknown','dropped','cancelled')", name=op.f("ck_outbox_state")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_outbox_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint(
            "kind", "subject_id", "person_id", "slot", name=op.f("uq_outbox_kind_subject_id_person_id_slot")
        ),
    )
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.create_index(
            "ix_outbox_due",
            ["due_at"],
            unique=False,
            sqlite_where=sa.text("state = 'pending'"),
            postgresql_where=sa.text("state = 'pending'"),
        )
        batch_op.create_index("ix_outbox_person_id", ["person_id"], unique=False)
        batch_op.create_index(
            "ix_outbox_sending",
            ["id"],
            unique=False,
            sqlite_where=sa.text("state = 'sending'"),
            postgresql_where=sa.text("state = 'sending'"),
        )

    op.create_table(
        "roles",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("role IN ('owner')", name=op.f("ck_roles_role")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_roles_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roles")),
        sa.UniqueConstraint("person_id", "role", name=op.f("uq_roles_person_id_role")),
    )
    op.create_table(
        "venue_texts",
        sa.Column("venue_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("name", sa.String(length=100), server_default="", nullable=False),
        sa.Column("address", sa.String(length=300), server_default="", nullable=False),
        sa.Column("way", sa.String(length=900), server_default="", nullable=False),
        sa.CheckConstraint("language IN ('ru','uz','tg','ky')", name=op.f("ck_venue_texts_language")),
        sa.ForeignKeyConstraint(["venue_id"], ["venues.id"], name=op.f("fk_venue_texts_venue_id")),
        sa.PrimaryKeyConstraint("venue_id", "language", name=op.f("pk_venue_texts")),
    )
    op.create_table(
        "drafts",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=True),
        sa.Column("adults", sa.Integer(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(kind = 'signup') = (event_id IS NOT NULL)", name=op.f("ck_drafts_event")),
        sa.CheckConstraint("kind IN ('signup','name')", name=op.f("ck_drafts_kind")),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_drafts_event_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_drafts_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_drafts")),
    )
    op.create_table(
        "event_texts",
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("title", sa.String(length=100), server_default="", nullable=False),
        sa.Column("description", sa.String(length=900), server_default="", nullable=False),
        sa.Column("for_whom", sa.String(length=200), server_default="", nullable=False),
        sa.CheckConstraint("language IN ('ru','uz','tg','ky')", name=op.f("ck_event_texts_language")),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_event_texts_event_id")),
        sa.PrimaryKeyConstraint("event_id", "language", name=op.f("pk_event_texts")),
    )
    op.create_table(
        "signups",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("adults", sa.Integer(), nullable=False),
        sa.Column("children", sa.Integer(), server_default="0", nullable=False),
        sa.Column("held_adults", sa.Integer(), server_default="0", nullable=False),
        sa.Column("held_children", sa.Integer(), server_default="0", nullable=False),
        sa.Column("held_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("code", sa.Integer(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(state = 'active' AND adults >= 1 AND adults + children <= 10) OR (state = 'left' AND adults = 0 AND children = 0)",
            name=op.f("ck_signups_party"),
        ),
        sa.CheckConstraint("state IN ('active','left')", name=op.f("ck_signups_state")),
        sa.CheckConstraint("children >= 0 AND held_adults >= 0 AND held_children >= 0", name=op.f("ck_signups_counts")),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_signups_event_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_signups_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signups")),
        sa.UniqueConstraint("event_id", "code", name=op.f("uq_signups_event_id_code")),
        sa.UniqueConstraint("event_id", "person_id", name=op.f("uq_signups_event_id_person_id")),
    )
    with op.batch_alter_table("signups", schema=None) as batch_op:
        batch_op.create_index("ix_signups_person_id", ["person_id"], unique=False)
