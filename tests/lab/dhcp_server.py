"""A DHCP server of one address for one link (RFC 2131), at the operator's: LINK SERVER ADDRESS ROUTER."""

from __future__ import annotations

import socket
import struct
import sys

DISCOVER, OFFER, REQUEST, ACK = 1, 2, 3, 5
COOKIE = b"\x63\x82\x53\x63"
SECONDS = 600


def options(packet: bytes) -> dict[int, bytes]:
    found, at = {}, 240
    while at < len(packet) and packet[at] != 255:
        if packet[at] == 0:
            at += 1
            continue
        length = packet[at + 1]
        found[packet[at]] = packet[at + 2 : at + 2 + length]
        at += 2 + length
    return found


def answer(packet: bytes, kind: int, server: bytes, address: bytes, router: bytes) -> bytes:
    head = struct.pack("!BBBB4sHH", 2, 1, 6, 0, packet[4:8], 0, 0x8000)
    head += bytes(4) + address + server + bytes(4) + packet[28:44] + bytes(192) + COOKIE
    given = {
        53: bytes([kind]),
        54: server,
        51: struct.pack("!I", SECONDS),
        1: socket.inet_aton("255.255.255.0"),
        3: router,
        6: router,
    }
    return head + b"".join(bytes([code, len(value)]) + value for code, value in given.items()) + b"\xff"


def main() -> None:
    link, server, address, router = sys.argv[1], *map(socket.inet_aton, sys.argv[2:5])
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as door:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, link.encode())
        door.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        door.bind(("", 67))
        while True:
            packet = door.recv(2048)
            asked = options(packet).get(53, b"\0")[0]
            if asked in {DISCOVER, REQUEST}:
                kind = OFFER if asked == DISCOVER else ACK
                door.sendto(answer(packet, kind, server, address, router), ("255.255.255.255", 68))


if __name__ == "__main__":
    main()
