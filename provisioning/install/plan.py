"""What an installation would do, as a value; refused in words when it must not be done. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from appliance.api.disks import Disk, InstallOn, InstallStep, to_type
from appliance.api.wire import Message
from appliance.site.problems import BranchboxError, Problem
from provisioning.install.layout import Layout

FRESH = (
    InstallStep.UNBOOT,
    InstallStep.TABLE,
    InstallStep.COPY_SYSTEM,
    InstallStep.COPY_BOOT,
    InstallStep.VERIFY,
    InstallStep.LOADER,
)
KEEPING = (
    InstallStep.CHECK_DATA,
    InstallStep.UNBOOT,
    InstallStep.COPY_SYSTEM,
    InstallStep.COPY_BOOT,
    InstallStep.VERIFY,
    InstallStep.LOADER,
)


class Order(Message):
    """Everything that the installing unit must know.

    `disks` are kernel names (two become a mirrored pair), with `serials` beside them, because names may move;
    `source` and `slot` say what is copied.
    """

    disks: tuple[str, ...]
    serials: tuple[str, ...]
    keep: bool
    source: str
    slot: str
    layout: Layout

    @property
    def mirror(self) -> bool:
        """Whether a new mirrored pair is made."""
        return len(self.disks) == 2

    @property
    def steps(self) -> tuple[InstallStep, ...]:
        """What is done, in order. What makes the disk boot comes off first and on last."""
        if self.keep:
            return KEEPING
        return (FRESH[0], InstallStep.MIRROR, *FRESH[1:]) if self.mirror else FRESH


def order(wish: InstallOn, disks: Sequence[Disk], *, source: str, slot: str, layout: Layout) -> Order:
    """The order for a wish. Raises BranchboxError with everything that stands against it."""
    chosen = [disk for name in wish.disks for disk in disks if disk.name == name]
    problems = [*_missing(wish, chosen), *(disk.problem for disk in chosen if disk.problem)]
    problems += _pair(wish, chosen) + _keeping(wish, chosen)
    if not problems:
        problems += _typed(wish, chosen)
    if problems:
        raise BranchboxError(*problems)
    return Order(
        disks=wish.disks,
        serials=tuple(disk.serial for disk in chosen),
        keep=wish.keep,
        source=source,
        slot=slot,
        layout=layout,
    )


def _missing(wish: InstallOn, chosen: Sequence[Disk]) -> list[Problem]:
    found = {disk.name for disk in chosen}
    text = "There is no disk {disk} any more. Look at the list again."
    return [Problem(text=text, args={"disk": name[:20]}) for name in wish.disks if name not in found]


def _pair(wish: InstallOn, chosen: Sequence[Disk]) -> list[Problem]:
    if len(wish.disks) < 2:
        return []
    if len(set(wish.disks)) < 2:
        return [Problem(text="A mirrored pair needs two different disks.")]
    if any(disk.members for disk in chosen):
        return [Problem(text="One of these is a mirrored pair already. Choose it alone.")]
    if wish.keep:
        return [
            Problem(
                text="An earlier box can be kept on the disk that it is on, not on a new pair. Choose that disk alone."
            )
        ]
    return []


def _keeping(wish: InstallOn, chosen: Sequence[Disk]) -> list[Problem]:
    if not wish.keep or len(wish.disks) != 1:
        return []
    problems = []
    for disk in chosen:
        if disk.earlier is None:
            text = "There is no earlier box on {disk} whose recordings could be kept."
            problems.append(Problem(text=text, args={"disk": disk.name}))
        elif disk.earlier.problem is not None:
            problems.append(disk.earlier.problem)
    return problems


def _typed(wish: InstallOn, chosen: Sequence[Disk]) -> list[Problem]:
    names = to_type(chosen, wish.keep)
    if tuple(wish.typed.split()) == names:
        return []
    text = "What is on {disk} would be lost. Type {names} to say that you mean it."
    return [Problem(text=text, args={"disk": ", ".join(names), "names": " ".join(names)})]
