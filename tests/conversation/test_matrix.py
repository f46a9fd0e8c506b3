"""Every way in, tried by everyone who has no business there: no effect on another person, nothing of them shown."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace

import pytest
from aiogram import Router
from aiogram.filters import Command
from aiogram.filters.callback_data import CallbackData

from db import calendar_files, destructions, lists, places, signups, waiting
from handlers import buttons as to
from handlers import routers
from tests.conversation import matrix
from tests.conversation.matrix import ALL, BUTTONS, COMMANDS, OTHERS, Row, arguments, contents, payloads
from tests.conversation.person import Person
from tests.conversation.stage import GROUP, OLD, Stage, seen
from tests.conversation.test_odd_presses import _is_button
from tests.conversation.world import World

Make = Callable[[Stage], Awaitable[Person]]


async def stranger(stage: Stage) -> Person:
    return stage.stranger()


ACTORS: dict[str, Make] = {"a stranger": stranger, "another member": Stage.member, "an ex-owner": Stage.ex_owner}
EVERYBODY = pytest.mark.parametrize("make", ACTORS.values(), ids=list(ACTORS))
SOMEWHERE = pytest.mark.parametrize("grouped", [False, True], ids=["in private", "in a group"])


@pytest.fixture
async def stage(world: World) -> AsyncIterator[Stage]:
    stage = await Stage(world).prepare()
    yield stage
    stage.close()


async def actor(stage: Stage, make: Make, grouped: bool) -> Person:
    found = await make(stage)
    return stage.world.person(found.id, found.name, "ru", chat_id=GROUP) if grouped else found


def ids(stage: Stage) -> list[int]:
    """The victim's events and their neighbours."""
    first, *_, last = stage.events
    return [*stage.events, first - 1, last + 1]


async def presses(stage: Stage, person: Person, row: Row, written: list[str]) -> None:
    on = list(person.room.messages)[-3:] or [OLD]  # an ex-owner's own screens with those buttons, if there are any
    for at, payload in enumerate(written):
        with stage.watched(person, row, payload):
            await person.forges(payload, on=on[at % len(on)])


async def try_buttons(stage: Stage, make: Make, grouped: bool, *chosen: type[CallbackData]) -> None:
    minute = int(stage.world.now.timestamp()) // 60
    for button in chosen or BUTTONS:
        row = BUTTONS[button]
        written = payloads(button, ids(stage), minute)
        # in a group no payload is ever looked at: every fourth is enough to see that
        await presses(stage, await actor(stage, make, grouped), row, written[:: 4 if grouped else 1])


@SOMEWHERE
@EVERYBODY
async def test_buttons(stage: Stage, make: Make, grouped: bool) -> None:
    await try_buttons(stage, make, grouped)
    if grouped:
        assert stage.world.telegram.rooms[GROUP].touched == []


@SOMEWHERE
@EVERYBODY
async def test_commands(stage: Stage, make: Make, grouped: bool) -> None:
    for command, row in COMMANDS.items():
        person = await actor(stage, make, grouped)
        for argument in arguments("a-birds", stage.events):
            said = len(person.room.touched)
            with stage.watched(person, row, f"/{command} {argument[:40]}"):
                await person.says(f"/{command} {argument}".strip())
            assert len(person.room.touched) == said + 1
            with stage.watched(person, row, f"/{command} edited"):
                await person.edits(f"/{command} {argument}".strip())


@SOMEWHERE
@EVERYBODY
async def test_everything_else(stage: Stage, make: Make, grouped: bool) -> None:
    for (observer, router, function), row in OTHERS.items():
        person = await actor(stage, make, grouped)
        what = f"{observer} {router} {function}"
        if observer == "callback_query":
            await presses(stage, person, row, list(matrix.NOISE))
        elif observer == "my_chat_member":
            for status in ("kicked", "member"):
                with stage.watched(person, row, f"{what}: {status}"):
                    await person.becomes(status)
        else:
            await talks(stage, person, row, observer, what)


async def talks(stage: Stage, person: Person, row: Row, observer: str, what: str) -> None:
    for content in contents(stage.events):
        for event in stage.events if row.form is to.SignUp else stage.events[:1]:
            with stage.watched(person, row, f"{what}: {content}"):
                if row.form is not None:
                    await person.forges(row.form(**dict.fromkeys(row.form.model_fields, event)).pack(), on=OLD)
                sends = person.sends if observer == "message" else edits(person)
                await sends(**content)


def edits(person: Person) -> Callable[..., Awaitable[None]]:
    async def send(**content: object) -> None:
        person.last_update = await person.world.deliver(edited_message=person._message(**content, edit_date=1))

    return send


# -- nothing is left out


