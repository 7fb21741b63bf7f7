"""The contract's page on voice quality: which phones and trunks suffer, and since when.

MOS is the E-model's estimate of the worse direction of a leg, from 1 (bad) to 4.4 (the best of A-law); `known` legs are
those whose figures came: one that ended before its first report, or whose phone sends none, is not known.
"""

from __future__ import annotations

from pydantic import Field

from appliance.api.contract import STAFF
from appliance.api.wire import Message, method
from appliance.site.models import Role

BAD_MOS = 3.6
"""Below it, R is under 70: many people are dissatisfied (ITU-T G.109, table 1)."""
LONGEST_DAYS = 31


class PartyQuality(Message):
    """A phone or a trunk over a period: `mos` is the median, losses, jitter and round trip are means."""

    party: str
    trunk: bool
    legs: int
    known: int
    mos: float | None
    worst: float | None
    bad: int
    """Legs below `BAD_MOS`."""
    from_loss: float | None
    to_loss: float | None
    from_jitter: float | None
    to_jitter: float | None
    round_trip: float | None


class DayQuality(Message):
    """A day of the branch; `mos` is the median of the known legs that ended in it."""

    begin: float
    legs: int
    known: int
    mos: float | None
    bad: int


class QualityPeriod(Message):
    """The last so many days, today included; `party` for the days of one phone, or with `trunk` of one trunk."""

    days: int = Field(default=7, ge=1, le=LONGEST_DAYS)
    party: str | None = None
    trunk: bool = False


class QualityReport(Message):
    """Worst first; days oldest first, of everybody or of the one asked for."""

    parties: tuple[PartyQuality, ...]
    days: tuple[DayQuality, ...]


QUALITY = method("quality/report", QualityPeriod, QualityReport, STAFF | {Role.NOC})
