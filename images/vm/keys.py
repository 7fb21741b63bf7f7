"""Text as presses of a US keyboard, in QEMU's names of keys (qapi/ui.json, QKeyCode)."""

from __future__ import annotations

from images.run import die

PLAIN = {
    " ": "spc", "\n": "ret", "\t": "tab", "-": "minus", "=": "equal", "[": "bracket_left", "]": "bracket_right",
    "\\": "backslash", ";": "semicolon", "'": "apostrophe", "`": "grave_accent", ",": "comma", ".": "dot", "/": "slash",
}  # fmt: skip
SHIFTED = dict(zip('~!@#$%^&*()_+{}|:"<>?', "`1234567890-=[]\\;',./", strict=True))
NAMED = {
    "Enter": "ret", "Esc": "esc", "Tab": "tab", "Up": "up", "Down": "down", "Left": "left", "Right": "right",
    "Home": "home", "End": "end", "PageUp": "pgup", "PageDown": "pgdn", "Backspace": "backspace", "Delete": "delete",
    "Space": "spc", "Ctrl": "ctrl", "Alt": "alt", "Shift": "shift", **{f"F{n}": f"f{n}" for n in range(1, 13)},
}  # fmt: skip
"""The keys that have a name on a keyboard."""

Chord = tuple[str, ...]
"""Keys that are held together."""


def typed(text: str) -> list[Chord]:
    """The presses that write a text. Raises Failure for what a US keyboard has no key for."""
    return [_of(character) for character in text]


def named(press: str) -> Chord:
    """The press of a key by its name: `F2`, `Shift+Tab`, `Ctrl+p`."""
    *held, last = press.split("+") if press != "+" else [press]
    return (*(NAMED[each] for each in held), *((NAMED[last],) if last in NAMED else _of(last)))


def _of(character: str) -> Chord:
    if character.isascii() and character.isalnum():
        return ("shift", character.lower()) if character.isupper() else (character,)
    if character in PLAIN:
        return (PLAIN[character],)
    if character in SHIFTED:
        base = SHIFTED[character]
        return ("shift", PLAIN.get(base, base))
    die(f"A US keyboard has no key for {character!r}.")
