"""What people did, as it was noted when they did it."""

from dataclasses import dataclass

from aiogram.filters.callback_data import CallbackData

from handlers import buttons as to

BUTTONS = {one.__prefix__: one for one in CallbackData.__subclasses__() if one.__module__ == to.__name__}


@dataclass(frozen=True)
class Act:
    """What somebody did, and the update that it made. `what` is the button, the words, or how it is called."""

    user_id: int
    kind: str  # press, words, poison, flood, reach
    what: str

    @property
    def button(self) -> CallbackData | None:
        kind = BUTTONS.get(self.what.partition(":")[0]) if self.kind == "press" else None
        return None if kind is None else kind.unpack(self.what)


def erases(button: CallbackData | None) -> bool:
    """The last of the three presses."""
    return isinstance(button, to.Forget) and button.step == 3
