"""The verbs of the installer. Only a box that was started from the stick answers them."""

from __future__ import annotations

import asyncio
import logging

from appliance.api import verbs
from appliance.api.disks import Disks, InstallOn, InstallPhase, InstallState
from appliance.api.server import Routes
from appliance.api.wire import Empty
from appliance.site.problems import BranchboxError, Problem
from provisioning import blockdevices, files
from provisioning.booted import Booted, started
from provisioning.files import Access
from provisioning.install import disks, earlier, layout, plan, progress
from provisioning.install.layout import Layout
from provisioning.run import run

LOG = logging.getLogger("branchbox.host")
UNIT = "branchbox-install.service"
PYTHON = "/opt/branchbox/bin/python"
_SECONDS = 30.0

NOT_FROM_STICK = Problem(text="This works only when the machine was started from the installer's stick.")


class InstallVerbs:
    """Answers what disks there are, and installs on them."""

    def add_to(self, routes: Routes) -> None:
        """Answer this chapter's verbs."""
        routes.method(verbs.DISKS, self._list)
        routes.method(verbs.DISKS_INSTALL, self._install)
        routes.method(verbs.DISKS_PROGRESS, self._progress)
        routes.method(verbs.DISKS_CANCEL, self._cancel)
        routes.method(verbs.DISKS_RESTART, self._restart)

    async def _list(self, _caller: str, _takes: Empty) -> Disks:
        return await asyncio.to_thread(listed)

    async def _install(self, _caller: str, takes: InstallOn) -> InstallState:
        return await asyncio.to_thread(begin, takes)

    async def _progress(self, _caller: str, _takes: Empty) -> InstallState:
        return await asyncio.to_thread(state)

    async def _cancel(self, _caller: str, _takes: Empty) -> InstallState:
        return await asyncio.to_thread(cancel)

    async def _restart(self, _caller: str, _takes: Empty) -> Empty:
        _from_stick()
        await asyncio.to_thread(run, ["systemctl", "reboot"], timeout=_SECONDS)
        return Empty()


def listed() -> Disks:
    """Every disk that the box could be installed on. Raises BranchboxError."""
    here = _from_stick()
    devices = blockdevices.read()
    return Disks(
        disks=disks.of_devices(devices, here.disk, _own_layout(devices, here), earlier.look), version=here.version
    )


def begin(wish: InstallOn) -> InstallState:
    """Start the installation. Raises BranchboxError with everything that stands against it."""
    here = _from_stick()
    if state().phase is InstallPhase.RUNNING:
        raise BranchboxError(Problem(text="An installation is on its way already. Wait for its end or cancel it."))
    devices = blockdevices.read()
    wanted = _own_layout(devices, here)
    found = disks.of_devices(devices, here.disk, wanted, earlier.look)
    order = plan.order(wish, found, source=here.disk, slot=here.slot, layout=wanted)
    files.make_folder(progress.FOLDER, Access(0, 0, 0o700))
    files.write_whole(progress.ORDER, order.model_dump_json(), Access(0, 0, 0o600))
    progress.write(InstallState(phase=InstallPhase.RUNNING, steps=order.steps))
    LOG.info("installing on %s%s", ", ".join(order.disks), ", keeping the earlier box's data" if order.keep else "")
    run(["systemctl", "stop", UNIT], timeout=_SECONDS, check=False)
    run(["systemctl", "reset-failed", UNIT], timeout=_SECONDS, check=False)
    run(_start(), timeout=_SECONDS)
    return state()


def state() -> InstallState:
    """How far it is; a unit that ended without a word has failed."""
    told = progress.read()
    if told.phase is InstallPhase.RUNNING and not _runs() and (told := progress.read()).phase is InstallPhase.RUNNING:
        text = "The installation ended before its time. The journal of branchbox-install says why; begin again."
        told = told.model_copy(update={"phase": InstallPhase.FAILED, "problem": Problem(text=text)})
    return told


def cancel() -> InstallState:
    """Stop an installation that runs."""
    _from_stick()
    told = state()
    if told.phase is InstallPhase.RUNNING:
        run(["systemctl", "stop", UNIT], timeout=_SECONDS)
        told = InstallState(phase=InstallPhase.CANCELLED, steps=told.steps, step=told.step)
        progress.write(told)
    return told


def _start() -> list[str]:
    properties = (
        "PrivateNetwork=yes",
        "ProtectHome=yes",
        "PrivateMounts=yes",
        "PrivateTmp=yes",
        "NoNewPrivileges=yes",
        "RestrictRealtime=yes",
        "LimitMEMLOCK=infinity",
        "TimeoutStopSec=10",
        "Environment=PYTHONDONTWRITEBYTECODE=1",
    )
    return [
        *("systemd-run", "--quiet", "--collect", f"--unit={UNIT}"),
        *(f"--property={each}" for each in properties),
        *(PYTHON, "-P", "-m", "provisioning.install"),
    ]


def _runs() -> bool:
    return run(["systemctl", "is-active", "--quiet", UNIT], timeout=_SECONDS, check=False).code == 0


def _from_stick() -> Booted:
    here = started()
    if here is None or here.mode != "setup":
        raise BranchboxError(NOT_FROM_STICK)
    return here


def _own_layout(devices: tuple[blockdevices.BlockDevice, ...], here: Booted) -> Layout:
    for device in devices:
        if device.name == here.disk and (found := layout.of_disk(device)) is not None:
            return found
    raise BranchboxError(
        Problem(text="The stick that this machine was started from is not there. Plug it in again and restart.")
    )
