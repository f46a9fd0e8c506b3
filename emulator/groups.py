import random

from emulator.errors import Impossible
from emulator.people import Chat, Person
from emulator.phones import membership
from emulator.world import World


def make_group(world: World, title: str, members: list[int], supergroup: bool = False, id: int | None = None) -> Chat:
    people = [world.person(user) for user in members]
    if not people:
        raise Impossible("a group needs a member")
    kind = "supergroup" if supergroup else "group"
    if id is not None and (id >= 0 or id in world.chats):
        raise Impossible("a group's id is negative and its own")
    chat = Chat(id or _free_id(world, supergroup), kind, title, members=set(members))
    world.chats[chat.id] = chat
    _bot_moved(world, chat, people[0], "left", "member")
    world.notify({"type": "people"})
    return chat


def _free_id(world: World, supergroup: bool) -> int:
    while True:
        number = random.randrange(10**8, 10**9)
        chat_id = -(10**12 + number) if supergroup else -number
        if chat_id not in world.chats:
            return chat_id


def _bot_moved(world: World, chat: Chat, by: Person, old: str, new: str) -> None:
    world.updates.push("my_chat_member", membership(world, chat, by, old, new))


def _somebody(world: World, chat: Chat) -> Person:
    if not chat.members:
        raise Impossible(f"{chat.id} is not a group")
    return world.person(min(chat.members))


def kick_bot(world: World, chat_id: int) -> None:
    chat = world.chat(chat_id)
    person = _somebody(world, chat)
    chat.bot_inside = False
    _bot_moved(world, chat, person, "member", "kicked")


def add_bot(world: World, chat_id: int) -> None:
    chat = world.chat(chat_id)
    person = _somebody(world, chat)
    chat.bot_inside = True
    _bot_moved(world, chat, person, "left", "member")


def migrate(world: World, chat_id: int) -> Chat:
    """A group becomes a supergroup: a new id, two service messages, and 400 for whoever writes to the old one."""
    old = world.chat(chat_id)
    person = _somebody(world, old)
    if old.type != "group":
        raise Impossible("only a group can become a supergroup")
    new = Chat(_free_id(world, True), "supergroup", old.title, members=set(old.members))
    world.chats[new.id] = new
    world.notify({"type": "people"})
    old.moved_to = new.id
    last = world.add_message(old, person, {"migrate_to_chat_id": new.id})
    world.updates.push("message", last.wire)
    first = world.add_message(new, person, {"migrate_from_chat_id": old.id})
    world.updates.push("message", first.wire)
    return new
