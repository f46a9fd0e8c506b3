"""What is kept, and what the tables themselves refuse."""

from datetime import UTC, datetime

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    text,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Instant(TypeDecorator[datetime]):
    """A moment: aware in Python, UTC in the store. A naive one is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone")
        return value.astimezone(UTC).replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value if value is None or value.tzinfo else value.replace(tzinfo=UTC)


# `sqlite_autoincrement`: where rows are erased, a number is never given again, so that a message under way to one
# person can never be marked, or filled in, with what belongs to another.
_LANGUAGE = "IN ('ru','uz','tg','ky')"

people = Table(
    "people",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("channel", String(16), nullable=False, server_default="telegram"),
    Column("channel_user_id", BigInteger, nullable=False),
    Column("language", String(8)),  # NULL: not chosen yet; nobody but the person ever sets it
    Column("name", String(80)),  # only after consent
    Column("zone", String(64), nullable=False),
    Column("quiet_from", Integer, nullable=False, server_default="1260"),  # minutes after local midnight
    Column("quiet_to", Integer, nullable=False, server_default="540"),
    Column("remind_evening", Boolean, nullable=False, server_default=text("1")),
    Column("remind_hours", Boolean, nullable=False, server_default=text("1")),
    Column("arrived_by", String(64)),  # the link they came by, until a language is chosen
    Column("reachable", Boolean, nullable=False, server_default=text("1")),
    Column("unreachable_why", String(200)),
    Column("unreachable_since", Instant),
    Column("started_at", Instant),  # NULL: made by OWNER_IDS, never pressed START
    Column("created_at", Instant, nullable=False),
    Column("seen_at", Instant),  # when they last wrote or pressed, to the day
    Column("warned_at", Instant),  # told that their profile will be removed unless they come back
    Column("visited_year", Integer),  # the last year in which a visit of theirs was counted
    UniqueConstraint("channel", "channel_user_id"),
    CheckConstraint(f"language IS NULL OR language {_LANGUAGE}", name="language"),
    CheckConstraint("quiet_from BETWEEN 0 AND 1439 AND quiet_to BETWEEN 0 AND 1439", name="quiet"),
    sqlite_autoincrement=True,
)

roles = Table(
    "roles",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("person_id", ForeignKey("people.id"), nullable=False),
    Column("role", String(16), nullable=False),
    Column("given_at", Instant, nullable=False),
    UniqueConstraint("person_id", "role"),
    CheckConstraint("role IN ('owner')", name="role"),
)

consents = Table(
    "consents",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("person_id", ForeignKey("people.id"), nullable=False),
    Column("purpose", String(16), nullable=False),
    Column("version", String(16), nullable=False),
    Column("language", String(8), nullable=False),
    Column("given_at", Instant, nullable=False),
    Column("withdrawn_at", Instant),
    CheckConstraint("purpose IN ('service')", name="purpose"),
    CheckConstraint(f"language {_LANGUAGE}", name="language"),
    # one valid consent a purpose: a second press gives no second one
    Index(
        "uq_consents_valid",
        "person_id",
        "purpose",
        unique=True,
        sqlite_where=text("withdrawn_at IS NULL"),
        postgresql_where=text("withdrawn_at IS NULL"),
    ),
)

venues = Table(
    "venues",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("slug", String(60), nullable=False, unique=True),
    Column("confirmed", Boolean, nullable=False),
    Column("phone", String(16)),
    Column("latitude", Float),
    Column("longitude", Float),
    Column("imported", JSON, nullable=False),  # the fields as the file last brought them: tells what was changed here
    CheckConstraint("(latitude IS NULL) = (longitude IS NULL)", name="both_or_none"),
)

venue_texts = Table(
    "venue_texts",
    metadata,
    Column("venue_id", ForeignKey("venues.id"), primary_key=True),
    Column("language", String(8), primary_key=True),
    Column("name", String(100), nullable=False, server_default=""),
    Column("address", String(300), nullable=False, server_default=""),
    Column("way", String(900), nullable=False, server_default=""),
    CheckConstraint(f"language {_LANGUAGE}", name="language"),
)

events = Table(
    "events",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("slug", String(60), nullable=False, unique=True),
    Column("venue_id", ForeignKey("venues.id")),
    Column("kind", String(16), nullable=False),
    Column("state", String(16), nullable=False, server_default="published"),
    Column("confirmed", Boolean, nullable=False),
    Column("starts_local", String(16), nullable=False),  # 2027-03-21T12:00, wall time of `zone`
    Column("ends_local", String(16)),
    Column("closes_local", String(16)),
    Column("zone", String(64), nullable=False),
    Column("starts_at", Instant, nullable=False),  # the same, computed
    Column("ends_at", Instant, nullable=False),
    Column("closes_at", Instant, nullable=False),
    Column("capacity", Integer),  # NULL: as many as come
    Column("largest_party", Integer, nullable=False, server_default="10"),
    Column("ask_children", Boolean, nullable=False, server_default=text("0")),
    Column("for_children", Boolean, nullable=False, server_default=text("0")),
    Column("free", Boolean, nullable=False, server_default=text("1")),
    Column("spoken", JSON, nullable=False),  # languages spoken there
    Column("phone", String(16)),
    Column("photo", String(300)),
    Column("imported", JSON, nullable=False),
    CheckConstraint("state IN ('published','cancelled')", name="state"),
    CheckConstraint("capacity IS NULL OR capacity BETWEEN 1 AND 5000", name="capacity"),
    CheckConstraint("largest_party BETWEEN 1 AND 10", name="largest_party"),
    CheckConstraint("ends_at >= starts_at AND closes_at <= ends_at", name="order"),
    Index("ix_events_starts_at", "starts_at"),
)

event_texts = Table(
    "event_texts",
    metadata,
    Column("event_id", ForeignKey("events.id"), primary_key=True),
    Column("language", String(8), primary_key=True),
    Column("title", String(100), nullable=False, server_default=""),
    Column("description", String(900), nullable=False, server_default=""),
    Column("for_whom", String(200), nullable=False, server_default=""),
    CheckConstraint(f"language {_LANGUAGE}", name="language"),
)

signups = Table(
    "signups",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("event_id", ForeignKey("events.id"), nullable=False),
    Column("person_id", ForeignKey("people.id"), nullable=False),
    Column("state", String(8), nullable=False),
    Column("adults", Integer, nullable=False),  # those who come
    Column("children", Integer, nullable=False, server_default="0"),
    Column("held_adults", Integer, nullable=False, server_default="0"),  # given back, kept until held_until
    Column("held_children", Integer, nullable=False, server_default="0"),
    Column("held_until", Instant),
    Column("queue_number", Integer),  # the place in the event's queue; NULL: in none
    Column("wanted_adults", Integer, nullable=False, server_default="0"),  # the whole party, those who come included
    Column("wanted_children", Integer, nullable=False, server_default="0"),
    Column("offered_adults", Integer, nullable=False, server_default="0"),  # held for an answer until offered_until
    Column("offered_children", Integer, nullable=False, server_default="0"),
    Column("offered_until", Instant),
    Column("offers", Integer, nullable=False, server_default="0"),  # how many were ever made: each has its message
    Column("together", Boolean, nullable=False, server_default=text("0")),  # "only all of us": no part is offered
    Column("passed", Integer, nullable=False, server_default="0"),  # how often a smaller party went first
    Column("given_up", Integer, nullable=False, server_default="0"),  # places they took and then gave away
    Column("code", Integer, nullable=False),
    Column("calendar", Integer, nullable=False, server_default="0"),  # how many calendar files were given: SEQUENCE
    Column("confirmed_at", Instant),  # pressed "I come" in a reminder
    Column("created_at", Instant, nullable=False),
    Column("changed_at", Instant, nullable=False),
    UniqueConstraint("event_id", "person_id"),  # one signup a person and event, whatever is pressed how often
    UniqueConstraint("event_id", "code"),
    CheckConstraint("state IN ('active','waiting','left')", name="state"),
    CheckConstraint("children >= 0 AND held_adults >= 0 AND held_children >= 0 AND given_up >= 0", name="counts"),
    CheckConstraint(
        "(state = 'active' AND adults >= 1 AND adults + children <= 10)"
        " OR (state IN ('waiting','left') AND adults = 0 AND children = 0)",
        name="party",
    ),
    CheckConstraint(
        "(queue_number IS NOT NULL AND state IN ('active','waiting')"
        " AND wanted_adults + wanted_children BETWEEN adults + children + 1 AND 10"
        " AND wanted_adults >= adults + offered_adults AND wanted_children >= children + offered_children"
        " AND offered_adults >= 0 AND offered_children >= 0"
        " AND (offered_until IS NOT NULL) = (offered_adults + offered_children > 0))"
        " OR (queue_number IS NULL AND state IN ('active','left') AND wanted_adults = 0 AND wanted_children = 0"
        " AND offered_adults = 0 AND offered_children = 0 AND offered_until IS NULL)",
        name="queue",
    ),
    Index("ix_signups_person_id", "person_id"),
    # one queue an event, nobody twice in the same place
    Index(
        "uq_signups_queue",
        "event_id",
        "queue_number",
        unique=True,
        sqlite_where=text("queue_number IS NOT NULL"),
        postgresql_where=text("queue_number IS NOT NULL"),
    ),
    sqlite_autoincrement=True,
)

# What stays of signups when their person is forgotten.
event_sums = Table(
    "event_sums",
    metadata,
    Column("event_id", ForeignKey("events.id"), primary_key=True),
    Column("signups", Integer, nullable=False, server_default="0"),
    Column("adults", Integer, nullable=False, server_default="0"),
    Column("children", Integer, nullable=False, server_default="0"),
    Column("given_up", Integer, nullable=False, server_default="0"),
    Column(
        "first_visits", Integer, nullable=False, server_default="0"
    ),  # of people who came for the first time this year
)

# The act of destruction: one line for each time that data of people was erased, without them.
destructions = Table(
    "destructions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("number", String(32), nullable=False, unique=True),  # random: it leads back to nobody
    Column("at", Instant, nullable=False),
    Column("cause", String(16), nullable=False),
    Column("erased", JSON, nullable=False),  # kind of data -> how many
    CheckConstraint("cause IN ('asked','withdrawn','inactive','unreachable','over')", name="cause"),
    Index("ix_destructions_at", "at"),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", String(24), nullable=False),
    Column("subject_id", BigInteger, nullable=False),
    Column("person_id", ForeignKey("people.id"), nullable=False),
    Column("slot", String(40), nullable=False),
    Column("planned_at", Instant, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("deadline", Instant, nullable=False),
    Column("state", String(10), nullable=False, server_default="pending"),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("unknowns", Integer, nullable=False, server_default="0"),
    Column("error", String(200)),
    Column("message_id", BigInteger),
    Column("ended_at", Instant),
    UniqueConstraint("kind", "subject_id", "person_id", "slot"),  # scheduling is exactly once
    CheckConstraint("state IN ('pending','sending','sent','dead','unknown','dropped','cancelled')", name="state"),
    Index(
        "ix_outbox_due",
        "due_at",
        sqlite_where=text("state = 'pending'"),
        postgresql_where=text("state = 'pending'"),
    ),
    Index(
        "ix_outbox_sending",
        "id",
        sqlite_where=text("state = 'sending'"),
        postgresql_where=text("state = 'sending'"),
    ),
    Index("ix_outbox_person_id", "person_id"),
    sqlite_autoincrement=True,
)

inbox = Table(
    "inbox",
    metadata,
    Column("update_id", BigInteger, primary_key=True, autoincrement=False),
    Column("chat_id", BigInteger, nullable=False),
    Column("body", Text),  # erased once handled
    Column("state", String(8), nullable=False, server_default="new"),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("error", String(200)),
    Column("received_at", Instant, nullable=False),
    # new: nothing done yet · effect: its change is in the store, the answer not shown yet
    # done: handled and shown · aside: given up, with the cause
    CheckConstraint("state IN ('new','effect','done','aside')", name="state"),
    CheckConstraint("state IN ('new','effect') OR body IS NULL", name="erased"),
    Index(
        "ix_inbox_open",
        "update_id",
        sqlite_where=text("state IN ('new','effect')"),
        postgresql_where=text("state IN ('new','effect')"),
    ),
    Index("ix_inbox_received_at", "received_at"),
)

drafts = Table(
    "drafts",
    metadata,
    Column("person_id", ForeignKey("people.id"), primary_key=True),  # one form at a time
    Column("kind", String(8), nullable=False),
    Column("event_id", ForeignKey("events.id")),
    Column("adults", Integer),
    Column("about", JSON),  # of a mistake: the screen it is about
    Column("updated_at", Instant, nullable=False),
    CheckConstraint("kind IN ('signup','queue','name','mistake')", name="kind"),
    CheckConstraint("(kind IN ('signup','queue')) = (event_id IS NOT NULL)", name="event"),
)

# What owners are told of the machine itself: each has its outbox rows (kind "alarm").
alarms = Table(
    "alarms",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", String(24), nullable=False),
    Column("at", Instant, nullable=False),
    Column("facts", JSON, nullable=False),  # numbers and names of ours; no text of a person
    Index("ix_alarms_kind", "kind", "at"),
)

# A bad translation, as a reader told it: goes to the owners (outbox kind "mistake").
mistakes = Table(
    "mistakes",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("person_id", ForeignKey("people.id"), nullable=False),
    Column("language", String(8), nullable=False),
    Column("about", JSON),  # the screen's name and its texts, source and translation; NULL: not known any more
    Column("said", Text),  # what they wrote, if anything
    Column("copied", Boolean, nullable=False, server_default=text("0")),  # their message goes along: a voice, a picture
    Column("message_id", BigInteger, nullable=False),
    Column("at", Instant, nullable=False),
    CheckConstraint(f"language {_LANGUAGE}", name="language"),
    Index("ix_mistakes_person_id", "person_id"),
    sqlite_autoincrement=True,
)

# Files that Telegram has already: sent again by their number, without the bytes.
media = Table(
    "media",
    metadata,
    Column("key", String(80), primary_key=True),  # the bot's number and the hash of the file's content
    Column("file_id", String(200), nullable=False),
)

facts = Table(
    "facts",
    metadata,
    Column("key", String(40), primary_key=True),
    Column("value", JSON, nullable=False),
)
