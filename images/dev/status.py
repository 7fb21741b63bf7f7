"""`./dev status`: where things are, so that any SIP tool can call the box."""

from __future__ import annotations

import argparse
import json
import shlex
from typing import Any

from images.box import Box
from images.network import BOX_ADDRESS, CARRIER_ADDRESS, PHONES_ADDRESS


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--json", action="store_true", help="for programs")


def main(options: argparse.Namespace) -> int:
    """Print the facts; exit code 1 when the box is off."""
    box = Box.find(options.box)
    if box is None:
        print("null" if options.json else f"There is no box {options.box}. ./dev up makes one.")
        return 1
    found = facts(box)
    print(json.dumps(found, ensure_ascii=False, indent=2) if options.json else text(found))
    return 0 if box.alive else 1


def facts(box: Box) -> dict[str, Any]:
    """Everything that somebody outside needs to call the box."""
    document = box.document
    return {
        "name": box.name,
        "running": box.alive,
        "lacks": box.missing() if box.alive else [],
        "address": BOX_ADDRESS,
        "operator": {"namespace": box.network.operator, "run": shlex.join(box.at_operator([])) + " COMMAND"},
        "site": {"name": document.site.name, "code": document.site.code, "language": document.site.language},
        "trunks": [
            {
                "name": trunk.name,
                "address": BOX_ADDRESS,
                "port": document.network.sip_port,
                "transport": "udp",
                "authentication": f"by source address: call from {', '.join(trunk.addresses)}",
                "source_address": CARRIER_ADDRESS,
                "codecs": list(trunk.codecs),
            }
            for trunk in document.trunks
        ],
        "dids": [
            {"number": did.number, "dial": did.digits, "label": did.label, "goes_to": str(did.goes_to)}
            for did in document.dids
        ],
        "extensions": [
            {
                "number": extension.number,
                "name": extension.name,
                "password": extension.password.get_secret_value(),
                "registrar": f"{BOX_ADDRESS}:{document.network.sip_port}",
                "source_address": PHONES_ADDRESS,
            }
            for extension in document.extensions
        ],
        "technician": shlex.join(box.ssh(terminal=True)),
        "folder": str(box.home),
    }


def text(found: dict[str, Any]) -> str:
    """The facts for people."""
    lacks = f", but lacks {'; '.join(found['lacks'])}" if found["lacks"] else ""
    lines = [
        f"box {found['name']}: {'running' + lacks if found['running'] else 'off'}; {found['site']['name']}",
        f"  address     {found['address']}, reached from namespace {found['operator']['namespace']}:",
        f"              {found['operator']['run']}",
        f"  technician  {found['technician']}",
    ]
    for trunk in found["trunks"]:
        lines.append(f"  trunk       {trunk['name']}: SIP {trunk['address']}:{trunk['port']}/{trunk['transport']},")
        lines.append(f"              {trunk['authentication']}; {', '.join(trunk['codecs'])}")
    lines += [f"  number      {did['dial']:14} {did['label']} -> {did['goes_to']}" for did in found["dids"]]
    lines += [
        f"  extension   {each['number']:6} password {each['password']}  {each['name']}" for each in found["extensions"]
    ]
    lines.append(f"              phones register at {found['address']} from {PHONES_ADDRESS}")
    return "\n".join(lines)
