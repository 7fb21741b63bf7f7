"""Asterisk's own lines, as it really wrote them, become problems with our file and object."""

from __future__ import annotations

import pytest

from provisioning.asterisk_log import complaints, entries, problem

TREE = {
    "pjsip.conf": "; made by the box\n\n[8021]\ntype = endpoint\n\n[trunk-carrier]\ntype = endpoint\nbogus = 1\n",
    "extensions.conf": "[general]\n\n[phones]\nexten = 8001,1,Dial(\n",
    "queues.conf": "[general]\n\n[repair]\ntimeout = x\n",
    "modules.conf": "[modules]\nautoload = no\nload = res_gone.so\n",
}
LINE = "[2026-11-21 21:54:24.937] {level}[269] {source}: {text}"


def said(file: str, line: int, text: str) -> str:
    return f"line {line} of {file}"


@pytest.mark.parametrize(
    ("source", "text", "where"),
    [
        (
            "config_options.c",
            "Could not find option suitable for category 'trunk-carrier' named 'bogus' at line 8 of ",
            "pjsip.conf:8",
        ),
        (
            "res_sorcery_config.c",
            "Could not create an object of type 'endpoint' with id 'trunk-carrier' "
            "from configuration file 'pjsip.conf'",
            "pjsip.conf:6",
        ),
        ("pbx_config.c", "No closing parenthesis found? 'Dial(' at line 4 of extensions.conf", "extensions.conf:4"),
        (
            "app_queue.c",
            "Unknown keyword in queue 'repair': wrong at line 4 of queues.conf",
            "queues.conf:4",
        ),
        (
            "config.c",
            "parse error: no closing ']', line 3 of /run/branchbox/host/trial/etc/queues.conf",
            "queues.conf:3",
        ),
        ("loader.c", "Error loading module 'res_gone.so': cannot open shared object file", "modules.conf:3"),
    ],
)
def test_a_complaint_names_our_file_and_object(source: str, text: str, where: str) -> None:
    log = LINE.format(level="ERROR", source=source, text=text)
    (entry,) = complaints(log, {"WARNING", "ERROR"})
    found = problem(entry, TREE, said)
    file, line = where.split(":")
    assert found.where == where
    assert found.args["object"] == f"line {line} of {file}"
    assert found.original == text
    assert found.args["object"] in str(found)


def test_a_complaint_about_nothing_of_ours_keeps_asterisks_words() -> None:
    (entry,) = complaints(LINE.format(level="ERROR", source="tcptls.c", text="Unable to bind"), {"ERROR"})
    found = problem(entry, TREE, said)
    assert (found.where, found.original) == ("", "Unable to bind")


def test_a_line_number_beyond_the_file_is_not_believed() -> None:
    (entry,) = complaints(LINE.format(level="ERROR", source="x.c", text="bad at line 99 of queues.conf"), {"ERROR"})
    assert problem(entry, TREE, said).where == "queues.conf"


def test_further_lines_belong_to_their_message_and_repeats_count_once() -> None:
    first = LINE.format(level="WARNING", source="cdrel_custom/config.c", text="two lines")
    log = f"{first}\n  the second\n{first}\n  the second\n" + LINE.format(level="NOTICE", source="a.c", text="fine")
    assert [entry.text for entry in complaints(log, {"WARNING"})] == ["two lines\n  the second"]
    assert [entry.level for entry in entries(log)] == ["WARNING", "WARNING", "NOTICE"]


def test_trouble_of_one_call_a_busy_machine_and_a_network_that_is_away_are_not_the_configurations_fault() -> None:
    log = (
        "[2026-11-21 21:54:24.937] ERROR[269][C-0000001a] app_dial.c: the callee went away\n"
        "[2026-11-21 21:54:24.937] WARNING[269] taskprocessor.c: queue reached 500 scheduled tasks\n"
        "[2026-11-21 21:54:24.937] ERROR[269] res_pjsip.c: Error 120101 'Network is unreachable' sending OPTIONS"
        " request to endpoint trunk-carrier\n"
        "[2026-11-21 21:54:24.937] ERROR[269] res_pjsip/pjsip_options.c: Unable to send request to qualify contact"
        " sip:10.77.0.3 on AOR trunk-carrier\n"
    )
    assert complaints(log, {"WARNING", "ERROR"}) == ()


def test_early_lines_in_colour_are_read_too() -> None:
    log = "\x1b[1;31m[2026-11-21 21:54:24.937] ERROR[269] loader.c: no\x1b[0m"
    assert [entry.text for entry in complaints(log, {"ERROR"})] == ["no"]
