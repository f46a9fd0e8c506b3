"""The newcomer of the demo: she reads Uzbek, and comes with another adult and a child."""

from datetime import datetime

from emulator import DILNOZA, Emulator, Message

NOON = datetime.fromisoformat("2027-03-19T12:00+07:00")
PATIENCE = 15.0
NAVRUZ, SIGNED = "Navroʻz", "✅ Siz yozildingiz"
THREE_LEFT, ADULTS, CHILDREN = "Boʻsh joylar: 3", "Kattalardan necha", "Nechta bola"
REMINDER, COMING = "Kelasizmi?", "👍 Kelaman"


async def press(tg: Emulator, label: str, answer: str) -> Message:
    tg.press(DILNOZA, label)
    return await tg.wait_message(DILNOZA, answer, timeout=PATIENCE)


async def open_the_card(tg: Emulator) -> Message:
    """START, the language, the poster, the card."""
    tg.start(DILNOZA)
    first = await tg.wait_message(DILNOZA, "Tilni tanlang", timeout=PATIENCE)
    assert first.labels == ["Oʻzbekcha", "Русский", "Тоҷикӣ", "Кыргызча"]
    await press(tg, "Oʻzbekcha", "Druzhba")
    poster = await press(tg, "📅 Tadbirlar", NAVRUZ)
    entry = next(label for label in poster.labels if NAVRUZ in label)
    return await press(tg, entry, "12:00–16:00")


async def sign_up_three(tg: Emulator) -> Message:
    """From the card to the ticket: the consent, two adults, one child."""
    await press(tg, "Yozilish", "roziligingiz")
    await press(tg, "Roziman", ADULTS)
    await press(tg, "2", CHILDREN)
    return await press(tg, "1", SIGNED)
