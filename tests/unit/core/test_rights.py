"""Who may do what: every method of the contract for every role, and what is written down."""

from __future__ import annotations

from typing import Any

import pytest

from appliance.api import contract
from appliance.api.abandoned import AbandonedKey
from appliance.api.alarms import Acknowledge, AlarmKey, Own
from appliance.api.alarms import NewNote as NewAlarmNote
from appliance.api.backups import BackupFile, BackupOrder, Restore
from appliance.api.board import Force, ForceBusy, Listen, OfAgent
from appliance.api.client import Client
from appliance.api.closures import Switch
from appliance.api.contract import Apply, CallKey, Document, Rollback, Service
from appliance.api.customers import (
    CustomerFacts,
    CustomerKey,
    EditCustomer,
    MergeKey,
    MergeWish,
    NewCustomer,
    NumberKey,
)
from appliance.api.customers import (
    NewNote as NewCustomerNote,
)
from appliance.api.desk import Busy, Dialled, Keys, ParkingPlace
from appliance.api.disks import InstallOn
from appliance.api.drills import DrillNow
from appliance.api.imports import ExportWish, ImportFile, ImportPiece, ImportRun, StickSource
from appliance.api.menus import Period
from appliance.api.messages import Done, MessageKey, OnPhone, Take
from appliance.api.pages import PAGES
from appliance.api.passwords import ChangePassword, JudgePassword, Login, SetPassword
from appliance.api.power import FactoryReset, PowerRequest
from appliance.api.prompts import ImportPrompt, PlayPrompt, PromptKey, PromptPiece
from appliance.api.recorder import DayClosed, Names, NewRecording, RecorderReport, Removal
from appliance.api.recordings import (
    Export,
    Hold,
    NewNote,
    NewPassphrase,
    NoteKey,
    Passphrase,
    Play,
    RecordingKey,
    Recovery,
    Remove,
    Tag,
    TicketKey,
)
from appliance.api.recordings import Person as SlotOf
from appliance.api.setup import AddressWish, RecoveryTyped, Ring, SetupAnswer
from appliance.api.updates import Install, Source
from appliance.api.wire import Empty, Message, Method, Refused, Stream, contract_of
from appliance.core.people import SERVICES
from appliance.site import document
from appliance.site.draft import Step
from appliance.site.models import Language, Role
from appliance.site.problems import BranchboxError
from tests.unit.core.box import box

CALLERS = {**{str(role): role for role in Role}, **SERVICES, "root": Role.TECHNICIAN}
"""Login to role: everybody whom a box knows."""

SAMPLES: dict[type[Message], Message] = {
    AbandonedKey: AbandonedKey(linkedid="WZN-1.1"),
    Acknowledge: Acknowledge(id=1),
    AlarmKey: AlarmKey(id=1),
    NewAlarmNote: NewAlarmNote(id=1, text="A disk is ordered."),
    Own: Own(id=1),
    CallKey: CallKey(linkedid="1.1"),
    NewRecording: NewRecording(
        name="a.opus",
        linkedid="1.1",
        started=0,
        duration=1,
        size=1,
        sha256="00",
        opus_size=1,
        opus_sha256="00",
        cut_short=False,
    ),
    RecorderReport: RecorderReport(waiting=0, waiting_bytes=0, oldest=None, free=1, total=1, trouble=""),
    Removal: Removal(name="a.opus", why="age"),
    Names: Names(names=("a.opus",)),
    DayClosed: DayClosed(day="2026-11-21", count=1, sha256="00", signer="00"),
    MessageKey: MessageKey(id="1"),
    OnPhone: OnPhone(id="1", phone="8001"),
    Take: Take(id="1"),
    Done: Done(id="1"),
    DrillNow: DrillNow(name="carrier-night"),
    Switch: Switch(name="storm", closed=False),
    Period: Period(since=0, until=1),
    PromptKey: PromptKey(name="own", language=Language.EN),
    PlayPrompt: PlayPrompt(name="own", language=Language.EN, phone="8001"),
    PromptPiece: PromptPiece(data="AAAA"),
    ImportPrompt: ImportPrompt(name="own", language=Language.EN),
    RecordingKey: RecordingKey(name="a.opus"),
    NewNote: NewNote(name="a.opus", text="test"),
    NoteKey: NoteKey(name="a.opus", number=1),
    Tag: Tag(name="a.opus", tag="test"),
    Hold: Hold(name="a.opus", why="test"),
    Remove: Remove(name="a.opus", why="test"),
    NewPassphrase: NewPassphrase(new="short"),
    Passphrase: Passphrase(password="short"),
    Recovery: Recovery(password="AAAAA", new="short"),
    SlotOf: SlotOf(login="supervisor"),
    Play: Play(name="a.opus", phone="8021", why="test"),
    Export: Export(name="a.opus", why="test"),
    TicketKey: TicketKey(ticket="00"),
    Document: Document(toml=""),
    Apply: Apply(why="test"),
    BackupOrder: BackupOrder(stick="sdz1", password="four words in a row"),
    BackupFile: BackupFile(stick="sdz1", file="a.branchbox", password="four words in a row"),
    Restore: Restore(code="WZN", why="test"),
    InstallOn: InstallOn(disks=("sda",)),
    Rollback: Rollback(revision=1, why="test"),
    PowerRequest: PowerRequest(why="test"),
    FactoryReset: FactoryReset(why="test", code="WZN"),
    Source: Source(stick="sdz1", file="a.raucb"),
    Install: Install(source=Source(stick="sdz1", file="a.raucb"), why="test"),
    ChangePassword: ChangePassword(old="old", new="new"),
    SetPassword: SetPassword(login="zhang", new="new"),
    JudgePassword: JudgePassword(login="zhang", new="new"),
    Login: Login(login="zhang"),
    Busy: Busy(reason="lunch"),
    Dialled: Dialled(number="8002"),
    Keys: Keys(keys="1"),
    ParkingPlace: ParkingPlace(place=1),
    Listen: Listen(agent="8001"),
    OfAgent: OfAgent(agent="8001"),
    Force: Force(agent="8001", why="test"),
    ForceBusy: ForceBusy(agent="8001", reason="lunch", why="test"),
    SetupAnswer: SetupAnswer(step=Step.SITE, toml=""),
    RecoveryTyped: RecoveryTyped(password="abcd"),
    Ring: Ring(number="8021"),
    CustomerKey: CustomerKey(id=1),
    NumberKey: NumberKey(number="13805772046"),
    NewCustomer: NewCustomer(facts=CustomerFacts(name="Wang")),
    EditCustomer: EditCustomer(id=1, version=1, facts=CustomerFacts(name="Wang")),
    NewCustomerNote: NewCustomerNote(id=1, text="test"),
    MergeWish: MergeWish(survivor=1, survivor_version=1, other=2, other_version=1, facts=CustomerFacts(name="Wang")),
    MergeKey: MergeKey(id=1),
    ImportFile: ImportFile(name="customers.csv"),
    ImportPiece: ImportPiece(data=""),
    ImportRun: ImportRun(why="test"),
    StickSource: StickSource(stick="sdz1", file="a.csv"),
    ExportWish: ExportWish(why="test"),
    AddressWish: AddressWish(port="eth0", address="192.0.2.7"),
}


