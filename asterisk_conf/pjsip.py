"""pjsip.conf: one UDP transport, phones known by number and password, trunks known by address."""

from __future__ import annotations

from collections.abc import Iterator

from appliance.site.exchange import (
    HOLD_FEATURE,
    PHONES_CONTEXT,
    QUALITY_CONTEXT,
    SURVEY_FEATURE,
    from_trunk,
    transfers,
    trunk_endpoint,
)
from appliance.site.models import Codec, Extension, SiteDocument, Survey, Trunk
from appliance.site.problems import BranchboxError, Problem
from appliance.site.types import Destination, Kind
from asterisk_conf.generator import Generator, Source
from asterisk_conf.syntax import Option, Section, caller_name, section
from asterisk_conf.voicemail import mailbox

PERMISSION_VARIABLE = "BB_PERMISSION"
"""Channel variable of phones: the name of what they may call."""
FEATURES_VARIABLE = "BB_FEATURES"
"""Channel variable of phones: Dial's and Queue's option for callers who may transfer. A carrier's channel has none."""
AGENT_VARIABLE = "BB_AGENT"
"""Channel variable of a phone that is the own one of an agent who signs in: the agent's number."""
TRANSPORT = "sip-udp"
OWN_NUMBER_VARIABLE = "BB_OWN_NUMBER"
"""Channel variable of phones that have a number of the public network to themselves: as the carrier writes it."""
QUALIFY_SECONDS = 30
TRUNK_QUALIFY_SECONDS = 5
"""How soon the loss of a trunk is known; until then calls are watched (`asterisk_conf.dialplan.routes`)."""
OURS = {"type", "transport", "aors", "context", "outbound_auth", "allow_transfer"}
"""Options of a trunk's endpoint that `extra` may not replace: with them a carrier's calls would
be a phone's."""


def sections(source: Source) -> Iterator[Section]:
    """Global options, transport, who may register from where, phones, trunks."""
    document = source.document
    yield section(
        "global",
        ("type", "global"),
        ("user_agent", "Branchbox"),
        ("default_realm", "branchbox"),
        Option("endpoint_identifier_order", "ip,username", "a trunk's addresses are the trunk, whatever name is used"),
        ("max_initial_qualify_time", QUALIFY_SECONDS),
        Option("unidentified_request_count", "5", "logged as an attack after this many"),
    )
    yield section(
        TRANSPORT,
        ("type", "transport"),
        ("protocol", "udp"),
        ("bind", f"0.0.0.0:{document.network.sip_port}"),
        Option("allow_reload", "yes", "a new port needs no restart"),
    )
    if document.network.phones:
        yield from _acl(document)
    signs_in_at = {agent.extension: agent.number for agent in document.agents if agent.signs_in}
    for extension in document.extensions:
        yield from _phone(document, extension, signs_in_at.get(extension.number))
    for trunk in document.trunks:
        yield from _trunk(trunk)


def _acl(document: SiteDocument) -> Iterator[Section]:
    # Asterisk asks this list about every SIP message, a trunk's calls too. That no phone registers
    # from a trunk's address is endpoint_identifier_order's work.
    trunks = (address for trunk in document.trunks for address in trunk.addresses)
    yield section(
        PHONES_CONTEXT,
        ("type", "acl"),
        ("deny", "0.0.0.0/0.0.0.0"),
        ("deny", "::/0"),
        *(("permit", allowed) for allowed in (*document.network.phones, *trunks)),
    )


def _phone(document: SiteDocument, extension: Extension, agent: str | None) -> Iterator[Section]:
    number, of = extension.number, f"extension {extension.number}"
    box, own, permission = mailbox(extension), own_number(document, number), extension.permission
    yield section(
        number,
        ("type", "endpoint"),
        ("transport", TRANSPORT),
        ("aors", number),
        ("auth", number),
        ("context", PHONES_CONTEXT),
        ("callerid", caller_name(extension.name, number)),
        ("language", document.site.language),
        *_audio(extension.codecs),
        ("rtp_symmetric", True),
        ("force_rport", True),
        ("rewrite_contact", True),
        ("allow_subscribe", True),
        ("device_state_busy_at", 1),
        *((("set_var", f"{PERMISSION_VARIABLE}={permission}"),) if permission else ()),
        ("set_var", f"{FEATURES_VARIABLE}=T"),
        ("set_var", f"DYNAMIC_FEATURES={'#'.join(_features(document))}"),
        ("set_var", f"TRANSFER_CONTEXT={transfers(permission)}"),
        *((("set_var", f"{AGENT_VARIABLE}={agent}"),) if agent else ()),
        *((("set_var", f"{OWN_NUMBER_VARIABLE}={own}"),) if own else ()),
        *((("mailboxes", box),) if box else ()),
        of=of,
    )
    yield section(
        number,
        ("type", "auth"),
        ("auth_type", "digest"),
        ("username", number),
        ("password", extension.password.get_secret_value()),
        of=of,
    )
    yield section(
        number,
        ("type", "aor"),
        ("max_contacts", 1),
        ("remove_existing", True),
        ("minimum_expiration", 60),
        ("default_expiration", 300),
        ("maximum_expiration", 3600),
        ("qualify_frequency", QUALIFY_SECONDS),
        of=of,
    )


