"""A small Asterisk: it walks a rendered extensions.conf as pbx.c does, step by step, with a caller at the other end.

Written from Asterisk's source (main/pbx.c, main/pbx_builtins.c, main/ast_expr2.y), not from
our generators: how priorities follow each other, when a key is enough, what `i` and `t` are, that a call which runs out
of steps ends (autofallthrough). An application or function that it does not know is an error: nothing is skipped.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from tests.unit.asterisk_conf.reading import Dialplan, Step

Act = str
"""What a caller does when listened to: a key, `SILENT`, or `HANG_UP`."""
SILENT, HANG_UP = "silent", "hang-up"
LINKEDID = "T-1.1"
"""The call's."""


Place = tuple[str, str, int]
"""Context, extension, step."""


class Heard(NamedTuple):
    """One thing that happened: what (`sound`, `mark`, `listen`, `key`, `talk`, `originate`, `hangup`, `end`)
    and its text."""

    what: str
    text: str


def presses(*acts: Act) -> Callable[[], Act]:
    left = iter(acts)
    return lambda: next(left, SILENT)


class LeftSilent(AssertionError):
    """The dialplan ended under a caller, jumped to where nothing is, or went on without an end."""


@dataclass(frozen=True)
class World:
    """What Asterisk asks that is not in the dialplan."""

    db: Mapping[str, str] = field(default_factory=dict)
    is_open: bool = True
    """What every GotoIfTime of an hours subroutine finds."""
    contacts: str = "sip:phone"
    dead: frozenset[str] = frozenset()
    """Trunks' endpoints that are known not to answer."""
    ends: Mapping[str, tuple[str, int]] = field(default_factory=dict)
    """By trunk's endpoint: what Dial says of a call there, and the hangup cause."""
    dial_status: str = "ANSWER"
    queue_status: str = ""
    """Empty: an agent answers and the talk ends the call."""
    number: str = "13805772046"
    """The caller's, as the line gave it."""
    keys: Mapping[str, str] = field(default_factory=dict)
    """By queue: the context of the keys that work while one waits (queues.conf)."""
    waiting: Mapping[str, tuple[tuple[int, int], ...]] = field(default_factory=dict)
    """By queue: who waits, first in line first: since when and how important."""
    ready: str = "0"
    """How many members of a queue are free."""
    sounds: Callable[[str, str], bool] = lambda _name, _language: True


@dataclass
class Walk:
    """One call on its way through; `heard` is what came of it."""

    plan: Dialplan
    world: World
    caller: Callable[[], Act]
    heard: list[Heard] = field(default_factory=list)
    variables: dict[str, str] = field(default_factory=dict)
    language: str = "en"
    stack: list[tuple[Place, dict[str, str]]] = field(default_factory=list)
    """Where each subroutine returns to, and the variables that it hides meanwhile."""
    db: dict[str, str] = field(default_factory=dict)
    steps: int = 0
    shared: dict[str, str] = field(default_factory=dict)
    """SHARED() of the caller's channel."""

    def __post_init__(self) -> None:
        self.variables.setdefault("EPOCH", "1795298063")
        self.db.update(self.world.db)

    def run(self, context: str, extension: str = "s", most: int = 20_000) -> list[Heard]:
        """From here until the call has ended. Raises LeftSilent."""
        place: tuple[str, str, int] | None = (context, extension, 0)
        while place is not None:
            self.steps += 1
            if self.steps > most:
                raise LeftSilent(f"no end after {most} steps, now at {place}")
            place = self._step(*place)
        return self.heard

    def _step(self, context: str, extension: str, at: int) -> tuple[str, str, int] | None:
        walk = self.found(context, extension)
        if walk is None:
            raise LeftSilent(f"there is no {extension} in {context}")
        self.variables["EXTEN"] = extension
        if at >= len(walk):
            raise LeftSilent(f"{context},{extension} ends under the caller")
        step = walk[at]
        following = (context, extension, at + 1)
        apply = _APPLICATIONS.get(step.application)
        if apply is None:
            raise LeftSilent(f"nobody has said what {step.application} does")
        return apply(self, step, following)

    # --- what steps are made of ------------------------------------------------------------

    def said(self, text: str) -> str:
        """A step's arguments with everything put in."""
        return _compiled(text)(self)

    def target(self, said: str, here: tuple[str, str, int]) -> tuple[str, str, int]:
        """Where `[[context,]extension,]priority` is, as ast_parseable_goto reads it."""
        parts = said.split(",")
        context = parts[-3] if len(parts) > 2 else here[0]
        extension = parts[-2] if len(parts) > 1 else here[1]
        walk = self.found(context, extension)
        if walk is None:
            raise LeftSilent(f"a jump to {said} from {here}, where nothing is")
        if parts[-1].isdigit():
            return context, extension, int(parts[-1]) - 1
        at = next((place for place, step in enumerate(walk) if step.label == parts[-1]), None)
        if at is None:
            raise LeftSilent(f"a jump to the label {said} from {here}, which is not there")
        return context, extension, at

    def found(self, context: str, extension: str) -> list[Step] | None:
        """An extension's steps: its own, else those of the closest pattern that fits (main/pbx.c, ext_cmp)."""
        known = self.plan.get(context, {})
        if extension in known:
            return known[extension]
        fitting = [name for name in known if name.startswith("_") and _pattern(name)[0].fullmatch(extension)]
        return known[min(fitting, key=lambda name: _pattern(name)[1])] if fitting else None

    def play(self, names: str) -> None:
        for name in names.split("&"):
            if not self.world.sounds(name, self.language):
                raise LeftSilent(f"there is no sound {name} in {self.language}")
            self.heard.append(Heard("sound", name))

    def listen(self) -> Act:
        act = self.caller()
        self.heard.append(Heard("listen", act))
        return act

    def end(self, why: str) -> tuple[str, str, int] | None:
        self.heard.append(Heard("end", why))
        return None

    def digits(self, context: str, first: str) -> str | None:
        """pbx.c's collect_digits: the next key while a longer extension would still fit; None: hung up."""
        entered = first
        while any(len(name) > len(entered) and name.startswith(entered) for name in self.plan[context]):
            act = self.listen()
            if act == HANG_UP:
                return None
            if act == SILENT:
                break
            entered += act
        return entered

    def keyed(self, context: str, first: str) -> tuple[str, str, int] | None:
        entered = self.digits(context, first)
        if entered is None:
            return self.end("caller")
        if entered in self.plan[context]:
            return context, entered, 0
        if "i" not in self.plan[context]:
            raise LeftSilent(f"{entered} is no extension of {context}, which has no i")
        self.variables["INVALID_EXTEN"] = entered
        return context, "i", 0


