"""Who may log in over SSH by what: keys always, passwords by the document's policy. Pure.

Follows sshd_config(5): of each setting the first one counts, so the playbook's file includes
this one before it says anything itself.
"""

from __future__ import annotations

from appliance.site.models import SiteDocument
from provisioning.machine.wanted import HEAD, Wanted

FILE = "/etc/ssh/sshd_config.d/branchbox-site.conf"


def policy(document: SiteDocument) -> Wanted:
    """The file of the document."""
    passwords = document.network.ssh_passwords
    lines = (
        f"PasswordAuthentication {'yes' if passwords else 'no'}",
        f"AuthenticationMethods {'publickey password' if passwords else 'publickey'}",
    )
    return Wanted({FILE: HEAD + "".join(f"{line}\n" for line in lines)})
