"""A UPS at the end of a serial line, as a cheap one is: Megatec's protocol, no charge told, an order to cut.

Follows the Megatec protocol as NUT's driver nutdrv_qx speaks it (docs of NUT: "Megatec protocol information").
"""

from __future__ import annotations

import socket
import threading
from pathlib import Path
from types import TracebackType
from typing import Self

from images.run import die, poll

MAINS, BATTERY, LOW = "00001000", "10001000", "11001000"
"""The eight bits of its state: utility fails, battery low, on bypass, has failed, is a standby one, tests, goes off,
beeps."""
RATINGS = "#220.0 003 024.0 50.0"
NAME = f"#{'SANTAK':15} {'TG-BOX 850':10} {'1.0':10}"
AGAIN = 0.2
"""Seconds until a machine that is off is looked for again."""


class SerialUps:
    """Answers at the line for as long as the block lasts, whether the machine is on or off."""

    def __init__(self, line: Path) -> None:
        self._line = line
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self.state = MAINS
        self.asked = 0
        """Questions that it was asked."""
        self.orders: list[str] = []
        """What it was told to do, but for tests and questions."""

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._ended.set()
        self._thread.join()

    def wait_order(self, seconds: float) -> str:
        """The order to cut the load: after how many minutes, and when to give power again. Raises Failure."""
        if not poll(lambda: any(order.startswith("S") for order in self.orders), seconds=seconds):
            die(f"The UPS was not told to cut the load after {seconds:g} s; it heard {self.orders}.")
        return next(order for order in self.orders if order.startswith("S"))

    def _serve(self) -> None:
        while not self._ended.wait(AGAIN):
            with socket.socket(socket.AF_UNIX) as line:
                try:
                    line.connect(str(self._line))
                except OSError:
                    continue
                line.settimeout(AGAIN)
                self._talk(line)

    def _talk(self, line: socket.socket) -> None:
        heard = b""
        while not self._ended.is_set():
            try:
                more = line.recv(256)
            except TimeoutError:
                continue
            except OSError:
                return
            if not more:
                return
            *asked, heard = (heard + more).split(b"\r")
            for each in asked:
                try:
                    line.sendall(self._answer(each.decode("ascii", "replace").strip("\n\0")).encode())
                except OSError:
                    return

    def _answer(self, asked: str) -> str:
        self.asked += 1
        if asked == "Q1":
            volts, charged = ("000.0", "22.4") if self.state == LOW else ("221.0", "27.0")
            return f"({volts} 221.0 221.0 018 50.0 {charged} 25.0 {self.state}\r"
        if asked == "F":
            return RATINGS + "\r"
        if asked == "I":
            return NAME + "\r"
        if asked[:1] in {"S", "C", "T"}:
            self.orders.append(asked)
            return ""
        return asked + "\r"