Applied = Place | None


def _goto(walk: Walk, step: Step, after: Place) -> Applied:
    return walk.target(walk.said(step.arguments), after)


def _goto_if(walk: Walk, step: Step, after: Place) -> Applied:
    condition, _, branches = walk.said(step.arguments).partition("?")
    yes, _, no = branches.partition(":")
    branch = yes if _true(condition) else no
    return walk.target(branch, after) if branch else after


def _goto_if_time(walk: Walk, step: Step, after: Place) -> Applied:
    _, _, branch = step.arguments.partition("?")
    return walk.target(branch, after) if walk.world.is_open else after


def _gosub(walk: Walk, step: Step, after: Place) -> Applied:
    return _call(walk, walk.said(step.arguments), after)


def _gosub_if(walk: Walk, step: Step, after: Place) -> Applied:
    condition, _, branch = walk.said(step.arguments).partition("?")
    return _call(walk, branch, after) if _true(condition) else after


def _call(walk: Walk, said: str, after: Place) -> Applied:
    if len(walk.stack) > 20:
        raise LeftSilent("subroutines without an end")
    target, _, arguments = said.removesuffix(")").partition("(")
    hidden: dict[str, str] = {}
    walk.stack.append((after, hidden))
    for place, argument in enumerate(arguments.split(",") if arguments else (), 1):
        hidden.setdefault(f"ARG{place}", walk.variables.get(f"ARG{place}", ""))
        walk.variables[f"ARG{place}"] = argument
    return walk.target(target, after)


def _return(walk: Walk, step: Step, _after: Place) -> Applied:
    if not walk.stack:
        raise LeftSilent("Return without a Gosub")
    walk.variables["GOSUB_RETVAL"] = walk.said(step.arguments)
    back, hidden = walk.stack.pop()
    walk.variables.update(hidden)
    return back


def _set(walk: Walk, step: Step, after: Place) -> Applied:
    name, _, value = walk.said(step.arguments).partition("=")
    function, _, argument = name.removesuffix(")").partition("(")
    match function:
        case "CHANNEL" if argument == "language":
            walk.language = value
        case "LOCAL":
            walk.stack[-1][1].setdefault(argument, walk.variables.get(argument, ""))
            walk.variables[argument] = value
        case "DB":
            walk.db[argument] = value
        case "DB_DELETE":
            walk.db.pop(argument, None)
        case "SHARED":
            walk.shared[argument.partition(",")[0]] = value
        case "TIMEOUT" | "CALLERID" | "CHANNEL":
            pass
        case _:
            walk.variables[name.lstrip("_")] = value
    return after


