"""The tables of `site.db` as peewee sees them; the schema itself is in `migrations/`.

Queries name their database (`.execute(database)`): no table belongs to one by import.
"""

from __future__ import annotations

from peewee import CompositeKey, FloatField, IntegerField, Model, TextField


class Event(Model):
    """One line of Asterisk's CEL, CDR or queue log; `data` is a JSON list of the other fields."""

    linkedid = TextField(null=True)
    uniqueid = TextField(null=True)
    at = FloatField()
    source = TextField()
    type = TextField()
    data = TextField()

    class Meta:
        table_name = "events"


class Channel(Model):
    """Which call a channel belongs to."""

    uniqueid = TextField(primary_key=True)
    linkedid = TextField()

    class Meta:
        table_name = "channels"


class Position(Model):
    """How far a log file has been read. `head` is its first line, which tells it from another
    file that got the same inode; `skipped` lines made no sense."""

    role = TextField(primary_key=True)
    inode = IntegerField()
    offset = IntegerField()
    head = TextField()
    written = FloatField()
    skipped = IntegerField()

    class Meta:
        table_name = "positions"


class Call(Model):
    """One call as a person means it: `contract.Call` without its recordings."""

    linkedid = TextField(primary_key=True)
    started = FloatField()
    ended = FloatField(null=True)
    direction = TextField()
    caller = TextField()
    caller_name = TextField()
    called = TextField()
    trunk = TextField(null=True)
    menu_path = TextField()
    queue = TextField(null=True)
    agent = TextField(null=True)
    waited = FloatField(null=True)
    talked = FloatField()
    held = FloatField()
    outcome = TextField(null=True)
    hangup_cause = IntegerField(null=True)
    calls_back = TextField(null=True)
    score = IntegerField(null=True)

    class Meta:
        table_name = "calls"


class Leg(Model):
    """One channel's part in a call, from its CDR."""

    linkedid = TextField()
    position = IntegerField()
    channel = TextField()
    to_channel = TextField()
    started = FloatField()
    answered = FloatField(null=True)
    ended = FloatField()
    disposition = TextField()

    class Meta:
        table_name = "legs"
        primary_key = CompositeKey("linkedid", "position")


class Timeline(Model):
    """A call's story: JSON list of [at, what, detail]."""

    linkedid = TextField(primary_key=True)
    events = TextField()

    class Meta:
        table_name = "timelines"


class Recording(Model):
    """A finished recording; it may be here before its call."""

    name = TextField(primary_key=True)
    linkedid = TextField()
    started = FloatField()
    duration = FloatField()
    size = IntegerField()
    sha256 = TextField()
    opus_size = IntegerField(null=True)
    opus_sha256 = TextField(null=True)
    cut_short = IntegerField()
    unwanted = TextField(null=True)
    removed = FloatField(null=True)
    removed_why = TextField(null=True)

    class Meta:
        table_name = "recordings"


class RecordingHold(Model):
    """A recording, or all of a call's, that nothing removes."""

    id = IntegerField(primary_key=True)
    name = TextField(null=True)
    linkedid = TextField(null=True)
    at = FloatField()
    by = TextField()
    why = TextField()

    class Meta:
        table_name = "recording_holds"


class RecordingNote(Model):
    """A comment, or with `at` (seconds within) a bookmark."""

    id = IntegerField(primary_key=True)
    name = TextField()
    at = FloatField(null=True)
    text = TextField()
    by = TextField()
    written = FloatField()

    class Meta:
        table_name = "recording_notes"


class RecordingTag(Model):
    """A word on a recording."""

    tag = TextField()
    name = TextField()

    class Meta:
        table_name = "recording_tags"
        primary_key = CompositeKey("tag", "name")


class RecordingAccess(Model):
    """Who heard, exported or kept a recording."""

    id = IntegerField(primary_key=True)
    name = TextField()
    at = FloatField()
    by = TextField()
    what = TextField()
    why = TextField()

    class Meta:
        table_name = "recording_accesses"


class RecordingSiteKey(Model):
    """The site's public key; one row or none."""

    public = TextField()
    made = FloatField()
    by = TextField()

    class Meta:
        table_name = "recording_key"


class RecordingSlot(Model):
    """Somebody's way to the site's private key; `slot` is JSON (`appliance.recorder.slots`)."""

    login = TextField(primary_key=True)
    asked = FloatField()
    admitted = FloatField(null=True)
    by = TextField()
    slot = TextField()

    class Meta:
        table_name = "recording_slots"


class ManifestHash(Model):
    """A day that the recorder signed."""

    day = TextField(primary_key=True)
    count = IntegerField()
    sha256 = TextField()
    signer = TextField()
    at = FloatField()

    class Meta:
        table_name = "manifests"


class Candidate(Model):
    """The document being edited; one row or none."""

    toml = TextField()
    base = IntegerField(null=True)
    author = TextField()
    at = FloatField()

    class Meta:
        table_name = "candidate"


class Operation(Model):
    """One row of the operation log; triggers refuse to change or delete it."""

    number = IntegerField(primary_key=True)
    at = FloatField()
    by = TextField()
    role = TextField()
    method = TextField()
    detail = TextField()
    result = TextField()
    hash = TextField()

    class Meta:
        table_name = "oplog"


class OperationHead(Model):
    """How many operations there are, and the last one's hash; one row."""

    rows = IntegerField()
    hash = TextField()

    class Meta:
        table_name = "oplog_head"


TABLES = (
    Event,
    Channel,
    Position,
    Call,
    Leg,
    Timeline,
    Recording,
    RecordingHold,
    RecordingNote,
    RecordingTag,
    RecordingAccess,
    RecordingSiteKey,
    RecordingSlot,
    ManifestHash,
    Candidate,
    Operation,
    OperationHead,
)
