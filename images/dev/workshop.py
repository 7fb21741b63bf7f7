"""The workshop of this machine: what boxes stand on is never pruned."""

from __future__ import annotations

import json
from pathlib import Path

from images.places import BOXES, CACHE
from images.steps import Workshop


def workshop() -> Workshop:
    """The cache, with the layers of every box kept."""
    return Workshop(CACHE, _layers_of_boxes)


def _layers_of_boxes() -> frozenset[Path]:
    notes = BOXES.glob("*/box.json")
    return frozenset(Path(layer) for note in notes for layer in json.loads(note.read_text())["layers"])