def _sound(walk: Walk, step: Step, after: Place) -> Applied:
    what, *options = walk.said(step.arguments).split(",")
    if options == ["say"]:
        walk.heard.append(Heard("sound", what))
    else:
        walk.play(what)
    walk.variables["PLAYBACKSTATUS"] = "SUCCESS"
    return after


def _background(walk: Walk, step: Step, after: Place) -> Applied:
    walk.play(walk.said(step.arguments))
    act = walk.listen()
    if act == HANG_UP:
        return walk.end("caller")
    return after if act == SILENT else walk.keyed(after[0], act)


def _wait_exten(walk: Walk, _step: Step, after: Place) -> Applied:
    act = walk.listen()
    if act == HANG_UP:
        return walk.end("caller")
    if act != SILENT:
        return walk.keyed(after[0], act)
    if len(walk.plan[after[0]][after[1]]) > after[2]:
        return after  # "Timeout, continuing": there is a next priority
    if "t" not in walk.plan[after[0]]:
        raise LeftSilent(f"silence in {after[0]}, which has no t")
    return after[0], "t", 0


def _mark(walk: Walk, step: Step, after: Place) -> Applied:
    walk.heard.append(Heard("mark", walk.said(step.arguments)))
    return after


def _dial(walk: Walk, step: Step, after: Place) -> Applied:
    said = walk.said(step.arguments)
    walk.heard.append(Heard("talk", said))
    trunk = re.search(r"trunk-[a-z0-9_-]+|DAHDI/[gGr][0-9]+", said.split(",")[0])
    status, cause = walk.world.ends.get(trunk[0] if trunk else "", (walk.world.dial_status, 0))
    walk.variables["DIALSTATUS"], walk.variables["HANGUPCAUSE"] = status, str(cause or "")
    return walk.end("talk") if status == "ANSWER" else after


_PRESSED = 6
"""Keys that somebody presses while waiting before the queue's word comes."""


def _queue(walk: Walk, step: Step, after: Place) -> Applied:
    said = walk.said(step.arguments)
    walk.heard.append(Heard("talk", said))
    keys = walk.world.keys.get(said.split(",")[0])
    for _round in range(_PRESSED if keys else 0):
        act = walk.listen()
        if act == HANG_UP:
            return walk.end("caller")
        if act == SILENT:
            break
        if keys and act in walk.plan[keys]:
            return keys, act, 0
        walk.heard.append(Heard("talk", said))
    walk.variables["QUEUESTATUS"] = walk.world.queue_status
    # Option c: the caller stays when the agent has hung up.
    if not walk.world.queue_status and "c" in walk.said(step.arguments).split(",")[1]:
        walk.variables["QUEUESTATUS"] = "CONTINUE"
        return after
    return after if walk.world.queue_status else walk.end("talk")


def _read(walk: Walk, step: Step, after: Place) -> Applied:
    """app_read: each attempt says the files and takes keys until enough, `#` or silence; ends when the caller goes."""
    said = (*walk.said(step.arguments).split(","), "", "", "", "", "")
    name, sound, most, attempts = said[0], said[1], int(said[2] or 255), int(said[4] or 1)
    entered = ""
    for _attempt in range(attempts):
        if sound:
            walk.play(sound)
        while len(entered) < most:
            act = walk.listen()
            if act == HANG_UP:
                return walk.end("caller")
            if act in (SILENT, "#"):
                break
            entered += act
            walk.heard.append(Heard("key", act))
        if entered:
            break
    walk.variables[name] = entered
    return after


def _record(walk: Walk, step: Step, after: Place) -> Applied:
    """app_record: until a key, silence is no end here; the file is there afterwards."""
    walk.heard.append(Heard("record", walk.said(step.arguments).split(",")[0]))
    return walk.end("caller") if walk.listen() == HANG_UP else after


def _originate(walk: Walk, step: Step, after: Place) -> Applied:
    walk.heard.append(Heard("originate", walk.said(step.arguments)))
    return after


def _soft_hangup(walk: Walk, step: Step, after: Place) -> Applied:
    walk.heard.append(Heard("hangup", walk.said(step.arguments)))
    return after


def _talk(walk: Walk, step: Step, after: Place) -> Applied:
    walk.heard.append(Heard("talk", step.application))
    return after


def _digits(walk: Walk, step: Step, after: Place) -> Applied:
    walk.heard.append(Heard("digits", walk.said(step.arguments)))
    return after


