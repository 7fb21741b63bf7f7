"""What a phone code asks before it does something: a PIN, three times at most."""

from __future__ import annotations

from pydantic import SecretStr

from appliance.site.problems import BranchboxError, Problem
from asterisk_conf.dialplan.steps import Expression, Step, do

KEY_SECONDS = 10
_TRIES = 3
_ASK = "branchbox/code-pin"
_WRONG = "branchbox/wrong-pin"


def extension(name: str, pin: SecretStr, of: str) -> tuple[str, tuple[Step, ...]]:
    """The extension that knows a PIN; the plan that people read masks it (`provisioning.plan`).

    Raises BranchboxError, naming the object `of` the document, when it is not digits.
    """
    digits = pin.get_secret_value()
    if not (digits.isascii() and digits.isdigit()):
        raise BranchboxError(
            Problem(text="The PIN cannot be written into Asterisk's configuration: use digits only.", where=of)
        )
    return f"pin-{name}", (do("Return", digits),)


def ask(here: str, name: str) -> tuple[Step, ...]:
    """Answer and go on, at the label `known`, only with the PIN that the context `here` knows by `name`.

    It is no argument of a step, because CEL writes those down.
    """
    return (
        do("Answer"),
        do("Gosub", here, f"pin-{name}", 1),
        do("Read", "BB_PIN", _ASK, 10, "", 1, KEY_SECONDS, label="pin"),
        do("GotoIf", Expression('$["${BB_PIN}" = "${GOSUB_RETVAL}"]?known')),
        do("Set", Expression("BB_TRIES=$[0${BB_TRIES} + 1]")),
        do("Playback", _WRONG),
        do("GotoIf", Expression(f"$[${{BB_TRIES}} < {_TRIES}]?pin")),
        do("Hangup"),
        do("NoOp", label="known"),
    )
