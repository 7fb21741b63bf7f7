"""The operator's end of a machine's network: a namespace with a tap in it, nothing outside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pyroute2 import NetNS, netns

from images.network import CARRIER_ADDRESS, PHONES_ADDRESS, PREFIX

TAP = "op0"


@dataclass(frozen=True)
class Cable:
    """A machine's network by the machine's name; the same addresses as in the container lab."""

    name: str

    @property
    def operator(self) -> str:
        """The namespace of carrier, phones and technician."""
        return f"bb-{self.name}-op"

    def make(self) -> None:
        """Make the namespace afresh, its end of the cable up and addressed."""
        self.remove()
        with NetNS(self.operator) as operator:
            operator.link("add", ifname=TAP, kind="tuntap", mode="tap")
            index = operator.link_lookup(ifname=TAP)[0]
            for address in (CARRIER_ADDRESS, PHONES_ADDRESS):
                operator.addr("add", index=index, address=address, prefixlen=PREFIX)
            operator.link("set", index=index, state="up")
            operator.link("set", index=operator.link_lookup(ifname="lo")[0], state="up")

    def remove(self) -> None:
        """Take it away, if it is there."""
        if self.operator in netns.listnetns():
            netns.remove(self.operator)

    def at_operator(self, argv: Sequence[str | Path]) -> list[str]:
        """The command line that runs `argv` in the operator's namespace."""
        return ["ip", "netns", "exec", self.operator, *map(str, argv)]
