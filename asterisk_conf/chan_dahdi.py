"""chan_dahdi.conf: lines by cards, one section for each trunk. Absent on a box without any."""

from __future__ import annotations

from collections.abc import Iterator

from appliance.site.exchange import from_trunk
from appliance.site.models import AnalogueTrunk, CallerIdBy, E1Trunk, Side
from appliance.site.models.spans import first_channel
from asterisk_conf.dialplan.trunks import groups
from asterisk_conf.generator import Generator, Source
from asterisk_conf.syntax import Option, Section, section

FILE = "chan_dahdi.conf"
_OVERLAP = {(False, False): "no", (True, False): "incoming", (False, True): "outgoing", (True, True): "both"}


def sections(source: Source) -> Iterator[Section]:
    """What holds for all lines, then each trunk."""
    document = source.document
    # A trial start must not take the lines from the live exchange.
    if not source.lines or not (document.e1_trunks or document.analogue_trunks):
        return
    of_trunk = groups(document)
    yield section(
        "channels",
        Option("reportalarms", "spans", "one alarm for a line, not thirty"),
        ("usecallerid", True),
        ("callerid", "asreceived"),
        Option("restrictcid", "no"),
        Option("usecallingpres", "yes", "whoever hides the number stays hidden"),
        Option("resetinterval", "never", "some carriers drop calls at a RESTART"),
        Option("priindication", "outofband", "busy and refused are causes, not tones"),
        Option("faxdetect", "no"),
        Option("mohinterpret", "default"),
    )
    for e1 in document.e1_trunks:
        yield _e1(e1, of_trunk[e1.name])
    for analogue in document.analogue_trunks:
        yield _analogue(analogue, of_trunk[analogue.name])


def _e1(trunk: E1Trunk, group: int) -> Section:
    return section(
        f"trunk-{trunk.name}",
        ("context", from_trunk(trunk.name)),
        ("signalling", "pri_cpe" if trunk.side is Side.CPE else "pri_net"),
        ("switchtype", trunk.switch),
        ("pridialplan", trunk.called_type),
        ("prilocaldialplan", trunk.calling_type),
        ("overlapdial", _OVERLAP[trunk.overlap_in, trunk.overlap_out]),
        *(() if trunk.sends_number else (("hidecallerid", True),)),
        ("echocancel", trunk.echo_canceller),
        ("group", group),
        ("dahdichan", ",".join(channels(trunk, port) for port in trunk.ports)),
        of=f"E1 trunk {trunk.name}",
    )


def channels(trunk: E1Trunk, port: int) -> str:
    """A port's channels that carry calls, by DAHDI's numbers: `32-46,48-62`."""
    first = first_channel(port)
    return spans_of(first + slot - 1 for slot in trunk.slots)


def spans_of(numbers: Iterator[int]) -> str:
    """Numbers in order as ranges: 1, 2, 3, 7 -> `1-3,7`."""
    ranges: list[list[int]] = []
    for number in numbers:
        if ranges and ranges[-1][1] == number - 1:
            ranges[-1][1] = number
        else:
            ranges.append([number, number])
    return ",".join(str(first) if first == last else f"{first}-{last}" for first, last in ranges)


def _analogue(trunk: AnalogueTrunk, group: int) -> Section:
    by_number = trunk.caller_id is not CallerIdBy.NONE
    return section(
        f"trunk-{trunk.name}",
        ("context", from_trunk(trunk.name)),
        Option("signalling", "fxs_ks", "an FXO port is signalled to as a phone is"),
        ("usecallerid", by_number),
        *((("cidsignalling", trunk.caller_id),) if by_number else ()),
        # A DTMF caller id comes before the first ring, announced by a change of poles.
        *((("cidstart", "polarity" if trunk.caller_id is CallerIdBy.DTMF else "ring"),) if by_number else ()),
        ("answeronpolarityswitch", trunk.polarity),
        ("hanguponpolarityswitch", trunk.polarity),
        Option("busydetect", "yes" if not trunk.polarity else "no", "the busy tone is how such a line says goodbye"),
        ("echocancel", True),
        ("group", group),
        ("dahdichan", ",".join(map(str, trunk.channels))),
        of=f"analogue trunk {trunk.name}",
    )


GENERATOR = Generator(FILE, None, sections, optional=True)
