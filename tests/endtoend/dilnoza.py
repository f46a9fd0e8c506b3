"""The newcomer of the demo: she reads Uzbek, and comes with another adult and a child."""

from datetime import datetime

from bot import catalogs
from emulator import DILNOZA, Emulator, Message
from handlers.words import plain, words

NOON = datetime.fromisoformat("2027-03-19T12:00+07:00")
PATIENCE = 15.0
NAVRUZ = "Navroʻz"
catalogs.compile_stale()


def uz(text: str, **values: str | int) -> str:
    """What she reads where the source says `text`; it is not the Russian."""
    read = plain(words("uz").t(text, **values))
    assert read != plain(words("ru").t(text, **values)), f"not in Uzbek: {text}"
    return read


POSTER, SIGN_UP, AGREE = uz("📅 Афиша"), uz("Записаться"), uz("Согласен / согласна")
CONSENT = uz("Чтобы записать вас, нам нужно ваше согласие.")
THREE_LEFT = uz("Свободных мест: {n}", n=3)
ADULTS, CHILDREN = uz("Сколько придёт взрослых?"), uz("Сколько придёт детей?")
SIGNED = uz("✅ Вы записаны: {event}", event=NAVRUZ)
CHANGE, BACK = uz("👥 Изменить число"), uz("↩️ Вернуть место")
REMINDER, COMING, THANKS = uz("Вы придёте?"), uz("👍 Приду"), uz("Спасибо! Ждём вас!")


def party(adults: int, children: int) -> str:
    return uz("Взрослых: {adults}, детей: {children}", adults=adults, children=children)


async def press(tg: Emulator, label: str, answer: str) -> Message:
    tg.press(DILNOZA, label)
    return await tg.wait_message(DILNOZA, answer, timeout=PATIENCE)


async def open_the_card(tg: Emulator) -> Message:
    """START, the language, the poster, the card."""
    tg.start(DILNOZA)
    first = await tg.wait_message(DILNOZA, "Tilni tanlang", timeout=PATIENCE)
    assert first.labels == ["Oʻzbekcha", "Русский", "Тоҷикӣ", "Кыргызча"]
    menu = await press(tg, "Oʻzbekcha", "")
    assert menu.labels[0] == POSTER
    poster = await press(tg, POSTER, NAVRUZ)
    entry = next(label for label in poster.labels if NAVRUZ in label)
    return await press(tg, entry, "12:00–16:00")


async def sign_up_three(tg: Emulator) -> Message:
    """From the card to the ticket: the consent, two adults, one child."""
    await press(tg, SIGN_UP, CONSENT)
    await press(tg, AGREE, ADULTS)
    await press(tg, "2", CHILDREN)
    return await press(tg, "1", SIGNED)
