"""Signing up and queueing: consent the first time, how many come, done. Every step is kept: a restart loses nobody."""

import re

from aiogram import F, Router
from aiogram.types import CallbackQuery, Message

from db import drafts, signups, waiting
from db import places as store_places
from db.events import Event
from db.people import Person
from db.places import Places
from db.rules.seats import Party
from handlers import buttons as to
from handlers.buttons import Purpose
from handlers.events import form_screens as screens
from handlers.events.card import show_card
from handlers.events.mine import bounds, change_party, show_signed, show_standing
from handlers.events.waiting import show_offer
from handlers.home import show_menu
from handlers.mistakes import ask_again
from handlers.settings import InForm
from handlers.settings_screens import ask_name
from handlers.turn import Turn
from handlers.words import clean

router = Router(name="signup")

OPEN = {Purpose.JOIN: signups.begin, Purpose.QUEUE: waiting.begin}
NUMBER = re.compile(r"\D{0,20}(\d{1,2})\D{0,20}\Z")


@router.callback_query(to.SignUp.filter())
async def sign_up(press: CallbackQuery, callback_data: to.SignUp, turn: Turn) -> None:
    await begin(turn, await turn.house.programme.event(callback_data.event), Purpose.JOIN)


@router.callback_query(to.Queue.filter())
async def queue(press: CallbackQuery, callback_data: to.Queue, turn: Turn) -> None:
    await begin(turn, await turn.house.programme.event(callback_data.event), Purpose.QUEUE)


async def begin(turn: Turn, event: Event, purpose: Purpose) -> None:
    """The first question; for those who never agreed, the consent before it."""
    places = await turn.write(OPEN[purpose], event.id, turn.person.id, turn.now)
    if places is None or turn.person.consented:
        await ask_how_many(turn, event, purpose, places)
    else:
        await turn.show(screens.consent(turn.words, event, turn.house.operator))


async def ask_how_many(turn: Turn, event: Event, purpose: Purpose, places: Places | None) -> None:
    """Without `places` nothing was opened: they have something better already, and are shown that."""
    if places is None:
        await show_standing(turn, event)
        return
    await turn.show(screens.how_many(turn.words, event, purpose, bounds(event, places, purpose, turn.now), turn.now))


@router.callback_query(to.Consent.filter())
async def consent(press: CallbackQuery, callback_data: to.Consent, turn: Turn) -> None:
    event = await turn.house.programme.event(callback_data.event)
    if not callback_data.agree:
        await turn.write(drafts.drop, turn.person.id)
        nothing_kept = turn.words.t("Хорошо, мы ничего не храним. Афишу можно смотреть.")
        # an old screen's "no" of somebody who has agreed since takes nothing back
        await show_card(turn, event, None if turn.person.consented else nothing_kept)
        return
    purpose = purpose_of(turn.person)
    agree = waiting.agree if purpose is Purpose.QUEUE else signups.agree
    places = await turn.write(agree, event.id, turn.person.id, turn.words.language, turn.now)
    await ask_how_many(turn, event, purpose, places)


def purpose_of(person: Person) -> Purpose:
    """What the form they are in is for."""
    return Purpose.QUEUE if person.form == "queue" else Purpose.JOIN


@router.callback_query(to.Adults.filter())
async def adults(press: CallbackQuery, callback_data: to.Adults, turn: Turn) -> None:
    event = await turn.house.programme.event(callback_data.event)
    await take_adults(turn, event, callback_data.purpose, callback_data.adults)


async def take_adults(turn: Turn, event: Event, purpose: Purpose, count: int) -> None:
    """Where children are counted apart, the next question; else the party is known."""
    if not event.ask_children or not 1 <= count <= event.largest_party:
        await take_party(turn, event, purpose, Party(count))
        return
    if purpose is not Purpose.CHANGE:
        await turn.write(OPEN[purpose], event.id, turn.person.id, turn.now, count)
    places = await turn.read(store_places.places, event.id, turn.person.id, turn.now)
    asked = bounds(event, places, purpose, turn.now)
    await turn.show(screens.how_many_children(turn.words, event, purpose, count, asked, turn.now))


@router.callback_query(to.Children.filter())
async def children(press: CallbackQuery, callback_data: to.Children, turn: Turn) -> None:
    event = await turn.house.programme.event(callback_data.event)
    await take_party(turn, event, callback_data.purpose, Party(callback_data.adults, callback_data.children))


async def take_party(turn: Turn, event: Event, purpose: Purpose, party: Party) -> None:
    if purpose is Purpose.CHANGE:
        await change_party(turn, event, party)
        return
    take = waiting.enter if purpose is Purpose.QUEUE else signups.join
    signed = await turn.write(take, event.id, turn.person.id, party, turn.sender_name, turn.now)
    await (show_offer if purpose is Purpose.QUEUE else show_signed)(turn, event, signed)


@router.callback_query(to.Resume.filter())
async def resume(press: CallbackQuery, turn: Turn) -> None:
    """Go on where the form was left."""
    person = turn.person
    if person.form == "name":
        await turn.show(ask_name(turn.words, person))
    elif person.form == "mistake":
        await ask_again(turn)
    elif person.form_event_id is None:
        await show_menu(turn)
    else:
        event = await turn.house.programme.event(person.form_event_id)
        if person.form_adults is not None and person.consented:
            await take_adults(turn, event, purpose_of(person), person.form_adults)
        else:
            await begin(turn, event, purpose_of(person))


@router.message(InForm("signup", "queue"), F.text.regexp(NUMBER), ~F.text.startswith("/"))
async def take_number(message: Message, turn: Turn) -> None:
    """The number typed instead of pressed."""
    person = turn.person
    found = NUMBER.match(clean(message.text or ""))
    event = await turn.house.programme.event(person.form_event_id or 0)
    number = int(found[1]) if found else 0
    purpose = purpose_of(person)
    if not person.consented:
        await begin(turn, event, purpose)
    elif person.form_adults is None:
        await take_adults(turn, event, purpose, number)
    else:
        await take_party(turn, event, purpose, Party(person.form_adults, number))
