"""Every text of ours that people may read, found in the code.

Texts are literals in `_()`, `N_()` and `n_()`, the sentences of modules that make problems or checks, and the
words of `appliance.site.labels`.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from appliance.site import labels

ROOT = Path(__file__).parent.parent.parent
PACKAGES = ("appliance", "asterisk_conf", "provisioning", "tui")
MARKS = frozenset({"_", "N_"})
SAYERS = frozenset({"Problem", "Fault", "Level", "Check"})
SAID = frozenset({"text", "title", "why", "todo"})
"""Calls, and their arguments that people read."""
_SQL = frozenset({"CREATE", "DELETE", "INSERT", "SELECT", "UPDATE", "ALTER", "PRAGMA"})


def texts() -> set[str]:
    """All of them."""
    found: set[str] = set()
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            found.update(of_source(path.read_text(encoding="utf-8")))
    found.update(labels.KINDS.values(), [labels.ORDER], *(fields.values() for fields in labels.FIELDS.values()))
    found.discard("")
    return found


def of_source(source: str) -> Iterator[str]:
    """The texts of one module. A module that makes problems keeps their sentences in tables too, so there every
    literal that reads like a message counts."""
    tree = ast.parse(source)
    speaks = any(isinstance(node, ast.Name) and node.id in SAYERS for node in ast.walk(tree))
    silent = set(_docstrings(tree))
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield from _of_call(node)
        elif speaks and isinstance(node, ast.Constant) and node not in silent and _is_sentence(node.value):
            yield str(node.value)


def _docstrings(tree: ast.AST) -> Iterator[ast.Constant]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            yield node.value
        elif isinstance(node, ast.JoinedStr):
            yield from (part for part in node.values if isinstance(part, ast.Constant))


def plurals() -> set[tuple[str, str]]:
    """Every text that depends on a count, as singular and plural."""
    found: set[tuple[str, str]] = set()
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and _name(node) == "n_":
                    one, many = (argument.value for argument in node.args[:2] if isinstance(argument, ast.Constant))
                    found.add((str(one), str(many)))
    return found


def _of_call(node: ast.Call) -> Iterator[str]:
    name = _name(node)
    if name in MARKS and node.args and isinstance(node.args[0], ast.Constant):
        yield str(node.args[0].value)
    if name in SAYERS:
        for keyword in node.keywords:
            if keyword.arg in SAID and isinstance(keyword.value, ast.Constant):
                yield str(keyword.value.value)


def _name(node: ast.Call) -> str:
    return node.func.id if isinstance(node.func, ast.Name) else ""


def _is_sentence(value: object) -> bool:
    """A literal that reads like a message: several words that end with a stop, or a change's sentence."""
    if not isinstance(value, str) or value.count(" ") < 2 or value.split(" ")[0] in _SQL:
        return False
    return (value[:1].isupper() or value[:1] == "{") and (value.endswith((".", "?")) or value.startswith("{object}"))
