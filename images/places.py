"""Where `./dev` keeps things. One root: delete it (after `./dev down`) and nothing is left."""

from __future__ import annotations

import os
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
CACHE = Path(os.environ.get("BRANCHBOX_CACHE", "/var/cache/branchbox"))
LOGS = CACHE / "log"
BOXES = CACHE / "boxes"
MOUNTS = CACHE / "mounts"
