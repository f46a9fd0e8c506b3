import re
from typing import Any

from emulator.call import Call
from emulator.errors import Wire, bad
from emulator.people import Chat

COMMAND = re.compile(r"[a-z0-9_]{1,32}")
LANGUAGE = re.compile(r"[a-z]{2}")
TEXTS = {"Description": ("description", 512), "ShortDescription": ("short_description", 120), "Name": ("name", 64)}


def scope_key(scope: Any) -> str:
    if not scope:
        return "default"
    if not isinstance(scope, dict) or "type" not in scope:
        raise bad("can't parse BotCommandScope: expected an Object")
    return ":".join(str(scope[key]) for key in ("type", "chat_id", "user_id") if key in scope)


def language_of(call: Call) -> str:
    language = call.text("language_code")
    if language and not LANGUAGE.fullmatch(language):
        raise bad("invalid language code specified")
    return language


class Settings:
    """What the bot says of itself: commands by scope and language, descriptions, its name, the menu button."""

    def __init__(self) -> None:
        self._commands: dict[tuple[str, str], list[Wire]] = {}
        self._texts: dict[tuple[str, str], str] = {}
        self._menu: dict[int, Wire] = {}

    def set_commands(self, call: Call) -> bool:
        commands = call.parsed("commands")
        if not isinstance(commands, list):
            raise bad("can't parse commands: expected an Array of BotCommand")
        if len(commands) > 100:
            raise bad("BOT_COMMANDS_TOO_MUCH")
        for command in commands:
            if not COMMAND.fullmatch(command.get("command", "").removeprefix("/")):
                raise bad("BOT_COMMAND_INVALID")
            if not 1 <= len(command.get("description", "")) <= 256:
                raise bad("BOT_COMMAND_DESCRIPTION_INVALID")
        self._commands[scope_key(call.parsed("scope")), language_of(call)] = commands
        return True

    def get_commands(self, call: Call) -> list[Wire]:
        return self._commands.get((scope_key(call.parsed("scope")), language_of(call)), [])

    def delete_commands(self, call: Call) -> bool:
        self._commands.pop((scope_key(call.parsed("scope")), language_of(call)), None)
        return True

    def shown_commands(self, chat: Chat, language: str) -> list[Wire]:
        """The first list that fits, narrowest scope first, the person's language before none."""
        kinds = ["all_private_chats"] if chat.type == "private" else ["all_group_chats"]
        for scope in (f"chat:{chat.id}", *kinds, "default"):
            for code in (language, ""):
                found = self._commands.get((scope, code))
                if found:
                    return found
        return []

    def set_text(self, what: str, call: Call) -> bool:
        name, longest = TEXTS[what]
        value = call.text(name)
        if len(value) > longest:
            raise bad(f"bot {name.replace('_', ' ')} is too long")
        self._texts[name, language_of(call)] = value
        return True

    def get_text(self, what: str, call: Call) -> Wire:
        name, _ = TEXTS[what]
        return {name: self.text(name, language_of(call))}

    def text(self, name: str, language: str) -> str:
        return self._texts.get((name, language)) or self._texts.get((name, ""), "")

    def set_menu_button(self, call: Call) -> bool:
        self._menu[call.integer("chat_id")] = call.parsed("menu_button") or {"type": "default"}
        return True

    def get_menu_button(self, call: Call) -> Wire:
        return self._menu.get(call.integer("chat_id")) or self._menu.get(0) or {"type": "commands"}
