"""cdr.conf, cdr_custom.conf, cel.conf, cel_custom.conf: history as CSV that outlives everything.

Fields by Asterisk's advanced mappings (configs/samples/cel_custom.conf.sample): no dialplan
functions at run time, which is a third of the work of a recorded event.
"""

from __future__ import annotations

from collections.abc import Iterator

from appliance.site.exchange import CDR_COLUMNS, CEL_COLUMNS
from asterisk_conf.generator import Generator, Source
from asterisk_conf.syntax import Option, Section, section

CDR_TIMES = frozenset({"start", "answer", "end"})

CEL_EVENTS = (
    "CHAN_START",
    "CHAN_END",
    "ANSWER",
    "HANGUP",
    "APP_START",
    "APP_END",
    "BRIDGE_ENTER",
    "BRIDGE_EXIT",
    "BLINDTRANSFER",
    "ATTENDEDTRANSFER",
    "PARK_START",
    "PARK_END",
    "FORWARD",
    "LINKEDID_END",
    # CEL has no event for hold: hold shows only as music that begins in the middle of a talk.
    # The price is two lines for each piece of queue music and for each prompt.
    "STREAM_BEGIN",
    "STREAM_END",
    "USER_DEFINED",
)
CEL_APPLICATIONS = ("dial", "queue", "voicemail")


def cdr(source: Source) -> Iterator[Section]:
    """Every leg leaves a record, answered or not."""
    yield section(
        "general",
        ("enable", True),
        Option("unanswered", "yes", "abandoned and refused calls count"),
        Option("congestion", "yes"),
        Option("batch", "no", "a power cut loses nothing that has ended"),
    )


def cdr_custom(source: Source) -> Iterator[Section]:
    """`exchange.CDR_COLUMNS`, all quoted, times as epoch seconds."""
    fields = [f"{column}(double)" if column in CDR_TIMES else column for column in CDR_COLUMNS]
    yield _csv(source.directories.cdr_csv.name, fields)


def cel(source: Source) -> Iterator[Section]:
    """The events that a call's story is folded from; times as epoch seconds with microseconds."""
    yield section(
        "general",
        ("enable", True),
        ("apps", ",".join(CEL_APPLICATIONS)),
        ("events", ",".join(CEL_EVENTS)),
    )


def cel_custom(source: Source) -> Iterator[Section]:
    """`exchange.CEL_COLUMNS`, all quoted."""
    yield _csv(source.directories.cel_csv.name, CEL_COLUMNS)


def _csv(file: str, fields: tuple[str, ...] | list[str]) -> Section:
    return section(
        file,
        ("format", "dsv"),
        ("separator_character", ","),
        ("quote_character", '"'),
        ("quote_escape_character", '"'),
        ("quoting_method", "all"),
        ("fields", ",".join(fields)),
    )


GENERATORS = (
    Generator("cdr.conf", "module reload cdr", cdr),
    Generator("cdr_custom.conf", "module reload cdr_custom.so", cdr_custom),
    Generator("cel.conf", "module reload cel", cel),
    Generator("cel_custom.conf", "module reload cel_custom.so", cel_custom),
)
