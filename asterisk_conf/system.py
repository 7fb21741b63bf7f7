"""The small files: music, RTP ports, logger, indications, and what Asterisk asks for."""

from __future__ import annotations

from collections.abc import Iterator

from asterisk_conf.generator import Generator, Source
from asterisk_conf.syntax import Option, Section, section


def music(_source: Source) -> Iterator[Section]:
    """One class, from Debian's free music."""
    yield section("general")
    yield section("default", ("mode", "files"), ("directory", "moh"), ("sort", "random"))


def rtp(source: Source) -> Iterator[Section]:
    """The port range of the site document."""
    network = source.document.network
    yield section(
        "general",
        ("rtpstart", network.rtp_first),
        ("rtpend", network.rtp_last),
        Option("strictrtp", "yes", "audio from one address only"),
        Option("icesupport", "no"),
    )


def logger(_source: Source) -> Iterator[Section]:
    """Warnings and worse to `messages.log`, refused logins to `security.log`, no console."""
    yield section(
        "general",
        ("dateformat", "%F %T.%3q"),
        ("appendhostname", False),
        ("queue_log", True),
        Option("rotatestrategy", "rotate"),
    )
    yield section("logfiles", ("messages.log", "notice,warning,error"), ("security.log", "security"))


def indications(_source: Source) -> Iterator[Section]:
    """Tones of China's network (GF 002-9002)."""
    yield section("general", ("country", "cn"))
    yield section(
        "cn",
        ("description", "China"),
        ("ringcadence", "1000,4000"),
        ("dial", "450"),
        ("busy", "450/350,0/350"),
        ("ring", "450/1000,0/4000"),
        ("congestion", "450/700,0/700"),
        ("callwaiting", "450/400,0/4000"),
        ("dialrecall", "450"),
        ("record", "950/400,0/10000"),
        ("info", "450/100,0/100,450/100,0/100,450/100,0/100,450/400,0/400"),
        ("stutter", "450+425"),
    )


def nothing(_source: Source) -> Iterator[Section]:
    """Asterisk's core asks for this file too, and takes no section in it but named rules."""
    return iter(())


def empty(_source: Source) -> Iterator[Section]:
    """Asterisk's core asks for this file and warns when it is missing; its defaults suit us."""
    yield section("general")


def stack(_source: Source) -> Iterator[Section]:
    """PJPROJECT's own log stays silent: Asterisk says what matters."""
    yield section("startup", ("type", "startup"), ("log_level", 0))


GENERATORS = (
    Generator("acl.conf", None, nothing),
    Generator("ccss.conf", None, empty),
    Generator("udptl.conf", None, empty),
    Generator("pjproject.conf", None, stack),
    Generator("pjsip_notify.conf", "module reload res_pjsip_notify.so", nothing),
    Generator("musiconhold.conf", "moh reload", music),
    Generator("rtp.conf", "module reload res_rtp_asterisk.so", rtp),
    Generator("logger.conf", "logger reload", logger),
    Generator("indications.conf", "module reload indications", indications),
)
