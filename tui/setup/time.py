"""The time zone, and whom the clock follows."""

from __future__ import annotations

import zoneinfo
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rich.text import Text

from appliance.site.draft import Step
from tui import look
from tui.format import today
from tui.forms import Field
from tui.forms.fields import text
from tui.i18n import N_, _
from tui.setup.question import Question
from tui.widgets.cells import line
from tui.widgets.entry import Option

USUAL = "Asia/Shanghai"


class TimeQuestion(Question):
    """What time it is here."""

    STEP = Step.TIME
    TITLE = N_("Time")
    WORDS = N_("Hours of menus, reports and recordings go by this clock. If it is wrong, name a time server below.")
    ANSWERS = N_(
        "The time zone of this branch, and the time servers that the clock follows: your own network's, with commas "
        "between; empty takes the public pool. Enter on the zone shows all zones; write letters to find one."
    )

    def fields(self) -> Iterable[tuple[Field, str]]:
        """Zone and servers."""
        yield (
            Field(
                ("time_zone",),
                N_("Left and right, or Enter for all of them."),
                options=lambda _document: _zones(),
                free=True,
                label=N_("Time zone"),
            ),
            str(self.part("site").get("time_zone", USUAL)),
        )
        yield (
            text(
                "time_servers",
                label=N_("Time servers"),
                needed=False,
                help=N_("Names or addresses with commas between; empty: the public pool."),
            ),
            ", ".join(map(str, self.part("network").get("time_servers", ()))),
        )

    def on_choice_changed(self) -> None:
        """Another zone, another clock."""
        self.repaint()

    def more(self, _width: int) -> list[Text]:
        """The clock now, in the zone that is chosen."""
        zone = self.value("time_zone") if self._rows else USUAL
        if zone not in zoneinfo.available_timezones():
            return []
        return [line(" ", _("Now it is:") + " ", (today(self.now, zone), look.HEAD))]

    def answer(self) -> Mapping[str, Any]:
        """Both; no server is an answer too."""
        servers = self.words_of("time_servers")
        return {
            "site": {"time_zone": self.value("time_zone")},
            **({"network": {"time_servers": servers}} if servers else {}),
        }


def _zones() -> Sequence[Option]:
    common = (USUAL, "Asia/Urumqi", "Asia/Hong_Kong", "Europe/Berlin", "UTC")
    others = sorted(zone for zone in zoneinfo.available_timezones() if "/" in zone and not zone.startswith("Etc/"))
    return [(zone, lambda zone=zone: zone) for zone in dict.fromkeys((*common, *others))]  # type: ignore[misc]  # mypy sees no defaults in Callable