def _hang_up(walk: Walk, _step: Step, _after: Place) -> Applied:
    return walk.end("box")


def _nothing(_walk: Walk, _step: Step, after: Place) -> Applied:
    return after


_APPLICATIONS: dict[str, Callable[[Walk, Step, Place], Applied]] = {
    "Goto": _goto,
    "GotoIf": _goto_if,
    "GotoIfTime": _goto_if_time,
    "Gosub": _gosub,
    "GosubIf": _gosub_if,
    "Read": _read,
    "Originate": _originate,
    "Return": _return,
    "Set": _set,
    "Playback": _sound,
    "Background": _background,
    "WaitExten": _wait_exten,
    "CELGenUserEvent": _mark,
    "Dial": _dial,
    "Queue": _queue,
    "Record": _record,
    "VoiceMail": _talk,
    "Echo": _talk,
    "SendDTMF": _digits,
    "Wait": _nothing,
    "WaitForNoise": _nothing,
    "Busy": _hang_up,
    "SoftHangup": _soft_hangup,
    "Hangup": _hang_up,
    "Answer": _nothing,
    "Progress": _nothing,
    "NoOp": _nothing,
    "MixMonitor": _nothing,
    "StopMixMonitor": _nothing,
    "UserEvent": _nothing,
}


# --- ${...} and $[...] -------------------------------------------------------------------------

Said = Callable[[Walk], str]
_KNOWN: dict[str, Said] = {}


def _compiled(text: str) -> Said:
    known = _KNOWN.get(text)
    if known is None:
        known = _KNOWN[text] = _parse(text)
    return known


def _parse(text: str) -> Said:
    """pbx_substitute_variables: plain text, `${...}` and `$[...]`, each may stand in the other."""
    if "$" not in text:
        return lambda _walk: text
    parts: list[Said] = []
    at = 0
    while at < len(text):
        if text.startswith(("${", "$["), at):
            inner, at_end = _inside(text, at + 1)
            parts.append(_value(inner) if text[at + 1] == "{" else _expression(inner))
            at = at_end
        else:
            end = min((place for place in (text.find("${", at), text.find("$[", at)) if place >= 0), default=len(text))
            parts.append(_constant(text[at:end]))
            at = end
    return lambda walk: "".join(part(walk) for part in parts)


def _constant(text: str) -> Said:
    return lambda _walk: text


def _inside(text: str, at: int) -> tuple[str, int]:
    opening, closing = text[at], {"{": "}", "[": "]"}[text[at]]
    depth = 0
    for place in range(at, len(text)):
        depth += (text[place] == opening) - (text[place] == closing)
        if depth == 0:
            return text[at + 1 : place], place + 1
    raise LeftSilent(f"a bracket is never closed: {text}")


_FUNCTION = re.compile(r"(?P<name>[A-Z_]+)\((?P<arguments>.*)\)")


def _value(inner: str) -> Said:
    called = _FUNCTION.fullmatch(inner)
    if called is None:
        name, _, first = inner.partition(":")
        start, _, length = first.partition(":")
        begin, end = int(start or 0), int(start or 0) + int(length) if length else None
        said = _parse(name)
        return lambda walk: walk.variables.get(said(walk), "")[begin:end]
    function = _FUNCTIONS.get(called["name"])
    if function is None:
        raise LeftSilent(f"nobody has said what {called['name']}() is")
    arguments = _parse(called["arguments"])
    return lambda walk: function(walk, arguments(walk))


def _filter(_walk: Walk, arguments: str) -> str:
    allowed, _, text = arguments.partition(",")
    return re.sub(f"[^{re.escape(allowed).replace('-', '-').replace(chr(92) + '-', '-')}]", "", text)


_FUNCTIONS: dict[str, Callable[[Walk, str], str]] = {
    "DB": lambda walk, key: walk.db.get(key, ""),
    "DB_EXISTS": lambda walk, key: "1" if key in walk.db else "0",
    "CUT": lambda walk, arguments: _cut(walk, *arguments.split(",")),
    "CALLERID": lambda walk, _what: walk.world.number,
    "DIALPLAN_EXISTS": lambda walk, where: "1" if walk.found(*where.split(",")[:2]) else "0",
    "QUEUE_MEMBER": lambda walk, _what: walk.world.ready,
    "QUEUE_WAITING_COUNT": lambda walk, queue: str(len(walk.world.waiting.get(queue, ()))),
    "QUEUE_GET_CHANNEL": lambda _walk, at: f"PJSIP/{at.replace(',', '/')}",
    "IMPORT": lambda walk, what: _import(walk, *what.split(",")),
    "FILTER": _filter,
    "IF": lambda _walk, arguments: _if(arguments),
    "SHARED": lambda walk, name: walk.shared.get(name, ""),
    "CHANNEL": lambda walk, what: {"language": walk.language, "linkedid": LINKEDID}[what],
    "STRFTIME": lambda _walk, _arguments: "20260101",
    "PJSIP_DIAL_CONTACTS": lambda walk, number: "" if number in walk.world.dead else walk.world.contacts,
}


