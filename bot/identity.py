"""Who we are on Telegram."""

from aiogram import Bot


class Identity:
    """Our own name on Telegram, once it has told us."""

    def __init__(self) -> None:
        self.username: str | None = None

    async def ask(self, bot: Bot) -> None:
        if self.username is None:
            self.username = (await bot.me()).username