def test_every_way_in_has_its_row() -> None:
    assert matrix.without_a_row(routers(), ALL) == set()
    assert set(BUTTONS) == {one for one in vars(to).values() if _is_button(one)}


def test_no_row_is_of_something_that_is_not_there() -> None:
    names = {(kind, router.name, one.callback.__name__) for kind, router, one in matrix.walked(routers())}
    assert set(OTHERS) <= names
    assert matrix.without_a_row(routers(), replace(ALL, commands={})) == set(COMMANDS)


class New(CallbackData, prefix="zz"):
    event: int


@pytest.mark.parametrize(
    ("observer", "filters", "missing"),
    [
        ("callback_query", (New.filter(),), New),
        ("message", (Command("new"),), "new"),
        ("message", (), ("message", "new", "handler")),
        ("inline_query", (), ("inline_query", "new", "handler")),
    ],
)
def test_a_new_handler_without_a_row_is_seen(observer: str, filters: tuple[object, ...], missing: object) -> None:
    async def handler() -> None: ...

    outer, inner = Router(name="outer"), Router(name="new")
    outer.include_router(inner)
    inner.observers[observer].register(handler, *filters)  # type: ignore[arg-type]
    assert matrix.without_a_row([outer], ALL) == {missing}


def test_each_button_is_tried_with_what_it_takes_and_with_much_that_it_does_not() -> None:
    for button in BUTTONS:
        written = payloads(button, [1, 2], 5)
        taken = [payload for payload in written if taken_by(button, payload)]
        assert taken and len(written) - len(taken) >= 3, button


def taken_by(button: type[CallbackData], payload: str) -> bool:
    try:
        button.unpack(payload)
    except (TypeError, ValueError):
        return False
    return True


# -- the scene is worth the trouble, and what is broken is caught


async def test_an_owner_sees_what_the_others_must_not(stage: Stage) -> None:
    owner = await stage.owner()
    before = len(stage.world.telegram.calls)
    for button in (one for one, row in BUTTONS.items() if row.owners):
        await owner.forges(payloads(button, stage.events, 0)[0], on=OLD)
    said = "".join(map(seen, stage.world.telegram.calls[before:]))
    shown = {secret for secret in stage.secrets if secret in said}
    assert len(shown) >= 3, shown
    stage.world.telegram.asked.clear()


def let_in(patch: pytest.MonkeyPatch, victim: int) -> None:
    """The store trusts whoever asks."""
    for module in (lists, destructions):
        patch.setattr(module, "require_owner", lambda conn, actor_id: None)


def take_for_another(patch: pytest.MonkeyPatch, victim: int) -> None:
    """The offer is taken by the number of the event alone."""
    take = waiting.take
    patch.setattr(waiting, "take", lambda conn, event_id, person_id, now: take(conn, event_id, victim, now))


def leave_for_another(patch: pytest.MonkeyPatch, victim: int) -> None:
    leave = signups.leave
    patch.setattr(signups, "leave", lambda conn, event_id, person_id, now: leave(conn, event_id, victim, now))


def show_another(patch: pytest.MonkeyPatch, victim: int) -> None:
    signed = signups.signed
    patch.setattr(signups, "signed", lambda conn, event_id, person_id, now: signed(conn, event_id, victim, now))


def count_for_another(patch: pytest.MonkeyPatch, victim: int) -> None:
    give = calendar_files.give
    patch.setattr(calendar_files, "give", lambda conn, event_id, person_id: give(conn, event_id, victim))


def read_another(patch: pytest.MonkeyPatch, victim: int) -> None:
    mine = places.mine
    patch.setattr(places, "mine", lambda conn, event_id, person_id: mine(conn, event_id, victim))


TWINS = [
    (let_in, to.Guests, "shows"),
    (let_in, to.Lists, "shows"),
    (let_in, to.Act, "shows"),
    (take_for_another, to.TakeOffer, "changes|shows"),
    (leave_for_another, to.Leave, "changes"),
    (show_another, to.Ticket, "shows"),
    (count_for_another, to.IntoCalendar, "changes"),
    (read_another, to.IntoCalendar, "shows"),
]


@pytest.mark.parametrize(("broken", "button", "how"), TWINS)
@pytest.mark.parametrize("make", [Stage.member, Stage.ex_owner])
async def test_a_handler_that_trusts_the_button_is_caught(
    stage: Stage,
    monkeypatch: pytest.MonkeyPatch,
    make: Make,
    broken: Callable[[pytest.MonkeyPatch, int], None],
    button: type[CallbackData],
    how: str,
) -> None:
    broken(monkeypatch, stage.victim)
    with pytest.raises(AssertionError, match=how):
        await try_buttons(stage, make, False, button)
    stage.world.telegram.asked.clear()
