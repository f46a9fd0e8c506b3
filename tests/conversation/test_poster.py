"""What is on: the poster, the card, the place, and the words to hold out to a stranger."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.conversation.person import Person
from tests.conversation.world import World


async def test_the_poster_shows_what_is_coming_by_date_and_turns_pages(ivan: Person) -> None:
    await ivan.press("Афиша")
    ivan.sees("Афиша", "Навруз — праздник весны", "Воскресенье, 21 марта, 12:00")
    ivan.sees_not("Масленица")  # over already
    assert not ivan.can_press("Раньше")
    first = ivan.screen.text
    await ivan.press("Дальше")
    ivan.sees_not("Навруз")
    await ivan.press("Раньше")
    assert ivan.screen.text == first


async def test_every_coming_event_is_on_one_of_the_pages(world: World, ivan: Person) -> None:
    await ivan.says("/events")
    seen = [label for label in ivan.labels if "·" in label]
    while ivan.can_press("Дальше"):
        await ivan.press("Дальше")
        seen += [label for label in ivan.labels if "·" in label]
    coming = [one for one in (await world.app.house.programme.events()).values() if one.ends_at > world.now]
    assert len(seen) == len(coming) > 5


async def test_the_poster_is_narrowed_by_when_and_by_what(ivan: Person) -> None:
    await ivan.chooses("Афиша", "Когда", "Ближайшие 7 дней")
    ivan.sees("Навруз")
    ivan.sees_not("бабушки")
    await ivan.chooses("Что", "Лекции и встречи")
    ivan.sees("Такого пока нет")
    await ivan.chooses("Когда", "Все даты")
    ivan.sees("Лекция «Народы Сибири»", "Круглый стол")
    ivan.sees_not("Навруз")
    await ivan.chooses("Что", "Для детей")
    ivan.sees("Навруз")
    ivan.sees_not("Лекция")


async def test_an_empty_choice_says_what_to_do(ivan: Person) -> None:
    await ivan.chooses("Афиша", "Когда", "Ближайшие 7 дней", "Что", "Турниры")
    ivan.sees("Такого пока нет. Посмотрите всё или выберите другое.")
    await ivan.press("Показать всё")
    ivan.sees("Навруз")


async def test_a_poster_without_any_event_says_when_to_look_again(world: World, ivan: Person) -> None:
    await world.later(timedelta(days=300))
    await ivan.press("Афиша")
    ivan.sees("Пока мероприятий нет. Загляните через несколько дней.")


@pytest.mark.parametrize(
    ("language", "title", "sign_up"),
    [
        ("Русский", "Навруз — праздник весны", "Записаться"),
        ("Oʻzbekcha", "Navroʻz — bahor bayrami", "Yozilish"),
        ("Тоҷикӣ", "Наврӯз — ҷашни баҳор", "Номнавис шудан"),
        ("Кыргызча", "Нооруз — жаз майрамы", "Жазылуу"),
    ],
)
async def test_the_card_speaks_the_readers_language(world: World, language: str, title: str, sign_up: str) -> None:
    guest = world.person(7, "Гость")
    await guest.start("e_navruz-2027")
    await guest.press(language)
    guest.sees(title, "60", "12:00–16:00")
    assert title in guest.screen.bold
    assert guest.can_press(sign_up)
    assert guest.can_press("По-русски") == (language != "Русский")


async def test_what_is_missing_is_read_in_russian_with_a_note(world: World, amina: Person) -> None:
    event = await world.add("koncert", "2027-03-25T18:00", texts={"ru": {"title": "Вечер песни", "description": " "}})
    await amina.forges(f"ev:{event.id}")
    amina.sees("Вечер песни", amina.t("Этот текст пока не переведён, часть его по-русски."))
    await amina.start("e_navruz-2027")
    amina.sees_not(amina.t("Этот текст пока не переведён, часть его по-русски."))


async def test_the_russian_text_is_one_tap_away_and_so_is_the_way_back(amina: Person) -> None:
    await amina.start("e_navruz-2027")
    await amina.press("По-русски")
    amina.sees("Навруз — праздник весны", "Свободных мест: 60")
    await amina.press(amina.t("◀️ Назад"))
    amina.sees("Navroʻz — bahor bayrami")


async def test_the_place_is_searched_on_a_map_where_its_coordinates_are_unknown(ivan: Person) -> None:
    await ivan.start("e_navruz-2027")
    await ivan.press("Где это?")
    ivan.sees("Дом дружбы народов", "пр. Ленина, 82а")
    query = parse_qs(urlsplit(ivan.link("Найти на карте")).query)
    assert query == {"text": ["Дом дружбы народов Томск, пр. Ленина, 82а, стр. 1"]}


@pytest.mark.parametrize("address", ["Томск & сёла", ""])
async def test_the_place_is_a_pin_where_they_are_known(world: World, ivan: Person, address: str) -> None:
    texts = {"ru": {"name": "Дом <b>&", "address": address, "way": "Дорога от вокзала"}}
    await world.add_venue("dom", latitude=56.48, longitude=84.95, texts=texts)
    await world.add("koncert", "2027-03-25T18:00", venue="dom")
    await ivan.start("e_koncert")
    await ivan.press("Где это?")
    words, below = (ivan.room.messages[number] for number in ivan.room.touched[-2:])
    assert "Дом <b>&" in words.text and address in words.text and "Дорога" in words.text
    assert below.pin == (56.48, 84.95)
    ivan.sees("Дом <b>&", address)
    await ivan.press("Назад")
    ivan.sees("Koncert")


async def test_show_this_is_russian_first_and_a_message_of_its_own(amina: Person) -> None:
    await amina.start("e_navruz-2027")
    await amina.press(amina.t("📍 Где это?"))
    place = amina.screen
    await amina.press(amina.t("🙋 Покажите это"))
    russian, own, _ = amina.screen.text.split("\n\n")
    assert russian.startswith("Мне нужно: Дом дружбы народов, Томск, пр. Ленина")
    assert "Xalqlar doʻstligi uyi" in own
    assert amina.screen.bold[0].startswith("Мне нужно")
    assert amina.screen.message_id != place.message_id
    amina.sees_not("Нас:")


async def test_the_share_link_opens_the_same_card_for_another(world: World, ivan: Person, amina: Person) -> None:
    await ivan.start("e_navruz-2027")
    address = parse_qs(urlsplit(ivan.link("Поделиться")).query)["url"][0]
    assert address == "https://t.me/druzhba_bot?start=e_navruz-2027"
    await amina.start(parse_qs(urlsplit(address).query)["start"][0])
    amina.sees("Navroʻz")


@pytest.mark.parametrize(
    ("changed", "words", "offered"),
    [
        ({"state": "cancelled"}, "не состоится", False),
        ({"capacity": None}, "Мест хватит всем", True),
        ({"capacity": 1}, "Свободных мест: 1", True),
    ],
)
async def test_the_card_says_how_things_stand(
    world: World, ivan: Person, changed: dict[str, object], words: str, offered: bool
) -> None:
    await world.change("navruz-2027", **changed)
    await ivan.start("e_navruz-2027")
    ivan.sees(words)
    assert ivan.can_press("Записаться") == offered


async def test_what_is_not_confirmed_is_shown_only_where_the_settings_say_so(world: World, ivan: Person) -> None:
    world.app.house.programme._show_unconfirmed = False
    world.app.house.programme.drop()
    await ivan.says("/events")
    ivan.sees("Пока мероприятий нет")
    await ivan.start("e_navruz-2027")
    ivan.sees("По этой ссылке ничего нет")
