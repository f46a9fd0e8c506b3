"""Whether a person can be reached: they block the bot, they come back."""

from datetime import datetime

from aiogram import F, Router
from aiogram.enums import ChatMemberStatus, ChatType
from aiogram.types import ChatMemberUpdated

from db import departures, people
from handlers.turn import House

router = Router(name="reach")
router.my_chat_member.filter(F.chat.type == ChatType.PRIVATE)


@router.my_chat_member(F.new_chat_member.status == ChatMemberStatus.KICKED)
async def blocked(change: ChatMemberUpdated, house: House, now: datetime) -> None:
    await house.store.write(departures.lose, change.from_user.id, "blocked the bot", now)


@router.my_chat_member()
async def back(change: ChatMemberUpdated, house: House) -> None:
    await house.store.write(people.find_again, change.from_user.id)
