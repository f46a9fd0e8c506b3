"""Hours in which nobody is woken: a span of wall time in the person's own zone, possibly over midnight."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

LEAD = timedelta(minutes=30)


@dataclass(frozen=True)
class Quiet:
    """`start` and `end` are minutes after local midnight; equal means there are no quiet hours."""

    start: int
    end: int
    zone: str

    def covers(self, moment: datetime) -> bool:
        local = moment.astimezone(ZoneInfo(self.zone))
        minute = local.hour * 60 + local.minute
        if self.start <= self.end:
            return self.start <= minute < self.end
        return minute >= self.start or minute < self.end

    def ends_after(self, moment: datetime) -> datetime:
        """When the quiet hours around `moment` are over; `moment` itself when it is not inside them."""
        return self._next(moment, self.end) if self.covers(moment) else moment

    def awake_after(self, moment: datetime, span: timedelta) -> datetime:
        """When `span` has passed since `moment`, not counting quiet hours."""
        at = self.ends_after(moment)
        while self.start != self.end and at + span > (night := self._next(at, self.start)):
            span -= night - at
            at = self.ends_after(night)
        return at + span

    def before(self, moment: datetime) -> datetime:
        """Half an hour before the quiet hours around `moment` begin."""
        begins = self._next(moment - timedelta(days=1), self.start)
        return begins - LEAD

    def _next(self, moment: datetime, minute: int) -> datetime:
        """The first instant after `moment` at which local clocks show `minute`."""
        zone = ZoneInfo(self.zone)
        local = moment.astimezone(zone)
        at = local.replace(hour=minute // 60, minute=minute % 60, second=0, microsecond=0)
        if at <= local:
            at = (at.replace(tzinfo=None) + timedelta(days=1)).replace(tzinfo=zone)
        return at.astimezone(moment.tzinfo)
