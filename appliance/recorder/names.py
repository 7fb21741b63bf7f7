"""What a file that MixMonitor wrote is called, and what its recording will be."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from pathlib import PurePosixPath

from appliance.site.exchange import GATE_RECORDING, GATE_SHELF, OF_PHONE, RECORDING_SUFFIX

_RAW = re.compile(
    rf"^(?P<linkedid>[A-Za-z0-9._-]{{1,150}})-(?P<part>[0-9]{{1,10}}{OF_PHONE}?){re.escape(RECORDING_SUFFIX)}$"
)
_EPOCH = re.compile(r"([0-9]{9,11})\.[0-9]+$")


@dataclass(frozen=True)
class RawName:
    """`LINKEDID-N.raw`: the call and which recording in it."""

    linkedid: str
    part: str

    @classmethod
    def parse(cls, name: str) -> RawName | None:
        """None when the file is no recording of ours."""
        match = _RAW.match(name)
        return cls(match["linkedid"], match["part"]) if match else None

    @property
    def is_gate(self) -> bool:
        """Whether the box called itself: core need not know of it."""
        return f"{self.linkedid}-{self.part}{RECORDING_SUFFIX}" == GATE_RECORDING

    @property
    def of_phone(self) -> bool:
        """Whether left is what the phone said that was called."""
        return self.part.endswith(OF_PHONE)

    def began(self, closed: float, duration: float) -> float:
        """When the recording began, epoch seconds: its length before it was closed, never before its call."""
        epoch = _EPOCH.search(self.linkedid)
        return max(closed - duration, float(epoch[1]) if epoch else 0.0)

    def shelf(self, began: float, suffix: str) -> PurePosixPath:
        """The file's place below the recordings folder: a folder for each local day; one place for the box's own."""
        if self.is_gate:
            return GATE_SHELF
        day = dt.datetime.fromtimestamp(began).astimezone()
        return PurePosixPath(f"{day:%Y/%m/%d}") / f"{self.linkedid}-{self.part}{suffix}"
