"""The real Asterisk takes what `asterisk_conf` renders: without a warning, and all of it.

A throw-away Asterisk in the box, in a network of its own, loads each document.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import pytest
from pydantic import SecretStr

from appliance.site import document as site
from appliance.site.exchange import Directories, trunk_endpoint
from appliance.site.models import (
    Agent,
    DidNumber,
    Extension,
    Language,
    Network,
    Queue,
    QueueMember,
    Site,
    SiteDocument,
    Trunk,
)
from appliance.site.types import Destination
from asterisk_conf import RELOADS, Secrets, render
from images.box import Box

NOT_OF_THE_FILES = (
    r"taskprocessor\.c",  # how busy the machine is while a thousand phones load
    r"res_pjsip_outbound_registration\.c: No response received",  # nobody is there to register at
    r"res_pjsip\.c: Error \d+ 'Network is unreachable' sending OPTIONS",  # no trunk is to be reached from there
)
COMPLAINT = re.compile(rf"^\[[^]]+\] (?:WARNING|ERROR)\[\d+\]\S* (?!{'|'.join(NOT_OF_THE_FILES)})", re.MULTILINE)


@dataclass(frozen=True)
class Exchange:
    """A throw-away Asterisk that is up; `name` keeps two of them apart."""

    box: Box
    name: str
    document: SiteDocument

    @property
    def home(self) -> PurePosixPath:
        return PurePosixPath("/var/lib/asterisk") / f"load-test-{self.name}"

    @property
    def unit(self) -> str:
        return f"branchbox-load-test-{self.name}.service"

    @property
    def places(self) -> Directories:
        return Directories(*(self.home / name for name in ("etc", "var", "spool", "run", "log")))

    @property
    def tree(self) -> dict[str, str]:
        return render(self.document, self.places, Secrets(ami="load-test-only"))

    def outside(self, path: PurePosixPath) -> Path:
        return self.box.path(str(path))

    def write(self) -> None:
        for name, text in self.tree.items():
            (self.outside(self.places.etc) / name).write_text(text)

    def ask(self, command: str) -> str:
        return self.box.run(["asterisk", "-C", str(self.places.etc / "asterisk.conf"), "-rx", command]).out

    def complaints(self) -> list[str]:
        log = self.outside(self.places.log / "messages.log").read_text()
        return [line for line in log.splitlines() if COMPLAINT.match(line)]


@contextmanager
def exchange(box: Box, name: str, document: SiteDocument) -> Iterator[Exchange]:
    """Asterisk with this document, fully booted; gone afterwards."""
    it = Exchange(box, name, document)
    places = it.places
    for folder in (places.etc, places.var, places.spool, places.run, places.cdr_csv.parent, places.cel_csv.parent):
        it.outside(folder).mkdir(parents=True)
    it.write()
    program = ["/usr/sbin/asterisk", "-f", "-C", str(places.etc / "asterisk.conf")]
    properties = ["--property=Type=notify", "--property=PrivateNetwork=yes"]
    try:
        box.run(["systemd-run", "--quiet", "--collect", f"--unit={it.unit}", *properties, *program])
        yield it
    finally:
        box.run(["systemctl", "stop", it.unit], check=False)
        shutil.rmtree(it.outside(it.home))


def example(language: Language) -> SiteDocument:
    return site.fill_secrets(site.load(site.example(language)), None, generate=True)


def thousand_phones() -> SiteDocument:
    """1,000 phones in 50 queues, behind a carrier that wants a registration."""
    numbers = [str(1000 + place) for place in range(1000)]
    return SiteDocument(
        site=Site(name="大分局", code="BIG", language=Language.ZH),
        network=Network(phones=("10.0.0.0/8", "2001:db8::/32")),
        trunks=(
            Trunk(
                name="carrier",
                label="x",
                host="192.0.2.1",
                addresses=("192.0.2.0/24",),
                register_as="branch@carrier.example",
                password=SecretStr("a-trunk-password"),
                extra={"from_domain": "carrier.example"},
            ),
        ),
        dids=tuple(
            DidNumber(number=f"+8657788{place:06}", label="x", goes_to=Destination.parse(f"queue:q{place}"))
            for place in range(50)
        ),
        queues=tuple(
            Queue(
                name=f"q{place}",
                label="x",
                number=str(3000 + place),
                members=tuple(QueueMember(agent=number) for number in numbers[place * 20 : place * 20 + 20]),
            )
            for place in range(50)
        ),
        agents=tuple(Agent(number=number, name="王", extension=number) for number in numbers),
        extensions=tuple(
            Extension(
                number=number,
                name='王 "建国" ${X}; [a] => \\',
                password=SecretStr("a-phone-password"),
                voicemail_pin=SecretStr("1357"),
                permission="office",
            )
            for number in numbers
        ),
    )


DOCUMENTS = {
    "english": lambda: example(Language.EN),
    "chinese": lambda: example(Language.ZH),
    "thousand": thousand_phones,
}


@pytest.fixture(scope="module", params=list(DOCUMENTS))
def loaded(request: pytest.FixtureRequest, box: Box) -> Iterator[Exchange]:
    with exchange(box, request.param, DOCUMENTS[request.param]()) as running:
        yield running


def test_no_warning_and_no_error(loaded: Exchange) -> None:
    assert "fully booted" in loaded.ask("core waitfullybooted")
    assert loaded.complaints() == []


def test_every_module_of_the_list_runs(loaded: Exchange) -> None:
    wanted = re.findall(r"^load = (\S+)", loaded.tree["modules.conf"], re.MULTILINE)
    states = dict(re.findall(r"^(\S+\.so).*?(Running|Not Running) ", loaded.ask("module show"), re.MULTILINE))
    assert {module: states.get(module) for module in wanted} == dict.fromkeys(wanted, "Running")


def test_every_phone_and_trunk_is_an_endpoint(loaded: Exchange) -> None:
    shown = set(re.findall(r"^ Endpoint:  ([\w-]+)", loaded.ask("pjsip show endpoints"), re.MULTILINE))
    phones = {extension.number for extension in loaded.document.extensions}
    assert shown == phones | {trunk_endpoint(trunk.name) for trunk in loaded.document.trunks}


def test_every_queue_has_its_members(loaded: Exchange) -> None:
    shown, queues = loaded.ask("queue show"), loaded.document.queues
    assert set(re.findall(r"^(\w[\w-]*) has 0 calls", shown, re.MULTILINE)) == {queue.name for queue in queues}
    members = re.findall(r"^ +(\d+) \(PJSIP/\d+\)", shown, re.MULTILINE)
    assert sorted(members) == sorted(member.agent for queue in queues for member in queue.members)


def test_every_context_is_in_the_dialplan(loaded: Exchange) -> None:
    wanted = set(re.findall(r"^\[(\S+)]$", loaded.tree["extensions.conf"], re.MULTILINE)) - {"general", "globals"}
    assert set(re.findall(r"Context '([^']+)' created by 'pbx_config'", loaded.ask("dialplan show"))) == wanted


def test_names_arrive_as_people_wrote_them(loaded: Exchange) -> None:
    phone = loaded.document.extensions[0]
    shown = phone.name.replace("\\", "\\\\").replace('"', '\\"')
    assert f'"{shown}" <{phone.number}>' in loaded.ask(f"pjsip show endpoint {phone.number}")


def test_every_file_reloads_without_a_word(loaded: Exchange) -> None:
    loaded.write()
    for command in RELOADS.values():
        assert "No such" not in loaded.ask(command), command
    assert "fully booted" in loaded.ask("core waitfullybooted")
    assert loaded.complaints() == []


def test_asterisk_refuses_an_option_that_it_does_not_know(box: Box) -> None:
    document = example(Language.EN)
    trunk = document.trunks[0].model_copy(update={"extra": {"no_such_option": "1"}})
    with exchange(box, "refused", document.model_copy(update={"trunks": (trunk,)})) as running:
        unknown, lost = running.complaints()
        assert "Could not find option suitable for category 'trunk-carrier' named 'no_such_option' at line" in unknown
        assert "Could not create an object of type 'endpoint' with id 'trunk-carrier'" in lost
        assert "Unable to find object trunk-carrier" in running.ask("pjsip show endpoint trunk-carrier")