async def knock(client: Client, called: Method[Any, Any] | Stream[Any]) -> None:
    """Call something once; problems other than a refusal mean that the caller was let in."""
    try:
        if isinstance(called, Stream):
            async for _ in client.follow(called):
                return
        else:
            await client.call(called, SAMPLES.get(called.takes) or called.takes())
    except Refused:
        raise
    except BranchboxError:
        return


@pytest.mark.parametrize("name", sorted(contract_of(*PAGES)))
async def test_a_method_is_open_to_its_roles_and_to_nobody_else(name: str) -> None:
    called = contract_of(*PAGES)[name]
    async with box() as here:
        for login, role in CALLERS.items():
            here.who.login = login
            before = len(await here.operations())
            if role in called.roles:
                await knock(here.client, called)
                continue
            with pytest.raises(Refused) as refused:
                await knock(here.client, called)
            assert f"A {role} may not do this ({name})" in str(refused.value)
            [row] = (await here.operations())[before:]
            assert (row.by, row.role, row.method, row.result) == (login, role, name, "refused")


def test_every_role_and_service_is_among_the_callers() -> None:
    # The console's own account is a first call only in a setup: test_setup.py has it.
    assert set(CALLERS.values()) == {*Role, *Service} - {Service.FIRST_CALL}


async def test_somebody_whom_the_document_does_not_know_is_refused_in_words() -> None:
    async with box(login="mallory") as here:
        with pytest.raises(Refused, match="mallory is none of the people of this box"):
            await here.client.call(contract.WHO_AM_I, Empty())
        [row] = await here.operations()
        assert (row.by, row.role, row.result) == ("mallory", "", "refused")


async def test_a_uid_without_an_account_is_refused_in_words() -> None:
    async with box() as here:
        here.who.login = None
        with pytest.raises(Refused, match="Nobody on this box has the user number"):
            await here.client.call(contract.LIVE, Empty())


async def test_root_is_a_technician() -> None:
    async with box(login="root") as here:
        me = await here.client.call(contract.WHO_AM_I, Empty())
        assert (me.login, me.name, me.role, me.site_code) == ("root", "root", Role.TECHNICIAN, "WZN")


async def test_the_box_knows_a_person_by_name_and_language() -> None:
    async with box(login="supervisor") as here:
        me = await here.client.call(contract.WHO_AM_I, Empty())
        assert (me.name, me.role, me.language, me.time_zone) == (
            "A supervisor",
            Role.SUPERVISOR,
            "en",
            "Asia/Shanghai",
        )


async def test_a_person_removed_by_a_change_is_refused_from_then_on() -> None:
    async with box() as here:
        without = here.site.model_copy(update={"people": tuple(p for p in here.site.people if p.role != Role.MANAGER)})
        await here.client.call(contract.CONFIG_EDIT, Document(toml=document.dump_masked(without)))
        await here.client.call(contract.CONFIG_APPLY, Apply(why="left the branch"))
        here.who.login = "manager"
        with pytest.raises(Refused):
            await here.client.call(contract.WHO_AM_I, Empty())


async def test_reading_is_not_in_the_operation_log_and_changing_is() -> None:
    async with box() as here:
        await here.client.call(contract.LIVE, Empty())
        await here.client.call(contract.CONFIG_SHOW, contract.RevisionKey())
        await here.client.call(contract.CONFIG_EXPORT, Empty())
        [row] = await here.operations()
        assert (row.by, row.role, row.method, row.result) == ("technician", "technician", "config/export", "done")


async def test_a_failed_change_says_so_in_the_operation_log() -> None:
    async with box() as here:
        answer = await here.client.call(contract.CONFIG_APPLY, Apply(why="a try"))
        assert answer.problems
        [row] = await here.operations()
        assert (row.method, row.result) == ("config/apply", "failed")
        assert "why: a try" in row.detail


async def test_the_audit_holds_over_what_was_written() -> None:
    async with box() as here:
        for _ in range(3):
            await here.client.call(contract.CONFIG_EXPORT, Empty())
        audit = await here.client.call(contract.AUDIT_VERIFY, Empty())
        assert (audit.rows, audit.broken_at) == (3, None)
