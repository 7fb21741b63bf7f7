"""What core asks `branchbox-health`: for itself, and handed on for people. `by` is the person's login."""

from __future__ import annotations

from appliance.api import alarms
from appliance.api.contract import Box
from appliance.api.picture import Checks, Picture
from appliance.api.wire import Empty, method


class Acknowledge(alarms.Acknowledge):
    """Who acknowledges."""

    by: str


class NewNote(alarms.NewNote):
    """Who writes."""

    by: str


class Own(alarms.Own):
    """Who says so."""

    by: str


BOX = method("box", Empty, Box, {"core"})
PICTURE = method("picture", Empty, Picture, {"core"})
CHECKS = method("checks", Empty, Checks, {"core"})
LIST = method("list", alarms.AlarmFilter, alarms.AlarmPage, {"core"})
SHOW = method("show", alarms.AlarmKey, alarms.AlarmDetail, {"core"})
ACKNOWLEDGE = method("acknowledge", Acknowledge, alarms.AlarmDetail, {"core"})
NOTE = method("note", NewNote, alarms.AlarmDetail, {"core"})
OWN = method("own", Own, alarms.AlarmDetail, {"core"})
