"""A box's private network: two namespaces and a cable between them, nothing outside.

The operator's end has its addresses from here; the box gives itself what its site document says.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pyroute2 import NetNS, netns

BOX_ADDRESS = "10.77.0.1"
"""What the example branch says of itself."""
CARRIER_ADDRESS = "10.77.0.2"
PHONES_ADDRESS = "10.77.0.3"
PREFIX = 24


@dataclass(frozen=True)
class Network:
    """The namespaces of one box by name; every box has the same addresses in its own."""

    box: str
    operator: str

    @classmethod
    def of(cls, name: str) -> Network:
        """The namespaces of the box `name`."""
        return cls(f"bb-{name}-box", f"bb-{name}-op")

    @property
    def box_path(self) -> Path:
        """The box's namespace as a file."""
        return Path("/run/netns") / self.box

    def make(self) -> None:
        """Make both namespaces and the cable: eth0 in the box, op0 at the operator's."""
        self.remove()
        netns.create(self.box)
        with NetNS(self.operator) as operator:
            operator.link("add", ifname="op0", kind="veth", peer={"ifname": "eth0", "net_ns_fd": self.box})
            _up(operator, "lo")
            _up(operator, "op0", CARRIER_ADDRESS, PHONES_ADDRESS)
        with NetNS(self.box) as box:
            _up(box, "lo")

    def remove(self) -> None:
        """Take both away, if they are there."""
        for name in {self.box, self.operator} & set(netns.listnetns()):
            netns.remove(name)


def _up(space: NetNS, link: str, *addresses: str) -> None:
    index = space.link_lookup(ifname=link)[0]
    for address in addresses:
        space.addr("add", index=index, address=address, prefixlen=PREFIX)
    space.link("set", index=index, state="up")
