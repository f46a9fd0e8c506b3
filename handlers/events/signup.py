"""Signing up: consent the first time, how many come, done. Every step is kept, so a restart loses nobody."""

import re

from aiogram import F, Router
from aiogram.types import CallbackQuery, Message

from db import drafts, signups
from db import events as store_events
from db.events import Event
from db.rules.seats import Party
from handlers import buttons as to
from handlers.events import signup_screens as screens
from handlers.events.card import show_card
from handlers.events.mine import change_party, room, show_signed
from handlers.home import show_menu
from handlers.settings import InForm
from handlers.settings_screens import ask_name
from handlers.turn import Turn
from handlers.words import clean

router = Router(name="signup")

NUMBER = re.compile(r"\D{0,20}(\d{1,2})\D{0,20}\Z")


@router.callback_query(to.SignUp.filter())
async def sign_up(press: CallbackQuery, callback_data: to.SignUp, turn: Turn) -> None:
    await begin(turn, await turn.house.programme.event(callback_data.event))


async def begin(turn: Turn, event: Event) -> None:
    """The first question; for those who never agreed, the consent before it."""
    places = await turn.write(signups.begin, event.id, turn.person.id, turn.now)
    if places.mine is not None and places.mine.active:
        await show_signed(turn, event, await turn.read(signups.signed, event.id, turn.person.id))
    elif turn.person.consented:
        await ask_how_many(turn, event, room(places, turn.now))
    else:
        await turn.show(screens.consent(turn.words, event, turn.house.operator))


async def ask_how_many(turn: Turn, event: Event, most: int | None) -> None:
    await turn.show(screens.how_many(turn.words, event, to.Purpose.JOIN, most, turn.now))


@router.callback_query(to.Consent.filter())
async def consent(press: CallbackQuery, callback_data: to.Consent, turn: Turn) -> None:
    event = await turn.house.programme.event(callback_data.event)
    if not callback_data.agree:
        await turn.write(drafts.drop, turn.person.id)
        nothing_kept = turn.words.t("Хорошо, мы ничего не храним. Афишу можно смотреть.")
        # an old screen's "no" of somebody who has agreed since takes nothing back
        await show_card(turn, event, None if turn.person.consented else nothing_kept)
        return
    places = await turn.write(signups.agree, event.id, turn.person.id, turn.words.language, turn.now)
    await ask_how_many(turn, event, room(places, turn.now))


@router.callback_query(to.Adults.filter())
async def adults(press: CallbackQuery, callback_data: to.Adults, turn: Turn) -> None:
    event = await turn.house.programme.event(callback_data.event)
    await take_adults(turn, event, callback_data.purpose, callback_data.adults)


async def take_adults(turn: Turn, event: Event, purpose: to.Purpose, count: int) -> None:
    """Where children are counted apart, the next question; else the party is known."""
    if not event.ask_children or not 1 <= count <= event.largest_party:
        await take_party(turn, event, purpose, Party(count))
        return
    if purpose is to.Purpose.JOIN:
        places = await turn.write(signups.begin, event.id, turn.person.id, turn.now, count)
    else:
        places = await turn.read(store_events.places, event.id, turn.person.id, turn.now)
    await turn.show(screens.how_many_children(turn.words, event, purpose, count, room(places, turn.now), turn.now))


@router.callback_query(to.Children.filter())
async def children(press: CallbackQuery, callback_data: to.Children, turn: Turn) -> None:
    event = await turn.house.programme.event(callback_data.event)
    await take_party(turn, event, callback_data.purpose, Party(callback_data.adults, callback_data.children))


async def take_party(turn: Turn, event: Event, purpose: to.Purpose, party: Party) -> None:
    if purpose is to.Purpose.CHANGE:
        await change_party(turn, event, party)
        return
    signed = await turn.write(signups.join, event.id, turn.person.id, party, turn.sender_name, turn.now)
    await show_signed(turn, event, signed)


@router.callback_query(to.Resume.filter())
async def resume(press: CallbackQuery, turn: Turn) -> None:
    """Go on where the form was left."""
    person = turn.person
    if person.form == "name":
        await turn.show(ask_name(turn.words, person))
    elif person.form_event_id is None:
        await show_menu(turn)
    else:
        event = await turn.house.programme.event(person.form_event_id)
        if person.form_adults is not None and person.consented:
            await take_adults(turn, event, to.Purpose.JOIN, person.form_adults)
        else:
            await begin(turn, event)


@router.message(InForm("signup"), F.text.regexp(NUMBER), ~F.text.startswith("/"))
async def take_number(message: Message, turn: Turn) -> None:
    """The number typed instead of pressed."""
    person = turn.person
    found = NUMBER.match(clean(message.text or ""))
    event = await turn.house.programme.event(person.form_event_id or 0)
    number = int(found[1]) if found else 0
    if not person.consented:
        await begin(turn, event)
    elif person.form_adults is None:
        await take_adults(turn, event, to.Purpose.JOIN, number)
    else:
        await take_party(turn, event, to.Purpose.JOIN, Party(person.form_adults, number))
