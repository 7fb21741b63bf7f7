"""One branch at one frozen moment: what the fake core tells."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from appliance.api import contract as c
from appliance.api import quality as q
from appliance.api.board import Board
from appliance.api.desk import Desk
from appliance.api.setup import RecoveryShown
from appliance.api.wire import Message
from appliance.site import document
from appliance.site.diff import Change, diff
from appliance.site.models import Language, Role
from appliance.site.problems import Problem
from tests.unit.tui import machine

NOW = 1795242725.0
"""Saturday 21 November 2026, 14:32:05 in Shanghai."""

RECOVERY = "kx7m-p2qd-w9ra-tz4h-bn6e"
NAMES = {
    "en": ("Li Na", "Wang Jianguo", "Zhang Wei", "Chen Jie", "Liu Yang", "Zhao Min", "Sun Lei", "Wu Fang", "Xu Qiang"),
    "zh": ("李娜", "王建国", "张伟", "陈洁", "刘洋", "赵敏", "孙磊", "吴芳", "徐强"),
}
LABELS = {
    "en": ("Carrier", "Head office", "Repair", "Billing"),
    "zh": ("运营商", "总部", "报修", "账务"),
}


def calls(count: int) -> tuple[c.LiveCall, ...]:
    """Calls in all states."""
    states = (c.CallState.TALKING, c.CallState.WAITING, c.CallState.RINGING, c.CallState.MENU)
    return tuple(_call(number, states[number % 4]) for number in range(count))


def _call(number: int, state: c.CallState) -> c.LiveCall:
    served = state in (c.CallState.TALKING, c.CallState.RINGING)
    queued = served or state is c.CallState.WAITING
    return c.LiveCall(
        linkedid=f"{1795242000 + number}.{number}",
        direction=c.Direction.OUT if number % 8 == 4 else c.Direction.IN,
        caller=f"1380577{2046 + number * 7:04}",
        called="96296",
        state=state,
        since=NOW - 95 - number * 13,
        state_since=NOW - 8 - number * 11,
        trunk="carrier" if number % 5 else "hq",
        menu="main",
        queue=("repair", "billing")[number % 2] if queued else None,
        agent=f"80{1 + number % 9:02}" if served else None,
    )


def live(language: str = "en", count: int = 14) -> c.Live:
    """The exchange now."""
    carrier, office, repair, billing = LABELS[language]
    up = calls(count)
    waiting = [call for call in up if call.state is c.CallState.WAITING]
    states = list(c.AgentState)
    return c.Live(
        linked=True,
        linked_since=NOW - 86400,
        as_of=NOW,
        calls=up,
        queues=tuple(
            c.LiveQueue(
                name=name,
                label=label,
                waiting=sum(call.queue == name for call in waiting),
                longest_since=min((call.state_since for call in waiting if call.queue == name), default=None),
                talking=sum(call.queue == name and call.state is c.CallState.TALKING for call in up),
                ready=2 if count else 5,
            )
            for name, label in (("repair", repair), ("billing", billing))
        ),
        agents=tuple(
            c.LiveAgent(number=f"80{1 + n:02}", name=name, state=states[n % 6], since=NOW - 17 - n * 61)
            for n, name in enumerate(NAMES[language])
        ),
        trunks=(
            c.LiveTrunk(
                name="carrier",
                label=carrier,
                state=c.TrunkState.UP,
                detail="12.3 ms",
                since=NOW - 400000,
                calls=sum(call.trunk == "carrier" for call in up),
            ),
            c.LiveTrunk(
                name="hq", label=office, state=c.TrunkState.DOWN, detail="Unreachable", since=NOW - 2040, calls=0
            ),
        ),
        phones_registered=12,
        phones_total=14,
    )


def box(*, alarms: bool = True) -> c.Box:
    """The machine now."""
    return c.Box(
        cpu=0.21,
        memory=0.38,
        disk=0.61,
        services=tuple(
            c.ServiceState(
                unit=f"{name}.service",
                active=name != "branchbox-recorder" or not alarms,
                state="running" if name != "branchbox-recorder" or not alarms else "failed",
                since=NOW - 7200,
            )
            for name in ("asterisk", "branchbox-core", "branchbox-health", "branchbox-host", "branchbox-recorder")
        ),
        alarms=(
            c.Alarm(
                key="trunk-hq",
                severity=c.Severity.CRITICAL,
                since=NOW - 2040,
                problem=Problem(
                    text="The box's service at {socket} does not answer. Calls go on; try again in a moment.",
                    args={"socket": "branchbox-recorder"},
                    original="Result: exit-code",
                ),
            ),
            c.Alarm(
                key="phone-8012",
                severity=c.Severity.WARNING,
                since=NOW - 720,
                problem=Problem(text="The service failed. Its journal says why."),
            ),
        )
        if alarms
        else (),
        as_of=NOW,
        version="0.1.0",
    )


def history(count: int = 60) -> tuple[c.Call, ...]:
    """Finished calls, newest first."""
    outcomes = list(c.Outcome)
    made = []
    for number in range(count):
        outcome = outcomes[number % len(outcomes)]
        answered = outcome is c.Outcome.ANSWERED
        queued = outcome in (c.Outcome.ANSWERED, c.Outcome.ABANDONED, c.Outcome.OVERFLOWED)
        started = NOW - 300 - number * 431.0
        made.append(
            c.Call(
                linkedid=f"{int(started)}.{number}",
                started=started,
                ended=started + 40 + number,
                direction=(c.Direction.IN, c.Direction.IN, c.Direction.OUT)[number % 3],
                caller=f"1390577{1188 + number * 3:04}",
                caller_name="",
                called="96296" if number % 3 != 2 else f"577888812{number % 100:02}",
                trunk="carrier",
                menu_path="main/1" if queued else "",
                queue=("repair", "billing")[number % 2] if queued else None,
                agent=f"80{1 + number % 9:02}" if answered else None,
                waited=11.0 + number if queued else None,
                talked=185.0 + number if answered else 0.0,
                held=12.0 if answered else 0.0,
                outcome=outcome,
                hangup_cause=16 if answered else 17,
                recordings=1 if answered else 0,
            )
        )
    return tuple(made)


def detail(call: c.Call) -> c.CallDetail:
    """The story of a finished call."""
    at = call.started
    return c.CallDetail(
        call=call,
        timeline=(
            c.TimelineEvent(at=at, what="arrived", detail=call.caller),
            c.TimelineEvent(at=at + 1, what="menu", detail="main"),
            c.TimelineEvent(at=at + 6, what="pressed", detail="main/1"),
            c.TimelineEvent(at=at + 7, what="joined", detail="repair"),
            c.TimelineEvent(at=at + 18, what="answered", detail="8003"),
            c.TimelineEvent(at=at + 203, what="hung-up", detail="caller"),
        ),
        legs=(
            c.Leg(
                channel="PJSIP/trunk-carrier-00000001",
                to_channel="PJSIP/8003-00000002",
                started=at,
                answered=at + 18,
                ended=at + 203,
                disposition="ANSWERED",
            ),
        ),
        quality=(
            leg(at + 203, "8003", "PJSIP/8003-00000002", mos=3.4, loss=0.052),
            leg(at + 203, "carrier", "PJSIP/trunk-carrier-00000001", mos=None, loss=None),
        ),
        recordings=(
            c.RecordingInfo(
                name=f"2026/11/21/{call.linkedid}-1.wav",
                started=at + 18,
                duration=185.0,
                size=5_920_044,
                sha256="9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
            ),
        ),
    )


def leg(at: float, party: str, channel: str, *, mos: float | None, loss: float | None) -> c.LegQuality:
    """How a leg sounded; without a loss, nobody reported any."""
    reported = loss is not None
    return c.LegQuality(
        at=at,
        channel=channel,
        party=party,
        trunk="trunk" in channel,
        codec="alaw",
        from_loss=0.002,
        from_jitter=0.0008,
        from_mos=4.4,
        to_loss=loss,
        to_jitter=0.021 if reported else None,
        to_mos=mos,
        round_trip=0.184 if reported else None,
        mos=mos if reported else 4.4,
    )


def quality(wanted: q.QualityPeriod, *, empty: bool) -> q.QualityReport:
    """Who sounds bad."""
    marks = (2.94, 3.42, 4.31, 4.38, None)
    parties = tuple(
        q.PartyQuality(
            party=("8012", "carrier", "8003", "hq", "8021")[number],
            trunk=number in (1, 3),
            legs=40 + number,
            known=0 if mos is None else 31 + number,
            mos=mos,
            worst=None if mos is None else mos - 0.9,
            bad=0 if mos is None else 12 - 4 * number if number < 3 else 0,
            from_loss=None if mos is None else (4.5 - mos) / 20,
            to_loss=None if mos is None else (4.5 - mos) / 15,
            from_jitter=None if mos is None else 0.0009 * 4**number,
            to_jitter=None if mos is None else 0.002,
            round_trip=None if mos is None or number == 3 else 0.184,
        )
        for number, mos in enumerate(marks)
    )
    days = tuple(
        q.DayQuality(
            begin=NOW - 52_325 - 86_400 * (wanted.days - 1 - day),
            legs=0 if empty or day == 1 else 300,
            known=0 if empty or day == 1 else 280,
            mos=None if empty or day == 1 else 4.4 - 0.2 * (day % 7),
            bad=0 if empty or day == 1 else 3 * day,
        )
        for day in range(wanted.days)
    )
    return q.QualityReport(parties=() if empty else parties, days=days)


def journal(count: int = 40) -> tuple[c.JournalLine, ...]:
    """Journal lines, newest first."""
    units = ("asterisk", "branchbox-core", "branchbox-health", "sshd")
    texts = (
        "Endpoint 8012 is now Unreachable",
        "ingest: 14 events, position 481223",
        "disk 61 %, forecast 84 days",
        "Accepted publickey for technician from 10.77.0.3",
    )
    return tuple(
        c.JournalLine(
            at=NOW - 3 - number * 17,
            unit=f"{units[number % 4]}.service",
            priority=(4, 6, 6, 6, 3)[number % 5],
            text=texts[number % 4],
        )
        for number in range(count)
    )


def operations(count: int = 30) -> tuple[c.Operation, ...]:
    """The operation log, newest first."""
    results = ("done", "done", "refused", "failed")
    methods = ("config/edit", "config/apply", "config/export", "config/confirm")
    return tuple(
        c.Operation(
            number=count - number,
            at=NOW - 60 - number * 900,
            by=("technician", "manager")[number % 3 == 2],
            role=("technician", "manager")[number % 3 == 2],
            method=methods[number % 4],
            detail="ring longer" if number % 4 == 1 else "",
            result=results[number % 4],
            hash=f"{number:064x}",
        )
        for number in range(count)
    )


def today() -> c.Today:
    """A busy day so far."""
    return c.Today(
        offered=312, answered=289, abandoned=23, in_service_level=0.862, average_wait=11.4, average_talk=185.0
    )


@dataclass
class World:
    """Everything that the fake core knows; tests change it."""

    language: str = "en"
    role: Role = Role.TECHNICIAN
    live: c.Live = field(default_factory=live)
    desk: Desk | None = None
    """The desk of the person at the terminal, who is its agent."""
    board: Board | None = None
    """What a supervisor sees; None while it is on its way."""
    today: c.Today = field(default_factory=today)
    box: c.Box | None = field(default_factory=box)
    running: str = ""
    candidate: str = ""
    revision: int = 41
    pending: int | None = None
    deadline: float | None = None
    move: c.Move | None = None
    calls: tuple[c.Call, ...] = field(default_factory=history)
    journal: tuple[c.JournalLine, ...] = field(default_factory=journal)
    operations: tuple[c.Operation, ...] = field(default_factory=operations)
    plan_problems: tuple[Problem, ...] = ()
    asked: list[tuple[str, object]] = field(default_factory=list)
    """Every method called, with what it was given."""
    refuse: set[str] = field(default_factory=set)
    """Methods that this person's role may not use."""
    slow: float = 0.0
    """Seconds before any answer."""
    audit_broken_at: int | None = None
    restart: c.Restart | None = None
    answers: dict[str, Callable[[Any], Message]] = field(default_factory=machine.answers)
    """Answers by method's name, for methods that the script has not."""

    def __post_init__(self) -> None:
        self.running = self.running or document.example(self.language)
        self.candidate = self.candidate or self.running

    @property
    def me(self) -> c.Me:
        """The person at the terminal."""
        return c.Me(
            login="technician",
            name={"en": "Technician", "zh": "技术员"}[self.language],
            role=self.role,
            language=Language(self.language),
            site_name={"en": "Wenzhou North", "zh": "温州北"}[self.language],
            site_code="WZN",
            time_zone="Asia/Shanghai",
            agent=self.desk.agent.number if self.desk else None,
        )

    def changes(self) -> tuple[Change, ...]:
        """What the candidate changes."""
        before, _none = document.parse(self.running)
        after, _problems = document.parse(self.candidate)
        return diff(before, after) if before and after else ()

    @property
    def config(self) -> c.ConfigState:
        """Which revision is in force."""
        changes = len(self.changes())
        return c.ConfigState(
            revision=self.revision,
            pending=self.pending,
            reverts_to=self.revision - 1 if self.pending else None,
            deadline=self.deadline,
            move=self.move if self.pending else None,
            candidate_changes=changes,
            candidate_by="technician" if changes else None,
        )


