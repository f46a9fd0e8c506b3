"""What running for years needs: alarms, mistakes in translations, files sent once, calendar files."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    with op.batch_alter_table("signups", recreate="always", table_kwargs={"sqlite_autoincrement": True}) as signups:
        signups.add_column(sa.Column("calendar", sa.Integer(), server_default="0", nullable=False))
    with op.batch_alter_table("drafts", recreate="always") as drafts:
        drafts.add_column(sa.Column("about", sa.JSON()))
        drafts.drop_constraint(op.f("ck_drafts_kind"), type_="check")
        drafts.create_check_constraint(op.f("ck_drafts_kind"), sa.text("kind IN ('signup','queue','name','mistake')"))
    op.create_table(
        "alarms",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alarms")),
    )
    op.create_index("ix_alarms_kind", "alarms", ["kind", "at"])
    op.create_table(
        "mistakes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("about", sa.JSON()),
        sa.Column("said", sa.Text()),
        sa.Column("copied", sa.Boolean(), server_default=sa.text("0"), nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("language IN ('ru','uz','tg','ky')", name=op.f("ck_mistakes_language")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_mistakes_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mistakes")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_mistakes_person_id", "mistakes", ["person_id"])
    op.create_table(
        "media",
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("file_id", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_media")),
    )
