"""Failures of the way to Telegram, over real HTTP: pages of HTML, halves of answers, addresses with the token."""

import json
from typing import Any

from aiogram.methods import GetMe, SendMessage, TelegramMethod
from aiohttp import web

from bot.identity import Identity
from bot.intake import Intake
from bot.jobs import profile
from bot.jobs.clock import Jobs
from bot.jobs.demo import DemoClock
from tests.logs.canaries import NAME, PHONE, TEXT
from tests.logs.paths import Answer, Scene, answering, path

HTML = f"<html>502 {TEXT}</html>"
HALF = f'{{"ok": true, "result": "{TEXT}'
BAD = json.dumps({"ok": False, "error_code": 400, "description": f"Bad Request: can't parse entities: tag <{TEXT}>"})
DENIED = json.dumps({"ok": False, "error_code": 401, "description": f"Unauthorized: {TEXT}"})


def message() -> SendMessage:
    return SendMessage(chat_id=7, text=TEXT)


async def called(scene: Scene, answer: Answer, call: TelegramMethod[Any]) -> None:
    async with scene.far(answer):
        await scene.in_nursery(scene.app.bot(call))


@path("aiogram.TelegramServerError [SendMessage: unreadable answer]", leaked=False)
async def a_page_of_html(scene: Scene) -> None:
    await called(scene, answering(HTML, 502, "text/html"), message())


@path("aiogram.TelegramServerError [GetMe: unreadable answer]", leaked=False)
async def half_an_answer_to_a_rare_call(scene: Scene) -> None:
    await called(scene, answering(HALF), GetMe())


@path("aiogram.TelegramServerError [GetMe: unreadable answer]", leaked=False)
async def an_answer_of_another_shape(scene: Scene) -> None:
    await called(scene, answering(json.dumps({"ok": True, "result": {"id": TEXT, "first_name": NAME}})), GetMe())


@path("KeyError", leaked=False)
async def an_answer_without_its_number(scene: Scene) -> None:
    await called(scene, answering(json.dumps({"ok": True, "result": {"text": TEXT}})), message())


@path("aiogram.TelegramBadRequest [SendMessage: can't parse entities]")
async def a_refusal_that_quotes_the_message(scene: Scene) -> None:
    await called(scene, answering(BAD, 400), message())


@path("aiogram.TelegramServerError [SendMessage: unreadable answer]", leaked=False)
async def an_address_that_leads_in_a_circle(scene: Scene) -> None:
    async def circle(request: web.Request) -> web.StreamResponse:
        raise web.HTTPFound(request.path)

    await called(scene, circle, message())


@path("aiogram.TelegramNetworkError [GetMe]", leaked=False)
async def a_connection_that_is_cut(scene: Scene) -> None:
    async def cut(request: web.Request) -> web.StreamResponse:
        assert request.transport is not None
        request.transport.abort()
        return web.Response(text=TEXT)

    await called(scene, cut, GetMe())


@path("ClientResponseError [status 404]")
async def a_download_that_is_not_there(scene: Scene) -> None:
    async with scene.far(answering(HTML, 404)):
        await scene.in_nursery(scene.app.bot.download_file(f"documents/{NAME}.jpg"))


@path("FileNotFoundError [ENOENT No such file or directory]")
async def a_download_that_cannot_be_kept(scene: Scene) -> None:
    async with scene.far(answering(TEXT)):
        await scene.in_nursery(scene.app.bot.download_file("documents/1.jpg", f"/nowhere/{NAME}/1.jpg"))


# -- what runs by itself


async def polled(scene: Scene, answer: Answer) -> None:
    """Until the first failure."""
    async with scene.far(answer):
        app = scene.app
        session = app.bot.session
        intake = Intake(app.bot, session, app.store, app.lanes, app.clock.now)  # type: ignore[arg-type]
        task = app.nursery.start(intake.run(), name="polling")
        await scene.until_said("getUpdates failed")
        task.cancel()


def updates(result: object) -> Answer:
    return answering(json.dumps({"ok": True, "result": result}))


@path("TelegramServerError", placed=False, leaked=False)
async def a_poll_answered_with_html(scene: Scene) -> None:
    await polled(scene, answering(HTML, 502, "text/html"))


@path("TelegramUnauthorizedError", placed=False, leaked=False)
async def a_poll_with_a_token_that_is_refused(scene: Scene) -> None:
    await polled(scene, answering(DENIED, 401))


@path("Unnumbered", leaked=False)
async def a_poll_with_an_update_without_a_number(scene: Scene) -> None:
    await polled(scene, updates([{"message": {"text": TEXT, "from": {"id": 5, "first_name": NAME}}}]))


@path("Unnumbered", leaked=False)
async def a_poll_with_words_for_updates(scene: Scene) -> None:
    await polled(scene, updates([TEXT]))


@path("Unnumbered", leaked=False)
async def a_poll_with_a_word_for_a_number(scene: Scene) -> None:
    await polled(scene, updates([{"update_id": TEXT, "message": {"text": TEXT}}]))


async def job(scene: Scene, jobs: Jobs) -> None:
    jobs.start()
    await scene.until_said("a job failed")
    await jobs.end(1)


@path("aiogram.TelegramBadRequest [SetMyDescription: can't parse entities]")
async def a_job_that_telegram_refuses(scene: Scene) -> None:
    jobs = Jobs()
    jobs.add("profile", 60, lambda: profile.tell(scene.app.bot, scene.app.store))
    async with scene.far(answering(BAD, 400)):
        await job(scene, jobs)


@path("TelegramUnauthorizedError", placed=False, leaked=False)
async def a_job_without_a_right_to_ask(scene: Scene) -> None:
    jobs, identity = Jobs(), Identity()
    jobs.add("identity", 60, lambda: identity.ask(scene.app.bot))
    async with scene.far(answering(DENIED, 401)):
        await job(scene, jobs)


@path("aiohttp.ContentTypeError [status 502]")
async def a_clock_that_answers_with_html(scene: Scene) -> None:
    async with scene.far(answering(HTML, 502, "text/html")) as url:
        clock = DemoClock(f"{url}{NAME}", scene.app.clock, scene.app.store, scene.app.delivery.settled)
        jobs = Jobs()
        jobs.add("demo", 60, clock.walk)
        await job(scene, jobs)


@path("TypeError", leaked=False)
async def a_clock_that_answers_with_words(scene: Scene) -> None:
    async with scene.far(answering(json.dumps({"offset": PHONE}))) as url:
        await scene.in_nursery(DemoClock(url, scene.app.clock, scene.app.store, scene.app.delivery.settled).walk())
