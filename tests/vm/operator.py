"""The carrier's end of E1 lines: a second exchange in the same machine, behind DAHDI's local spans.

`dynamic=loc` joins two spans in the kernel; everything above them is what real lines have: DAHDI's channels, Q.921 and
Q.931 on the D-channel, chan_dahdi. The operator has directories of its own and is the network's side of ISDN.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from images.audit.booted import Booted
from images.run import die, poll

HOME = "/run/operator"
PORTS = 1
"""E1 ports of the box; the operator's spans come behind them."""
SLOTS, D_SLOT = 31, 16
BUSY, UNALLOCATED, REJECTED = "17", "1", "21"

_SPANS = """\
dynamic=loc,1:0,31,0
dynamic=loc,1:1,31,0
bchan=32-46,48-62
dchan=47
alaw=1-62
"""
"""Of dahdi_cfg: both spans, and the channels of the operator's. The box's own are for the box to set up."""

_FILES = {
    "asterisk.conf": f"""\
[directories]
astetcdir = {HOME}/etc
astdatadir = /usr/share/asterisk
astvarlibdir = {HOME}/var
astdbdir = {HOME}/var
astkeydir = {HOME}/var
astspooldir = {HOME}/spool
astrundir = {HOME}/run
astlogdir = {HOME}/log
[options]
systemname = OPERATOR
""",
    "modules.conf": "[modules]\nautoload = no\n"
    + "".join(
        f"load = {name}.so\n"
        for name in (
            "res_timing_timerfd",
            "codec_alaw",
            "codec_ulaw",
            "codec_a_mu",
            "bridge_simple",
            "pbx_config",
            "app_dial",
            "app_verbose",
            "func_callerid",
            "func_channel",
            "func_cut",
            "func_db",
            "func_strings",
            "res_clioriginate",
            "chan_dahdi",
        )
    ),
    "logger.conf": "[general]\n[logfiles]\nmessages.log = notice,warning,error\n",
    "chan_dahdi.conf": """\
[channels]
switchtype = euroisdn
pridialplan = unknown
prilocaldialplan = unknown
overlapdial = outgoing
usecallerid = yes
callerid = asreceived
echocancel = no
priindication = outofband
resetinterval = never
group = 1
context = from-box
signalling = pri_net
channel => 32-46,48-62
""",
    # Numbers that end so are answered otherwise: 7 busy, 1 not allocated, else answered and held.
    "extensions.conf": """\
[from-box]
exten => _X.,1,Set(DB(came/${UNIQUEID})=${EXTEN} ${CALLERID(num)})
 same => n,GotoIf($["${EXTEN:-2}" = "17"]?busy)
 same => n,GotoIf($["${EXTEN:-2}" = "01"]?nobody)
 same => n,Answer
 same => n,Wait(3600)
 same => n(busy),Hangup(17)
 same => n(nobody),Hangup(1)
[calls]
exten => _X.,1,Set(CALLERID(num)=${CUT(EXTEN,*,1)})
 same => n,Answer
 same => n,Dial(DAHDI/g1/${CUT(EXTEN,*,2)},60,g)
 same => n,Set(DB(ended/${EXTEN})=${HANGUPCAUSE} ${DIALSTATUS})
exten => h,1,NoOp
""",
}


class Operator:
    """The carrier's exchange in a machine that runs the image."""

    def __init__(self, box: Booted) -> None:
        self._box = box

    def begin(self) -> None:
        """Make the lines, then start the exchange at their far end. Raises Failure."""
        self._box.run(["modprobe", "-a", "dahdi", "dahdi_dynamic", "dahdi_dynamic_loc"])
        folders = [f"{HOME}/{name}" for name in ("etc", "var", "spool", "run", "log")]
        self._box.run(["mkdir", "-p", *folders])
        self._write(f"{HOME}/spans.conf", _SPANS)
        self._box.run(["dahdi_cfg", "-c", f"{HOME}/spans.conf"])
        for name, text in _FILES.items():
            self._write(f"{HOME}/etc/{name}", text)
        self.start()

    def start(self) -> None:
        """Start the exchange."""
        self._box.run(["asterisk", "-C", f"{HOME}/etc/asterisk.conf"])
        self.ask("core waitfullybooted")

    def stop(self) -> None:
        """Stop it at once: the far end of the line is dead."""
        self.ask("core stop now")

    def ask(self, command: str) -> str:
        """An answer of its command line."""
        return self._box.run(["asterisk", "-C", f"{HOME}/etc/asterisk.conf", "-rx", command]).out

    def call(self, caller: str, number: str) -> None:
        """A subscriber calls a number of the branch; the call stays up until the branch ends it, or `hang_up`."""
        self.ask(f"channel originate Local/{caller}*{number}@calls application Wait 3600")

    def hang_up(self) -> None:
        """All subscribers hang up."""
        self.ask("channel request hangup all")

    def up(self) -> int:
        """Calls that are up on its lines, answered."""
        return len(re.findall(r"^DAHDI/.*!Up!", self.ask("core show channels concise"), re.MULTILINE))

    def came(self) -> list[tuple[str, str]]:
        """Calls that came from the branch: number, caller's number."""
        return [(number, caller) for _key, (number, caller) in self._rows("came")]

    def ended(self) -> dict[str, tuple[str, str]]:
        """Calls to the branch that are over, by CALLER*NUMBER: cause (ITU-T Q.850), Dial's word."""
        return {key: (cause, word) for key, (cause, word) in self._rows("ended")}

    def _rows(self, family: str) -> Sequence[tuple[str, tuple[str, str]]]:
        found = re.findall(rf"^/{family}/(\S+)\s*: (\S+) ?(\S*)", self.ask(f"database show {family}"), re.MULTILINE)
        return [(key, (first, second)) for key, first, second in found]

    def waits_for_line(self, seconds: float = 60) -> None:
        """Until the D-channel is up. Raises Failure."""
        if not poll(lambda: "Up, Active" in self.ask("pri show spans"), seconds=seconds, every=1):
            lines = self._box.run(["cat", "/proc/dahdi/1", "/proc/dahdi/2"], check=False).out
            die(f"The D-channel does not come up: {self.ask('pri show spans')}\n{lines}")

    def _write(self, path: str, text: str) -> None:
        self._box.run(["tee", path], stdin=text)
