"""What core asks `branchbox-health` about the machine."""

from __future__ import annotations

from appliance.api.contract import Box
from appliance.api.wire import Empty, method

BOX = method("box", Empty, Box, {"core"})
