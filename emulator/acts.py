from collections.abc import Callable
from typing import Any

from emulator.attachments import send
from emulator.errors import Impossible, Wire
from emulator.groups import add_bot, kick_bot, make_group, migrate
from emulator.people import Person
from emulator.phones import Phones

Act = Callable[[Phones, Wire], Wire]
PRESS = ("message_id", "chat", "data", "row", "col", "forge")


def _done(update_id: int | None) -> Wire:
    return {"update_id": update_id}


def _chat(said: Wire) -> int | None:
    return None if said.get("chat") is None else int(said["chat"])


def _say(phones: Phones, said: Wire) -> Wire:
    return _done(phones.say(int(said["user"]), str(said["text"]), _chat(said), said.get("reply_to")))


def _start(phones: Phones, said: Wire) -> Wire:
    return _done(phones.start(int(said["user"]), str(said.get("payload") or "")))


def _press(phones: Phones, said: Wire) -> Wire:
    where: dict[str, Any] = {name: said[name] for name in PRESS if said.get(name) is not None}
    return phones.press(int(said["user"]), said.get("text"), **where).wire()


def _send(phones: Phones, said: Wire) -> Wire:
    options = {name: value for name, value in said.items() if name not in ("act", "user", "kind", "chat")}
    return _done(send(phones, int(said["user"]), str(said["kind"]), _chat(said), **options))


def _edit(phones: Phones, said: Wire) -> Wire:
    return _done(phones.edit(int(said["user"]), int(said["message_id"]), str(said["text"]), _chat(said)))


def _block(phones: Phones, said: Wire) -> Wire:
    return _done(phones.block(int(said["user"])))


def _unblock(phones: Phones, said: Wire) -> Wire:
    return _done(phones.unblock(int(said["user"])))


def new_person(phones: Phones, said: Wire) -> Person:
    people = phones.world.people
    person_id = int(said.get("id") or max(people, default=7000000200) + 1)
    names: dict[str, Any] = {name: said.get(name) for name in ("last_name", "username", "language_code", "caption")}
    first_name = str(said.get("first_name", ""))
    if not first_name or person_id <= 0:
        raise Impossible("a person needs a first_name and a positive id")
    return phones.world.add_person(Person(person_id, first_name, **names))


def _people(phones: Phones, said: Wire) -> Wire:
    return new_person(phones, said).state()


def _groups(phones: Phones, said: Wire) -> Wire:
    members = [int(user) for user in said.get("members", [])]
    given = None if said.get("id") is None else int(said["id"])
    return make_group(phones.world, str(said.get("title", "")), members, bool(said.get("supergroup")), given).wire()


def _kick(phones: Phones, said: Wire) -> Wire:
    kick_bot(phones.world, int(said["chat"]))
    return {"ok": True}


def _add(phones: Phones, said: Wire) -> Wire:
    add_bot(phones.world, int(said["chat"]))
    return {"ok": True}


def _migrate(phones: Phones, said: Wire) -> Wire:
    return migrate(phones.world, int(said["chat"])).wire()


ACTS: dict[str, Act] = {
    "say": _say, "start": _start, "press": _press, "send": _send, "edit": _edit, "block": _block,
    "unblock": _unblock, "people": _people, "groups": _groups, "kick": _kick, "add": _add, "migrate": _migrate,
}  # fmt: skip


def act(phones: Phones, name: str, said: Wire) -> Wire:
    if name not in ACTS:
        raise Impossible(f"unknown act {name!r}; there are {', '.join(ACTS)}")
    return ACTS[name](phones, said)


def bulk(phones: Phones, said: Wire) -> Wire:
    """Many acts in one go, no waiting between them; {"update": {...}} is taken as it is."""
    results = []
    for item in said["updates"]:
        if "update" in item:
            results.append(_done(phones.world.updates.push_raw(item["update"])))
        else:
            results.append(act(phones, str(item.get("act", "say")), item))
    return {"results": results}
