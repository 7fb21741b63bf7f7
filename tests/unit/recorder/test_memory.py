"""The recorder stays small: decision 0004."""

from __future__ import annotations

import subprocess
import sys


def test_the_recorder_loads_neither_pydantic_nor_aiohttp() -> None:
    program = (
        "import sys, appliance.recorder.watch, appliance.recorder.core_link;"
        "print(sorted({'pydantic', 'aiohttp', 'asyncio'} & set(sys.modules)))"
    )
    loaded = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)  # noqa: S603 - our own interpreter and text

    assert loaded.stdout == "[]\n"
