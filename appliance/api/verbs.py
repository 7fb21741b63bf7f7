"""The closed list of what `branchbox-host` does as root. Only core may open its socket.

Same wire as the contract for people. No verb takes a path, a command or shell text:
documents, revision numbers and reasons only.
"""

from __future__ import annotations

from pydantic import Field

from appliance.api.backups import BackupFile, BackupOrder, BackupState, Restore
from appliance.api.contract import Applied, FileChange, Move, Restart, Revisions, Why
from appliance.api.disks import Disks, InstallOn, InstallState
from appliance.api.imports import StickSource
from appliance.api.network import NetworkCheck, NetworkState
from appliance.api.noc import NocState
from appliance.api.passwords import ChangePassword, Judged, JudgePassword, Login, SetPassword
from appliance.api.power import FactoryReset, PowerRequest, PowerState
from appliance.api.prompts import ImportPrompt, Origin, PromptKey
from appliance.api.setup import AddressFound, AddressWish, StickKeys
from appliance.api.sticks import Sticks
from appliance.api.updates import Checked, Install, Source, UpdateState
from appliance.api.ups import FoundUpses
from appliance.api.wire import Empty, Message, method
from appliance.site.problems import Problem
from appliance.site.types import IpAddress

CORE = frozenset({"core"})


class HostState(Message):
    """The revision in force and the one that waits, if any."""

    current: int | None
    pending: int | None = None
    reverts_to: int | None = None
    deadline: float | None = None
    restart: Restart | None = None
    """What is about to stop the box."""
    move: Move | None = None


class StoredDocument(Message):
    """A site document as TOML, passwords in clear: host to core only."""

    toml: str
    revision: int | None = None


class RevisionNumber(Message):
    """One revision; None for the one in force."""

    revision: int | None = None


class TrialResult(Message):
    """What a trial start of Asterisk said about a document."""

    problems: tuple[Problem, ...]
    files: tuple[FileChange, ...]
    reloads: tuple[str, ...]
    seconds: float | None
    """How long the trial start took; None when it was not reached."""


class ApplyDocument(Message):
    """A document to make the next revision of. `by` is the person's login, for the list."""

    toml: str
    by: str = Field(max_length=64)
    why: str = Field(max_length=200)
    confirm_within: int = Field(ge=10, le=3600)


class ApplyRevision(Message):
    """An earlier revision to apply again as a new one."""

    revision: int
    by: str = Field(max_length=64)
    why: str = Field(max_length=200)
    confirm_within: int = Field(ge=10, le=3600)


class PowerAsked(PowerRequest):
    """A restart, and the login of who asks for it."""

    by: str = Field(max_length=64)


class ResetAsked(FactoryReset):
    """A factory reset, and the login of who asks for it."""

    by: str = Field(max_length=64)


class CancelAsked(Why):
    """A restart is not wanted any more, and the login of who says so."""

    by: str = Field(max_length=64)


class InstallAsked(Install):
    """An update, and the login of who asks for it."""

    by: str = Field(max_length=64)


class Arrival(Message):
    """Where the confirming person's session comes to and from; None on the console."""

    over: IpAddress | None = None
    come_from: IpAddress | None = None


STATE = method("state", Empty, HostState, CORE)
READ = method("revision/read", RevisionNumber, StoredDocument, CORE)
REVISIONS = method("revision/list", Empty, Revisions, CORE)
TRIAL = method("revision/trial", StoredDocument, TrialResult, CORE)
APPLY = method("revision/apply", ApplyDocument, Applied, CORE, change=True)
ROLLBACK = method("revision/rollback", ApplyRevision, Applied, CORE, change=True)
CONFIRM = method("revision/confirm", Arrival, HostState, CORE, change=True)
REVERT = method("revision/revert", Empty, Applied, CORE, change=True)

STICKS = method("sticks/list", Empty, Sticks, CORE)


class ListWanted(StickSource):
    """A list of customers on a stick, from this byte on."""

    start: int = Field(default=0, ge=0)


class ListPiece(Message):
    """The next bytes of it as base64; none at its end."""

    data: str


STICK_CUSTOMERS = method("sticks/customers", ListWanted, ListPiece, CORE)

UPDATE_STATE = method("update/state", Empty, UpdateState, CORE)
UPDATE_CHECK = method("update/check", Source, Checked, CORE)
UPDATE_INSTALL = method("update/install", InstallAsked, UpdateState, CORE, change=True)
UPDATE_CANCEL = method("update/cancel", Empty, UpdateState, CORE, change=True)
UPDATE_ACTIVATE = method("update/activate", PowerAsked, PowerState, CORE, change=True)
UPDATE_ROLLBACK = method("update/rollback", PowerAsked, PowerState, CORE, change=True)
UPDATE_ACKNOWLEDGE = method("update/acknowledge", Empty, UpdateState, CORE, change=True)

POWER_STATE = method("power/state", Empty, PowerState, CORE)
POWER_REBOOT = method("power/reboot", PowerAsked, PowerState, CORE, change=True)
POWER_OFF = method("power/off", PowerAsked, PowerState, CORE, change=True)
POWER_CANCEL = method("power/cancel", CancelAsked, PowerState, CORE, change=True)
POWER_RESET = method("power/reset", ResetAsked, PowerState, CORE, change=True)
UPS_SCAN = method("ups/scan", Empty, FoundUpses, CORE)

