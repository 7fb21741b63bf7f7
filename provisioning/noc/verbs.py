"""The verb of the NOC: what is on, and which certificate is shown. Once a day the box looks after its own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

from appliance.api import verbs
from appliance.api.noc import Certificate, NocState
from appliance.api.server import Routes
from appliance.api.wire import Empty
from appliance.site.models import SiteDocument
from appliance.site.problems import BranchboxError
from provisioning.machine import noc
from provisioning.machine.machine import Run
from provisioning.noc.certificates import Certificates
from provisioning.run import run
from provisioning.steps import LOG

EVERY = 86_400.0
_SECONDS = 20.0


class NocVerbs:
    """Looks; `document` gives the one in force, if any."""

    def __init__(
        self, document: Callable[[], SiteDocument | None], certificates: Certificates, *, run: Run = run
    ) -> None:
        self._document = document
        self._certificates = certificates
        self._run = run

    def add_to(self, routes: Routes) -> None:
        """Answer this chapter's verbs."""
        routes.method(verbs.NOC_STATE, self._state)

    async def look_after(self) -> None:
        """Renew the box's own certificate in time, for as long as the service lives."""
        while True:
            await asyncio.sleep(EVERY)
            await asyncio.to_thread(self.renew)

    def renew(self) -> None:
        """Make the certificate anew if it is about to end."""
        document = self._document()
        try:
            if document is not None:
                self._certificates.make_true(document)
        except (BranchboxError, OSError):
            LOG.exception("the certificate for the NOC was not renewed; again in a day")

    async def _state(self, _caller: str, _: Empty) -> NocState:
        return await asyncio.to_thread(self.look)

    def look(self) -> NocState:
        """What is on now."""
        document = self._document()
        if document is None:
            return NocState(https=False, port=0)
        polls, snmp, syslog = document.noc, document.snmp, document.syslog
        return NocState(
            https=polls.https,
            port=polls.port,
            certificate=self._certificate(own=polls.certificate is None) if polls.https else None,
            by_token=polls.token is not None,
            by_certificate=polls.client_authority is not None,
            snmp=snmp.enabled,
            snmp_user=snmp.user if snmp.enabled else "",
            snmp_runs=snmp.enabled and self._runs("snmpd.service"),
            receivers=snmp.receivers if snmp.enabled else (),
            syslog=f"{syslog.receiver}:{syslog.port}" if syslog.receiver else "",
            syslog_runs=syslog.receiver is not None and self._runs("rsyslog.service"),
            networks=document.network.noc,
        )

    def _certificate(self, *, own: bool) -> Certificate | None:
        seen = self._certificates.seen(self._certificates.path() if own else Path(noc.CERTIFICATE))
        above = self._certificates.seen(self._certificates.authority) if own else None
        if seen is None:
            return None
        return Certificate(
            own=own,
            fingerprint=seen.fingerprint,
            ends=seen.ends,
            names=tuple(sorted(seen.names)),
            trust=self._certificates.authority.read_text() if above else "",
            trust_fingerprint=above.fingerprint if above else "",
        )

    def _runs(self, unit: str) -> bool:
        return self._run(("systemctl", "is-active", unit), timeout=_SECONDS, check=False).out.strip() == "active"
