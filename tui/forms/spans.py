"""Lines by cards: E1 with ISDN, and analogue exchange lines."""

from __future__ import annotations

from typing import Any

from appliance.site.models import (
    AnalogueTrunk,
    CallerIdBy,
    Clock,
    E1Trunk,
    Hunting,
    LineCode,
    NumberType,
    Side,
    Switch,
)
from tui.forms.fields import Field, Form, named, one_of, switch, text
from tui.i18n import N_


def read_wholes(said: str) -> tuple[int | str, ...]:
    """`1, 2` as numbers; what is none goes to the models as it is, which say so."""
    pieces = (piece.strip() for piece in said.split(","))
    return tuple(int(piece) if piece.isdigit() else piece for piece in pieces if piece)


def show_wholes(value: Any) -> str:
    """The way back."""
    return ", ".join(str(number) for number in value or ())


E1_TRUNKS = Form(
    "e1_trunk",
    "e1_trunks",
    E1Trunk,
    "name",
    N_("E1 trunks"),
    (
        text("name", help=N_("Small letters, digits, - and _.")),
        text("label", help=N_("What people read on screens and in reports.")),
        Field(
            ("ports",),
            N_("E1 ports, counted as the box finds them, with commas; several hunt together."),
            show=show_wholes,
            read=read_wholes,
        ),
        text("channels", help=N_("Time slots that carry calls: 1-15,17-31; fewer for a fractional E1.")),
        one_of("line_code", values=tuple(LineCode), help=N_("As the carrier says; almost always HDB3.")),
        switch("crc4", help=N_("As the carrier says; both ends must agree.")),
        one_of("clock", values=tuple(Clock), help=N_("From the line at a carrier; from the box for a PBX behind us.")),
        one_of("side", values=tuple(Side), help=N_("Customer at a carrier; network towards a PBX behind us.")),
        one_of("switch", values=tuple(Switch), help=N_("As the carrier says; EuroISDN in China and Europe.")),
        one_of("called_type", values=tuple(NumberType), help=N_("As the carrier says; unknown fits most.")),
        one_of("calling_type", values=tuple(NumberType), help=N_("As the carrier says; unknown fits most.")),
        switch("overlap_in", help=N_("The carrier sends a number digit by digit.")),
        switch("overlap_out", help=N_("A number that the carrier finds too short may go on.")),
        text(
            "number", needed=False, help=N_("Sent for phones without a number of their own, as the carrier writes it.")
        ),
        switch("sends_number", help=N_("No: the carrier shows the line's own number.")),
        one_of(
            "hunting", values=tuple(Hunting), help=N_("Which free channel a call out takes: not the carrier's way.")
        ),
        switch("echo_canceller", help=N_("No, where the card or the carrier cancels echo.")),
    ),
    ("label", "ports"),
    {
        "ports": (1,),
        "channels": "1-15,17-31",
        "line_code": LineCode.HDB3,
        "crc4": True,
        "clock": Clock.LINE,
        "side": Side.CPE,
        "switch": Switch.EUROISDN,
        "called_type": NumberType.UNKNOWN,
        "calling_type": NumberType.UNKNOWN,
        "sends_number": True,
        "hunting": Hunting.DESCENDING,
        "echo_canceller": True,
    },
)

ANALOGUE_TRUNKS = Form(
    "analogue_trunk",
    "analogue_trunks",
    AnalogueTrunk,
    "name",
    N_("Analogue trunks"),
    (
        text("name", help=N_("Small letters, digits, - and _.")),
        text("label", help=N_("What people read on screens and in reports.")),
        Field(
            ("channels",),
            N_("Channels of exchange lines (FXO), as the box counts them, with commas."),
            show=show_wholes,
            read=read_wholes,
        ),
        named("number", collection="dids", key="number", help=N_("The number whose calls come in here.")),
        one_of("caller_id", values=tuple(CallerIdBy), help=N_("How the line tells who calls; FSK of Bell in China.")),
        switch("polarity", help=N_("The carrier turns the poles when a call is answered and when it ends.")),
        one_of("hunting", values=tuple(Hunting), help=N_("Which free channel a call out takes.")),
    ),
    ("label", "number"),
    {"caller_id": CallerIdBy.BELL, "hunting": Hunting.DESCENDING},
)
