"""The events as readers may see them: one snapshot for everybody, dropped when an event changes."""

from dataclasses import replace

from db import events as store_events
from db.events import Event
from db.rules.refusals import Gone
from db.store import Store
from handlers.screens import Contacts


class Programme:
    """What is not confirmed is left out, unless the settings say that it may be shown."""

    def __init__(self, store: Store, show_unconfirmed: bool) -> None:
        self._store, self._show_unconfirmed = store, show_unconfirmed
        self._events: dict[int, Event] | None = None

    def drop(self) -> None:
        """To be called after a change of any event or venue."""
        self._events = None

    async def events(self) -> dict[int, Event]:
        """Every event that may be shown, by its id, in the order of their starts."""
        if self._events is None:
            found = await self._store.read(store_events.published)
            self._events = {event.id: self._shown(event) for event in found if self._may_show(event.confirmed)}
        return self._events

    async def event(self, event_id: int) -> Event:
        """Raises Gone where there is no such event to be seen."""
        found = (await self.events()).get(event_id)
        if found is None:
            raise Gone
        return found

    async def by_slug(self, slug: str) -> Event | None:
        return next((event for event in (await self.events()).values() if event.slug == slug), None)

    async def contacts(self, language: str) -> Contacts | None:
        """The Assembly's contacts, once somebody has confirmed them."""
        found = await self._store.read(store_events.contacts)
        if found is None or not self._may_show(found.confirmed):
            return None
        return Contacts(found.phone, found.email, found.address.get(language) or found.address.get("ru", ""))

    def _may_show(self, confirmed: bool) -> bool:
        return confirmed or self._show_unconfirmed

    def _shown(self, event: Event) -> Event:
        venue = event.venue
        return event if venue is None or self._may_show(venue.confirmed) else replace(event, venue=None)
