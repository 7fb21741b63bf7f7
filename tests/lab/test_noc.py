"""The NOC polls a real box with clients that nobody here wrote, and is told when core is down."""

from __future__ import annotations

import json
import os
import re
import shutil
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
CLIENTS = ("curl", "monitoring-plugins-basic", "prometheus", "smitools", "snmp", "snmptrapd", "sslscan")
RECEIVER = "10.77.0.2"
MIB = Path(__file__).parents[2] / "docs/noc/BRANCHBOX-MIB.txt"
RULES = MIB.with_name("alerts.yml")
MIBS = f"{Path(__file__).parent / 'mibs'}:{MIB.parent}"
NAMED = ("-M", MIBS, "-m", "BRANCHBOX-MIB")


@pytest.fixture(scope="module")
def box(root: Root) -> Iterator[Box]:
    """A box that answers the operator's network."""
    install_missing(CLIENTS, LOGS / "noc-clients.log")
    document, _ = documents.parse(documents.example("en"))
    assert document is not None
    parts = {
        "network": document.network.model_copy(update={"noc": ("10.77.0.2/32",)}),
        "noc": Noc.model_validate({"https": True, "token": TOKEN}),
        "snmp": Snmp.model_validate({"enabled": True, "receivers": [RECEIVER], **WORDS}),
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


def test_alert_rules_say_what_they_should_of_metrics_that_the_box_has(box: Box, tmp_path: Path) -> None:
    for file in (RULES, Path(__file__).parent / "alerts_test.yml"):
        shutil.copy(file, tmp_path)
    assert "SUCCESS" in run(["promtool", "check", "rules", str(RULES)]).out
    assert "SUCCESS" in run(["promtool", "test", "rules", "alerts_test.yml"], cwd=tmp_path).out
    exposed = set(re.findall(r"^# TYPE (\S+)", fetched(box, "/metrics")[1], re.MULTILINE))
    asked = {
        name
        for line in RULES.read_text().splitlines()
        if "expr:" in line
        for name in re.findall(r"branchbox_\w+", line)
    }
    assert asked
    assert asked <= exposed, asked - exposed


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
    assert '"WZN"' in walked
    refused = box.operator(
        ["snmpget", *USER, "-X", "another-password", "-r", "0", BOX_ADDRESS, f"{OID}.1.1.3.0"], check=False
    )
    assert refused.code != 0
    assert box.operator(["snmpget", "-v2c", "-c", "public", "-r", "0", BOX_ADDRESS, OID], check=False).code != 0


def test_the_mib_names_every_object_that_the_agent_has(box: Box) -> None:
    """Libsmi finds no fault in the MIB, and a walk meets no object, row or state that it does not name."""
    linted = run(["smilint", "-s", "-l", "4", str(MIB)], env={"SMIPATH": MIBS})
    assert linted.out + linted.err == ""
    walk = ["snmpwalk", *USER, "-X", WORDS["privacy_password"], "-Ob", *NAMED, BOX_ADDRESS, OID]
    lines = [line for line in box.operator(walk).out.splitlines() if " = " in line]
    named = re.compile(r"BRANCHBOX-MIB::bb[A-Z][A-Za-z]+(\.\d+)+ = ")
    assert [line for line in lines if not named.match(line)] == []
    assert [line for line in lines if "Wrong Type" in line] == []
    states = [
        line for line in lines if re.match(r"\S+(State|Status|Severity|Active|Core)\.", line) and "INTEGER" in line
    ]
    assert states
    assert [line for line in states if not re.search(r"[a-z]+\(\d\)$", line)] == []
    told = dict(line.removeprefix("BRANCHBOX-MIB::").split(" = ", 1) for line in lines)
    assert told["bbBoxCode.0"] == f"STRING: {box.document.site.code}"
    assert told["bbBoxName.0"] == f"STRING: {box.document.site.name}"


def test_an_alarm_and_its_end_reach_the_receiver(box: Box, tmp_path: Path) -> None:
    """As informs that net-snmp's own receiver confirms, named by the MIB."""
    conf, log = tmp_path / "snmptrapd.conf", tmp_path / "notices.log"
    words = f'"{WORDS["auth_password"]}" AES "{WORDS["privacy_password"]}"'
    conf.write_text(f"createUser noc SHA-256 {words}\nauthUser log noc priv\n")
    listen = ["env", f"SNMP_PERSISTENT_FILE={tmp_path / 'engine'}", "snmptrapd", "-f", "-Lo", "-C", "-c", conf, *NAMED]
    receiver = box.operator_start([*listen, f"udp:{RECEIVER}:162"], log=log)
    try:
        box.run(["systemctl", "stop", "branchbox-core"])
        assert poll(lambda: "bbAlarmRaised" in log.read_text(), seconds=90)
        box.run(["systemctl", "start", "branchbox-core"])
        assert poll(lambda: "bbAlarmCleared" in log.read_text(), seconds=120)
        notice = next(line for line in log.read_text().splitlines() if "bbAlarmRaised" in line)
        assert "bbAlarmKey" in notice
        assert "critical(3)" in notice
    finally:
        box.run(["systemctl", "start", "branchbox-core"])
        receiver.terminate()
        receiver.wait(10)


def test_core_that_is_down_is_told_by_polls_and_by_the_command(box: Box) -> None:
    assert box.as_user(TECHNICIAN, ["branchbox", "health", "--nagios"], check=False).out.startswith(("OK", "WARN"))
    box.run(["systemctl", "stop", "branchbox-core"])
    try:
        assert poll(lambda: json.loads(fetched(box, "/health")[1])["core"] is False, seconds=15)
        assert json.loads(fetched(box, "/health")[1])["status"] == "critical"
        assert box.as_user(TECHNICIAN, ["branchbox", "health"], check=False).code == 2
    finally:
        box.run(["systemctl", "start", "branchbox-core"])
