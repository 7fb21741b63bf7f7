"""`./dev materials`: what the playbook takes from this machine, as Ansible's variables.

For the Vagrantfile, and for a bare machine over SSH:
`ansible-playbook -i HOST, --extra-vars "$(./dev materials)" ansible/site.yml`.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import sys

from images.dev.workshop import root_up_to_date


def arguments(parser: argparse.ArgumentParser) -> None:
    """Take no options."""


def main(options: argparse.Namespace) -> int:
    """Bring the steps up to date and print the variables as JSON."""
    with contextlib.redirect_stdout(sys.stderr):
        root = root_up_to_date(options.mirror)
    print(json.dumps(root.materials.variables()))
    return 0
