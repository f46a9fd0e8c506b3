"""What goes by itself, with the clock turned: signups after their event, the silent, those out of reach."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, update

from db import departures, drafts, inbox, outbox, people, retention, signups
from db.inbox import Received
from db.outbox import Ended, put
from db.places import mine
from db.rules.reminders import EVENING, HOURS
from db.rules.retention import DAY, NOTICE, Keep
from db.rules.seats import Party
from db.tables import destructions, event_sums, events
from db.tables import outbox as outbox_rows
from db.tables import people as people_rows
from db.tables import signups as signup_rows
from tests.db.scene import HOUR, MINUTE, NOW, STARTS, ZONE, add_event, add_guest, rows, seat, states

KEEP = Keep()
ENDS = STARTS + 3 * HOUR
MIDNIGHT = datetime(2027, 3, 18, 17, tzinfo=UTC)  # of NOW, in Tomsk


def held_on(day: str, *, till: str | None = None, hour: int = 12) -> dict[str, Any]:
    start = f"{day}T{hour:02}:00"
    return {"starts_local": start, "closes_local": start, "ends_local": till or f"{day}T{min(hour + 2, 23):02}:00"}


def sums(conn: Connection, event_id: int) -> dict[str, int]:
    return {name: count for row in rows(conn, event_sums, event_id=event_id) for name, count in row.items()}


# -- signups


@pytest.mark.parametrize(("keep", "days"), [(KEEP, 60), (Keep(signups_days=1), 1), (Keep(signups_days=7), 7)])
def test_signups_go_that_many_days_after_the_end_and_not_a_minute_before(
    conn: Connection, keep: Keep, days: int
) -> None:
    event, later = add_event(conn), add_event(conn, "may", **held_on("2027-05-21"))
    seat(conn, event, 7, Party(2, 1))
    kept = seat(conn, later, 7, Party(1)).mine
    for early in (ENDS, ENDS + (days - 1) * DAY, ENDS + days * DAY):
        assert retention.forget_signups(conn, keep, early) == 0
    assert rows(conn, destructions) == []
    assert retention.forget_signups(conn, keep, ENDS + days * DAY + MINUTE) == 1
    assert [row["id"] for row in rows(conn, signup_rows)] == [kept.id]
    assert {row["subject_id"] for row in rows(conn, outbox_rows)} == {kept.id}


def test_the_numbers_stay_and_the_journal_has_one_line_a_run(conn: Connection) -> None:
    event, chess = add_event(conn), add_event(conn, "chess")
    for user_id, party in ((7, Party(2, 1)), (8, Party(1)), (9, Party(1, 3))):
        seat(conn, event, user_id, party)
    seat(conn, chess, 7, Party(1))
    signups.leave(conn, event, add_guest(conn, 9), NOW)
    conn.execute(update(signup_rows).where(signup_rows.c.state == "left").values(given_up=4))
    now = ENDS + 61 * DAY
    assert retention.forget_signups(conn, KEEP, now) == 4
    assert sums(conn, event) == {
        "event_id": event, "signups": 2, "adults": 3, "children": 1, "given_up": 4, "first_visits": 2
    }  # fmt: skip
    assert sums(conn, chess)["first_visits"] == 0, "the same year, the same person"
    (line,) = rows(conn, destructions)
    assert (line["cause"], line["at"], line["erased"]) == ("over", now, {"signups": 4, "messages": 8})
    assert retention.forget_signups(conn, KEEP, now) == 0
    assert len(rows(conn, destructions)) == 1
    assert sums(conn, event)["signups"] == 2


def test_messages_of_other_kinds_stay(conn: Connection) -> None:
    """Their subject is not a signup, though its number may be the same."""
    mine = seat(conn, add_event(conn), 7, Party(1)).mine
    put(conn, "apology", mine.id, add_guest(conn, 7), "once", NOW, NOW)
    retention.forget_signups(conn, KEEP, ENDS + 61 * DAY)
    assert states(conn) == [("apology", "pending")]


def test_one_who_was_erased_before_is_in_the_sums_once(conn: Connection) -> None:
    event = add_event(conn)
    seat(conn, event, 7, Party(2))
    seat(conn, event, 8, Party(1))
    departures.withdraw_consent(conn, add_guest(conn, 7), ENDS + DAY)
    retention.forget_signups(conn, KEEP, ENDS + 61 * DAY)
    assert (sums(conn, event)["signups"], sums(conn, event)["adults"], sums(conn, event)["first_visits"]) == (2, 3, 2)


# -- the first visit of a year


def visits(conn: Connection, *events: int) -> list[int]:
    return [sums(conn, event)["first_visits"] for event in events]


def test_the_first_visit_of_a_year_is_that_of_its_earliest_event(conn: Connection) -> None:
    late = add_event(conn, "late", **held_on("2027-03-22"))
    early = add_event(conn, "early", **held_on("2027-03-20"))
    for event in (late, early):
        seat(conn, event, 7, Party(1))
    retention.forget_signups(conn, KEEP, NOW + 90 * DAY)
    assert visits(conn, early, late) == [1, 0]


def test_over_new_year_each_year_has_its_first_visit_by_the_clocks_of_the_event(conn: Connection) -> None:
    old = add_event(conn, "old", **held_on("2027-12-31", till="2027-12-31T23:30"))
    party = add_event(conn, "party", **held_on("2027-12-31", hour=22, till="2028-01-01T03:00"))
    new = add_event(conn, "new", **held_on("2028-01-01", hour=5))  # still 2027 in UTC
    again = add_event(conn, "again", **held_on("2028-02-29"))
    for event in (old, party, new, again):
        seat(conn, event, 7, Party(1))
    for now in (
        datetime(2028, 3, 1, 3, tzinfo=UTC),
        datetime(2028, 3, 5, tzinfo=UTC),
        datetime(2028, 5, 9, tzinfo=UTC),
    ):
        retention.forget_signups(conn, KEEP, now)
    assert visits(conn, old, party, new, again) == [1, 0, 1, 0]
    assert rows(conn, people_rows, channel_user_id=7)[0]["visited_year"] == 2028


def test_an_exhibition_over_new_year_counts_nobody_twice(conn: Connection) -> None:
    """It ends last, and belongs to the year it began in."""
    long = add_event(conn, "long", **held_on("2027-12-20", till="2028-02-10T18:00"))
    first, second = (add_event(conn, slug, **held_on(day)) for slug, day in (("a", "2028-01-10"), ("b", "2028-03-10")))
    for event in (long, first, second):
        seat(conn, event, 7, Party(1))
    for days in range(0, 200, 10):
        retention.forget_signups(conn, KEEP, datetime(2028, 1, 1, tzinfo=UTC) + days * DAY)
    assert sum(visits(conn, first, second)) == 1


def test_nobody_visited_what_was_left_or_cancelled(conn: Connection) -> None:
    left, cancelled, came = (add_event(conn, slug) for slug in ("left", "cancelled", "came"))
    for event in (left, cancelled, came):
        seat(conn, event, 7, Party(1))
    signups.leave(conn, left, add_guest(conn, 7), NOW)
    conn.execute(update(events).where(events.c.id == cancelled).values(state="cancelled"))
    retention.forget_signups(conn, KEEP, ENDS + 61 * DAY)
    assert visits(conn, left, cancelled, came) == [0, 0, 1]


# -- the silent


def run(conn: Connection, now: datetime, keep: Keep = KEEP) -> dict[str, object]:
    """One round of what bot/jobs/tidy.py does, and the messages it leads to sent."""
    planned = retention.warn(conn, keep, now)
    gone = [retention.remove(conn, person_id, keep, now) for person_id in retention.due(conn, keep, now)]
    claimed = outbox.claim(conn, now, 10)
    outbox.settle(conn, tuple(Ended(row.id, "sent", now) for row in claimed))
    return {"planned": planned, "gone": [one.user_id for one in gone if one], "sent": [row.kind for row in claimed]}


NOTHING: dict[str, object] = {"planned": 0, "gone": [], "sent": []}
WARNED: dict[str, object] = {"planned": 1, "gone": [], "sent": ["inactive"]}
A_YEAR_LATER = datetime(2028, 3, 19, 17, tzinfo=UTC)  # the day after, at midnight in Tomsk


def goes(user_id: int) -> dict[str, object]:
    return {"planned": 0, "gone": [user_id], "sent": []}


def test_warned_a_month_before_and_gone_after_a_year(conn: Connection) -> None:
    add_guest(conn, 7)
    assert run(conn, A_YEAR_LATER - NOTICE - MINUTE) == NOTHING
    assert run(conn, A_YEAR_LATER - NOTICE) == WARNED
    for hours in range(6, 30 * 24, 6):
        assert run(conn, A_YEAR_LATER - NOTICE + hours * HOUR) == NOTHING
    assert run(conn, A_YEAR_LATER) == goes(7)
    assert people.find(conn, 7) is None
    assert [row["cause"] for row in rows(conn, destructions)] == ["inactive"]


@pytest.mark.parametrize("seen", ["2028-02-28", "2028-02-29", "2027-12-31", "2028-01-01"])
def test_in_leap_years_and_over_new_year(conn: Connection, seen: str) -> None:
    midnight = datetime.fromisoformat(f"{seen}T00:00+07:00")
    people.meet(conn, 7, ZONE, midnight + 23 * HOUR)
    day, told, gone = midnight, None, None
    while gone is None:
        day += DAY
        found = run(conn, day)
        told = day if found["sent"] else told
        gone = day if found["gone"] else None
    assert told is not None
    assert gone - told >= NOTICE
    assert timedelta(days=366) <= gone - midnight <= timedelta(days=368)


def test_a_press_in_between_takes_the_warning_back_and_a_new_silence_warns_anew(conn: Connection) -> None:
    add_guest(conn, 7)
    run(conn, A_YEAR_LATER - NOTICE)
    run(conn, A_YEAR_LATER - NOTICE + DAY)
    assert rows(conn, people_rows)[0]["warned_at"] == A_YEAR_LATER - NOTICE
    back = A_YEAR_LATER - MINUTE
    people.meet(conn, 7, ZONE, back)
    assert rows(conn, people_rows)[0]["warned_at"] is None
    for days in range(330):
        assert run(conn, back + days * DAY) == NOTHING
    found = [run(conn, back + days * DAY) for days in range(330, 375)]
    assert [one for one in found if one != NOTHING] == [WARNED, goes(7)]


def test_a_press_on_the_very_day_of_the_warning_counts(conn: Connection) -> None:
    """The day is kept, not the minute: the warning of that morning must not be taken for one of the next silence."""
    add_guest(conn, 7)
    told = A_YEAR_LATER - NOTICE + 4 * HOUR
    assert run(conn, told) == WARNED
    people.meet(conn, 7, ZONE, told + HOUR)
    for days in range(1, 330):
        assert run(conn, told + days * DAY) == NOTHING
    assert rows(conn, people_rows)[0]["warned_at"] is None
    found = [run(conn, told + days * DAY) for days in range(330, 375)]
    assert [one for one in found if one != NOTHING] == [WARNED, goes(7)]


def test_nobody_goes_unwarned_however_long_we_slept(conn: Connection) -> None:
    add_guest(conn, 7)
    late = A_YEAR_LATER + 400 * DAY
    assert run(conn, late) == WARNED
    assert run(conn, late + NOTICE - MINUTE) == NOTHING
    assert run(conn, late + NOTICE) == goes(7)


@pytest.mark.parametrize("ended", ["unknown", "dead", "dropped"])
def test_a_warning_that_may_not_have_come_does_not_count_and_is_tried_again(conn: Connection, ended: str) -> None:
    add_guest(conn, 7)
    first = A_YEAR_LATER - NOTICE
    assert retention.warn(conn, KEEP, first) == 1
    (row,) = outbox.claim(conn, first, 10)
    outbox.settle(conn, (Ended(row.id, ended, first),))
    for days in range(30):
        assert run(conn, first + days * DAY) == NOTHING
    again = first + 30 * DAY
    assert run(conn, again) == WARNED
    assert run(conn, again + NOTICE - HOUR) == NOTHING
    assert run(conn, again + NOTICE) == goes(7)


def test_the_twin_that_counts_from_the_planning_would_remove_somebody_untold(conn: Connection) -> None:
    """The broken twin of the test above: warned_at set when the message is planned."""
    add_guest(conn, 7)
    first = A_YEAR_LATER - NOTICE
    retention.warn(conn, KEEP, first)
    conn.execute(update(people_rows).values(warned_at=first))
    outbox.drop_expired(conn, first + 8 * DAY)
    assert [row["state"] for row in rows(conn, outbox_rows)] == ["dropped"]
    assert list(retention.due(conn, KEEP, A_YEAR_LATER)) == [add_guest_id(conn)]


def add_guest_id(conn: Connection) -> int:
    return int(rows(conn, people_rows, channel_user_id=7)[0]["id"])


def test_the_staff_stay(conn: Connection) -> None:
    people.make_owners(conn, (7,), ZONE, NOW)
    add_guest(conn, 7)
    people.lose(conn, 7, "blocked", NOW)
    for months in range(30):
        assert run(conn, NOW + months * 31 * DAY) == NOTHING


def test_who_is_coming_stays_until_it_is_over(conn: Connection) -> None:
    event = add_event(conn, **held_on("2028-05-01"))
    seat(conn, event, 7, Party(1))
    people.meet(conn, 8, ZONE, NOW)
    over = datetime(2028, 5, 1, 7, tzinfo=UTC)
    conn.execute(update(outbox_rows).values(state="cancelled"))
    found = [run(conn, A_YEAR_LATER + days * DAY) for days in range(-31, 40)]
    assert [one for one in found if one != NOTHING] == [WARNED, goes(8)]
    assert run(conn, over - MINUTE) == NOTHING
    assert run(conn, over) == WARNED
    assert run(conn, over + NOTICE) == goes(7)


def test_who_gave_their_place_back_is_not_coming(conn: Connection) -> None:
    event = add_event(conn, **held_on("2029-05-01"))
    seat(conn, event, 7, Party(1))
    signups.leave(conn, event, add_guest(conn, 7), NOW)
    assert run(conn, A_YEAR_LATER - NOTICE) == WARNED
    assert run(conn, A_YEAR_LATER) == goes(7)
    assert mine(conn, event, 7) is None


def test_who_is_writing_at_this_moment_stays(conn: Connection) -> None:
    add_guest(conn, 7)
    run(conn, A_YEAR_LATER - NOTICE)
    retention.warn(conn, KEEP, A_YEAR_LATER - DAY)
    inbox.store(conn, [Received(1, 7, "{}")], A_YEAR_LATER)
    assert run(conn, A_YEAR_LATER) == NOTHING
    inbox.finish(conn, [1])
    assert run(conn, A_YEAR_LATER) == goes(7)


def test_one_who_came_back_since_the_list_was_made_stays(conn: Connection) -> None:
    guest = add_guest(conn, 7)
    run(conn, A_YEAR_LATER - NOTICE)
    run(conn, A_YEAR_LATER - DAY)
    assert list(retention.due(conn, KEEP, A_YEAR_LATER)) == [guest]
    people.meet(conn, 7, ZONE, A_YEAR_LATER)
    assert retention.remove(conn, guest, KEEP, A_YEAR_LATER) is None


def test_other_settings_other_dates(conn: Connection) -> None:
    add_guest(conn, 7)
    keep = Keep(inactive_months=3)
    gone = datetime(2027, 6, 19, 17, tzinfo=UTC)
    assert run(conn, gone - NOTICE, keep) == WARNED
    assert run(conn, gone - MINUTE, keep) == NOTHING
    longer = Keep(inactive_months=24)
    assert run(conn, gone, longer) == NOTHING, "the settings were changed meanwhile"
    assert run(conn, gone, keep) == goes(7)


def test_what_the_warning_says_is_read_when_it_is_sent(conn: Connection) -> None:
    guest = add_guest(conn, 7)
    people.choose_language(conn, guest, "uz", NOW)
    first = A_YEAR_LATER - NOTICE
    retention.warn(conn, KEEP, first)
    rows_due = {row.kind: row for row in outbox.claim(conn, first, 10)}
    farewell = retention.farewell(conn, rows_due["inactive"], KEEP, first + 4 * HOUR)  # 04:00 in Tomsk
    assert farewell is not None
    assert (farewell.language, farewell.going_at) == ("uz", A_YEAR_LATER + 4 * HOUR)
    assert farewell.timing.later == first + 9 * HOUR
    people.meet(conn, 7, ZONE, first + 5 * HOUR)
    assert retention.farewell(conn, rows_due["inactive"], KEEP, first + 9 * HOUR) is None


# -- out of reach


def test_out_of_reach_for_half_a_year_without_a_word(conn: Connection) -> None:
    add_guest(conn, 7)
    event = add_event(conn, capacity=1, **held_on("2028-05-01"))
    seat(conn, event, 7, Party(1))
    people.lose(conn, 7, "blocked", NOW)
    gone = datetime(2027, 9, 19, 5, tzinfo=UTC)
    people.lose(conn, 7, "blocked", gone - DAY)  # still: it began in March
    assert run(conn, gone - MINUTE) == NOTHING
    assert run(conn, gone) == goes(7)
    assert [row["cause"] for row in rows(conn, destructions)] == ["unreachable"]
    assert sums(conn, event)["given_up"] == 1
    assert seat(conn, event, 8, Party(1), gone).new, "the place is free"


@pytest.mark.parametrize("how", [people.find_again, lambda conn, user_id: people.meet(conn, user_id, ZONE, NOW + DAY)])
def test_one_who_came_back_and_left_again_has_their_time_anew(conn: Connection, how: Any) -> None:
    add_guest(conn, 7)
    people.lose(conn, 7, "blocked", NOW)
    how(conn, 7)
    assert rows(conn, people_rows)[0]["unreachable_since"] is None
    people.lose(conn, 7, "blocked", NOW + 100 * DAY)
    assert run(conn, datetime(2027, 9, 20, tzinfo=UTC)) == NOTHING
    assert run(conn, datetime(2027, 12, 28, tzinfo=UTC)) == goes(7)


def test_who_cannot_be_reached_is_not_warned(conn: Connection) -> None:
    add_guest(conn, 7)
    people.lose(conn, 7, "blocked", A_YEAR_LATER - 40 * DAY)
    assert run(conn, A_YEAR_LATER) == NOTHING


# -- when they were seen


def test_the_day_of_the_last_press_is_kept_and_nothing_finer(conn: Connection) -> None:
    for now in (NOW, NOW + HOUR, NOW - HOUR):
        people.meet(conn, 7, ZONE, now)
        assert rows(conn, people_rows)[0]["seen_at"] == MIDNIGHT
    found = people.find(conn, 7)
    assert found is not None
    assert [found.seen_today(MIDNIGHT + hours * HOUR) for hours in (0, 23, 24, -1)] == [True, True, False, True]
    people.meet(conn, 7, ZONE, NOW + DAY)
    assert rows(conn, people_rows)[0]["seen_at"] == MIDNIGHT + DAY
    assert rows(conn, people_rows)[0]["started_at"] == NOW


def test_reminders_and_forms_are_none_of_its_business(conn: Connection) -> None:
    seat(conn, add_event(conn), 7, Party(1))
    drafts.name(conn, add_guest(conn, 7), NOW)
    assert run(conn, NOW) == NOTHING
    assert {kind for kind, _ in states(conn)} == {EVENING, HOURS}
