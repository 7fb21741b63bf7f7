"""Agents, phones, and who may reach the box."""

from __future__ import annotations

from appliance.site.models import Agent, Extension, Person, Reason, Role
from appliance.site.objects import MASK
from tui.forms.fields import Form, named, one_of, secret, switch, text, whole, words
from tui.i18n import N_

AGENTS = Form(
    "agent",
    "agents",
    Agent,
    "number",
    N_("Agents"),
    (
        text("number", help=N_("3 to 6 digits; queues and reports know the agent by it.")),
        text("name", help=N_("The person's name.")),
        named("extension", collection="extensions", key="number", help=N_("The phone that rings for this agent.")),
        switch("signs_in", help=N_("Signs in before taking calls, here or at another phone; no: always takes calls.")),
        secret(
            "pin", needed=False, help=N_("4 to 10 digits for signing in at another phone; empty: only at this one.")
        ),
    ),
    ("name", "extension", "signs_in"),
)

REASONS = Form(
    "reason",
    "reasons",
    Reason,
    "name",
    N_("Busy reasons"),
    (
        text("name", help=N_("Small letters, digits, - and _; reports know the reason by it.")),
        text("label", help=N_("What agents and supervisors read.")),
        text("key", help=N_("Phones dial *03 and this digit.")),
        whole("limit", unit="min", needed=False, help=N_("The supervisor is told after this long; empty: never.")),
    ),
    ("label", "key", "limit"),
)

EXTENSIONS = Form(
    "extension",
    "extensions",
    Extension,
    "number",
    N_("Phones"),
    (
        text("number", help=N_("3 to 6 digits, not beginning with 0.")),
        text("name", help=N_("Who or where: shown to whoever is called.")),
        secret(
            "password", help=N_("SIP password. ******** keeps the one that is there, or makes one for a new phone.")
        ),
        named(
            "permission",
            collection="permissions",
            key="name",
            needed=False,
            help=N_("What it may call; none: internal and emergency numbers only."),
        ),
        secret(
            "voicemail_pin", needed=False, help=N_("4 to 10 digits; empty: no mailbox; ********: keep or make one.")
        ),
        words("codecs", help=N_("In order of preference: g722, alaw, ulaw")),
        switch("record", help=N_("Calls that it makes or that ring it are recorded; queue calls by their queue.")),
    ),
    ("name", "permission"),
    {"password": MASK},
)

PEOPLE = Form(
    "person",
    "people",
    Person,
    "login",
    N_("People"),
    (
        text("login", help=N_("The name to log in with: small letters, digits and -.")),
        text("name", help=N_("The person's name.")),
        one_of("role", values=tuple(Role), help=N_("What this person may do.")),
        one_of("language", values=("en", "zh"), needed=False, help=N_("None: the site's language.")),
        named("agent", collection="agents", key="number", needed=False, help=N_("The agent that this person is.")),
        named(
            "extension",
            collection="extensions",
            key="number",
            needed=False,
            help=N_("The phone that rings when a supervisor who is no agent listens in."),
        ),
        words("ssh_keys", help=N_("Public keys as in the .pub file, with commas between.")),
    ),
    ("name", "role"),
    {"role": Role.TECHNICIAN.value},
)
