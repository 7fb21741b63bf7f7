"""A box that nobody has set up: asked at its own screen, cut from power in between, or set up by a stick."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.site import document as documents
from appliance.site.models import SiteDocument
from images.box import Box
from images.rootfs import Root
from images.run import poll
from images.traffic import Network, Phones, Traffic
from tests.lab.keyboard import DOWN, ENTER, KEEP, UP, Keyboard, console
from tests.unit.provisioning.test_passwords import sha512

PASSWORD = "lamp river seven coat"
REVISIONS = "/var/lib/branchbox/revisions"
STICK_HOST = "/run/stick_host.py"
OVERRIDE = "/run/systemd/system/branchbox-host.service.d/stick.conf"


@pytest.fixture
def box(root: Root) -> Iterator[Box]:
    """A new box."""
    box = Box.new("first", root)
    yield box
    box.stop()
    box.remove()


def in_force(box: Box) -> SiteDocument:
    return documents.load(box.path(f"{REVISIONS}/1/site.toml").read_text())


def is_set_up(box: Box) -> bool:
    return box.path(f"{REVISIONS}/current").is_symlink()


def power_cut(box: Box) -> None:
    """The power fails and comes back."""
    box.cut()
    box.boot()
    box.wait_for_questions()


def answer_up_to_network(one: Keyboard) -> None:
    one.sees("Language of this branch")
    one.types(UP, ENTER)
    one.sees("question 2 of 10")
    one.types("Wenzhou North", ENTER, "wzn", ENTER)
    one.sees("question 3 of 10", "eth0", "link")


def answer_network_to_people(one: Keyboard) -> None:
    one.types(DOWN, DOWN, "10.77.0.1/24", KEEP)
    one.sees("question 4 of 10", "Asia/Shanghai")
    one.types(KEEP)
    one.sees("question 5 of 10", "Nobody yet")


def answer_people(one: Keyboard) -> None:
    one.types("n")
    one.sees("Password again")
    one.types("zhang", ENTER, "Zhang Wei", DOWN, DOWN, DOWN, DOWN)
    one.types("password1234")
    one.types(DOWN, "password1234", KEEP)
    one.sees("The password is too", "easy to guess")
    one.writes_over(PASSWORD)
    one.types(DOWN)
    one.writes_over(PASSWORD)
    one.types(KEEP)
    one.sees("Administrators", "zhang", "yes")


def answer_recovery(one: Keyboard) -> str:
    one.types(KEEP)
    one.sees("question 6 of 10")
    assert poll(lambda: bool(re.search(r"([a-z0-9]{4}-){4}[a-z0-9]{4}", one.screen)), seconds=10)
    shown = re.search(r"([a-z0-9]{4}-){4}[a-z0-9]{4}", one.screen)
    assert shown
    one.types(shown[0], ENTER)
    one.sees("question 7 of 10")
    return shown[0]


def test_a_box_is_set_up_at_its_screen_and_a_power_cut_at_three_questions_loses_no_answer(box: Box) -> None:
    journal = box.run(["journalctl", "--no-pager", "--priority=warning", "--unit=branchbox-*"]).out
    assert "Traceback" not in journal
    assert box.run(["systemctl", "--failed", "--no-legend"]).out.count("branchbox") == 0
    with console(box) as one:
        answer_up_to_network(one)
    power_cut(box)
    with console(box) as one:
        one.sees("question 3 of 10", "eth0")
        answer_network_to_people(one)
        answer_people(one)
    power_cut(box)
    with console(box) as one:
        one.sees("question 6 of 10")
        recovery = answer_recovery(one)
    power_cut(box)
    with console(box) as one:
        one.sees("question 7 of 10")
        one.types(DOWN, "10.77.0.2", *[DOWN] * 5, "96296", KEEP)
        one.sees("question 8 of 10")
        one.types(DOWN)
        one.writes_over("3")
        one.types(KEEP)
        one.sees("question 9 of 10", "No UPS found")
        one.types(ENTER)
        one.sees("question 10 of 10")
        one.types(KEEP)
        one.sees("Summary", "Wenzhou North (WZN)", "8001 - 8003", "10.77.0.1/24")
        one.types("y")
        one.sees("revision 1 is in force", "Waiting for a phone to register", seconds=120)

        site = in_force(box)
        rings_a_phone(box, one, site)
        one.types("f")
        one.sees("End the setup?")
        one.types("y")
        assert poll(lambda: one.over, seconds=10)

    assert [person.login for person in site.people] == ["zhang"]
    hash = box.path("/var/lib/branchbox/secrets/recovery").read_text().strip()
    assert sha512(recovery, hash) == hash
    assert box.path("/var/lib/branchbox/secrets/recovery").stat().st_mode & 0o777 == 0o600
    assert not list(box.path("/var/lib/branchbox/secrets/first").iterdir())
    with console(box) as one:
        one.sees("This box is set up. Log in with your own name.")
    status = box.as_user("zhang", ["branchbox", "status"]).out
    assert "Wenzhou North" in status or "WZN" in status
    logs_in(box, "zhang", PASSWORD)
    assert nowhere_in_the_journal(box, PASSWORD, recovery)


def rings_a_phone(box: Box, one: Keyboard, site: SiteDocument) -> None:
    """A phone registers, is rung from the screen, and answers."""
    passwords = {phone.number: phone.password.get_secret_value() for phone in site.extensions}
    with Traffic(Network(box.network.operator)) as phones:
        phones.answer(Phones((phones.phone(0, "8002", passwords["8002"]),), rings=1, talks=20))
        one.sees("10.77.0.3")
        one.types(DOWN, "t")
        one.sees("Phone 8002 was answered after", seconds=40)
        assert poll(lambda: any(call.answered for call in phones.answered()), seconds=10)


def logs_in(box: Box, login: str, password: str) -> None:
    """PAM takes the password for a login at the console."""
    said = box.run(["setpriv", "--reuid=branchbox", "--regid=branchbox", "--clear-groups", "true"], check=False)
    assert said.code == 0
    shadow = box.run(["getent", "shadow", login]).out.split(":")
    assert shadow[1].startswith("$y$")
    assert shadow[2] != "0", "who chose a password at first boot need not change it"
    checked = box.run(
        ["perl", "-e", "print crypt($ARGV[0], $ARGV[1]) eq $ARGV[1] ? 'same' : 'other'", password, shadow[1]]
    )
    assert checked.out == "same"


def nowhere_in_the_journal(box: Box, *secrets: str) -> bool:
    journal = box.run(["journalctl", "--no-pager", "--output=verbose"]).out
    return not any(secret in journal for secret in secrets)


# --- a stick -----------------------------------------------------------------------------------


def plug_in(box: Box, site: str, recovery: str = "") -> None:
    """A stick with these files; the host looks at a folder instead of USB."""
    folder = box.path("/var/lib/branchbox/test-stick/branchbox")
    folder.mkdir(parents=True)
    (folder / "site.toml").write_text(site)
    if recovery:
        (folder / "recovery.hash").write_text(recovery)
    box.run(["mkdir", "-p", str(Path(OVERRIDE).parent)])
    box.run(["tee", STICK_HOST], stdin=(Path(__file__).parent / "stick_host.py").read_text())
    override = f"[Service]\nExecStart=\nExecStart=/opt/branchbox/bin/python -P {STICK_HOST}\n"
    box.run(["tee", OVERRIDE], stdin=override)
    box.run(["systemctl", "daemon-reload"])
    box.run(["systemctl", "restart", "branchbox-host"])


def fleet_document(box: Box) -> str:
    """The example branch with a technician who has this box's key."""
    text = documents.example("en")
    key = (box.home / "key.pub").read_text().strip()
    return text.replace('role = "technician"', f'role = "technician"\nssh_keys = ["{key}"]', 1)


