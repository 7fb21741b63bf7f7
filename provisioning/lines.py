"""Lines by cards, as the machine has them: judged against a document, and DAHDI told what the document says.

DAHDI reads its file once (`dahdi.service` runs dahdi_cfg), so the exchange must have let go of the lines before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from appliance.site import dahdi
from appliance.site.dahdi import Span
from appliance.site.models import SiteDocument
from appliance.site.problems import Problem
from asterisk_conf.dahdi import FILE, system_conf
from provisioning import files
from provisioning.files import Access
from provisioning.run import Finished, run

UNIT = "dahdi.service"
_SECONDS = 60.0

Run = Callable[..., Finished]


class Lines:
    """The lines of this machine, below `root`; `found` says which ones DAHDI has."""

    def __init__(
        self, root: Path, access: Access, *, run: Run = run, found: Callable[[], tuple[Span, ...]] = dahdi.spans
    ) -> None:
        self._file = root / FILE.removeprefix("/")
        self._access = access
        self._run = run
        self._found = found

    def problems(self, document: SiteDocument) -> tuple[Problem, ...]:
        """Lines that the document has and the machine has not."""
        return tuple(missing(document, self._found()))

    def text(self, document: SiteDocument | None) -> str | None:
        """DAHDI's file for a document on this machine; None without lines by cards."""
        return system_conf(document, [span.number for span in self._found() if span.dynamic]) if document else None

    def differ(self, document: SiteDocument) -> bool:
        """Whether DAHDI was told something else than a document says."""
        return self._told() != self.text(document)

    def tell(self, document: SiteDocument) -> None:
        """Tell DAHDI what a document says. Raises CommandFailed and OSError."""
        wanted = self.text(document)
        if wanted is None:
            files.remove(self._file)
            self._run(("systemctl", "stop", UNIT), timeout=_SECONDS)
            return
        self._file.parent.mkdir(parents=True, exist_ok=True)
        files.write_whole(self._file, wanted, self._access)
        self._run(("systemctl", "restart", UNIT), timeout=_SECONDS)

    def _told(self) -> str | None:
        return self._file.read_text() if self._file.is_file() else None


def missing(document: SiteDocument, found: tuple[Span, ...]) -> Iterator[Problem]:
    """Ports and channels of the document that are not there, and ports that are of another kind. Pure."""
    by_number = {span.number: span for span in found}
    for trunk in document.e1_trunks:
        for port in trunk.ports:
            where, args = f"e1_trunks {trunk.name}: ports", {"trunk": trunk.name, "port": str(port)}
            if port not in by_number:
                yield Problem(
                    text="E1 trunk {trunk} uses port {port}, which this box does not have: it has {count} ports. "
                    "Check that the card sits well and that its driver was loaded, or choose another port.",
                    where=where,
                    args={**args, "count": str(len(found))},
                )
            elif not by_number[port].is_e1:
                yield Problem(
                    text="E1 trunk {trunk} uses port {port}, which is no E1 port: it has {channels} channels. "
                    "Set the card's jumper or its driver to E1, or choose another port.",
                    where=where,
                    args={**args, "channels": str(len(by_number[port].channels))},
                )
    there = {channel.number for span in found if not span.is_e1 for channel in span.channels}
    for line in document.analogue_trunks:
        for channel in line.channels:
            if channel not in there:
                yield Problem(
                    text="Analogue trunk {trunk} uses channel {channel}, which this box does not have. Check that the "
                    "card sits well and that its driver was loaded, or choose another channel.",
                    where=f"analogue_trunks {line.name}: channels",
                    args={"trunk": line.name, "channel": str(channel)},
                )
