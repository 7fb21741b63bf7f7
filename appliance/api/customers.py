"""The contract's page on customers: who calls, how they are found, kept, merged.

Numbers travel as people at this branch write them (`138 0577 2046`). Who has a masked role gets `138****2046`, and
sends that back in an edit for a number that stays. `appliance.api.imports` is the page on files of customers.
"""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from appliance.api.contract import Call
from appliance.api.wire import Empty, Message, method
from appliance.site.models import Grade, Role

DESK = frozenset({Role.AGENT, Role.SUPERVISOR, Role.MANAGER})
"""Who works with customers. A technician does not need to know them."""
SHOWN = 50
"""Customers that a search gives at most: who sees more writes another letter."""


class NumberKind(StrEnum):
    """What sort of telephone a number is."""

    MOBILE = "mobile"
    HOME = "home"
    WORK = "work"
    FAX = "fax"
    OTHER = "other"


class CustomerNumber(Message):
    """One of a customer's numbers; others may have the same one (a family's landline)."""

    number: str = Field(max_length=40)
    kind: NumberKind = NumberKind.OTHER
    extension: str = Field(default="", pattern=r"^[0-9]{0,6}$")
    """What to dial when it answers."""
    note: str = Field(default="", max_length=64)


class ConsentKind(StrEnum):
    """What a customer can agree to."""

    RECORDING = "recording"
    MARKETING = "marketing"


class Consent(Message):
    """What a customer said to a question of privacy, when (epoch seconds) and how (on the phone, in writing)."""

    kind: ConsentKind
    given: bool
    at: float
    how: str = Field(default="", max_length=64)


class CustomerFacts(Message):
    """What is written down about a customer. `grade` and `tags` are those of the site document."""

    name: str = Field(min_length=1, max_length=64)
    organisation: str = Field(default="", max_length=64)
    address: str = Field(default="", max_length=200)
    grade: str | None = None
    tags: tuple[str, ...] = Field(default=(), max_length=20)
    numbers: tuple[CustomerNumber, ...] = Field(default=(), max_length=20)
    since: str | None = Field(default=None, pattern=r"^[0-9]{4}(-[0-9]{2}){0,2}$")
    """Customer since: 2019, 2019-05 or 2019-05-18."""
    consents: tuple[Consent, ...] = Field(default=(), max_length=2)


class Customer(Message):
    """A customer. `version` counts the changes: an edit names the one that it was made of."""

    id: int
    version: int
    facts: CustomerFacts
    changed: float
    merged_into: int | None = None
    """The customer that this one was merged into: it is no longer found, only shown."""


class CustomerWanted(Message):
    """What somebody types: a name or a piece of it, pinyin or its initials, a piece of a number or address, a tag;
    words with spaces between must all be there. Empty: who was changed last."""

    text: str = Field(default="", max_length=100)
    limit: int = Field(default=SHOWN, ge=1, le=SHOWN)


class Customers(Message):
    """Found customers: those with just that number first, then names that begin so, then the rest."""

    customers: tuple[Customer, ...]
    more: bool = False


class CustomerKey(Message):
    """One customer."""

    id: int


class Note(Message):
    """What somebody wrote about a customer."""

    at: float
    by: str
    text: str


class Happening(StrEnum):
    """What was done to a customer."""

    CREATED = "created"
    CHANGED = "changed"
    IMPORTED = "imported"
    MERGED = "merged"
    SEPARATED = "separated"


class HistoryLine(Message):
    """One change: which field, and what stood there before and after; both empty for a customer as a whole."""

    at: float
    by: str
    what: Happening
    field: str = ""
    before: str = ""
    after: str = ""


class Merge(Message):
    """Two customers made one; `name` is the other's, which can be made a customer of its own again."""

    id: int
    other: int
    name: str
    at: float
    by: str


class CustomerDetail(Message):
    """A customer with notes, calls and changes, each newest first, and what was merged into it."""

    customer: Customer
    notes: tuple[Note, ...] = ()
    calls: tuple[Call, ...] = ()
    history: tuple[HistoryLine, ...] = ()
    merges: tuple[Merge, ...] = ()


class EditCustomer(Message):
    """What shall stand there; refused when somebody else changed the customer since `version`."""

    id: int
    version: int
    facts: CustomerFacts


class NewCustomer(Message):
    """A new customer; `caller_of` is a call (linkedid) whose outside number is one of theirs, which the person who
    writes this need not see."""

    facts: CustomerFacts
    caller_of: str | None = Field(default=None, max_length=64)


class NewNote(Message):
    """A note on a customer."""

    id: int
    text: str = Field(min_length=1, max_length=2000)


class NumberKey(Message):
    """A number as it came by the line or was dialled."""

    number: str = Field(max_length=40)


class KnownCaller(Message):
    """A customer of a calling number, with what an agent must know at once."""

    customer: Customer
    calls: tuple[Call, ...]


class KnownCallers(Message):
    """Everybody who has the number, whoever called last first; empty for an unknown caller."""

    callers: tuple[KnownCaller, ...]


class MergeWish(Message):
    """Make `other` part of `survivor`, which shall say `facts` then. The versions are those that were compared."""

    survivor: int
    survivor_version: int
    other: int
    other_version: int
    facts: CustomerFacts


class MergeKey(Message):
    """One merge."""

    id: int


class DeskSetting(Message):
    """What the forms offer, out of the site document, and whether the caller sees numbers masked."""

    grades: tuple[Grade, ...]
    tags: tuple[str, ...]
    masked: bool


SEARCH = method("customers/search", CustomerWanted, Customers, DESK)
SHOW = method("customers/show", CustomerKey, CustomerDetail, DESK)
OF_NUMBER = method("customers/of_number", NumberKey, KnownCallers, DESK)
"""Refused to masked roles, who could guess numbers with it: their desk says who calls."""
SETTING = method("customers/setting", Empty, DeskSetting, DESK)
ADD = method("customers/add", NewCustomer, Customer, DESK, change=True)
EDIT = method("customers/edit", EditCustomer, Customer, DESK, change=True)
NOTE = method("customers/note", NewNote, Note, DESK, change=True)
MERGE = method("customers/merge", MergeWish, Customer, frozenset({Role.SUPERVISOR, Role.MANAGER}), change=True)
SEPARATE = method("customers/separate", MergeKey, Customer, frozenset({Role.SUPERVISOR, Role.MANAGER}), change=True)
"""Undo a merge: the other one is as it was, the survivor too unless it was changed since; then only what the merge
brought is taken out of it again."""
