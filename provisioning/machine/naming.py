"""How the box is called and whom it asks for names. Pure.

Follows hostname(5), hosts(5) and resolved.conf(5).
"""

from __future__ import annotations

from appliance.site.models import SiteDocument
from provisioning.machine.wanted import HEAD, Wanted

STUB = "../run/systemd/resolve/stub-resolv.conf"


def hostname(document: SiteDocument) -> str:
    """The box's name: `branchbox-wzn` of the branch WZN."""
    return f"branchbox-{document.site.code.lower()}"


def own_name(document: SiteDocument) -> Wanted:
    """The name, and the box knowing it without DNS."""
    name = hostname(document)
    hosts = f"127.0.0.1 localhost\n127.0.1.1 {name}\n::1 localhost ip6-localhost\n"
    return Wanted({"/etc/hostname": f"{name}\n", "/etc/hosts": hosts})


def resolver(document: SiteDocument) -> Wanted:
    """The name servers; without any in the document those that DHCP named, and no public one."""
    servers = document.network.dns
    lines = ["[Resolve]", "FallbackDNS=", "LLMNR=no", "MulticastDNS=no"]
    if servers:
        # `~.`: these and no other answer for every name.
        lines += [f"DNS={' '.join(servers)}", "Domains=~."]
    text = HEAD + "\n" + "".join(f"{line}\n" for line in lines)
    return Wanted({"/etc/systemd/resolved.conf.d/branchbox.conf": text}, {"/etc/resolv.conf": STUB})
