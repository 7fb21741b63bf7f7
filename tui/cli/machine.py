"""`branchbox update ...` and `branchbox power ...`: versions, restarting, switching off, starting over."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from appliance.site.problems import BranchboxError, Problem
from tui.cli.context import Context, Exit, command
from tui.format import size
from tui.i18n import _, n_, say_all
from tui.restarts import CHOICES, said
from tui.updatefacts import Fact, checked_facts, facts, progress_rate, progress_words, slot_words

if TYPE_CHECKING:
    from appliance.api.power import PowerState
    from appliance.api.updates import Checked, Source, UpdateState


def add(commands: Any) -> None:
    """Add both families to the command line."""
    update = commands.add_parser("update", help=_("versions: which runs, install, start, go back"))
    verbs = update.add_subparsers(required=True, metavar=_("COMMAND"))
    command(verbs, "state", _("which versions are on the box, and how far an installation is"), show_update)
    _source(command(verbs, "check", _("look into an update; nothing is written"), check))
    install = command(verbs, "install", _("install an update while calls go on; nothing is switched"), install_update)
    _source(install)
    _why(install)
    command(verbs, "cancel", _("end an installation in the middle"), cancel_update)
    _when(command(verbs, "start", _("restart into the update that was installed"), start_update))
    _when(command(verbs, "rollback", _("restart into the other system"), roll_back))
    command(verbs, "read", _("end the alarm of an update that did not work"), acknowledge)

    power = commands.add_parser("power", help=_("restart, switch off, start over"))
    verbs = power.add_subparsers(required=True, metavar=_("COMMAND"))
    command(verbs, "state", _("what is about to stop the box"), show_power)
    _when(command(verbs, "reboot", _("restart the box"), reboot))
    _when(command(verbs, "off", _("switch the box off"), off))
    command(verbs, "cancel", _("let the box go on"), cancel_power)
    reset = command(verbs, "reset", _("start over as from the factory"), reset_box)
    reset.add_argument("--code", required=True, help=_("the branch's code, to be sure"))
    reset.add_argument("--lose-recordings", action="store_true", help=_("recordings and history go too"))
    _when(reset)


def _source(verb: Any) -> None:
    verb.add_argument(
        "source", help=_("STICK/FILE as branchbox sees them (sdb1/branchbox-1.5.0.raucb), or https://...")
    )


def _why(verb: Any) -> None:
    verb.add_argument("--why", required=True, help=_("the reason, for the log"))


def _when(verb: Any) -> None:
    _why(verb)
    words = "; ".join(f"{choice.name}: {_(choice.words)}" for choice in CHOICES)
    verb.add_argument("--when", choices=[choice.name for choice in CHOICES], default="calls", help=words)


# --- updates -------------------------------------------------------------------------------


async def show_update(context: Context, _said: argparse.Namespace) -> int:
    """Both systems and what is on its way."""
    from appliance.api.updates import UPDATE_STATE
    from appliance.api.wire import Empty

    return _update(context, await context.ask(UPDATE_STATE, Empty()))


async def check(context: Context, said: argparse.Namespace) -> int:
    """Look into an update."""
    from appliance.api.updates import UPDATE_CHECK

    checked = await context.ask(UPDATE_CHECK, _source_of(said.source))
    context.show(checked, lambda: _checked(checked))
    return Exit.PROBLEMS if checked.problems else Exit.DONE


async def install_update(context: Context, said: argparse.Namespace) -> int:
    """Begin to install."""
    from appliance.api.updates import UPDATE_INSTALL, Install

    return _update(context, await context.ask(UPDATE_INSTALL, Install(source=_source_of(said.source), why=said.why)))


async def cancel_update(context: Context, _said: argparse.Namespace) -> int:
    """End an installation."""
    from appliance.api.updates import UPDATE_CANCEL
    from appliance.api.wire import Empty

    return _update(context, await context.ask(UPDATE_CANCEL, Empty()))


async def start_update(context: Context, said: argparse.Namespace) -> int:
    """Go over to the update."""
    from appliance.api.updates import UPDATE_ACTIVATE

    return await _restart(context, UPDATE_ACTIVATE, said)


async def roll_back(context: Context, said: argparse.Namespace) -> int:
    """Go over to the other system."""
    from appliance.api.updates import UPDATE_ROLLBACK

    return await _restart(context, UPDATE_ROLLBACK, said)


async def acknowledge(context: Context, _said: argparse.Namespace) -> int:
    """The alarm has been read."""
    from appliance.api.updates import UPDATE_ACKNOWLEDGE
    from appliance.api.wire import Empty

    return _update(context, await context.ask(UPDATE_ACKNOWLEDGE, Empty()))


# --- power ---------------------------------------------------------------------------------


async def show_power(context: Context, _said: argparse.Namespace) -> int:
    """What waits."""
    from appliance.api.power import POWER_STATE
    from appliance.api.wire import Empty

    return _power(context, await context.ask(POWER_STATE, Empty()))


async def reboot(context: Context, said: argparse.Namespace) -> int:
    """Restart."""
    from appliance.api.power import POWER_REBOOT

    return await _restart(context, POWER_REBOOT, said)


async def off(context: Context, said: argparse.Namespace) -> int:
    """Switch off."""
    from appliance.api.power import POWER_OFF

    return await _restart(context, POWER_OFF, said)


async def cancel_power(context: Context, _said: argparse.Namespace) -> int:
    """Let the box go on."""
    from appliance.api.contract import Why
    from appliance.api.power import POWER_CANCEL

    return _power(context, await context.ask(POWER_CANCEL, Why()))


async def reset_box(context: Context, said: argparse.Namespace) -> int:
    """Start over."""
    from appliance.api.power import POWER_RESET, FactoryReset

    wanted = FactoryReset(
        code=said.code, keep_recordings=not said.lose_recordings, why=said.why, **_moment_of(context, said.when)
    )
    return _power(context, await context.ask(POWER_RESET, wanted))


# --- within --------------------------------------------------------------------------------


def _source_of(words: str) -> Source:
    """What a person wrote as a source. Raises BranchboxError."""
    from pydantic import ValidationError

    from appliance.api.updates import Source

    stick, _slash, file = words.partition("/")
    try:
        return Source(url=words) if "://" in words else Source(stick=stick, file=file or None)
    except ValidationError:
        text = "{source} is no update: write STICK/FILE, as in sdb1/branchbox-1.5.0.raucb, or an https address."
        raise BranchboxError(Problem(text=text, args={"source": words})) from None


def _moment_of(context: Context, name: str) -> dict[str, Any]:
    when = next(choice for choice in CHOICES if choice.name == name).of(context.now, context.zone)
    return {"wait": when.wait, "begin": when.begin, "anyway": when.anyway}


async def _restart(context: Context, method: Any, said: argparse.Namespace) -> int:
    from appliance.api.power import PowerRequest

    return _power(context, await context.ask(method, PowerRequest(why=said.why, **_moment_of(context, said.when))))


def _update(context: Context, state: UpdateState) -> int:
    def words() -> Iterable[str]:
        if not state.slots:
            yield _("version {version}").format(version=state.version)
        for slot in state.slots:
            heading = _("RUNS") if slot.running else _("OTHER")
            yield f"{heading}: {slot_words(slot, state, context.zone, context.now)}"
        if state.progress is not None:
            share = f"{state.progress.share:.0%}".replace("%", " %")
            yield f"{progress_words(state.progress)}  {share}  {progress_rate(state.progress)}".rstrip()
        yield from map(_fact, facts(state, context.zone, context.now))

    context.show(state, words)
    return Exit.PROBLEMS if state.unable or state.fell_back else Exit.DONE


def _checked(checked: Checked) -> Iterable[str]:
    if checked.description:
        yield f"{checked.description}  {checked.build}  {size(checked.size)}"
    yield from map(_fact, checked_facts(checked))


def _power(context: Context, state: PowerState) -> int:
    def words() -> Iterable[str]:
        if state.pending is None:
            yield _("Nothing waits: the box goes on.")
        else:
            yield said(state.pending, state.calls, context.now, context.zone)
        if state.calls:
            yield n_("{n} call is up.", "{n} calls are up.", state.calls)
        if state.given_up is not None:
            yield say_all(state.given_up)

    context.show(state, words)
    return Exit.PROBLEMS if state.given_up else Exit.DONE


def _fact(fact: Fact) -> str:
    return fact.words + (f" [{fact.original}]" if fact.original else "")
