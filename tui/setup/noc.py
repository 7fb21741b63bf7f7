"""Who reaches the box over the network."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from appliance.site.draft import Step
from tui.forms import Field
from tui.forms.fields import text
from tui.i18n import N_
from tui.setup.question import Question
from tui.words import word


class NocQuestion(Question):
    """Networks of terminals and of the NOC."""

    STEP = Step.NOC
    TITLE = N_("Remote access")
    WORDS = N_("Who may reach this box over the network. Phones and carrier are not concerned.")
    ANSWERS = N_(
        "From where the NOC may poll this box, from where people may log in by SSH, and whether a password is enough "
        "for that. Networks are written like 10.20.0.0/16, with commas between."
    )

    def fields(self) -> Iterable[tuple[Field, str]]:
        """NOC, terminals, passwords over SSH."""
        network = self.part("network")
        yield (
            text("noc", label=N_("NOC polls from"), needed=False, help=N_("Empty: nobody polls.")),
            ", ".join(map(str, network.get("noc", ()))),
        )
        yield (
            text("terminals", label=N_("People log in from"), needed=False, help=N_("Empty: from any network.")),
            ", ".join(map(str, network.get("terminals", ()))),
        )
        yield (
            Field(
                ("ssh_passwords",),
                N_("No: over the network only SSH keys open; passwords work at this screen."),
                options=lambda _document: [("no", lambda: word("no")), ("yes", lambda: word("yes"))],
                label=N_("SSH with password"),
            ),
            "yes" if network.get("ssh_passwords", self._nobody_has_a_key()) else "no",
        )

    def _nobody_has_a_key(self) -> bool:
        return not any(person.get("ssh_keys") for person in self.entries("people"))

    def answer(self) -> Mapping[str, Any]:
        """No network is an answer too."""
        given: dict[str, Any] = {"noc": self.words_of("noc"), "ssh_passwords": self.value("ssh_passwords") == "yes"}
        if self.words_of("terminals"):
            given["terminals"] = self.words_of("terminals")
        return {"network": given}
