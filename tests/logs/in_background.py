"""Failures of what runs by itself: deliveries, jobs, tasks, the health page, the import."""

import asyncio
from datetime import timedelta
from functools import partial
from pathlib import Path

import aiohttp
from aiogram.methods import SendMessage
from pydantic import TypeAdapter

from bot.http import Page, serve
from bot.importing import import_file
from bot.jobs.backups import Backups
from bot.jobs.clock import Jobs
from bot.outcomes import Outcome, outcome
from db import alarms, copies, figures, inbox, outbox
from handlers import notices
from handlers.staff import mistake_screens
from tests.logs.canaries import NAME, PHONE, TEXT
from tests.logs.in_conversation import every_refusal, refusal
from tests.logs.in_telegram import job
from tests.logs.paths import Scene, araising, path, quoted, raising


async def plan(scene: Scene, subject: int = 1) -> None:
    """An apology to the guest, due now."""
    now, person = scene.world.now, await scene.app.known.get(scene.guest.id)
    await scene.app.store.write(outbox.put, "apology", subject, person.id, "once", now, now + timedelta(hours=1))


async def apologise(scene: Scene) -> None:
    await plan(scene)
    await scene.app.delivery.tick()
    await scene.app.nursery.wait(5)


@path("KeyError")
async def a_notice_that_cannot_be_made(scene: Scene) -> None:
    scene.patch.setitem(notices.NOTICES, "apology", araising(KeyError(NAME)))
    await apologise(scene)


@path("ValueError")
async def a_report_that_cannot_be_shown_to_the_owners(scene: Scene) -> None:
    await scene.guest.chooses("Настройки", "Ошибка в переводе?")
    await scene.guest.says(TEXT)
    scene.patch.setattr(mistake_screens, "mistake", raising(ValueError(TEXT)))
    await scene.app.delivery.tick()
    await scene.app.nursery.wait(5)


@path("pydantic_core.ValidationError [list[int]: 0 int_parsing]")
async def a_notice_with_a_value_of_another_type(scene: Scene) -> None:
    async def make(*_: object) -> SendMessage:
        numbers = TypeAdapter(list[int]).validate_python([TEXT])
        return SendMessage(chat_id=numbers[0], text=TEXT)

    scene.patch.setitem(notices.NOTICES, "apology", make)
    await apologise(scene)


@path("not delivered", placed=False, leaked=False)
async def a_delivery_is_refused_in_every_way(scene: Scene) -> None:
    kinds = every_refusal()
    for number, kind in enumerate(kinds):
        scene.world.telegram.fail(SendMessage, partial(refusal, kind))
        await plan(scene, number)
        await scene.app.delivery.tick()
        await scene.app.nursery.wait(5)
        await scene.app.known.get(scene.guest.id)  # one of the refusals has lost them
    said = "\n".join(scene.lines())
    final = [kind.__name__ for kind in kinds if outcome(refusal(kind, None)) is not Outcome.UNSENT]
    assert [name for name in final if f"why={name}" not in said] == []


@path("TypeError")
async def a_delivery_that_fails_by_our_own_fault(scene: Scene) -> None:
    scene.world.telegram.fail(SendMessage, lambda _: TypeError(TEXT))
    await apologise(scene)


@path("OSError [ENOSPC No space left on device]")
async def a_delivery_that_cannot_be_marked(scene: Scene) -> None:
    with scene.patch.context() as patch:
        patch.setattr(outbox, "settle", raising(OSError(28, TEXT, NAME)))
        await plan(scene)
        await scene.in_nursery(scene.app.delivery.tick())
        await scene.until_said("a task failed")


@path("OSError [EIO")
async def updates_that_cannot_be_marked(scene: Scene) -> None:
    with scene.patch.context() as patch:
        patch.setattr(inbox, "finish", raising(OSError(5, TEXT, NAME)))
        scene.app.finishing.add(1)
        await scene.until_said("a task failed")


@path("ValueError")
async def a_job_that_fails(scene: Scene) -> None:
    jobs = Jobs()
    jobs.add("tidy", 60, araising(ValueError(TEXT)))
    await job(scene, jobs)


@path("OSError [ENOSPC No space left on device]")
async def a_backup_that_fails(scene: Scene) -> None:
    folder = Path(scene.world.path).with_name("copies")
    settings = scene.app.settings.model_copy(update={"backup_folder": folder})
    scene.patch.setattr(copies, "take", raising(OSError(28, TEXT, NAME)))
    await Backups(settings, scene.app.store, scene.app.clock.now).run()
    alarm = await scene.app.store.read(alarms.find, 1)
    assert alarm is not None
    assert alarm.facts == {"why": "ENOSPC"}


class Fatal(BaseException):
    """Not for `except Exception`."""


@path("tests.Fatal")
async def a_job_that_ends_in_the_schedulers_hands(scene: Scene) -> None:
    jobs = Jobs()
    jobs.add("tidy", 60, araising(Fatal(TEXT)))
    jobs.start()
    await scene.until_said("Fatal")
    await jobs.end(1)


@path("ValueError")
async def a_task_that_fails(scene: Scene) -> None:
    await scene.in_nursery(araising(quoted())())


@path("ExceptionGroup")
async def tasks_that_fail_side_by_side(scene: Scene) -> None:
    async def side_by_side() -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(araising(KeyError(NAME))())
            group.create_task(araising(ValueError(TEXT))())

    await scene.in_nursery(side_by_side())


async def fails(page: Page) -> None:
    runner = await serve("127.0.0.1", 0, {"/page": page})
    url = f"http://127.0.0.1:{runner.addresses[0][1]}/page"
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        assert answer.status == 500
        assert "kanareyka" not in await answer.text()
    await runner.cleanup()


@path("LookupError")
async def a_page_of_health_that_fails(scene: Scene) -> None:
    scene.patch.setattr(inbox, "oldest", raising(LookupError(TEXT)))
    await fails(scene.app.health.page)


@path("KeyError")
async def a_page_of_metrics_that_fails(scene: Scene) -> None:
    scene.patch.setattr(figures, "look", raising(KeyError(NAME)))
    await fails(scene.app.metrics.page)


@path("bot.ContentError")
async def a_file_of_content_that_is_refused(scene: Scene) -> None:
    file = Path(scene.world.path).with_name("content.yaml")
    file.write_text(f"venues: [{{slug: '{TEXT}', confirmed: '{PHONE}', odd: '{NAME}'}}]\n", encoding="utf-8")
    await scene.in_nursery(import_file(scene.app.store, file, "Asia/Tomsk", scene.world.now))
