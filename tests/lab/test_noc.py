"""The NOC polls a real box with clients that nobody here wrote, and is told when core is down."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.api.noc import OID
from appliance.site import document as documents
from appliance.site.models import Noc, Snmp
from images.apt import install_missing
from images.box import TECHNICIAN, Box
from images.network import BOX_ADDRESS
from images.places import LOGS
from images.rootfs import Root
from images.run import poll, run

TOKEN = "a-token-of-24-characters"
SHOWN = f"Authorization: Bearer {TOKEN}"
WORDS = {"auth_password": "auth-password-1", "privacy_password": "privacy-pass-2"}
USER = ("-v3", "-l", "authPriv", "-u", "noc", "-a", "SHA-256", "-A", "auth-password-1", "-x", "AES")
CLIENTS = ("curl", "monitoring-plugins-basic", "prometheus", "snmp", "sslscan")


@pytest.fixture(scope="module")
def box(root: Root) -> Iterator[Box]:
    """A box that answers the operator's network."""
    install_missing(CLIENTS, LOGS / "noc-clients.log")
    document, _ = documents.parse(documents.example("en"))
    assert document is not None
    parts = {
        "network": document.network.model_copy(update={"noc": ("10.77.0.2/32",)}),
        "noc": Noc.model_validate({"https": True, "token": TOKEN}),
        "snmp": Snmp.model_validate({"enabled": True, **WORDS}),
    }
    box = Box.start(os.environ.get("BRANCHBOX_LAB", "lab") + "-noc", root, document=document.model_copy(update=parts))
    assert poll(lambda: fetched(box, "/health")[0] == 200, seconds=20)
    yield box
    box.stop()
    box.remove()


def fetched(box: Box, path: str, *more: str) -> tuple[int, str]:
    """The status and body that curl gets from the NOC's address."""
    asked = ["curl", "--silent", "--insecure", "--header", SHOWN, "--write-out", "\n%{http_code}", *more]
    body, _, status = box.operator([*asked, f"https://{BOX_ADDRESS}:9443{path}"], check=False).out.rpartition("\n")
    return int(status), body


def test_promtool_and_check_http_take_what_is_served(box: Box) -> None:
    status, text = fetched(box, "/metrics")
    assert status == 200
    assert run(["promtool", "check", "metrics"], stdin=text).err == ""
    check = ["/usr/lib/nagios/plugins/check_http", "-S", "-p", "9443", "-H", BOX_ADDRESS, "-u", "/health"]
    assert "HTTP OK" in box.operator([*check, "-k", SHOWN, "-s", '"branch": "WZN"']).out


def test_tls_is_sound_and_the_certificate_is_the_one_that_people_see(box: Box, tmp_path: Path) -> None:
    scan = box.operator(["sslscan", "--no-colour", f"{BOX_ADDRESS}:9443"]).out.splitlines()
    ciphers = [line.split()[4] for line in scan if line.startswith(("Accepted", "Preferred"))]
    assert ciphers
    assert all(name.startswith(("TLS_", "ECDHE-")) and "CBC" not in name for name in ciphers)
    state = json.loads(box.as_user(TECHNICIAN, ["branchbox", "noc", "--json"]).out)
    trusted = tmp_path / "authority.pem"
    trusted.write_text(state["certificate"]["trust"])
    asked = ["curl", "--silent", "--fail", "--cacert", str(trusted), "--header", SHOWN]
    assert box.operator([*asked, f"https://{BOX_ADDRESS}:9443/health"]).code == 0


def test_only_the_nocs_address_gets_through(box: Box) -> None:
    assert fetched(box, "/health", "--interface", "10.77.0.3", "--max-time", "2")[0] == 0
    bare = ["curl", "--silent", "--insecure", "--write-out", "%{http_code}", "--output", "/dev/null"]
    assert box.operator([*bare, f"https://{BOX_ADDRESS}:9443/health"]).out == "401"


def test_snmpwalk_reads_the_box_and_a_wrong_password_nothing(box: Box) -> None:
    walked = box.operator(["snmpwalk", *USER, "-X", WORDS["privacy_password"], BOX_ADDRESS, OID]).out
    assert '"WZN"' in walked or "0.1.0" in walked
    refused = box.operator(
        ["snmpget", *USER, "-X", "another-password", "-r", "0", BOX_ADDRESS, f"{OID}.1.1.3.0"], check=False
    )
    assert refused.code != 0
    assert box.operator(["snmpget", "-v2c", "-c", "public", "-r", "0", BOX_ADDRESS, OID], check=False).code != 0


def test_core_that_is_down_is_told_by_polls_and_by_the_command(box: Box) -> None:
    assert box.as_user(TECHNICIAN, ["branchbox", "health", "--nagios"], check=False).out.startswith(("OK", "WARN"))
    box.run(["systemctl", "stop", "branchbox-core"])
    try:
        assert poll(lambda: json.loads(fetched(box, "/health")[1])["core"] is False, seconds=15)
        assert json.loads(fetched(box, "/health")[1])["status"] == "critical"
        assert box.as_user(TECHNICIAN, ["branchbox", "health"], check=False).code == 2
    finally:
        box.run(["systemctl", "start", "branchbox-core"])
