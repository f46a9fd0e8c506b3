from emulator.call import Call
from emulator.errors import Wire, bad
from emulator.keyboards import check_markup
from emulator.people import BOT, Chat, Message
from emulator.sending import captioned, formatted
from emulator.world import World

SAME = (
    "message is not modified: specified new message content and reply markup are exactly the same"
    " as a current content and reply markup of the message"
)
TWO_DAYS = 48 * 3600
SHAPES = {"text": ("text", "entities"), "caption": ("caption", "caption_entities"), "reply_markup": ()}


def _own(world: World, call: Call) -> tuple[Chat, Message]:
    chat = world.chat_for_bot(call.chat_id)
    message = chat.messages.get(call.integer("message_id"))
    if message is None or message.deleted:
        raise bad("message to edit not found")
    if message.author != BOT or message.locked or "forward_origin" in message.wire:
        raise bad("message can't be edited")
    return chat, message


def _apply(world: World, call: Call, place: tuple[Chat, Message], what: str, content: Wire) -> Wire:
    """Replaces the content and the keyboard: one which is not given again is taken away, as in Telegram."""
    chat, message = place
    markup = check_markup(call.parsed("reply_markup"))
    if markup is not None:
        if "inline_keyboard" not in markup:
            raise bad("inline keyboard expected")
        content = {**content, "reply_markup": markup}
    parts = (*SHAPES[what], "reply_markup")
    if all(message.wire.get(part) == content.get(part) for part in parts):
        raise bad(SAME)
    world.limits.check(chat.id)
    kept = {key: value for key, value in message.wire.items() if key not in parts}
    message.wire = {**kept, "edit_date": int(world.clock.seconds()), **content}
    if what != "reply_markup":
        message.html = call.text(what)
    world.changed(chat, message)
    return message.wire


def edit_text(world: World, call: Call) -> Wire:
    place = _own(world, call)
    text, entities = formatted(call, "text")
    if "text" not in place[1].wire:
        raise bad("there is no text in the message to edit")
    return _apply(world, call, place, "text", {"text": text, "entities": entities} if entities else {"text": text})


def edit_caption(world: World, call: Call) -> Wire:
    place = _own(world, call)
    if not any(kind in place[1].wire for kind in ("photo", "document", "voice")):
        raise bad("there is no caption in the message to edit")
    return _apply(world, call, place, "caption", captioned(call))


def edit_markup(world: World, call: Call) -> Wire:
    return _apply(world, call, _own(world, call), "reply_markup", {})


def _delete(world: World, chat: Chat, message: Message | None) -> None:
    if message is None or message.deleted:
        raise bad("message to delete not found")
    if message.wire["date"] + TWO_DAYS < world.clock.seconds():
        raise bad("message can't be deleted for everyone")
    message.deleted = True
    world.changed(chat, message)


def delete_message(world: World, call: Call) -> bool:
    chat = world.chat_for_bot(call.chat_id)
    _delete(world, chat, chat.messages.get(call.integer("message_id")))
    return True


def delete_messages(world: World, call: Call) -> bool:
    chat, ids = world.chat_for_bot(call.chat_id), call.parsed("message_ids") or []
    if not 1 <= len(ids) <= 100:
        raise bad("too many message identifiers specified" if ids else "message identifiers are not specified")
    for message_id in ids:
        message = chat.messages.get(int(message_id))
        if message is not None and not message.deleted:
            _delete(world, chat, message)
    return True


def pin_message(world: World, call: Call) -> bool:
    chat, message_id = world.chat_for_bot(call.chat_id), call.integer("message_id")
    if message_id not in chat.messages or chat.messages[message_id].deleted:
        raise bad("message to pin not found")
    chat.pinned = [known for known in chat.pinned if known != message_id] + [message_id]
    world.changed(chat, chat.messages[message_id])
    return True


def unpin_message(world: World, call: Call) -> bool:
    chat = world.chat_for_bot(call.chat_id)
    message_id = call.integer("message_id") or (chat.pinned[-1] if chat.pinned else 0)
    if message_id not in chat.pinned:
        raise bad("message to unpin not found")
    chat.pinned.remove(message_id)
    return True