def _if(arguments: str) -> str:
    """func_logic.c: `CONDITION?TRUE:FALSE`; the condition is true unless it is nothing or 0."""
    condition, _, either = arguments.partition("?")
    true, _, false = either.partition(":")
    return true if condition not in {"", "0"} else false


def _cut(walk: Walk, variable: str, delimiter: str, place: str) -> str:
    parts = walk.variables.get(variable, "").split(delimiter)
    return parts[int(place) - 1] if len(parts) >= int(place) else ""


def _import(walk: Walk, channel: str, variable: str) -> str:
    queue, at = channel.removeprefix("PJSIP/").split("/")
    since, priority = walk.world.waiting[queue][int(at) - 1]
    return {"BB_SINCE": str(since), "QUEUE_PRIO": str(priority) if priority else ""}[variable]


_SETS = {"X": "0-9", "Z": "1-9", "N": "2-9"}
_SIZES = {"X": 10, "Z": 9, "N": 8, "!": 1000, ".": 999}


@functools.cache
def _pattern(name: str) -> tuple[re.Pattern[str], tuple[int, ...]]:
    """What an extension's pattern fits, and its rank: the place-wise narrower one is closer."""
    said, sizes = "", []
    for piece in re.findall(r"\[[^]]+\]|.", name[1:]):
        if piece in _SETS:
            said += f"[{_SETS[piece]}]"
        elif piece == "!":
            said += ".*"
        elif piece == ".":
            said += ".+"
        else:
            said += piece if piece.startswith("[") else re.escape(piece)
        sizes.append(_SIZES.get(piece, len(re.sub(r"(.)-(.)", "ab", piece)) if piece.startswith("[") else 1))
    return re.compile(said), tuple(sizes)


_OPERATORS = ("|", "&", "=", "!=", "<=", ">=", "<", ">", "+", "-")
_TOKEN = re.compile(r'\s*("[^"]*"|!=|<=|>=|[|&=<>+-]|[^\s|&=<>!+-]+)')


def _expression(inner: str) -> Said:
    text = _parse(inner)
    return lambda walk: _evaluated(text(walk))


_RESULTS: dict[str, str] = {}


def _evaluated(text: str) -> str:
    known = _RESULTS.get(text)
    if known is None:
        tokens = [found[1] for found in _TOKEN.finditer(text)]
        assert "".join(tokens) == re.sub(r'\s+(?=(?:[^"]*"[^"]*")*[^"]*$)', "", text), text
        known = _RESULTS[text] = _weakest(tokens)
    return known


def _weakest(tokens: list[str]) -> str:
    """ast_expr2's precedence: `|`, `&`, comparisons, sums; all from the left."""
    for level in (("|",), ("&",), ("=", "!=", "<", ">", "<=", ">="), ("+", "-")):
        for place in range(len(tokens) - 1, 0, -1):
            if tokens[place] in level:
                return _operated(tokens[place], _weakest(tokens[:place]), _weakest(tokens[place + 1 :]))
    assert len(tokens) == 1, tokens
    return tokens[0]


def _operated(operator: str, left: str, right: str) -> str:
    match operator:
        case "|":
            return left if _true(left) else right
        case "&":
            return left if _true(left) and _true(right) else "0"
        case "+":
            return str(int(left) + int(right))
        case "-":
            return str(int(left) - int(right))
    a, b = left.strip('"'), right.strip('"')
    one, other = (int(a), int(b)) if a.isdigit() and b.isdigit() else (a, b)
    results = {
        "=": one == other,
        "!=": one != other,
        "<": one < other,  # type: ignore[operator]  # both numbers or both texts
        ">": one > other,  # type: ignore[operator]  # the same
        "<=": one <= other,  # type: ignore[operator]  # the same
        ">=": one >= other,  # type: ignore[operator]  # the same
    }
    return "1" if results[operator] else "0"


def _true(said: str) -> bool:
    """pbx_checkcondition: nothing and 0 are false."""
    return said.strip().strip('"') not in {"", "0"}
