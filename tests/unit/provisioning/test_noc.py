"""What host makes for the NOC: files that name no secret to strangers, ports, and certificates by openssl itself."""

from __future__ import annotations

import json
import os
import ssl
import time
from pathlib import Path
from typing import Any

import pytest

from appliance.site import document as documents
from appliance.site.models import Noc, Part, SiteDocument, Snmp, Syslog
from provisioning.files import Access
from provisioning.machine import areas, firewall, noc
from provisioning.noc.certificates import DAYS, Certificates, names, read
from provisioning.noc.verbs import NocVerbs
from provisioning.run import Finished
from tests.unit.provisioning.fake_machine import FakeSystem
from tests.unit.site.drawn import CERTIFICATE

TOKEN = "a-token-of-24-characters"
BRANCH = documents.load(documents.example("en"))
YEAR = 365 * 86_400.0
ME = Access(os.getuid(), os.getgid(), 0o644)


def with_noc(**parts: dict[str, Any]) -> SiteDocument:
    """The example branch with the NOC's parts as TOML would have them."""
    models: dict[str, type[Part]] = {"noc": Noc, "snmp": Snmp, "syslog": Syslog}
    made: dict[str, Part] = {name: models[name].model_validate(held) for name, held in parts.items()}
    return BRANCH.model_copy(update=made | {"network": BRANCH.network.model_copy(update={"noc": ("10.9.0.0/16",)})})


POLLED = with_noc(noc={"https": True, "token": TOKEN, "names": ("box.noc.example",)})
SNMP = {"enabled": True, "auth_password": "auth-password-1", "privacy_password": "privacy-pass-2"}
WALKED = with_noc(snmp=SNMP | {"receivers": ("10.9.0.5", "2001:db8::5")})
LOGGED = with_noc(syslog={"receiver": "10.9.0.5", "receiver_name": "log.noc.example", "authority": CERTIFICATE})


def test_nothing_is_open_until_it_is_on() -> None:
    assert "noc_" not in firewall.elements(BRANCH).files[firewall.FILE]
    assert noc.polls(BRANCH) == noc.snmp(BRANCH) == noc.log(BRANCH)
    assert not noc.polls(BRANCH).files


def test_the_firewall_opens_exactly_what_is_on() -> None:
    polled = firewall.elements(POLLED).files[firewall.FILE]
    assert "add element inet branchbox noc4 { 10.9.0.0/16 }" in polled
    assert "add element inet branchbox noc_tcp { 9443 }" in polled
    assert "noc_udp" not in polled
    assert "add element inet branchbox noc_udp { 161 }" in firewall.elements(WALKED).files[firewall.FILE]


def test_health_gets_the_hash_of_a_token_and_nobody_else_reads_it() -> None:
    wanted = noc.polls(POLLED)
    text = wanted.files[noc.SETTINGS]
    assert TOKEN not in text
    assert json.loads(text)["certificate"] == noc.OWN_CERTIFICATE
    assert wanted.private == {noc.SETTINGS: "branchbox-health"}


def test_snmp_is_one_user_with_both_passwords_who_sees_the_view() -> None:
    path = "/etc/snmp/snmpd.conf.d/noc.conf"
    wanted = noc.snmp(WALKED)
    assert wanted.private == {path: ""}
    lines = wanted.files[path].splitlines()
    assert 'createUser noc SHA-256 "auth-password-1" AES "privacy-pass-2"' in lines
    assert "rouser -s usm noc priv -V branchbox" in lines
    assert not any("community" in line for line in lines)
    sinks = [line for line in lines if line.startswith("trapsess")]
    assert [line.split()[-1] for line in sinks] == ["udp:10.9.0.5:162", "udp6:[2001:db8::5]:162"]
    assert all("-Ci" in line for line in sinks)
    traps = noc.snmp(with_noc(snmp=SNMP | {"receivers": ("10.9.0.5",), "confirmed": False}))
    assert "-Ci" not in traps.files[path]


def test_the_log_goes_to_one_receiver_known_by_its_name() -> None:
    text = noc.log(LOGGED).files["/etc/rsyslog.d/noc.conf"]
    for part in (
        'target="10.9.0.5" port="6514"',
        'StreamDriverAuthMode="x509/name"',
        'StreamDriverPermittedPeers="log.noc.example"',
        'TCP_Framing="octet-counted"',
        'CAFile="/etc/rsyslog.d/noc-authority.pem"',
    ):
        assert part in text


def test_a_plan_shows_no_file_with_a_secret_in_it() -> None:
    shown = areas.texts(WALKED) | areas.texts(POLLED)
    assert not any("noc" in path for path in shown if path != firewall.FILE)
    assert "/etc/rsyslog.d/noc.conf" in areas.texts(LOGGED)


