"""`./dev COMMAND`: one file per command beside this one; this table is the whole surface."""

from __future__ import annotations

import argparse
import importlib
import sys

from images.run import Failure

COMMANDS = {
    "up": "build what is missing, boot the box, open the technician's screen",
    "down": "switch the box off",
    "status": "where things are: addresses, numbers, phones with their passwords",
    "shell": "a root shell inside the box (for developers; people of the box never get one)",
    "logs": "the box's journal",
    "traffic": "place real calls, so that the screens live",
    "bench": "measure the box",
    "audit": "how hard the booted image is to break into, in figures",
    "shot": "a picture of a screen",
    "pictures": "what people see at the box's own screen, from the stick to the dashboard",
    "materials": "what the playbook takes, as Ansible variables (for Vagrant and machines over SSH)",
    "image": "the disk image and the update bundle, compressed, listed and signed",
    "test": "everything that can be proved on this machine",
}
"""Each command is a module of this package with `arguments(parser)` and `main(options) -> exit code`."""


def main(argv: list[str]) -> int:
    """Run one command."""
    parser = argparse.ArgumentParser(
        prog="./dev",
        description="Build, run and test a Branchbox on this machine.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="commands:\n" + "\n".join(f"  {name:9} {line}" for name, line in COMMANDS.items()),
    )
    parser.add_argument("--box", default="dev", metavar="NAME", help="which box (default: dev); several may run")
    parser.add_argument("--mirror", metavar="URL", help="Debian mirror to build from (default: this machine's own)")
    parser.add_argument("command", choices=COMMANDS, metavar="COMMAND")
    parser.add_argument("rest", nargs=argparse.REMAINDER, help=argparse.SUPPRESS)
    chosen = parser.parse_args(argv)
    module = importlib.import_module(f"images.dev.{chosen.command}")
    own = argparse.ArgumentParser(prog=f"./dev {chosen.command}", description=COMMANDS[chosen.command])
    own.set_defaults(box=chosen.box, mirror=chosen.mirror)
    module.arguments(own)
    try:
        return int(module.main(own.parse_args(chosen.rest)))
    except Failure as failure:
        print(f"\n{failure}", file=sys.stderr)
        if failure.hint:
            print(f"-> {failure.hint}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped. What is finished is kept; run the same command again to go on.", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
