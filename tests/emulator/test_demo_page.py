"""The page in a real browser, with a small real bot behind it."""

import shutil
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, async_playwright, expect

from emulator import DILNOZA, FARRUKH, MARIA, Emulator

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "chrome"))), None)
if CHROMIUM is None:
    pytest.skip("no Chromium is installed here: the page of the emulator was NOT tested", allow_module_level=True)

FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip
BOT = f"{sys.executable} {Path(__file__).with_name('fake_bot.py')}"
NOON = datetime.fromisoformat("2027-03-19T12:00+07:00")


pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        await browser.close()


@asynccontextmanager
async def opened(browser: Browser, width: int = 1366, bot: str | None = BOT) -> AsyncIterator[tuple[Emulator, Page]]:
    async with Emulator(port=0, bot=bot, start=NOON) as tg:
        page = await browser.new_page(viewport={"width": width, "height": 820})
        page.set_default_timeout(5000)
        wrong: list[str] = []
        page.on("pageerror", lambda error: wrong.append(str(error)))
        await page.goto(tg.url)
        yield tg, page
        await page.close()
        assert wrong == []


async def test_three_phones_and_a_conversation(browser: Browser) -> None:
    async with opened(browser) as (tg, page):
        await expect(page.locator(".phone h2")).to_have_text([
            "Дилноза, новенькая · узбекский", "Фаррух, участник · таджикский", "Мария Петровна, координатор · русский",
        ])  # fmt: skip
        phone = page.locator(f"#phone-{DILNOZA}")
        await expect(phone.locator(".about")).to_contain_text("Друзья рядом")
        await phone.get_by_role("button", name="START").click()
        await expect(phone.locator("strong")).to_have_text("Субботник в Академгородке")
        await expect(phone.locator("a.tel")).to_have_attribute("href", "tel:+73822555501")
        await phone.get_by_role("button", name="Записаться").click()
        await expect(phone.locator(".toast")).to_have_text("Вы записаны")
        await expect(phone.get_by_text("✅ Вы записаны")).to_be_visible()
        await expect(phone.locator("[aria-busy=true]")).to_have_count(0)
        await phone.get_by_role("button", name="Подробнее").click()
        await expect(phone.get_by_role("dialog")).to_contain_text("Возьмите перчатки")
        await page.keyboard.press("Enter")
        await expect(phone.get_by_role("dialog")).to_be_hidden()
        await phone.get_by_label("Сообщение").fill("<b>не жирно</b>")
        await page.keyboard.press("Enter")
        await expect(phone.locator(".theirs").last).to_contain_text("Вы сказали: <b>не жирно</b>")
        assert all(query.answered and query.answered.after < 2 for query in tg.queries.values())


async def test_links_files_commands_and_blocking(browser: Browser) -> None:
    async with opened(browser) as (tg, page):
        phone = page.locator(f"#phone-{FARRUKH}")
        await phone.get_by_label("Открыть ссылку").fill(f"https://t.me/{tg.world.bot_username}?start=event_5")
        await phone.get_by_role("button", name="Открыть", exact=True).click()
        await expect(phone.get_by_text("Здравствуйте! event_5")).to_be_visible()
        await phone.get_by_role("button", name="Где это").click()
        await expect(phone.locator(".pin")).to_contain_text("56.47310, 85.04830")
        await phone.get_by_role("button", name="Прикрепить").click()
        await phone.get_by_role("button", name="Фото").click()
        await expect(phone.get_by_text("Ваше фото")).to_be_visible()
        width = "image => image.decode().then(() => image.naturalWidth)"
        assert await phone.locator("img.photo").last.evaluate(width) == 320
        await phone.get_by_role("button", name="Команды бота").click()
        await phone.get_by_role("button", name="/events").click()
        await expect(phone.get_by_text("Вы сказали: /events")).to_be_visible()
        await phone.get_by_role("button", name="Заблокировать бота").click()
        await expect(phone.get_by_role("button", name="START")).to_be_visible()
        assert tg.world.person(FARRUKH).blocked
        await phone.get_by_role("button", name="START").click()
        await expect(phone.get_by_label("Сообщение", exact=True)).to_be_visible()


async def test_the_clock_the_kill_and_the_link(browser: Browser) -> None:
    async with opened(browser) as (tg, page):
        await expect(page.locator("#now")).to_contain_text("пятница, 19 марта 2027")
        await page.get_by_role("button", name="+1 день").click()
        await expect(page.locator("#now")).to_contain_text("суббота, 20 марта 2027")
        await page.get_by_role("button", name="Убить бота").click()
        await expect(page.locator("#bot-state")).to_have_text("Бот не работает")
        phone = page.locator(f"#phone-{MARIA}")
        await phone.get_by_role("button", name="START").click()
        await expect(phone.locator(".mine")).to_have_text("/start12:00")
        assert tg.pending == 1
        await page.get_by_role("button", name="Запустить бота").click()
        await expect(phone.locator(".theirs").first).to_contain_text("Здравствуйте!")
        await page.get_by_role("button", name="Оборвать связь").click()
        await expect(page.get_by_role("button", name="Вернуть связь")).to_be_visible()
        assert [rule.kind for rule in tg.faults.rules] == ["drop-before"]
        await page.get_by_role("button", name="Вернуть связь").click()
        await expect(page.get_by_role("button", name="Оборвать связь")).to_be_visible()
        assert tg.faults.rules == []


async def test_on_a_narrow_screen_there_is_one_phone_at_a_time(browser: Browser) -> None:
    async with opened(browser, width=390, bot=None) as (tg, page):
        await page.get_by_role("button", name="Мария Петровна").click()
        await expect(page.locator(".phone:visible h2")).to_have_text(["Мария Петровна, координатор · русский"])
        assert await page.evaluate("document.documentElement.scrollWidth") <= 390
        tg.start(MARIA)
        group = tg.group("Штаб", [MARIA])
        await page.get_by_label("Какой чат открыт").locator("visible=true").select_option("Штаб")
        tg.say(MARIA, "в группе", chat=group)
        await expect(page.locator(f"#phone-{MARIA} .mine")).to_have_text("в группе12:00")