def test_a_site_file_on_a_stick_sets_the_box_up_without_a_question(box: Box) -> None:
    hash = "$6$Ys0L8cZ1xV3b$" + "a" * 86
    with console(box) as one:
        one.sees("Language of this branch")
        plug_in(box, fleet_document(box), hash)
        one.sees("Set up from FLEET (sdb1): revision 1 is in force.", seconds=150)
    assert box.path("/var/lib/branchbox/secrets/recovery").read_text() == f"{hash}\n"
    assert in_force(box).site.name == "Wenzhou North"
    assert len({phone.password.get_secret_value() for phone in in_force(box).extensions}) == 14
    answered = box.operator(box.ssh("branchbox", "status", "--json")[4:], check=False)
    assert '"revision"' in answered.out, answered


def test_a_bad_file_is_told_by_its_line_and_the_questions_begin_with_what_could_be_read(box: Box) -> None:
    text = fleet_document(box).replace('code = "WZN"', 'code = "Wenzhou"')
    line = text.splitlines().index('code = "Wenzhou"') + 1
    with console(box) as one:
        one.sees("Language of this branch")
        plug_in(box, text)
        one.sees("site.toml of FLEET (sdb1) cannot be used", f"line {line}: This is no branch code", "question 2 of 10")
        one.sees("Wenzhou North")
        assert not is_set_up(box)
        one.types(DOWN, "WZN", ENTER)
        one.sees("question 6 of 10")  # the file answered all between
    assert not is_set_up(box)
