"""The verbs on USB sticks."""

from __future__ import annotations

import asyncio
import base64

from appliance.api import verbs
from appliance.api.imports import PIECE
from appliance.api.server import Routes
from appliance.api.sticks import FileKind, Sticks
from appliance.api.verbs import ListPiece, ListWanted
from appliance.api.wire import Empty
from appliance.site.problems import BranchboxError, Problem
from provisioning import stickfiles, sticks


class StickVerbs:
    """Answers what is plugged in, and hands out lists of customers."""

    def add_to(self, routes: Routes) -> None:
        """Answer this chapter's verbs."""
        routes.method(verbs.STICKS, self._list)
        routes.method(verbs.STICK_CUSTOMERS, self._customers)

    async def _list(self, _caller: str, _takes: Empty) -> Sticks:
        return Sticks(sticks=await asyncio.to_thread(sticks.looked_into))

    async def _customers(self, _caller: str, wanted: ListWanted) -> ListPiece:
        return await asyncio.to_thread(piece, wanted)


def piece(wanted: ListWanted) -> ListPiece:
    """The next bytes of a list of customers. Raises BranchboxError when stick or file is gone."""
    stick = sticks.find(wanted.stick)
    try:
        with sticks.mounted(stick) as root:
            data = stickfiles.piece(root, FileKind.CUSTOMERS, wanted.file, wanted.start, PIECE)
    except OSError as error:
        text = "The stick cannot be read. Plug it in again, or copy the file onto another."
        raise BranchboxError(Problem(text=text, original=error.strerror or str(error))) from error
    return ListPiece(data=base64.b64encode(data).decode())
