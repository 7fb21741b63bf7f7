"""What the NOC gets, as files of its servers: branchbox-health's polls, snmpd, rsyslog. Pure.

Follows snmpd.conf(5), snmp_config(5) and rsyslog's manual (omfwd, gtls driver, queue parameters). Every file that holds
a secret, or a hash of one, is private.
"""

from __future__ import annotations

import hashlib
import json

from appliance.api.noc import OID
from appliance.site.exchange import STATE
from appliance.site.models import SiteDocument, SnmpAuth
from provisioning.machine.naming import hostname
from provisioning.machine.wanted import HEAD, Wanted

FOLDER = "/etc/branchbox-noc"
SETTINGS = f"{FOLDER}/https.json"
CERTIFICATE, KEY, CLIENTS = f"{FOLDER}/server.pem", f"{FOLDER}/server.key", f"{FOLDER}/clients.pem"
POLLS = ("https.json", "server.pem", "server.key", "clients.pem")
HEALTH = "branchbox-health"
"""The group of who answers polls."""
OWN_FOLDER = f"{STATE}/noc"
"""What the box makes itself: see `provisioning.noc.certificates`."""
OWN_CERTIFICATE, OWN_KEY = f"{OWN_FOLDER}/server.pem", f"{OWN_FOLDER}/server.key"

SNMP_FOLDER = "/etc/snmp/snmpd.conf.d"
SNMP = "noc.conf"
VIEW = "branchbox"
"""The role's name for what the user may see."""
PASSING = "/opt/branchbox/bin/python -I -m appliance.health.noc.passing"
LOG_FOLDER = "/etc/rsyslog.d"
LOG = ("noc.conf", "noc-authority.pem")
_AT_BOOT = "systemd/system/multi-user.target.wants"
SNMP_OWNED = (f"snmp/snmpd.conf.d/{SNMP}", f"{_AT_BOOT}/snmpd.*")
LOG_OWNED = (*(f"rsyslog.d/{name}" for name in LOG), f"{_AT_BOOT}/rsyslog.*")
"""Below /etc: the files, and what starts the server at boot. The playbook leaves both switched off."""


def polls(document: SiteDocument) -> Wanted:
    """How branchbox-health answers polls; nothing when nobody polls. Of tokens it gets the hashes."""
    noc = document.noc
    if not noc.https:
        return Wanted()
    files: dict[str, str] = {}
    if noc.client_authority:
        files[CLIENTS] = noc.client_authority + "\n"
    own = noc.certificate is None or noc.key is None
    if noc.certificate is not None and noc.key is not None:
        files |= {CERTIFICATE: noc.certificate + "\n", KEY: noc.key.get_secret_value() + "\n"}
    given = [each.get_secret_value() for each in (noc.token, noc.earlier_token) if each is not None]
    settings = {
        "box": document.site.code,
        "name": document.site.name,
        "port": noc.port,
        "certificate": OWN_CERTIFICATE if own else CERTIFICATE,
        "key": OWN_KEY if own else KEY,
        "tokens": [hashlib.sha256(token.encode()).hexdigest() for token in given],
        "clients": CLIENTS if noc.client_authority else None,
        "client_names": list(noc.client_names),
    }
    files[SETTINGS] = json.dumps(settings, ensure_ascii=False, indent=1) + "\n"
    return Wanted(files, private=dict.fromkeys(files, HEALTH))


def snmp(document: SiteDocument) -> Wanted:
    """The agent's address, its one user, what that user sees, and where alarms go."""
    wanted = document.snmp
    if not wanted.enabled or wanted.auth_password is None or wanted.privacy_password is None:
        return Wanted()
    auth = {SnmpAuth.SHA256: "SHA-256", SnmpAuth.SHA512: "SHA-512"}[wanted.auth]
    word, private = wanted.auth_password.get_secret_value(), wanted.privacy_password.get_secret_value()
    lines = [
        "agentaddress udp:161,udp6:161",
        f"sysName {hostname(document)}",
        "sysLocation " + document.site.name.replace('"', "'"),
        "sysContact NOC",
        f"view {VIEW} included .{OID}",
        f"pass_persist .{OID} {PASSING}",
        f'createUser {wanted.user} {auth} "{word}" AES "{private}"',
        f"rouser -s usm {wanted.user} priv -V {VIEW}",
    ]
    # A trap is this box's word, an inform the receiver's to confirm: it is sent three times at most.
    way = "-Ci -r 2 -t 2" if wanted.confirmed else ""
    lines += [
        f"trapsess {way} -v 3 -u {wanted.user} -l authPriv -a {auth} -A {word} -x AES -X {private} {_host(each)}:162"
        for each in wanted.receivers
    ]
    path = f"{SNMP_FOLDER}/{SNMP}"
    return Wanted(
        {path: HEAD + "".join(f"{line}\n" for line in lines)},
        _starts("snmpd.service", "/usr/lib/systemd/system"),
        private={path: ""},
    )


def log(document: SiteDocument) -> Wanted:
    """Where the log goes; what goes is the playbook's (role syslog)."""
    syslog = document.syslog
    if syslog.receiver is None:
        return Wanted()
    conf, authority = (f"{LOG_FOLDER}/{name}" for name in LOG)
    known = authority if syslog.authority else "/etc/ssl/certs/ca-certificates.crt"
    text = f"""{HEAD}# RFC 5425: TLS, octet counting, the receiver known by its name. While it is away
# the queue is on the disk.
global(defaultNetstreamDriverCAFile="{known}")
ruleset(name="noc") {{
    action(
        type="omfwd" target="{syslog.receiver}" port="{syslog.port}" protocol="tcp" TCP_Framing="octet-counted"
        template="RSYSLOG_SyslogProtocol23Format"
        StreamDriver="ossl" StreamDriverMode="1" StreamDriverAuthMode="x509/name"
        StreamDriverPermittedPeers="{syslog.receiver_name or syslog.receiver}"
        action.resumeRetryCount="-1" action.resumeInterval="5" action.resumeIntervalMax="60"
        queue.type="LinkedList" queue.filename="noc" queue.size="10000" queue.maxDiskSpace="64m"
        queue.saveOnShutdown="on" queue.timeoutEnqueue="0"
    )
}}
"""
    files = {conf: text}
    if syslog.authority:
        files[authority] = syslog.authority + "\n"
    return Wanted(files, _starts("rsyslog.service", "/etc/systemd/system"))


def _starts(unit: str, folder: str) -> dict[str, str]:
    return {f"/etc/{_AT_BOOT}/{unit}": f"{folder}/{unit}"}


def _host(name: str) -> str:
    return f"udp6:[{name}]" if ":" in name else f"udp:{name}"
