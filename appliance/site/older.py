"""Documents as earlier versions wrote them, read as this version means them: revisions of a box that was updated,
backups, exports, sticks. Tables in, tables out; what is no older document comes back unchanged.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from appliance.site.models import OUTSIDE_CLASSES, Language, NumberClass

OUTSIDE = "outside"
"""Name of the route and the permission that stand for `dialing.trunk` and `extension.outside`."""
_ROUTE = {Language.EN: "All outside calls", Language.ZH: "所有外线"}
_PERMISSION = {Language.EN: "Outside", Language.ZH: "外线"}


def route(language: Language, trunk: str) -> dict[str, Any]:
    """One trunk for everything."""
    classes = [str(kind) for kind in OUTSIDE_CLASSES]
    return {"name": OUTSIDE, "label": _ROUTE[language], "classes": classes, "ways": [{"trunk": trunk}]}


def permission(language: Language, *classes: NumberClass) -> dict[str, Any]:
    """One permission for all phones that may call outside."""
    return {"name": OUTSIDE, "label": _PERMISSION[language], "classes": [str(kind) for kind in classes]}


def converted(data: Mapping[str, Any]) -> dict[str, Any]:
    """Before there were routes: `dialing.trunk` was the way of every call, `extension.outside` allowed all of them."""
    tables = dict(data)
    language = _language(data)
    dialing = data.get("dialing")
    if isinstance(dialing, Mapping) and "trunk" in dialing:
        tables["dialing"] = {name: value for name, value in dialing.items() if name != "trunk"}
        tables.setdefault("routes", [route(language, dialing["trunk"])])
    extensions = data.get("extensions")
    if isinstance(extensions, list) and any(isinstance(each, Mapping) and OUTSIDE in each for each in extensions):
        tables["extensions"] = [_extension(each) for each in extensions]
        if any(isinstance(each, Mapping) and each.get(OUTSIDE) is True for each in extensions):
            tables.setdefault("permissions", [permission(language, *OUTSIDE_CLASSES)])
    return tables


def _extension(entry: object) -> object:
    if not isinstance(entry, Mapping) or not isinstance(entry.get(OUTSIDE), bool):
        return entry
    kept = {name: value for name, value in entry.items() if name != OUTSIDE}
    return {**kept, "permission": OUTSIDE} if entry[OUTSIDE] else kept


def _language(data: Mapping[str, Any]) -> Language:
    site = data.get("site")
    said = site.get("language") if isinstance(site, Mapping) else None
    return Language.ZH if said == Language.ZH else Language.EN