def empty(language: str = "en") -> World:
    """A branch on its first morning: nothing has happened."""
    quiet = live(language, 0)
    return World(
        language=language,
        live=quiet.model_copy(update={"queues": (), "agents": (), "trunks": (), "phones_registered": 0}),
        today=c.Today(offered=0, answered=0, abandoned=0, in_service_level=None, average_wait=None, average_talk=None),
        box=box(alarms=False),
        calls=(),
        journal=(),
        operations=(),
    )


def world(language: str = "en") -> World:
    """A branch on a normal afternoon."""
    made = World(language=language, live=live(language))
    made.answers["recovery/new"] = lambda _: RecoveryShown(password=RECOVERY)
    return made


def full(language: str = "en") -> World:
    """More of everything than fits."""
    many = live(language, 60)
    queue = many.queues[0]
    queues = tuple(queue.model_copy(update={"name": f"queue{n}", "label": f"{queue.label} {n}"}) for n in range(12))
    agents = tuple(
        many.agents[0].model_copy(update={"number": str(8001 + n), "name": NAMES[language][n % 9]}) for n in range(60)
    )
    trunk = many.trunks[0]
    trunks = tuple(trunk.model_copy(update={"name": f"sip{n}", "label": f"{trunk.label} {n}"}) for n in range(30))
    alarm = box().alarms
    return World(
        language=language,
        live=many.model_copy(update={"queues": queues, "agents": agents, "trunks": trunks}),
        box=box().model_copy(update={"alarms": alarm * 6}),
        calls=history(250),
    )
