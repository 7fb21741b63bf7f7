"""Forms: one declared table for each kind of object in the site document."""

from tui.forms import (
    callbacks,
    customers,
    did,
    drill,
    hours,
    menu,
    network,
    people,
    prompt,
    queue,
    recording,
    site,
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
    people.PEOPLE,
    site.SITE,
    network.NETWORK,
    network.INTERFACES,
    site.DIALING,
    recording.FORM,
    callbacks.FORM,
    customers.CUSTOMERS,
    customers.GRADES,
    drill.FORM,
)
"""In the order of the setup screen."""

__all__ = ["FORMS", "Field", "Form"]
