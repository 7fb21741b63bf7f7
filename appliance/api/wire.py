"""JSON over HTTP over a Unix socket: what a contract is made of.

A contract is a table of `Method`s and `Stream`s. `appliance.api.server` answers exactly that table,
`appliance.api.client` asks it. Errors travel as `Problem`s.

Status codes: 200 done, 400 the request does not fit the contract, 403 refused, 404 no such
method, 409 the problems in the answer stand against it, 500 a fault of ours.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict

from appliance.site.problems import BranchboxError, Problem


class Message(BaseModel):
    """What goes in or out: frozen, and unknown fields are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)
    """A program needs few of the contract's messages: each is made ready at its first use, not at the start."""


VERBATIM = "verbatim"
"""Marks a field (`Annotated[str, VERBATIM]`) that is a key, a document or bytes: it goes out as it is to everybody,
also to whom numbers are masked (`appliance.desk.showing`)."""


class Empty(Message):
    """Nothing to say."""


class Problems(Message):
    """The body of every answer that is not 200."""

    problems: tuple[Problem, ...]


P = TypeVar("P", bound=Message)
R = TypeVar("R", bound=Message)


@dataclass(frozen=True)
class Method(Generic[P, R]):
    """One call of a contract. `change` methods are in the operation log even when done."""

    name: str
    takes: type[P]
    gives: type[R]
    roles: frozenset[str]
    change: bool = False


@dataclass(frozen=True)
class Stream(Generic[R]):
    """One endless answer of a contract."""

    name: str
    gives: type[R]
    roles: frozenset[str]


def method(name: str, takes: type[P], gives: type[R], roles: Collection[str], *, change: bool = False) -> Method[P, R]:
    """Declare a method of a contract."""
    return Method(name, takes, gives, frozenset(roles), change)


def stream(name: str, gives: type[R], roles: Collection[str]) -> Stream[R]:
    """Declare a stream of a contract."""
    return Stream(name, gives, frozenset(roles))


def contract_of(*pages: object) -> dict[str, Method[Any, Any] | Stream[Any]]:
    """All methods and streams that a contract's modules declare, by name."""
    values = (value for page in pages for value in vars(page).values())
    return {value.name: value for value in values if isinstance(value, (Method, Stream))}


class Refused(BranchboxError):
    """The caller's role may not do that."""


class Unreachable(BranchboxError):
    """Nothing answers on the socket."""


FAULT = Problem(text="The service failed. Its journal says why.")
"""What people hear of a fault of ours."""