def test_files_come_with_their_rights_and_go_when_it_is_off(tmp_path: Path) -> None:
    system = FakeSystem.installed(tmp_path)
    for folder in ("etc/snmp", "etc/branchbox", "etc/systemd/system"):
        (tmp_path / folder).mkdir(exist_ok=True)
    system.machine().make_true(BRANCH)
    system.said.clear()
    assert system.machine().make_true(WALKED) == ()
    assert system.said == ["systemctl reload nftables.service", "systemctl restart --no-block snmpd.service"]
    file = tmp_path / "etc/snmp/snmpd.conf.d/noc.conf"
    assert file.stat().st_mode & 0o777 == 0o600
    at_boot = tmp_path / "etc/systemd/system/multi-user.target.wants/snmpd.service"
    assert at_boot.readlink() == Path("/usr/lib/systemd/system/snmpd.service")
    system.machine().make_true(POLLED)
    assert not file.exists()
    assert not at_boot.is_symlink()
    assert (tmp_path / noc.SETTINGS.lstrip("/")).stat().st_mode & 0o777 == 0o640


class Clock:
    """The time, as a test wants it."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def __call__(self) -> float:
        return time.time() + self.ahead


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def made(tmp_path: Path, clock: Clock) -> Certificates:
    return Certificates(tmp_path / "noc", ME, os.getgid, clock=clock)


def test_the_box_makes_an_authority_and_a_certificate_that_clients_take(made: Certificates) -> None:
    made.make_true(POLLED)
    folder = made.path().parent
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "server.pem", folder / "server.key")
    seen = made.seen(made.path())
    assert seen is not None
    assert seen.names == {"branchbox-wzn", "box.noc.example", "10.77.0.1"}
    assert DAYS - 1 < (seen.ends - time.time()) / 86_400 <= DAYS
    assert (folder / "authority.key").stat().st_mode & 0o777 == 0o600
    assert (folder / "server.key").stat().st_mode & 0o777 == 0o640


def test_it_stays_until_it_is_about_to_end_and_the_authority_stays_beyond(made: Certificates, clock: Clock) -> None:
    made.make_true(POLLED)
    first, trusted = made.path().read_bytes(), made.authority.read_bytes()
    clock.ahead = YEAR - 60 * 86_400
    made.make_true(POLLED)
    assert made.path().read_bytes() == first
    clock.ahead = YEAR
    made.make_true(POLLED)
    assert made.path().read_bytes() != first
    assert made.authority.read_bytes() == trusted


def test_another_name_is_another_certificate_below_the_same_authority(made: Certificates) -> None:
    made.make_true(POLLED)
    first, trusted = made.path().read_bytes(), made.authority.read_bytes()
    made.make_true(with_noc(noc={"https": True, "token": TOKEN, "names": ("2001:db8:0:0::1",)}))
    seen = made.seen(made.path())
    assert made.path().read_bytes() != first
    assert seen is not None
    assert "2001:db8::1" in seen.names
    assert made.authority.read_bytes() == trusted


def test_a_certificate_of_a_box_whose_clock_was_wrong_is_made_anew(made: Certificates, clock: Clock) -> None:
    made.make_true(POLLED)
    trusted = made.authority.read_bytes()
    clock.ahead = -YEAR
    made.make_true(POLLED)
    assert made.authority.read_bytes() != trusted


def test_none_is_made_where_nobody_polls_or_one_was_given(made: Certificates) -> None:
    made.make_true(BRANCH)
    assert not made.path().exists()


def test_people_see_what_is_on_and_what_to_compare(made: Certificates) -> None:
    made.make_true(POLLED)
    verbs = NocVerbs(lambda: POLLED, made, run=lambda *_words, **_more: Finished(0, "active\n", "", 0))
    state = verbs.look()
    assert (state.https, state.port, state.by_token, state.by_certificate) == (True, 9443, True, False)
    assert state.certificate is not None
    assert state.certificate.own
    assert state.certificate.trust == made.authority.read_text()
    assert state.certificate.fingerprint != state.certificate.trust_fingerprint
    assert NocVerbs(lambda: None, made).look().https is False


def test_openssls_words_are_read() -> None:
    seen = read(
        "notBefore=Nov  4 00:00:00 2026 GMT\nnotAfter=Dec  6 00:00:00 2027 GMT\nsha256 Fingerprint=AB:CD\n"
        "X509v3 Subject Alternative Name: \n    DNS:box, IP Address:2001:DB8:0:0:0:0:0:1\n"
    )
    assert seen.fingerprint == "AB:CD"
    assert seen.names == {"box", "2001:db8::1"}
    assert seen.ends - seen.begins == 397 * 86_400
    assert names(BRANCH) == {"branchbox-wzn", "10.77.0.1"}
