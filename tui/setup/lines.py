"""The line to the carrier, and the service number."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from appliance.site import answers
from appliance.site.answers import SipLine
from appliance.site.draft import Step
from appliance.site.models import Language
from tui.forms import Field
from tui.forms.fields import text
from tui.i18n import N_, _
from tui.setup.question import Question
from tui.widgets.entry import Entry

SIP_FIELDS = ("host", "port", "addresses", "register_as", "password")


class LinesQuestion(Question):
    """How the outside reaches this branch."""

    STEP = Step.LINES
    TITLE = N_("Lines")
    WORDS = N_("What the carrier's letter says. E1 lines and more numbers are added later under Setup.")
    ANSWERS = N_(
        "The line to the carrier and the number that customers call. A SIP line needs the carrier's server; user and "
        "password only when the carrier wants the box to register. The service number is a short number (96296) or "
        "begins with + and the country code."
    )

    def fields(self) -> Iterable[tuple[Field, str]]:
        """Kind of line, the carrier's words, the number."""
        trunk = (self.entries("trunks") or ({},))[0]
        did = (self.entries("dids") or ({},))[0]
        later = "trunks" in self.tables and not trunk
        yield (
            Field(
                ("kind",),
                N_("Later: calls inside the branch work, the outside comes with the E1 card or line."),
                options=lambda _document: [("sip", lambda: "SIP"), ("later", lambda: _("E1, or later"))],
                label=N_("Line"),
            ),
            "later" if later else "sip",
        )
        said = {name: str(trunk.get(name, "")) for name in ("host", "port", "register_as", "password")}
        yield text("host", label=N_("Carrier's server"), help=N_("Its name or address.")), said["host"]
        yield text("port", label=N_("UDP port"), help=N_("Usually 5060.")), said["port"] or "5060"
        yield (
            text(
                "addresses",
                label=N_("Calls come from"),
                needed=False,
                help=N_("Addresses or networks of the carrier with commas between; empty: the server's own address."),
            ),
            ", ".join(map(str, trunk.get("addresses", ()))),
        )
        yield (
            text("register_as", label=N_("User"), needed=False, help=N_("Empty when no registration is wanted.")),
            said["register_as"],
        )
        yield (
            text("password", label=N_("Password"), needed=False, help=N_("The carrier's, for this user.")),
            said["password"],
        )
        yield (
            text(
                "number",
                label=N_("Service number"),
                needed=False,
                help=N_("96296, or +86 577 8812 0003 without spaces."),
            ),
            str(did.get("number", "")),
        )
        yield (
            text(
                "received_as",
                label=N_("Sent by carrier as"),
                needed=False,
                help=N_("The digits that arrive, if they are others than the number's own."),
            ),
            str(did.get("received_as", "")),
        )

    def on_mount(self) -> None:
        """The password is not shown; fields of SIP only when it is SIP."""
        super().on_mount()
        control = self.row("password").control
        if isinstance(control, Entry):
            control.password = True
        self.on_choice_changed()

    def on_choice_changed(self) -> None:
        """Only what is asked for this kind of line."""
        for name in SIP_FIELDS:
            self.row(name).display = self.value("kind") == "sip"

    def answer(self) -> Mapping[str, Any]:
        """Trunk, number and calling out."""
        language = Language(self.part("site").get("language", "en"))
        sip = None
        if self.value("kind") == "sip":
            sip = SipLine(
                host=self.value("host"),
                port=self.value("port"),
                addresses=tuple(self.words_of("addresses")),
                user=self.value("register_as"),
                password=self.value("password"),
            )
        return answers.line(language, sip, service=self.value("number"), received_as=self.value("received_as"))

    def action_next(self) -> None:
        """Whether the carrier's server is a name whose address must be told."""
        if self.value("kind") == "sip" and not self.value("host"):
            self.row("host").control.focus()
            self.notice(_("Write the carrier's server, or choose: E1, or later."), bad=True)
            return
        super().action_next()
