"""The carrier's end of an E1 line: a second exchange in the same machine, behind a cable that can be pulled.

`dynamic=eth` (TDMoE) carries a span in Ethernet frames, here over a veth pair: everything above is what a real line
has, alarms, DAHDI's channels, Q.921 and Q.931 on the D-channel, chan_dahdi. The operator has directories of its own and
is the network's side of ISDN.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from images.run import Result, die, poll

HOME = "/run/operator"
BOX_END, FAR_END = "e1box", "e1far"
"""The cable's two ends."""
CHANNELS = 30
"""Calls that a line carries at once."""

_CABLE = f"""\
ip link add {BOX_END} type veth peer name {FAR_END}
ip link set {BOX_END} up
ip link set {FAR_END} up
modprobe -a dahdi dahdi_dynamic dahdi_dynamic_eth
mkdir -p {HOME}/etc {HOME}/var {HOME}/spool/outgoing {HOME}/calls {HOME}/run {HOME}/log
cat >{HOME}/spans.conf <<end
dynamic=eth,{BOX_END}/$(cat /sys/class/net/{FAR_END}/address)/0,31,0
dynamic=eth,{FAR_END}/$(cat /sys/class/net/{BOX_END}/address)/0,31,0
bchan=32-46,48-62
dchan=47
alaw=1-62
end
dahdi_cfg -c {HOME}/spans.conf
"""
"""Both spans, and the channels of the operator's. The box's own are for the box to set up."""

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
            "pbx_spool",
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
    # Numbers that end so are answered otherwise: 17 busy, 01 not allocated, else answered and held.
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
 same => n,Set(DB(placed/${EXTEN})=here)
 same => n,Dial(DAHDI/g1/${CUT(EXTEN,*,2)},60,g)
 same => n,Set(DB(ended/${EXTEN})=${HANGUPCAUSE} ${DIALSTATUS})
[stay]
exten => s,1,Answer
 same => n,Wait(3600)
""",
}

_CALL = """\
cat >{home}/calls/{caller} <<end
Channel: Local/{caller}*{number}@calls
Context: stay
Extension: s
Priority: 1
end
"""
"""Shell: a file that makes Asterisk place a call (pbx_spool)."""


class Operator:
    """The carrier's exchange in a machine that runs the image; `sh` is root's shell there."""

    def __init__(self, run: Callable[..., Result]) -> None:
        self._run = run

    def begin(self) -> None:
        """Lay the cable, make the spans at its ends, then start the exchange at the far one. Raises Failure."""
        self._run(["sh", "-e"], stdin=_CABLE)
        for name, text in _FILES.items():
            self._run(["tee", f"{HOME}/etc/{name}"], stdin=text)
        self._run(["asterisk", "-C", f"{HOME}/etc/asterisk.conf"])
        # The program goes to the background before its command line is there.
        told = ["asterisk", "-C", f"{HOME}/etc/asterisk.conf", "-rx", "core waitfullybooted"]
        if not poll(lambda: not self._run(told, check=False).code, seconds=120, every=2):
            log = self._run(["cat", f"{HOME}/log/messages.log"], check=False).out
            die(f"The operator's exchange did not start.\n{log}")

    def ask(self, command: str) -> str:
        """An answer of its command line."""
        return self._run(["asterisk", "-C", f"{HOME}/etc/asterisk.conf", "-rx", command]).out

    def cable_in(self, connected: bool) -> None:
        """Plug the line's cable in or out at the carrier's end."""
        self._run(["ip", "link", "set", FAR_END, "up" if connected else "down"])

    def call(self, number: str, *callers: str) -> None:
        """Subscribers call a number of the branch; each call stays up until the branch ends it, or `hang_up`."""
        # By files that Asterisk takes all at once: on an emulated processor each start of its command line is a second.
        files = "".join(_CALL.format(home=HOME, caller=caller, number=number) for caller in callers)
        self._run(["sh", "-e"], stdin=f"{files}mv {HOME}/calls/* {HOME}/spool/outgoing/\n")

    def hang_up(self) -> None:
        """All subscribers hang up."""
        self.ask("channel request hangup all")

    def up(self) -> int:
        """Calls that are up on its lines, answered."""
        return len(re.findall(r"^DAHDI/.*!Up!", self.ask("core show channels concise"), re.MULTILINE))

    def came(self) -> list[tuple[str, str]]:
        """Calls that came from the branch: number, caller's number."""
        return [(number, caller) for _, number, caller in self._rows("came")]

    def placed(self) -> list[str]:
        """The callers of all calls to the branch that were begun."""
        return [key.partition("*")[0] for key, _, _ in self._rows("placed")]

    def ended(self) -> dict[str, str]:
        """Calls to the branch that the branch ended, by CALLER*NUMBER: their cause (ITU-T Q.850)."""
        return {key: cause for key, cause, _ in self._rows("ended")}

    def _rows(self, family: str) -> list[tuple[str, str, str]]:
        said = self.ask(f"database show {family}")
        return re.findall(rf"^/{family}/(\S+)\s*: (\S+) ?(\S*)", said, re.MULTILINE)

    def waits_for_line(self, seconds: float = 60) -> None:
        """Until the D-channel is up. Raises Failure."""
        if not poll(lambda: "Up, Active" in self.ask("pri show spans"), seconds=seconds, every=1):
            lines = self._run(["head", "-n1", "/proc/dahdi/1", "/proc/dahdi/2"], check=False).out
            die(f"The D-channel does not come up: {self.ask('pri show spans')}\n{lines}")
