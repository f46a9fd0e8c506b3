"""Names and titles with markup and turning marks through the whole conversation: typed, shown, listed, in files."""

import random
import unicodedata

from handlers.words import clean
from tests.conversation.person import Person
from tests.conversation.world import World
from tests.screens.test_any_text import MARKUP, OTHERS

LONGEST = 80


def names(count: int) -> list[str]:
    """Pieces of markup, marks and letters, the same in every run."""
    chance = random.Random(2027)
    pieces = [*MARKUP, *OTHERS, "Али", "x", " ", "\u200f", "\ud83d".encode("utf-8", "replace").decode()]
    return ["".join(chance.choices(pieces, k=chance.randrange(1, 12))) for _ in range(count)]


def harmless(person: Person) -> None:
    """Nothing turns the text round, here or in a label."""
    for text in (person.screen.text, *person.screen.labels, person.alert or ""):
        assert not [one for one in text if unicodedata.category(one) in ("Cc", "Cf") and one not in "\n\u200d"], text


async def test_a_name_typed_into_the_form_is_shown_as_letters_everywhere(
    world: World, owner: Person, ivan: Person
) -> None:
    event = await world.event("lektsiya-2027")
    await ivan.start("e_lektsiya-2027")
    await ivan.chooses("Записаться", "Согласен", "1")
    kept = "Иван"
    for typed in names(60):
        await ivan.forges("nm")
        await ivan.says(typed)
        cleaned = clean(typed)
        refused = len(cleaned) > LONGEST or not any(map(str.isalpha, cleaned)) or typed.startswith("/")
        kept = kept if refused else cleaned
        harmless(ivan)
        ivan.sees(kept)
        await owner.forges(f"og:{event.id}:0")
        harmless(owner)
        owner.sees(f"· {kept} ·")
        assert len(owner.screen.bold) == 1
        await ivan.forges("mf")
        assert ivan.screen.file is not None and kept in ivan.screen.file[1].decode("utf-8-sig")


async def test_a_title_of_any_letters_is_shown_as_letters_on_the_whole_way(world: World, ivan: Person) -> None:
    await ivan.start("e_lektsiya-2027")
    await ivan.chooses("Записаться", "Согласен", "1")
    for at, title in enumerate(names(25)):
        texts = {"title": f"x{title}"[:100], "description": title, "for_whom": title}
        event = await world.add(f"e-{at}", "2027-03-25T18:00", texts={"ru": texts})
        for payload in ("ev:{}", "su:{}", "ad:{}:j:2", "tk:{}", "cg:{}", "lv:{}:0", "lv:{}:1", "gb:{}", "cm:{}"):
            await ivan.forges(payload.format(event.id))
            harmless(ivan)
            assert "".join(clean(texts["title"]).split()) in "".join(ivan.screen.text.split()), title
        await ivan.forges("my")
        harmless(ivan)