DISKS = method("disks/list", Empty, Disks, CORE)
DISKS_INSTALL = method("disks/install", InstallOn, InstallState, CORE, change=True)
DISKS_PROGRESS = method("disks/progress", Empty, InstallState, CORE)
DISKS_CANCEL = method("disks/cancel", Empty, InstallState, CORE, change=True)
DISKS_RESTART = method("disks/restart", Empty, Empty, CORE, change=True)


class PasswordChange(ChangePassword):
    """A person's own new password, and whose it is."""

    login: str = Field(max_length=64)


class FirstPassword(SetPassword):
    """Somebody's first password, and whether it must be changed at the first login."""

    must_change: bool


class PasswordState(Message):
    """What host keeps: first passwords of people whose account is not made yet, and the recovery password."""

    waiting: tuple[str, ...]
    recovery: bool


class RecoveryHash(Message):
    """The recovery password's hash as crypt(5) writes it, or the password to make it of."""

    password: str = Field(default="", max_length=200)
    hash: str = Field(default="", max_length=200)


class SiteFile(Message):
    """`branchbox/site.toml` of a stick, and the hash of the recovery password beside it, if there is one;
    or why they cannot be read."""

    stick: str
    toml: str = ""
    recovery_hash: str = ""
    problems: tuple[Problem, ...] = ()


class SiteFiles(Message):
    """One for each stick that has it."""

    files: tuple[SiteFile, ...]


PASSWORD_STATE = method("passwords/state", Empty, PasswordState, CORE)
PASSWORD_CHANGE = method("passwords/change", PasswordChange, Empty, CORE, change=True)
PASSWORD_SET = method("passwords/set", FirstPassword, Empty, CORE, change=True)
PASSWORD_JUDGE = method("passwords/judge", JudgePassword, Judged, CORE)
PASSWORD_UNLOCK = method("passwords/unlock", Login, Empty, CORE, change=True)
RECOVERY_PUT = method("recovery/put", RecoveryHash, Empty, CORE, change=True)
STICK_KEYS = method("setup/keys", Empty, StickKeys, CORE)
SETUP_ADDRESS = method("setup/address", AddressWish, AddressFound, CORE)
STICK_SITES = method("setup/sites", Empty, SiteFiles, CORE)
NETWORK_STATE = method("network/state", Empty, NetworkState, CORE)
NETWORK_CHECK = method("network/check", Empty, NetworkCheck, CORE)
NOC_STATE = method("noc/state", Empty, NocState, CORE)


OUTGOING_DB = "outgoing.db"
"""Beside `site.db`: the copy that core makes for a backup; host removes it."""
RESTORED_DB = "restored.db"
"""Beside `site.db`: a restored history; core puts it in the database's place when it starts."""
RESTORED_NOTE = "restored.json"
"""Beside it: what the operation log says of that."""


class DatabaseCopy(Message):
    """The copy of the database that core made for a backup, and what it holds."""

    calls: int
    operations: int


class BackupWrite(BackupOrder, DatabaseCopy):
    """Write a backup; `by` is the person's login."""

    by: str = Field(max_length=64)


class RestoreAsked(Restore):
    """Put a backup in force, and who asks."""

    by: str = Field(max_length=64)


BACKUP_STATE = method("backups/state", Empty, BackupState, CORE)
BACKUP_WRITE = method("backups/write", BackupWrite, BackupState, CORE, change=True)
BACKUP_REHEARSE = method("backups/rehearse", DatabaseCopy, BackupState, CORE, change=True)
BACKUP_LOOK = method("backups/look", BackupFile, BackupState, CORE, change=True)
BACKUP_CANCEL = method("backups/cancel", Empty, BackupState, CORE, change=True)
RESTORE = method("backups/restore", RestoreAsked, Applied, CORE, change=True)


INCOMING_PROMPT = "incoming.prompt"
"""Beside `site.db`: the file of an announcement that core received; host takes it in."""


class Announcement(PromptKey):
    """A sound in the folder of the branch's own announcements; `take` is the last one of a phone that was filed."""

    origin: Origin
    at: float
    by: str = ""
    seconds: float
    take: str = ""


class Shelf(Message):
    """All of them."""

    sounds: tuple[Announcement, ...]


class KeepTake(PromptKey):
    """File what somebody recorded by phone and kept: the take's name in Asterisk's studio, without ending."""

    take: str = Field(pattern=r"^prompt-[1-9][0-9]?-[0-9]{9,12}$")


class TakeIn(ImportPrompt):
    """Take in a file of a stick, or the one that core received; who asks."""

    by: str = Field(max_length=64)


PROMPTS = method("prompts/list", Empty, Shelf, CORE)
PROMPTS_KEEP = method("prompts/keep", KeepTake, Shelf, CORE, change=True)
PROMPTS_IMPORT = method("prompts/import", TakeIn, Shelf, CORE, change=True)
PROMPTS_SPEAK = method("prompts/speak", PromptKey, Shelf, CORE, change=True)
