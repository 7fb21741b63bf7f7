"""Where the box is in the network, and who reaches it."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from appliance.site.models.part import Part
from appliance.site.types import HostName, IpAddress, IpInterface, IpNetwork, Label, Name, PortName


class Route(Part):
    """A network that is reached through a neighbour other than the gateway."""

    to: IpNetwork
    via: IpAddress


class Interface(Part):
    """One of the box's places in a network: a port, or a VLAN on a port; by DHCP or with fixed addresses."""

    name: Name
    label: Label
    port: PortName
    """The network port as the kernel names it (eth0, enp1s0)."""
    vlan: Annotated[int, Field(ge=1, le=4094)] | None = None
    """The VLAN's id when this is a tagged network on the port (for voice, say); None for the port itself."""
    dhcp: bool = False
    addresses: tuple[IpInterface, ...] = ()
    """Fixed addresses with their prefix length (10.0.0.2/24)."""
    gateway: IpAddress | None = None
    routes: tuple[Route, ...] = ()


class Network(Part):
    """Where the box is in the network, and who reaches it. Ports are UDP; ranges are inclusive."""

    dns: tuple[IpAddress, ...] = ()
    """Name servers; empty for those that DHCP names."""
    time_servers: tuple[HostName, ...] = ()
    """NTP servers; empty for Debian's public pool."""
    sip_port: Annotated[int, Field(ge=1024, le=65535)] = 5060
    rtp_first: Annotated[int, Field(ge=1024, le=65534)] = 10000
    rtp_last: Annotated[int, Field(ge=1025, le=65535)] = 19999
    phones: tuple[IpNetwork, ...] = ()
    """Networks that phones may register from; empty means any."""
    terminals: tuple[IpNetwork, ...] = ()
    """Networks that people may log in from by SSH; empty means any."""
    noc: tuple[IpNetwork, ...] = ()
    """Networks that the NOC polls from; empty means nobody polls."""
    ssh_passwords: bool = False
    """People may log in over SSH with their password too, not only with a key."""
