from typing import Any

from emulator.call import Call
from emulator.errors import Wire, bad
from emulator.keyboards import check_markup
from emulator.markup import parse_html, trimmed, units
from emulator.people import Chat, Message
from emulator.world import World

LONGEST_TEXT = 4096
LONGEST_CAPTION = 1024


def formatted(call: Call, field: str, entities: str = "entities") -> tuple[str, list[Wire]]:
    """The text after parsing, with its entities; the length is checked after it, as Telegram does."""
    source, mode = call.text(field), call.text("parse_mode").lower()
    if mode not in ("", "html"):
        raise bad("unsupported parse_mode")
    found = parse_html(source) if mode else (source, call.parsed(entities) or [])
    text, kept = trimmed(*found)
    longest = LONGEST_TEXT if field == "text" else LONGEST_CAPTION
    if units(text) > longest:
        raise bad("message is too long" if field == "text" else "message caption is too long")
    if field == "text" and not text:
        raise bad("message text is empty")
    return text, kept


def captioned(call: Call) -> Wire:
    text, entities = formatted(call, "caption", "caption_entities")
    content: Wire = {"caption": text} if text else {}
    return {**content, "caption_entities": entities} if entities else content


def reply_to(call: Call, chat: Chat) -> Wire:
    given = call.parsed("reply_parameters") or {"message_id": call.integer("reply_to_message_id")}
    message_id = int(given.get("message_id", 0))
    if not message_id:
        return {}
    message = chat.messages.get(message_id)
    if message is not None and not message.deleted:
        return {"reply_to_message": {key: value for key, value in message.wire.items() if key != "reply_to_message"}}
    if given.get("allow_sending_without_reply") or call.flag("allow_sending_without_reply"):
        return {}
    raise bad("message to be replied not found")


def deliver(world: World, call: Call, content: Wire, html: str = "", chat: Chat | None = None) -> Message:
    chat = chat or world.chat_for_bot(call.chat_id)
    if call.given.get("message_thread_id"):
        raise bad("message thread not found")
    markup = check_markup(call.parsed("reply_markup"))
    content = {**content, **reply_to(call, chat)}
    world.limits.check(chat.id)
    inline = markup is not None and "inline_keyboard" in markup
    if inline:
        content["reply_markup"] = markup
    elif markup is not None:
        chat.reply_keyboard = markup if "keyboard" in markup else None
    message = world.add_message(chat, None, content, html)
    message.locked = markup is not None and not inline
    return message


def send_message(world: World, call: Call) -> Wire:
    chat = world.chat_for_bot(call.chat_id)
    text, entities = formatted(call, "text")
    content: Wire = {"text": text, "entities": entities} if entities else {"text": text}
    return deliver(world, call, content, call.text("text"), chat).wire


def send_photo(world: World, call: Call) -> Wire:
    world.chat_for_bot(call.chat_id)
    content = {"photo": [{**world.files.given(call, "photo").wire(), "width": 800, "height": 600}], **captioned(call)}
    return deliver(world, call, content, call.text("caption")).wire


def send_document(world: World, call: Call) -> Wire:
    world.chat_for_bot(call.chat_id)
    stored = world.files.given(call, "document")
    document = {**stored.wire(), "file_name": stored.name, "mime_type": stored.mime}
    return deliver(world, call, {"document": document, **captioned(call)}, call.text("caption")).wire


def send_voice(world: World, call: Call) -> Wire:
    world.chat_for_bot(call.chat_id)
    stored = world.files.given(call, "voice")
    voice = {**stored.wire(), "duration": call.integer("duration"), "mime_type": stored.mime}
    return deliver(world, call, {"voice": voice, **captioned(call)}, call.text("caption")).wire


def _place(call: Call) -> Wire:
    latitude, longitude = call.number("latitude"), call.number("longitude")
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise bad("wrong coordinates specified")
    return {"latitude": latitude, "longitude": longitude}


def _required(call: Call, *names: str) -> Wire:
    for name in names:
        if not call.text(name):
            raise bad(f'parameter "{name}" is required')
    return {name: call.text(name) for name in names}


def send_location(world: World, call: Call) -> Wire:
    world.chat_for_bot(call.chat_id)
    return deliver(world, call, {"location": _place(call)}).wire


def send_venue(world: World, call: Call) -> Wire:
    world.chat_for_bot(call.chat_id)
    venue = {"location": _place(call), **_required(call, "title", "address")}
    return deliver(world, call, {"venue": venue, "location": venue["location"]}).wire


def send_contact(world: World, call: Call) -> Wire:
    world.chat_for_bot(call.chat_id)
    contact = _required(call, "phone_number", "first_name")
    return deliver(world, call, {"contact": contact}).wire


def _original(world: World, call: Call, what: str) -> Message:
    chat_id = call.text("from_chat_id")
    source = world.chat_for_bot(int(chat_id) if chat_id.lstrip("-").isdigit() else chat_id)
    message = source.messages.get(call.integer("message_id"))
    if message is None or message.deleted:
        raise bad(f"message to {what} not found")
    return message


OWN = ("message_id", "from", "chat", "date", "edit_date", "reply_to_message", "reply_markup", "forward_origin")


def _body(message: Message) -> Wire:
    return {key: value for key, value in message.wire.items() if key not in OWN}


def copy_message(world: World, call: Call) -> Wire:
    chat, original = world.chat_for_bot(call.chat_id), _original(world, call, "copy")
    content = _body(original)
    if "caption" in call.given and "text" not in content:
        content = {**{key: content[key] for key in content if not key.startswith("caption")}, **captioned(call)}
    return {"message_id": deliver(world, call, content, original.html, chat).id}


def forward_message(world: World, call: Call) -> Wire:
    chat, original = world.chat_for_bot(call.chat_id), _original(world, call, "forward")
    origin: dict[str, Any] = {"type": "user", "date": original.wire["date"], "sender_user": original.wire["from"]}
    return deliver(world, call, {**_body(original), "forward_origin": origin}, original.html, chat).wire
