"""What root lays down for health: disks by smartctl's answers, certificates by openssl's."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from provisioning.facts import certificates, smart
from provisioning.run import run


def ata(*rows: tuple[int, int], passed: bool = True) -> dict[str, object]:
    table = [{"id": number, "raw": {"value": raw}} for number, raw in rows]
    return {
        "device": {"name": "/dev/sda"},
        "model_name": "WDC WD10",
        "smart_status": {"passed": passed},
        "ata_smart_attributes": {"table": table},
    }


def test_lost_sectors_are_counted_and_other_attributes_are_not() -> None:
    found = smart.read(ata((5, 2), (9, 41000), (197, 1), (198, 0)))
    assert found is not None
    assert (found.name, found.harmed, found.failing) == ("sda", 3, False)
    failing = smart.read(ata(passed=False))
    assert failing is not None
    assert failing.failing


def test_a_worn_nvme_disk_says_how_worn_it_is() -> None:
    log = {"critical_warning": 0, "percentage_used": 93, "media_errors": 4}
    found = smart.read(
        {
            "device": {"name": "/dev/nvme0"},
            "model_name": "KINGSTON",
            "smart_status": {"passed": True},
            "nvme_smart_health_information_log": log,
        }
    )
    assert found is not None
    assert (found.worn, found.harmed, found.failing) == (0.93, 4, False)


def test_a_disk_without_smart_says_nothing() -> None:
    assert smart.read({"device": {"name": "/dev/vda"}}) is None


@pytest.mark.parametrize("days", [3, 300])
def test_a_certificate_s_end_is_read_and_keys_are_passed_over(tmp_path: Path, days: int) -> None:
    folder = tmp_path / "etc/branchbox/tls"
    folder.mkdir(parents=True)
    argv = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
        "-subj",
        "/CN=x",
    ]
    argv += [
        "-subj",
        "/CN=x",
        "-days",
        str(days),
        "-keyout",
        str(folder / "key.pem"),
        "-out",
        str(folder / "server.pem"),
    ]
    run(argv, timeout=30)
    [found] = certificates.found(tmp_path)
    assert found.file == "/etc/branchbox/tls/server.pem"
    assert found.ends == pytest.approx(time.time() + days * 86400, abs=120)
