"""The demo as a person has it: the page in a browser, the real bot behind it, its buttons for time and for kill -9."""

import shutil
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Locator, Page, async_playwright, expect

from emulator import DILNOZA, Emulator
from tests.endtoend.dilnoza import (
    ADULTS,
    AGREE,
    CHILDREN,
    COMING,
    CONSENT,
    NAVRUZ,
    NOON,
    POSTER,
    REMINDER,
    SIGN_UP,
    SIGNED,
    THANKS,
    THREE_LEFT,
)
from tests.endtoend.process import free_port

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
if CHROMIUM is None:
    pytest.skip("no Chromium is installed here: the demo's page was NOT tested with the bot", allow_module_level=True)

FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run"]
PATIENCE = 20_000  # milliseconds


@asynccontextmanager
async def demo(folder: Path) -> AsyncIterator[tuple[Emulator, Page]]:
    """`make demo` with its database in `folder`, and a browser at its page."""
    port, database = free_port(), f"sqlite+aiosqlite:///{folder / 'druzhba.db'}"
    bot = f"env DATABASE_URL={database} HTTP_PORT={port} {sys.executable} -m bot demo"
    async with async_playwright() as playwright, Emulator(start=NOON, bot=bot) as tg:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = await browser.new_page(viewport={"width": 1366, "height": 820})
        page.set_default_timeout(PATIENCE)
        await page.goto(tg.url)
        yield tg, page
        await browser.close()


async def tap(phone: Locator, label: str, answer: str) -> None:
    """Press the newest button of that name and see the answer."""
    await phone.get_by_role("button", name=label).last.click()
    await expect(phone.locator(".theirs").filter(has_text=answer).last).to_be_visible(timeout=PATIENCE)


async def sign_up_three(phone: Locator) -> None:
    await tap(phone, "START", "Tilni tanlang")
    await phone.get_by_role("button", name="Oʻzbekcha").click()
    await tap(phone, POSTER, NAVRUZ)
    await tap(phone, NAVRUZ, THREE_LEFT)
    await tap(phone, SIGN_UP, CONSENT)
    await tap(phone, AGREE, ADULTS)
    await phone.get_by_role("button", name="2", exact=True).last.click()
    await expect(phone.locator(".theirs").filter(has_text=CHILDREN).last).to_be_visible(timeout=PATIENCE)
    await phone.get_by_role("button", name="1", exact=True).last.click()
    await expect(phone.locator(".theirs").filter(has_text=SIGNED).last).to_be_visible(timeout=PATIENCE)


async def test_three_places_a_reminder_and_a_kill_on_the_page_itself(tmp_path: Path) -> None:
    async with demo(tmp_path) as (tg, page):
        phone = page.locator(f"#phone-{DILNOZA}")
        await sign_up_three(phone)
        await page.get_by_role("button", name="Убить бота").click()
        await expect(page.locator("#bot-state")).to_have_text("Бот не работает")
        await page.get_by_role("button", name="+1 день").click()
        for _ in range(7):
            await page.get_by_role("button", name="+1 час").click()
        await expect(page.locator("#now")).to_contain_text("суббота, 20 марта 2027")
        await page.get_by_role("button", name="Запустить бота").click()
        reminder = phone.locator(".theirs").filter(has_text=REMINDER)
        await expect(reminder).to_have_count(1, timeout=PATIENCE)
        await tap(phone, COMING, THANKS)
        assert tg.supervisor.starts == 2
