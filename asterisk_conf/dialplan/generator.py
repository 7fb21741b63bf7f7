"""extensions.conf: [general] and all contexts."""

from __future__ import annotations

from collections.abc import Iterator

from asterisk_conf.dialplan import (
    agents,
    callback,
    closures,
    drills,
    gate,
    hours,
    incoming,
    inside,
    menus,
    numbers,
    power,
    quality,
    recording,
    routes,
    studio,
    supervise,
    survey,
    transfer,
    waiting,
    wrapup,
)
from asterisk_conf.generator import Generator, Source
from asterisk_conf.syntax import Option, Section, section


def sections(source: Source) -> Iterator[Section]:
    """In the order in which a call of the outside meets them."""
    yield section(
        "general",
        Option("static", "yes"),
        Option("writeprotect", "yes", "the dialplan is the document's"),
        Option("autofallthrough", "yes", "a call that runs out of steps ends"),
        Option("clearglobalvars", "yes"),
    )
    yield Section("globals", tuple(inside.lamps(source.document)))
    for part in (
        *(
            incoming,
            hours,
            closures,
            menus,
            waiting,
            survey,
            callback,
            inside,
            numbers,
            routes,
            power,
            transfer,
            recording,
            quality,
        ),
        *(agents, wrapup, supervise, studio, drills, gate),
    ):
        yield from part.contexts(source.document)


GENERATOR = Generator("extensions.conf", "dialplan reload", sections)
