"""Forms: one declared table for each kind of object in the site document."""

from tui.forms import (
    callbacks,
    customers,
    did,
    drill,
    hours,
    menu,
    network,
    noc,
    people,
    power,
    prompt,
    queue,
    recording,
    routes,
    site,
    spans,
    trunk,
)
from tui.forms.fields import Field, Form

FORMS: tuple[Form, ...] = (
    did.FORM,
    menu.FORM,
    queue.FORM,
    people.AGENTS,
    people.REASONS,
    people.EXTENSIONS,
    hours.FORM,
    site.HOLIDAYS,
    prompt.PROMPTS,
    prompt.CLOSURES,
    trunk.FORM,
    spans.E1_TRUNKS,
    spans.ANALOGUE_TRUNKS,
    routes.ROUTES,
    routes.PERMISSIONS,
    routes.NUMBER_GROUPS,
    people.PEOPLE,
    site.SITE,
    network.NETWORK,
    network.INTERFACES,
    noc.NOC,
    noc.SNMP,
    noc.SYSLOG,
    site.DIALING,
    recording.FORM,
    power.POWER,
    power.UPSES,
    callbacks.FORM,
    customers.CUSTOMERS,
    customers.GRADES,
    drill.FORM,
)
"""In the order of the setup screen."""

__all__ = ["FORMS", "Field", "Form"]
