"""docs/screens.png: the demo's three phones as they are today. `make picture` takes it anew."""

import asyncio
from pathlib import Path
from tempfile import TemporaryDirectory

from emulator import DILNOZA, FARRUKH, MARIA
from tests.endtoend.test_page import demo, sign_up_three, tap

PICTURE = Path(__file__).parents[2] / "docs" / "screens.png"


async def take() -> None:
    with TemporaryDirectory() as folder:
        async with demo(Path(folder)) as (_, page):
            await sign_up_three(page.locator(f"#phone-{DILNOZA}"))
            farrukh = page.locator(f"#phone-{FARRUKH}")
            await tap(farrukh, "START", "Ассамблеяи")
            await tap(farrukh, "Чорабиниҳо", "Наврӯз")
            await tap(farrukh, "Наврӯз", "Вуруд ройгон")
            maria = page.locator(f"#phone-{MARIA}")
            await tap(maria, "START", "Дружба")
            await tap(maria, "Списки гостей", "Записей")
            await tap(maria, "Навруз", "Dilnoza")
            await page.set_viewport_size({"width": 1400, "height": 1080})
            await asyncio.sleep(1)
            await page.screenshot(path=PICTURE)


if __name__ == "__main__":
    asyncio.run(take())
