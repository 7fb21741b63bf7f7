"""What netlink says, as pyroute2 gives it: a box with two ports and a voice VLAN."""

from __future__ import annotations

import socket

from provisioning.machine.looking import Facts, Message

NOW = 1_795_242_725.0


def link(index: int, name: str, *, carrier: int = 1, up: bool = True, kind: str = "", vlan: int = 0) -> Message:
    info: list[tuple[str, object]] = [("IFLA_INFO_KIND", kind)]
    if vlan:
        info.append(("IFLA_INFO_DATA", {"attrs": [("IFLA_VLAN_ID", vlan)]}))
    attrs: list[tuple[str, object]] = [
        ("IFLA_IFNAME", name),
        ("IFLA_CARRIER", carrier),
        ("IFLA_ADDRESS", f"52:54:00:00:00:{index:02x}"),
    ]
    if vlan:
        attrs.append(("IFLA_LINK", 2))
    if kind:
        attrs.append(("IFLA_LINKINFO", {"attrs": info}))
    return {"index": index, "ifi_type": 772 if name == "lo" else 1, "flags": 1 if up else 0, "attrs": attrs}


def address(index: int, text: str, *, valid: int | None = None, scope: int = 0) -> Message:
    host, _, prefix = text.partition("/")
    cache = {"ifa_valid": 0xFFFFFFFF if valid is None else valid}
    attrs = [("IFA_ADDRESS", host), ("IFA_FLAGS", 0x80 if valid is None else 0), ("IFA_CACHEINFO", cache)]
    return {"index": index, "prefixlen": int(prefix), "scope": scope, "flags": 0, "attrs": attrs}


def route(to: str, via: str | None, index: int, *, table: int = 254) -> Message:
    network, _, length = to.partition("/")
    attrs: list[tuple[str, object]] = [("RTA_TABLE", table), ("RTA_OIF", index)]
    attrs += [("RTA_DST", network)] if length else []
    attrs += [("RTA_GATEWAY", via)] if via else []
    return {"type": 1, "table": table, "dst_len": int(length or 0), "attrs": attrs}


def neighbour(index: int, host: str, state: int, mac: str = "52:54:00:aa:00:01") -> Message:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return {"ifindex": index, "family": family, "state": state, "attrs": [("NDA_DST", host), ("NDA_LLADDR", mac)]}


def facts(*, carrier: int = 1, speed: str = "1000", duplex: str = "full") -> Facts:
    """A box as the example branch wants it."""
    return Facts(
        links=(
            link(1, "lo"),
            link(2, "eth0", carrier=carrier),
            link(3, "eth1", carrier=0),
            link(4, "eth0.20", kind="vlan", vlan=20),
            link(5, "dummy0", kind="dummy"),
        ),
        addresses=(
            address(1, "127.0.0.1/8", scope=254),
            address(2, "10.77.0.1/24"),
            address(2, "fe80::1/64", scope=253),
            address(4, "10.0.20.7/24", valid=3600),
        ),
        routes=(
            route("default", "10.77.0.254", 2),
            route("10.77.0.0/24", None, 2),
            route("10.9.0.0/16", "10.77.0.9", 2),
            route("10.77.0.1/32", None, 2, table=255),
        ),
        neighbours=(
            neighbour(2, "10.77.0.254", 0x02),
            neighbour(2, "10.77.0.9", 0x20),
            neighbour(2, "10.77.0.3", 0x04),
            neighbour(2, "ff02::1", 0x40),
        ),
        drivers={"eth0": (speed, duplex), "eth1": ("-1", "unknown")},
        resolver="# a comment\nnameserver 10.77.0.53\nnameserver 2001:db8::53\nsearch .\n",
        hostname="branchbox-wzn",
        now=NOW,
    )
