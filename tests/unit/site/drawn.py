"""Site documents drawn at random: each fits the models, none cares for the rules."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from pydantic import SecretStr

from appliance.site import models as m
from appliance.site.types import Destination


def matching(pattern: str) -> SearchStrategy[str]:
    return st.from_regex(pattern, fullmatch=True)


# Mostly out of a few, so that two drawn documents have objects in common.
names = st.sampled_from(["sales", "repair-2", "vip_1"]) | matching("[a-z][a-z0-9_-]{0,31}")
numbers = st.sampled_from(["8001", "8002", "8003"]) | matching("[1-9][0-9]{2,5}")
words = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=15)
labels = st.lists(words, min_size=1, max_size=4).map(" ".join)
CERTIFICATE = (Path(__file__).parent / "certificate.pem").read_text().strip()
KEY = SecretStr("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----")
secrets = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30).map(SecretStr)
pins = matching("[0-9]{4,10}").map(SecretStr)
prompts = matching("[a-z0-9][a-z0-9_-]{0,63}(/[a-z0-9][a-z0-9_-]{0,63})?")
networks = st.ip_addresses().map(lambda address: f"{address}/{address.max_prefixlen}")
addresses = st.ip_addresses().map(str)
destinations = st.one_of(
    st.builds(lambda kind, name: Destination.parse(f"{kind}:{name}"), st.sampled_from(["queue", "menu"]), names),
    st.builds(lambda kind, n: Destination.parse(f"{kind}:{n}"), st.sampled_from(["extension", "voicemail"]), numbers),
    prompts.map(lambda prompt: Destination.parse(f"prompt:{prompt}")),
    st.sampled_from(["hangup", "operator"]).map(Destination.parse),
)
keys = destinations | st.sampled_from(["back", "again", "language:zh", "language:en"]).map(Destination.parse)
codes = st.integers(1, 99).map(str)
pins = matching("[0-9]{4,10}").map(SecretStr)
codecs = st.lists(st.sampled_from(m.Codec), min_size=1, max_size=3, unique=True).map(tuple)
spans = st.sampled_from(["00:00-24:00", "08:30-12:00", "13:00-17:30", "23:59-24:00"])
options = matching("[A-Za-z0-9@.,:/!_+-]{1,128}")
days = st.sampled_from(["mon", "tue", "wed", "thu", "fri", "sat", "sun"])
flags = st.booleans()


def maybe(strategy: SearchStrategy[object]) -> SearchStrategy[object]:
    return st.none() | strategy


def several(strategy: SearchStrategy[object], *, by: str) -> SearchStrategy[tuple[object, ...]]:
    return st.lists(strategy, max_size=3, unique_by=lambda entry: getattr(entry, by)).map(tuple)


interfaces = st.builds(
    m.Interface,
    name=names,
    label=labels,
    port=matching("[a-z][a-z0-9]{1,14}"),
    vlan=maybe(st.integers(1, 4094)),
    dhcp=flags,
    addresses=st.lists(st.ip_addresses().map(lambda each: f"{each}/{each.max_prefixlen - 8}"), max_size=3).map(tuple),
    gateway=maybe(addresses),
    routes=several(st.builds(m.Route, to=networks, via=addresses), by="to"),
)
trunks = st.builds(
    m.Trunk,
    name=names,
    label=labels,
    host=st.ip_addresses().map(str),
    port=st.integers(1, 65535),
    addresses=st.lists(networks, min_size=1, max_size=3).map(tuple),
    register_as=maybe(options),
    password=maybe(secrets),
    codecs=codecs,
    extra=st.dictionaries(matching("[a-z0-9_]{1,64}"), options, max_size=3),
)
slots = st.sampled_from(["1-15,17-31", "1-10", "3,5,31"])
e1_trunks = st.builds(
    m.E1Trunk,
    name=names,
    label=labels,
    ports=st.lists(st.integers(1, 32), min_size=1, max_size=3, unique=True).map(tuple),
    channels=slots,
    line_code=st.sampled_from(m.LineCode),
    crc4=flags,
    clock=st.sampled_from(m.Clock),
    side=st.sampled_from(m.Side),
    switch=st.sampled_from(m.Switch),
    called_type=st.sampled_from(m.NumberType),
    calling_type=st.sampled_from(m.NumberType),
    overlap_in=flags,
    overlap_out=flags,
    number=maybe(matching("[0-9]{2,15}")),
    sends_number=flags,
    hunting=st.sampled_from(m.Hunting),
    echo_canceller=flags,
)
analogue_trunks = st.builds(
    m.AnalogueTrunk,
    name=names,
    label=labels,
    channels=st.lists(st.integers(1, 1023), min_size=1, max_size=3, unique=True).map(tuple),
    number=numbers,
    caller_id=st.sampled_from(m.CallerIdBy),
    polarity=flags,
    hunting=st.sampled_from(m.Hunting),
)
classes = st.lists(st.sampled_from(m.NumberClass), max_size=3, unique=True).map(tuple)
patterns = st.lists(matching("([0-9XZN]|[[][0-9](-[0-9])?[]]){1,8}[.!]?"), min_size=1, max_size=3, unique=True).map(
    tuple
)
number_groups = st.builds(
    m.NumberGroup, name=names, label=labels, number_class=st.sampled_from(m.NumberClass), patterns=patterns
)
permissions = st.builds(
    m.Permission, name=names, label=labels, classes=classes, hours=maybe(names), classes_in_hours=classes
)
ways = st.builds(m.Way, trunk=names, strip=st.integers(0, 15), prepend=matching("[0-9*#+]{0,15}"))
routes = st.builds(
    m.CallRoute,
    name=names,
    label=labels,
    classes=classes,
    patterns=st.just(()) | patterns,
    hours=maybe(names),
    ways=st.lists(ways, min_size=1, max_size=3, unique_by=lambda way: way.trunk).map(tuple),
)
dids = st.builds(
    m.DidNumber,
    number=numbers | matching("[+][1-9][0-9]{6,14}"),
    received_as=maybe(matching("[0-9]{2,15}")),
    label=labels,
    goes_to=destinations,
    hours=maybe(names),
    closed_goes_to=maybe(destinations),
    closure=maybe(names),
    record=flags,
)
extensions = st.builds(
    m.Extension,
    number=numbers,
    name=labels,
    password=secrets,
    permission=maybe(names),
    voicemail_pin=maybe(secrets),
    codecs=codecs,
    record=flags,
)
agents = st.builds(m.Agent, number=numbers, name=labels, extension=numbers, signs_in=flags, pin=maybe(pins))
reasons = st.builds(m.Reason, name=names, label=labels, key=matching("[1-9]"), limit=maybe(st.integers(1, 480)))
queues = st.builds(
    m.Queue,
    name=names,
    label=labels,
    number=maybe(numbers),
    strategy=st.sampled_from(m.Strategy),
    ring_timeout=st.integers(5, 120),
    retry=st.integers(0, 60),
    wrap_up=st.integers(0, 600),
    misses=st.integers(0, 20),
    max_wait=st.integers(10, 7200),
    max_length=st.integers(0, 500),
    overflow=maybe(destinations),
    announce_position=flags,
    service_level=st.integers(1, 600),
    record=flags,
    closure=maybe(names),
    members=several(st.builds(m.QueueMember, agent=numbers, level=st.integers(1, 9)), by="agent"),
)
hours = st.builds(
    m.Hours,
    name=names,
    label=labels,
    week=st.dictionaries(days, st.lists(spans, max_size=2).map(tuple), max_size=7),
    keeps_holidays=flags,
)
holidays = st.builds(
    m.Holiday, first=st.dates(max_value=dt.date(1, 1, 9)), last=maybe(st.dates()), label=labels, works_as=maybe(days)
)
closures = st.builds(
    m.Closure,
    name=names,
    label=labels,
    announcement=prompts,
    goes_to=maybe(destinations),
    number=codes,
    pin=pins,
)
announcements = st.builds(
    m.Prompt,
    name=prompts,
    label=labels,
    texts=st.dictionaries(st.sampled_from(m.Language), labels),
    number=maybe(codes),
    pin=maybe(pins),
)
menus = st.builds(
    m.Menu,
    name=names,
    label=labels,
    greeting=prompts,
    choices=st.dictionaries(matching("[0-9*#]"), keys, min_size=1, max_size=5),
    extensions=maybe(st.sampled_from(["8000-8009", "100-999", "8009-8000"])),
    barge_in=flags,
    language_goes_to=maybe(destinations),
    wait=st.integers(1, 30),
    tries=st.integers(1, 5),
    no_choice_prompt=maybe(prompts),
    no_choice=maybe(destinations),
    wrong_tries=st.integers(1, 5),
    wrong_prompt=prompts,
    wrong_goes_to=maybe(destinations),
    hours=maybe(names),
    closed_goes_to=maybe(destinations),
    closure=maybe(names),
)
people = st.builds(
    m.Person,
    login=matching("[a-z][a-z0-9-]{1,30}"),
    name=labels,
    role=st.sampled_from(m.Role),
    language=maybe(st.sampled_from(m.Language)),
    agent=maybe(numbers),
    ssh_keys=st.lists(matching("ssh-ed25519 [A-Za-z0-9+/]{68}( [A-Za-z0-9@._-]{1,20})?"), max_size=2, unique=True).map(
        tuple
    ),
)
documents = st.builds(
    m.SiteDocument,
    site=st.builds(
        m.Site,
        name=labels,
        code=matching("[A-Z0-9]{2,8}"),
        language=st.sampled_from(m.Language),
        time_zone=st.sampled_from(["Asia/Shanghai", "Europe/Berlin", "UTC"]),
    ),
    network=st.builds(
        m.Network,
        sip_port=st.integers(1024, 65535),
        rtp_first=st.integers(1024, 65534),
        rtp_last=st.integers(1025, 65535),
        phones=st.lists(networks, max_size=3).map(tuple),
        terminals=st.lists(networks, max_size=3).map(tuple),
        noc=st.lists(networks, max_size=3).map(tuple),
        dns=st.lists(addresses, max_size=3).map(tuple),
        time_servers=st.lists(addresses, max_size=3).map(tuple),
        ssh_passwords=flags,
    ),
    noc=st.builds(
        m.Noc,
        https=flags,
        port=st.integers(1024, 65535),
        token=maybe(secrets),
        earlier_token=maybe(secrets),
        client_authority=maybe(st.just(CERTIFICATE)),
        client_names=st.lists(addresses, max_size=2).map(tuple),
        names=st.lists(addresses, max_size=2).map(tuple),
        certificate=maybe(st.just(CERTIFICATE)),
        key=maybe(st.just(KEY)),
    ),
    snmp=st.builds(
        m.Snmp,
        enabled=flags,
        user=names,
        auth=st.sampled_from(m.SnmpAuth),
        auth_password=maybe(secrets),
        privacy_password=maybe(secrets),
        receivers=st.lists(addresses, max_size=2).map(tuple),
        confirmed=flags,
    ),
    syslog=st.builds(
        m.Syslog,
        receiver=maybe(addresses),
        port=st.integers(1, 65535),
        receiver_name=maybe(addresses),
        authority=maybe(st.just(CERTIFICATE)),
    ),
    interfaces=several(interfaces, by="name"),
    dialing=st.builds(m.Dialing, outside_prefix=matching("[0-9]"), operator=maybe(destinations)),
    recording=st.builds(
        m.Recording,
        enabled=flags,
        incoming=flags,
        outgoing=flags,
        internal=flags,
        keep_days=st.none() | st.integers(1, 36500),
        keep_free=st.integers(5, 50),
    ),
    customers=st.builds(
        m.Customers,
        country=matching("[A-Z]{2}"),
        area_code=maybe(matching("[0-9]{2,5}")),
        tags=st.lists(labels, max_size=3, unique=True).map(tuple),
        masked_roles=st.lists(st.sampled_from(m.Role), max_size=3, unique=True).map(tuple),
    ),
    grades=several(st.builds(m.Grade, name=names, label=labels, priority=st.integers(0, 20)), by="name"),
    trunks=several(trunks, by="name"),
    e1_trunks=several(e1_trunks, by="name"),
    analogue_trunks=several(analogue_trunks, by="name"),
    number_groups=several(number_groups, by="name"),
    routes=several(routes, by="name"),
    permissions=several(permissions, by="name"),
    dids=several(dids, by="number"),
    hours=several(hours, by="name"),
    holidays=several(holidays, by="first"),
    closures=several(closures, by="name"),
    prompts=several(announcements, by="name"),
    menus=several(menus, by="name"),
    queues=several(queues, by="name"),
    agents=several(agents, by="number"),
    reasons=several(reasons, by="name"),
    extensions=several(extensions, by="number"),
    people=several(people, by="login"),
)
