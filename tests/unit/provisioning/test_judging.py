"""What stands against a document on this machine: asked of the programs that would have to live with it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from appliance.site import document as documents
from appliance.site.models import SiteDocument
from provisioning.machine import judging, looking
from provisioning.machine.judging import Judge
from provisioning.run import Finished
from tests.unit.provisioning.fake_machine import ME, FakeSystem
from tests.unit.provisioning.kernel import facts

BRANCH = documents.load(documents.example("en"))
REPLY = "ARPING 10.77.0.50 from 0.0.0.0 eth0\nUnicast reply from 10.77.0.50 [8E:0C:11:22:33:44]  0.6ms\n"


class Programs:
    """Answers for nft, sshd and arping."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.refuses = ""
        self.neighbours: set[str] = set()
        self.checked = ""

    def run(self, argv: Sequence[str], *, timeout: float, check: bool = True) -> Finished:
        words = " ".join(argv)
        self.asked.append(words)
        if "arping" in words:
            taken = argv[-1] in self.neighbours
            return Finished(1 if taken else 0, REPLY if taken else "", "", 0)
        (bind,) = [word for word in argv if "BindReadOnlyPaths=" in word]
        self.checked = Path(bind.split("=")[2].split(":")[0]).read_text()
        wrong = bool(self.refuses) and self.refuses in words
        return Finished(1 if wrong else 0, "", "line 3: no" if wrong else "", 0)


@pytest.fixture
def programs() -> Programs:
    return Programs()


@pytest.fixture
def judge(tmp_path: Path, programs: Programs, monkeypatch: pytest.MonkeyPatch) -> Judge:
    """A judge on a machine with eth0 at 10.77.0.1 and eth1 without a cable, made true to the example branch."""
    monkeypatch.setattr(looking, "facts", facts)
    system = FakeSystem.installed(tmp_path)
    system.machine().make_true(BRANCH)
    return Judge(system.machine(), tmp_path / "check", ME, run=programs.run)


def at(port: str, address: str) -> SiteDocument:
    interface = BRANCH.interfaces[0].model_copy(update={"port": port, "addresses": (address,)})
    return BRANCH.model_copy(update={"interfaces": (interface,)})


def test_what_is_in_force_is_asked_of_nobody(judge: Judge, programs: Programs) -> None:
    assert judge.problems(BRANCH) == ()
    assert programs.asked == []


def test_a_port_that_is_not_there_is_told_with_those_that_are(judge: Judge) -> None:
    (problem,) = judge.problems(at("enp9s0", "10.77.0.50/24"))
    assert str(problem) == "interfaces[1] office: port: This box has no port enp9s0. It has: eth0, eth1."


def test_an_address_that_another_machine_has_is_refused(judge: Judge, programs: Programs) -> None:
    programs.neighbours = {"10.77.0.50"}
    (problem,) = judge.problems(at("eth0", "10.77.0.50/24"))
    assert "Another machine (8e:0c:11:22:33:44) has the address 10.77.0.50 already" in str(problem)


def test_a_free_address_is_probed_and_taken(judge: Judge, programs: Programs) -> None:
    assert judge.problems(at("eth0", "10.77.0.50/24")) == ()
    assert programs.asked[-1].endswith(f"arping -w {judging.PROBE_SECONDS} -D -c 2 -I eth0 10.77.0.50")


def test_a_port_without_cable_is_not_probed(judge: Judge, programs: Programs) -> None:
    assert judge.problems(at("eth1", "10.77.0.50/24")) == ()
    assert programs.asked == []


@pytest.mark.parametrize(
    ("changed", "program", "text"),
    [
        ({"phones": ("10.77.0.0/24",)}, "nft", "phones4 { 10.77.0.0/24 }"),
        ({"ssh_passwords": True}, "sshd", "PasswordAuthentication yes"),
    ],
)
def test_what_a_program_refuses_is_told_with_its_words(
    judge: Judge, programs: Programs, changed: dict[str, object], program: str, text: str
) -> None:
    document = BRANCH.model_copy(update={"network": BRANCH.network.model_copy(update=changed)})
    assert judge.problems(document) == ()
    assert text in programs.checked, "the program read the candidate"
    programs.refuses = program
    (problem,) = judge.problems(document)
    assert "refuses" in str(problem)
    assert problem.original == "line 3: no"
