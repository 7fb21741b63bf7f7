"""A bad way to the phones: packets between the box and the phones' address are lost, late and uneven.

    with RoughLine(box.network) as line, Handsets(line.phones) as phones:
        line.loses(0.05); line.delays(0.08, uneven=0.04)

The kernel of a container's host may have no netem, so the phones move behind two tun devices, and this process is the
wire between them. It spoils RTP and nothing else: signalling goes through as it is, and so does RTCP but for the delay.
The address is the phones' usual one; it is back in the operator's namespace afterwards.
"""

from __future__ import annotations

import fcntl
import heapq
import itertools
import os
import random
import select
import struct
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import TypeVar

from pyroute2 import NetNS, netns

from images.network import PHONES_ADDRESS, PREFIX, Network
from images.phones import RTP

T = TypeVar("T")

_TUNSETIFF, _IFF_TUN, _IFF_NO_PI = 0x400454CA, 0x0001, 0x1000
_UDP = 17
_BOX_RTP = 10_000
"""Media ports begin here on both sides; SIP is below."""


class RoughLine:
    """The wire; use it as a context. Chances are shares, times seconds."""

    def __init__(self, network: Network) -> None:
        self._operator = network.operator
        self.phones = network.operator.removesuffix("-op") + "-far"
        """The namespace in which phones now are."""
        self._loss, self._delay, self._uneven = 0.0, 0.0, 0.0
        self._random = random.Random(5)  # noqa: S311 - the same losses in every run
        self._ended = threading.Event()
        self._threads: list[threading.Thread] = []
        self._wire: list[int] = []
        self.lost = self.carried = 0
        """RTP packets, both ways together."""

    def loses(self, share: float) -> None:
        """Lose this share of RTP from now on, each way, at random."""
        self._loss = share

    def delays(self, seconds: float, *, uneven: float = 0.0) -> None:
        """Delay media from now on, each way, and RTP by up to `uneven` more; nothing overtakes."""
        self._delay, self._uneven = seconds, uneven

    def __enter__(self) -> RoughLine:
        if self.phones in netns.listnetns():
            netns.remove(self.phones)
        netns.create(self.phones)
        near, far = _in(self._operator, lambda: _tun("near")), _in(self.phones, lambda: _tun("far"))
        self._wire = [near, far]
        with NetNS(self._operator) as here:
            here.addr("del", index=here.link_lookup(ifname="op0")[0], address=PHONES_ADDRESS, prefixlen=PREFIX)
            index = here.link_lookup(ifname="near")[0]
            here.link("set", index=index, state="up")
            here.route("add", dst=f"{PHONES_ADDRESS}/32", oif=index)
        _in(self._operator, _forward)
        with NetNS(self.phones) as there:
            there.link("set", index=there.link_lookup(ifname="lo")[0], state="up")
            index = there.link_lookup(ifname="far")[0]
            there.addr("add", index=index, address=PHONES_ADDRESS, prefixlen=32)
            there.link("set", index=index, state="up")
            there.route("add", dst="0.0.0.0/0", oif=index)
        for one, other in ((near, far), (far, near)):
            thread = threading.Thread(target=self._carry, args=(one, other), daemon=True)
            thread.start()
            self._threads.append(thread)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._ended.set()
        for thread in self._threads:
            thread.join()
        for device in self._wire:
            os.close(device)
        netns.remove(self.phones)
        with NetNS(self._operator) as here:
            here.addr("add", index=here.link_lookup(ifname="op0")[0], address=PHONES_ADDRESS, prefixlen=PREFIX)

    def _carry(self, one: int, other: int) -> None:
        waiting: list[tuple[float, int, bytes]] = []
        order, behind = itertools.count(), 0.0
        while not self._ended.is_set():
            pause = max(0.0, waiting[0][0] - time.monotonic()) if waiting else 0.1
            if select.select([one], [], [], pause)[0]:
                packet = os.read(one, 65536)
                due, lost = self._fate(packet)
                if not lost:
                    # What spoils one stream spoils the order of none: media waits for the media before it.
                    behind = max(behind, due) if due else 0.0
                    heapq.heappush(waiting, (behind or time.monotonic(), next(order), packet))
            while waiting and waiting[0][0] <= time.monotonic():
                os.write(other, heapq.heappop(waiting)[2])

    def _fate(self, packet: bytes) -> tuple[float, bool]:
        """When a packet is due (0: at once), and whether it is lost."""
        if packet[0] >> 4 != 4 or packet[9] != _UDP:
            return 0.0, False
        to = struct.unpack_from("!H", packet, 4 * (packet[0] & 15) + 2)[0]
        if to < _BOX_RTP:
            return 0.0, False
        due = time.monotonic() + self._delay
        if to % 2:  # RTCP has the odd port
            return due, False
        lost = self._random.random() < self._loss
        self.lost, self.carried = self.lost + lost, self.carried + (not lost)
        return due + self._random.random() * self._uneven, lost


assert RTP % 2 == 0, "the phones' RTP has even ports"


def _in(namespace: str, do: Callable[[], T]) -> T:
    """Do something in a namespace, on a thread of its own: this one stays where it is."""
    done: list[T] = []

    def there() -> None:
        netns.setns(namespace)
        done.append(do())

    thread = threading.Thread(target=there)
    thread.start()
    thread.join()
    return done[0]


def _tun(name: str) -> int:
    device = os.open("/dev/net/tun", os.O_RDWR)
    fcntl.ioctl(device, _TUNSETIFF, struct.pack("16sH14x", name.encode(), _IFF_TUN | _IFF_NO_PI))
    return device


def _forward() -> None:
    """The operator answers for the phones' address, and hands on what is for it."""
    for switch in ("ip_forward", "conf/op0/proxy_arp"):
        (Path("/proc/sys/net/ipv4") / switch).write_text("1")