def own_number(document: SiteDocument, extension: str) -> str | None:
    """The digits of the first number that leads to this phone and to nobody else; None without one."""
    here = Destination(Kind.EXTENSION, extension)
    return next((did.digits for did in document.dids if did.goes_to == here), None)


def _features(document: SiteDocument) -> Iterator[str]:
    """What works during a phone's calls (features.conf). Keys that people press too are told from others by waiting
    for the next one, so they are there only where they are for something."""
    yield HOLD_FEATURE
    if any(queue.survey is Survey.WISH for queue in document.queues):
        yield SURVEY_FEATURE


def _trunk(trunk: Trunk) -> Iterator[Section]:
    name, of = trunk_endpoint(trunk.name), f"trunk {trunk.name}"
    for option in OURS & trunk.extra.keys():
        raise BranchboxError(
            Problem(
                text="{option} is set by Branchbox itself. Remove it from extra.", where=of, args={"option": option}
            )
        )
    server = server_of(trunk)
    password = trunk.password.get_secret_value() if trunk.password else None
    user, _, realm = (trunk.register_as or "").partition("@")
    yield section(
        name,
        ("type", "endpoint"),
        ("transport", TRANSPORT),
        ("aors", name),
        ("context", from_trunk(trunk.name)),
        *_audio(trunk.codecs),
        ("rtp_symmetric", True),
        Option("allow_transfer", "no", "the carrier may not move our calls"),
        Option("allow_subscribe", "no"),
        Option("rtp_timeout", "60", "a line that is lost keeps nobody in a queue"),
        *((("outbound_auth", name),) if password is not None else ()),
        *((("from_user", user),) if user else ()),
        *trunk.extra.items(),
        of=of,
    )
    yield section(
        name,
        ("type", "aor"),
        ("contact", server),
        ("qualify_frequency", TRUNK_QUALIFY_SECONDS),
        Option("qualify_timeout", "2.0", "seconds; then calls go another way"),
        of=of,
    )
    yield section(
        name, ("type", "identify"), ("endpoint", name), *(("match", address) for address in trunk.addresses), of=of
    )
    if password is not None:
        yield section(
            name,
            ("type", "auth"),
            ("auth_type", "digest"),
            ("username", user or trunk.name),
            ("password", password),
            of=of,
        )
    if trunk.register_as:
        yield section(
            name,
            ("type", "registration"),
            ("transport", TRANSPORT),
            ("server_uri", server),
            ("client_uri", f"sip:{user}@{realm}" if realm else server_of(trunk, user)),
            ("contact_user", user),
            *((("outbound_auth", name),) if password is not None else ()),
            ("retry_interval", 30),
            Option("max_retries", "100000", "never give a carrier up"),
            Option("auth_rejection_permanent", "no"),
            of=of,
        )


def server_of(trunk: Trunk, user: str = "") -> str:
    """A trunk's far end as a SIP URI, of a user there or of the server itself."""
    host = f"[{trunk.host}]" if ":" in trunk.host else trunk.host
    return f"sip:{user}@{host}:{trunk.port}" if user else f"sip:{host}:{trunk.port}"


def _audio(codecs: tuple[Codec, ...]) -> tuple[tuple[str, str | bool], ...]:
    return (
        ("disallow", "all"),
        ("allow", ",".join(codecs)),
        ("direct_media", False),
        ("dtmf_mode", "rfc4733"),
        ("set_var", f"CHANNEL(hangup_handler_push)={QUALITY_CONTEXT},s,1"),
    )


GENERATOR = Generator("pjsip.conf", "module reload res_pjsip.so", sections)
