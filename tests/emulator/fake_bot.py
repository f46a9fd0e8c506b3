"""A bot small enough to read at a glance: something for the emulator's page and supervisor to talk to."""

import asyncio
import json
import os
from typing import Any

import aiohttp

Wire = dict[str, Any]
URL = f"{os.environ['BOT_API_URL']}/bot{os.environ['BOT_TOKEN']}"
EVENT = (
    "<b>Субботник в Академгородке</b>\n📅 суббота, 27 марта, 11:00\n"
    "<i>Сбор у Дома учёных.</i> Вопросы: +7 (382) 255-55-01\n<tg-spoiler>Будет чай 🍵</tg-spoiler>"
)
BUTTONS = [
    [{"text": "✅ Записаться", "callback_data": "join"}, {"text": "📍 Где это", "callback_data": "where"}],
    [{"text": "Подробнее", "callback_data": "more"}, {"text": "Сайт", "url": "https://example.org/"}],
]
ANSWERS: dict[str, Wire] = {
    "join": {"text": "Вы записаны"},
    "more": {"text": "Возьмите перчатки и воду. Детям можно со взрослым.", "show_alert": True},
}


class Bot:
    def __init__(self, session: aiohttp.ClientSession) -> None:
        self._session = session

    async def call(self, method: str, **given: Any) -> Any:
        async with self._session.post(f"{URL}/{method}", json=given) as response:
            return (await response.json()).get("result")

    async def run(self) -> None:
        await self.call("setMyDescription", description="Друзья рядом: встречи, курсы и помощь в Томске.")
        await self.call("setMyCommands", commands=[{"command": "events", "description": "что будет"}])
        offset = 0
        while True:
            for update in await self.call("getUpdates", offset=offset, timeout=30) or ():
                await self.answer(update)
                offset = update["update_id"] + 1

    async def answer(self, update: Wire) -> None:
        if "callback_query" in update:
            await self.pressed(update["callback_query"])
        elif "message" in update:
            await self.heard(update["message"])

    async def heard(self, message: Wire) -> None:
        chat, text = message["chat"]["id"], message.get("text", "")
        if text.startswith("/start"):
            await self.call("sendMessage", chat_id=chat, text=f"Здравствуйте! {text[7:]}".strip())
            await self.call("sendMessage", chat_id=chat, text=EVENT, parse_mode="HTML", reply_markup=_inline(BUTTONS))
        elif "photo" in message:
            await self.call("sendPhoto", chat_id=chat, photo=message["photo"][-1]["file_id"], caption="Ваше фото")
        elif text:
            await self.call("sendMessage", chat_id=chat, text=f"Вы сказали: {text}")

    async def pressed(self, query: Wire) -> None:
        await self.call("answerCallbackQuery", callback_query_id=query["id"], **ANSWERS.get(query["data"], {}))
        chat, number = query["message"]["chat"]["id"], query["message"]["message_id"]
        if query["data"] == "join":
            text = f"{EVENT}\n\n✅ <b>Вы записаны</b>"
            await self.call("editMessageText", chat_id=chat, message_id=number, text=text, parse_mode="HTML",
                            reply_markup=_inline(BUTTONS[1:]))  # fmt: skip
        if query["data"] == "where":
            await self.call("sendVenue", chat_id=chat, latitude=56.4731, longitude=85.0483, title="Дом учёных",
                            address="пр. Академический, 5")  # fmt: skip


def _inline(rows: list[list[dict[str, str]]]) -> str:
    return json.dumps({"inline_keyboard": rows})


async def main() -> None:
    async with aiohttp.ClientSession() as session:
        await Bot(session).run()


if __name__ == "__main__":
    asyncio.run(main())
