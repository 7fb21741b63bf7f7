"""Who may import whom: the table of docs/design.md, read off the code."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
OURS = ("appliance", "asterisk_conf", "provisioning", "tui", "images")
AREAS = ("store", "telephony", "recorder", "health", "desk", "power")

MAY_IMPORT = {
    "appliance.site": (),
    "appliance.api": ("appliance.site",),
    **{f"appliance.{area}": ("appliance.site", "appliance.store", "appliance.api") for area in AREAS},
    "appliance.core": ("appliance", "asterisk_conf"),
    "asterisk_conf": ("appliance.site",),
    "provisioning": ("appliance.site", "appliance.api", "asterisk_conf"),
    "tui": ("appliance.site", "appliance.api"),
    "images": ("appliance.site", "appliance.api", "tui"),
}
SITE_LIBRARIES = {"pydantic", "pydantic_core"}
ONE_GATEWAY = {
    "subprocess": {"appliance/health/run.py", "appliance/recorder/run.py", "provisioning/run.py", "images/run.py"},
}

LONG_WITH_REASON = {
    "appliance.api.contract": "who writes a client reads one page",
}


def modules() -> Iterator[tuple[Path, str]]:
    """Every module of ours with its dotted name."""
    for package in OURS:
        for path in sorted((ROOT / package).rglob("*.py")):
            dotted = ".".join(path.relative_to(ROOT).with_suffix("").parts)
            yield path, dotted.removesuffix(".__init__")


def imports(path: Path, module: str) -> Iterator[str]:
    """The dotted names that a module imports, relative ones resolved."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = module.rsplit(".", node.level)[0] + "." if node.level else ""
            yield base + (node.module or "")


def within(name: str, package: str) -> bool:
    return name == package or name.startswith(package + ".")


def room_of(module: str) -> str:
    return max((room for room in MAY_IMPORT if within(module, room)), key=len, default="")


MODULES = [pytest.param(path, name, id=name) for path, name in modules()]


@pytest.mark.parametrize(("path", "name"), MODULES)
def test_imports_follow_the_table(path: Path, name: str) -> None:
    room = room_of(name)
    if not room:
        assert name == "appliance", f"{name} stands in no room of docs/design.md"
        return
    allowed = (room, *MAY_IMPORT[room])
    for imported in imports(path, name):
        if imported.split(".")[0] in OURS:
            assert any(within(imported, package) for package in allowed), f"{name} imports {imported}"


@pytest.mark.parametrize(("path", "name"), [m for m in MODULES if str(m.id).startswith("appliance.site")])
def test_the_site_document_needs_only_pydantic(path: Path, name: str) -> None:
    for imported in imports(path, name):
        top = imported.split(".")[0]
        assert top in SITE_LIBRARIES or top == "appliance" or top in sys.stdlib_module_names, imported


@pytest.mark.parametrize(("path", "name"), MODULES)
def test_effects_go_through_their_gateway(path: Path, name: str) -> None:
    relative = str(path.relative_to(ROOT))
    for imported in imports(path, name):
        gateways = ONE_GATEWAY.get(imported.split(".")[0])
        assert gateways is None or relative in gateways, f"{name} goes round {gateways}"


@pytest.mark.parametrize(("path", "name"), MODULES)
def test_no_module_is_long_or_nameless(path: Path, name: str) -> None:
    if name not in LONG_WITH_REASON:
        assert len(path.read_text().splitlines()) <= 400, f"{name}: split it by meaning"
    assert path.stem not in {"utils", "util", "helpers", "common", "misc"}
