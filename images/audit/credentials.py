"""Passwords that everybody knows, tried on everything that asks for one."""

from __future__ import annotations

import os
import socket
from pathlib import Path

from images.audit.finding import Finding
from images.audit.place import STRANGER, Place

PASSWORDS = ("", "1234", "12345678", "admin", "password", "branchbox", "asterisk", "root", "123456", "changeme")
PEOPLE = ("root", "admin", "technician", "branchbox", "branchbox-setup", "asterisk", "pi", "debian")
"""SSH logins; technician is the example branch's."""
MANAGERS = (("admin", "amp111"), ("admin", "admin"), ("asterisk", "asterisk"), ("branchbox", "branchbox"), ("manager", ""))
COMMUNITIES = ("public", "private", "branchbox")
