"""What the network centre (NOC) gets of this box: polls over HTTPS, SNMPv3, and the log. Off until named here."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field, SecretStr, StringConstraints

from appliance.site.models.part import Part
from appliance.site.pem import Certificates, PrivateKey
from appliance.site.types import HostName

Port = Annotated[int, Field(ge=1, le=65535)]


class Noc(Part):
    """Polls over HTTPS: `/health` and `/metrics`, for `network.noc` and nobody else.

    Whoever has a token, or a certificate of `client_authority`, is let in.
    """

    https: bool = False
    port: Annotated[int, Field(ge=1024, le=65535)] = 9443
    token: SecretStr | None = None
    earlier_token: SecretStr | None = None
    """Let in as well while pollers are changed to `token` one after the other."""
    client_authority: Certificates | None = None
    """Who signs the pollers' certificates."""
    client_names: tuple[HostName, ...] = ()
    """The pollers' names on their certificates; empty for all that the authority signed."""
    names: tuple[HostName, ...] = ()
    """What pollers call the box beside its own name and fixed addresses: goes onto the certificate that it makes."""
    certificate: Certificates | None = None
    """The box's certificate and those between it and the authority; None: the box makes its own."""
    key: PrivateKey | None = None


class SnmpAuth(StrEnum):
    """How SNMPv3 proves who asks (RFC 7860)."""

    SHA256 = "sha256"
    SHA512 = "sha512"


class Snmp(Part):
    """SNMPv3 with authPriv and AES (RFC 3826): one user who may read, and where alarms are sent."""

    enabled: bool = False
    user: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,31}$")] = "noc"
    auth: SnmpAuth = SnmpAuth.SHA256
    auth_password: SecretStr | None = None
    privacy_password: SecretStr | None = None
    receivers: tuple[HostName, ...] = ()
    """Where alarms are sent to, UDP port 162."""
    confirmed: bool = True
    """As informs, which a receiver confirms and which are repeated until then; else as traps."""


class Syslog(Part):
    """The log of what concerns the NOC, over TLS (RFC 5425) to one receiver."""

    receiver: HostName | None = None
    """None: nothing is sent."""
    port: Port = 6514
    receiver_name: HostName | None = None
    """The name on the receiver's certificate; None for `receiver` itself."""
    authority: Certificates | None = None
    """Who signed the receiver's certificate; None for the public authorities."""
