"""Passwords that everybody knows, tried on everything that asks for one."""

from __future__ import annotations

import json
import re

from images.audit.finding import Finding
from images.audit.place import STRANGER, Place
from images.network import PHONES_ADDRESS
from images.run import poll

PASSWORDS = ("", "1234", "123456", "12345678", "admin", "password", "branchbox", "asterisk", "root", "changeme")
LOGINS = ("root", "admin", "technician", "branchbox", "branchbox-setup", "asterisk")
"""For SSH; technician is the example branch's."""
MANAGERS = (
    ("admin", "amp111"),
    ("admin", "admin"),
    ("asterisk", "asterisk"),
    ("branchbox", "branchbox"),
    ("cron", "1234"),
)
"""AMI users of other products and of examples."""
COMMUNITIES = ("public", "private", "community", "branchbox")
REGISTERED = 200

_TRY_MANAGERS = """
import json, socket, sys
let_in = []
for user, secret in json.load(sys.stdin):
    with socket.create_connection(("127.0.0.1", 5038), 5) as line:
        line.sendall(f"Action: Login\\r\\nUsername: {user}\\r\\nSecret: {secret}\\r\\n\\r\\n".encode())
        answer = b""
        while b"\\r\\n\\r\\n" not in answer and (more := line.recv(4096)):
            answer += more
    if b"Response: Success" in answer:
        let_in.append(user)
print(json.dumps(let_in))
"""
_TRY_ACCOUNTS = r"""
while (<>) { chomp; push @tries, $_ }
open my $shadow, '<', '/etc/shadow' or die;
while (<$shadow>) {
    my ($login, $hash) = split /:/;
    print "$login\n" if $hash eq '';
    next if $hash eq '' or $hash =~ /^[!*]/;
    for my $try (@tries, $login) { if (crypt($try, $hash) eq $hash) { print "$login\n"; last } }
}
"""
"""Each account's hash against each password, in the box: what no login prompt of ours would let us try fast enough."""


def look(place: Place) -> list[Finding]:
    """SSH, accounts, SIP, AMI, SNMP."""
    return [_ssh(place), _accounts(place), _sip(place), _managers(place), _snmp(place)]


def _ssh(place: Place) -> Finding:
    """What SSH offers to whoever has no key: without passwords there is none to try."""
    place.bring_the_stranger()
    offered: set[str] = set()
    for login in LOGINS:
        options = ("BatchMode=yes", "StrictHostKeyChecking=no", "UserKnownHostsFile=/dev/null", "IdentityFile=none")
        words = [word for option in options for word in ("-o", option)]
        argv = ["ssh", "-F", "none", *words, "-o", "PreferredAuthentications=none", "-b", STRANGER]
        said = place.beside([*argv, f"{login}@{place.address}", "id"], check=False)
        if said.code == 0:
            offered.add("nothing at all")
        if found := re.search(r"Permission denied \(([a-z,-]+)\)", said.err):
            offered |= set(found[1].split(","))
    return _finding(
        "SSH wants", ", ".join(sorted(offered)), sorted(offered - {"publickey"}) if offered else ["no answer"]
    )


def _accounts(place: Place) -> Finding:
    tried = place.box.run(["perl", "-e", _TRY_ACCOUNTS], stdin="\n".join(PASSWORDS), timeout=300)
    open_to_all = tried.out.split()
    return _finding("accounts with a usual password", str(len(open_to_all)), open_to_all)


def _sip(place: Place) -> Finding:
    document = place.box.document
    logins = [(phone.number, word) for phone in document.extensions for word in (*PASSWORDS, phone.number)]
    # From where phones are: others are not even heard. Without bans: else only the first ten would be tried.
    place.inside(["systemctl", "stop", "fail2ban"])
    try:
        question = {
            "source": PHONES_ADDRESS,
            "target": place.address,
            "port": document.network.sip_port,
            "logins": logins,
        }
        statuses = place.ask("sip", question, timeout=1200)
    finally:
        place.inside(["systemctl", "start", "fail2ban"])
        # It reads what failed in the last minute: the branch's phones are not to pay for it.
        unban = ["fail2ban-client", "set", "sip", "unbanip", PHONES_ADDRESS]
        poll(lambda: place.box.run(unban, check=False).out.strip() == "1", seconds=30, every=0.5)
    if not isinstance(statuses, list):
        raise TypeError(f"no list: {statuses!r}")
    let_in = [number for (number, _), status in zip(logins, statuses, strict=True) if status == REGISTERED]
    unheard = statuses.count(None)
    figure = f"{len(let_in)} of {len(document.extensions)}" + (
        f", {unheard} of {len(logins)} without answer" if unheard else ""
    )
    return _finding("phones with a usual password", figure, let_in + ["unanswered"] * bool(unheard))


def _managers(place: Place) -> Finding:
    tried = place.box.run(["python3", "-c", _TRY_MANAGERS], stdin=json.dumps(MANAGERS))
    let_in = [str(user) for user in json.loads(tried.out)]
    return _finding("AMI users with a usual password", str(len(let_in)), let_in)


def _snmp(place: Place) -> Finding:
    outside = place.ask("snmp", {"source": STRANGER, "target": place.address, "communities": COMMUNITIES})
    inside = [
        community
        for community in COMMUNITIES
        if not place.inside(
            ["snmpget", "-v2c", "-c", community, "-t1", "-r0", "127.0.0.1", "1.3.6.1.2.1.1.1.0"], check=False
        ).code
    ]
    if not isinstance(outside, list):
        raise TypeError(f"no list: {outside!r}")
    answered = sorted({*map(str, outside), *inside})
    return _finding("SNMP communities answered", str(len(answered)), answered)


def _finding(what: str, figure: str, bad: list[str]) -> Finding:
    return Finding("credentials", what, figure, not bad, tuple(bad))
