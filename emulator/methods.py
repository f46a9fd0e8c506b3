from collections.abc import Callable
from functools import partial
from typing import Any

from emulator import editing, sending
from emulator.call import Call
from emulator.errors import Wire, bad, moved
from emulator.world import World

Method = Callable[[World, Call], Any]
ACTIONS = {"typing", "upload_photo", "upload_document", "upload_voice", "record_voice", "find_location",
           "choose_sticker", "upload_video", "record_video", "upload_video_note", "record_video_note"}  # fmt: skip


def get_me(world: World, call: Call) -> Wire:
    abilities = {"can_join_groups": True, "can_read_all_group_messages": True, "supports_inline_queries": False}
    return {**world.bot_wire(), **abilities}


def delete_webhook(world: World, call: Call) -> bool:
    if call.flag("drop_pending_updates"):
        world.updates.clear()
    return True


def webhook_info(world: World, call: Call) -> Wire:
    return {"url": "", "has_custom_certificate": False, "pending_update_count": len(world.updates)}


def answer_callback(world: World, call: Call) -> bool:
    text = call.text("text")
    if len(text) > 200:
        raise bad("MESSAGE_TOO_LONG")
    query = world.queries.answer(call.text("callback_query_id"), text, call.flag("show_alert"))
    alert = call.flag("show_alert")
    world.notify({"type": "answer", "query": query.id, "chat": query.chat_id, "user": query.user,
                  "text": text, "alert": alert})  # fmt: skip
    return True


def chat_action(world: World, call: Call) -> bool:
    chat = world.chat_for_bot(call.chat_id)
    if call.text("action") not in ACTIONS:
        raise bad("wrong parameter action in request")
    world.notify({"type": "typing", "chat": chat.id})
    return True


def get_file(world: World, call: Call) -> Wire:
    stored = world.files.get(call.text("file_id"))
    return {**stored.wire(), "file_path": stored.path}


def get_chat(world: World, call: Call) -> Wire:
    chat = world.chats.get(call.chat_id) if isinstance(call.chat_id, int) else None
    if chat is None:
        raise bad("chat not found")
    if chat.moved_to is not None:
        raise moved(chat.moved_to)
    return {**chat.wire(), "accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": {
        "unlimited_gifts": False, "limited_gifts": False, "unique_gifts": False, "premium_subscription": False,
        "gifts_from_channels": False,
    }}  # fmt: skip


def leave_chat(world: World, call: Call) -> bool:
    chat = world.chat_for_bot(call.chat_id)
    if chat.person is not None:
        raise bad("chat not found")
    chat.bot_inside = False
    return True


def _settings_methods() -> dict[str, Method]:
    methods: dict[str, Method] = {
        "setMyCommands": lambda world, call: world.settings.set_commands(call),
        "getMyCommands": lambda world, call: world.settings.get_commands(call),
        "deleteMyCommands": lambda world, call: world.settings.delete_commands(call),
        "setChatMenuButton": lambda world, call: world.settings.set_menu_button(call),
        "getChatMenuButton": lambda world, call: world.settings.get_menu_button(call),
    }
    for what in ("Description", "ShortDescription", "Name"):
        methods[f"setMy{what}"] = partial(_set_text, what)
        methods[f"getMy{what}"] = partial(_get_text, what)
    return methods


def _set_text(what: str, world: World, call: Call) -> bool:
    done = world.settings.set_text(what, call)
    world.notify({"type": "people"})
    return done


def _get_text(what: str, world: World, call: Call) -> Wire:
    return world.settings.get_text(what, call)


METHODS: dict[str, Method] = {
    "getMe": get_me,
    "deleteWebhook": delete_webhook,
    "getWebhookInfo": webhook_info,
    "sendMessage": sending.send_message,
    "sendPhoto": sending.send_photo,
    "sendDocument": sending.send_document,
    "sendVoice": sending.send_voice,
    "sendLocation": sending.send_location,
    "sendVenue": sending.send_venue,
    "sendContact": sending.send_contact,
    "sendChatAction": chat_action,
    "copyMessage": sending.copy_message,
    "forwardMessage": sending.forward_message,
    "editMessageText": editing.edit_text,
    "editMessageCaption": editing.edit_caption,
    "editMessageReplyMarkup": editing.edit_markup,
    "deleteMessage": editing.delete_message,
    "deleteMessages": editing.delete_messages,
    "pinChatMessage": editing.pin_message,
    "unpinChatMessage": editing.unpin_message,
    "answerCallbackQuery": answer_callback,
    "getFile": get_file,
    "getChat": get_chat,
    "leaveChat": leave_chat,
    **_settings_methods(),
}
NAMES = {name.lower(): name for name in (*METHODS, "getUpdates")}
