"""A person with a phone: sees the screen that was touched last, presses what stands on it, types, sends things."""

from typing import TYPE_CHECKING, Any

from handlers.words import plain, words
from tests.conversation.telegram import Key, Room, Shown

if TYPE_CHECKING:
    from tests.conversation.world import World

DATE = 1_800_000_000


def words_of(label: str) -> str:
    """A label without the picture in front of it."""
    at = next((at for at, sign in enumerate(label) if sign.isalnum()), 0)
    return label[at:]


class Person:
    def __init__(
        self, world: "World", user_id: int, name: str, language_code: str | None = None, chat_id: int | None = None
    ) -> None:
        self.world, self.id, self.name, self.code = world, user_id, name, language_code
        self.chat_id = user_id if chat_id is None else chat_id
        self.last_update = 0
        self.alert: str | None = None
        self.language = "ru"

    def t(self, text: str, **values: object) -> str:
        """Our words in this person's language, as they stand on a screen."""
        return plain(words(self.language).t(text, **values))

    # -- sees

    @property
    def room(self) -> Room:
        return self.world.telegram.rooms[self.chat_id]

    @property
    def screen(self) -> Shown:
        return self.room.last

    @property
    def labels(self) -> tuple[str, ...]:
        return tuple(words_of(label) for label in self.screen.labels)

    def sees(self, *texts: str) -> None:
        for text in texts:
            assert text in self.screen.text, f"{text!r} is not on the screen:\n{self.screen.text}"

    def sees_not(self, *texts: str) -> None:
        for text in texts:
            assert text not in self.screen.text, f"{text!r} is on the screen:\n{self.screen.text}"

    def can_press(self, label: str) -> bool:
        return self._key(self.screen, label) is not None

    def _key(self, shown: Shown, label: str) -> Key | None:
        exact = [key for key in shown.keys if label in (key.label, words_of(key.label))]
        like = [key for key in shown.keys if key.label.startswith(label) or words_of(key.label).startswith(label)]
        return next(iter(exact or like), None)

    def link(self, label: str) -> str:
        key = self._key(self.screen, label)
        assert key is not None and key.url is not None, f"no link {label!r} among {self.screen.labels}"
        return key.url

    # -- does

    async def start(self, payload: str = "") -> None:
        await self.says(f"/start {payload}".strip())

    async def chooses(self, *labels: str) -> None:
        """Several presses, one after the other."""
        for label in labels:
            await self.press(label)

    async def press(self, label: str, on: Shown | None = None) -> None:
        """Press a button by its visible words (or their beginning): on this screen, or on an older one."""
        shown = on or self.screen
        key = self._key(shown, label)
        assert key is not None, f"no button {label!r} among {shown.labels}"
        assert key.data is not None, f"{label!r} is a link"
        await self.forges(key.data, on=shown.message_id)

    async def forges(self, data: str | None, on: int | None = None, **given: Any) -> None:
        """A press with any payload, whether or not there is such a button."""
        query = f"q{self.world.telegram.number()}"
        self.world.telegram.asked[query] = data
        message_id = on if on is not None else self.screen.message_id
        message = {"message_id": message_id, "date": DATE, "chat": self._chat(), "text": "…"}
        press = {"id": query, "from": self._user(), "chat_instance": "1", "message": message, **given}
        self.last_update = await self.world.deliver(callback_query=press if data is None else {**press, "data": data})
        self.alert = self.world.telegram.alerts.get(query)

    async def says(self, text: str) -> None:
        await self.sends(text=text)

    async def sends(self, **content: Any) -> None:
        self.last_update = await self.world.deliver(message=self._message(**content))

    async def edits(self, text: str) -> None:
        self.last_update = await self.world.deliver(edited_message=self._message(text=text, edit_date=DATE))

    async def becomes(self, status: str) -> None:
        """Blocks the bot (kicked) or comes back (member)."""
        bot = {"id": 42, "is_bot": True, "first_name": "bot"}
        old = {"status": "member" if status == "kicked" else "kicked", "user": bot, "until_date": 0}
        change = {"chat": self._chat(), "from": self._user(), "date": DATE, "old_chat_member": old}
        new = {"status": status, "user": bot, "until_date": 0}
        if status == "kicked":
            self.world.telegram.blocked.add(self.id)
        else:
            self.world.telegram.blocked.discard(self.id)
        await self.world.deliver(my_chat_member={**change, "new_chat_member": new})

    def _message(self, **content: Any) -> dict[str, Any]:
        return {
            "message_id": self.world.telegram.number(),
            "date": DATE,
            "chat": self._chat(),
            "from": self._user(),
            **content,
        }

    def _chat(self) -> dict[str, Any]:
        if self.chat_id < 0:
            return {"id": self.chat_id, "type": "supergroup", "title": "Земляки"}
        return {"id": self.chat_id, "type": "private", "first_name": self.name}

    def _user(self) -> dict[str, Any]:
        user = {"id": self.id, "is_bot": False, "first_name": self.name}
        return user if self.code is None else {**user, "language_code": self.code}
