"""What every screen of the installer has."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, cast

from appliance.api.disks import Disk, DiskContent
from tui.format import number, size
from tui.i18n import N_, _
from tui.screens.page import Page

if TYPE_CHECKING:
    from tui.install.app import InstallApp

_CONTENTS = {
    DiskContent.EMPTY: N_("empty"),
    DiskContent.BRANCHBOX: N_("an earlier Branchbox"),
    DiskContent.UNFINISHED: N_("an installation that did not end"),
    DiskContent.WINDOWS: N_("Windows"),
    DiskContent.LINUX: N_("Linux"),
    DiskContent.OTHER: N_("something that is not known here"),
}
_BUSES = {"sata": "SATA", "nvme": "NVMe", "usb": "USB", "sas": "SAS", "mmc": "MMC", "virtio": "virtio", "ata": "ATA"}


class InstallPage(Page):
    """A screen of the installer."""

    TITLE: ClassVar[str] = ""
    AUTO_FOCUS: ClassVar[str] = "Table, Choice, Entry"

    @property
    def install(self) -> InstallApp:
        """The application, with what core said."""
        return cast("InstallApp", self.app)

    def crumbs(self) -> str:
        """INSTALL > the screen."""
        return " > ".join(part for part in (_("INSTALL"), _(self.TITLE)) if part)

    def is_room(self) -> bool:
        """The head always says where we are."""
        return False

    def summary(self) -> str | None:
        """What would be installed."""
        disks = self.install.disks
        return _("Branchbox {version} on the stick").format(version=disks.version) if disks else ""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Esc is each screen's own."""
        return action != "back" and super().check_action(action, parameters)


def name_of(disk: Disk) -> str:
    """Maker, model and bus; the members of a mirrored pair."""
    if disk.members:
        return _("mirrored pair of {members}").format(members=" + ".join(disk.members))
    words = [part for part in (disk.vendor, disk.model) if part]
    return " ".join([*words, _BUSES.get(disk.bus, disk.bus)]).strip() or _("disk without a name")


def size_of(disk: Disk) -> str:
    """As it stands on the disk's own label."""
    return size(disk.size).replace(".0 ", " ")


def content_of(disk: Disk) -> str:
    """What is on a disk: `an earlier Branchbox (Wenzhou North, 1.3.0, 12,400 recordings)`."""
    words = _(_CONTENTS[disk.content])
    if disk.earlier is None:
        return words
    known = [disk.earlier.site_name, disk.earlier.version]
    if disk.earlier.recordings is not None:
        known.append(_("{count} recordings").format(count=number(disk.earlier.recordings)))
    told = ", ".join(part for part in known if part)
    return f"{words} ({told})" if told else words
