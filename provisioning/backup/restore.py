"""A backup put in force: the document as any change, then history, voicemail and, when asked for, keys.

The order is the safety: nothing of the box changes before the whole backup was read and verified and its document
passed the trial start. The history goes in by one rename, which core completes when it starts.
"""

from __future__ import annotations

import json
import logging
import os
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from appliance.api.backups import BackupFacts
from appliance.api.contract import Applied
from appliance.api.verbs import RESTORED_DB, RESTORED_NOTE, RestoreAsked
from appliance.site import document as documents
from appliance.site import draft
from appliance.site.problems import BranchboxError, Problem
from provisioning import announcements, files
from provisioning.accounts import read_facts
from provisioning.apply import Applier
from provisioning.backup import content
from provisioning.backup.backups import Backups, Found
from provisioning.backup.content import Places
from provisioning.files import Access
from provisioning.run import run

LOG = logging.getLogger("branchbox.host")
_SECONDS = 60.0


@dataclass(frozen=True)
class Owners:
    """The users whose files a backup brings: core's and Asterisk's, each with its group."""

    core: tuple[int, int]
    asterisk: tuple[int, int]


class Restoring:
    """Puts the backup that was looked into in force."""

    def __init__(self, backups: Backups, applier: Applier, places: Places, owners: Owners) -> None:
        self._backups = backups
        self._applier = applier
        self._places = places
        self._owners = owners

    def restore(self, wish: RestoreAsked) -> Applied:
        """Do it. Raises BranchboxError while nothing has changed; what fails later is in the answer's problems."""
        found = self._backups.found()
        toml = self._check(found, wish)
        applied = self._applier.apply(toml, by=wish.by, why=wish.why, confirm_within=wish.confirm_within)
        if applied.revision is None:
            return applied
        problems = list(applied.problems)
        problems += _part(lambda: self._history(found, wish))
        problems += _part(lambda: self._voicemail(found))
        problems += _part(lambda: self._prompts(found))
        if wish.keys:
            problems += _part(lambda: self._keys(found))
        self._backups.forget()
        LOG.info("restored: %s", said(found.manifest.facts))
        return applied.model_copy(update={"problems": tuple(problems)})

    def _check(self, found: Found, wish: RestoreAsked) -> str:
        facts = found.manifest.facts
        if wish.code != facts.site_code:
            text = "This is a backup of {code}. Type {code} to say that this box shall become that one."
            raise BranchboxError(Problem(text=text, args={"code": facts.site_code}))
        if wish.keys and not facts.keys:
            raise BranchboxError(Problem(text="This backup holds no keys. Restore it without them."))
        toml = (found.folder / content.SITE).read_text()
        site = documents.load(toml)
        if not wish.keys and self._applier.state().current is None:
            against = draft.first_technician_can_log_in(site, frozenset())
            if against:
                raise BranchboxError(*against)
        return toml

    def _history(self, found: Found, wish: RestoreAsked) -> None:
        core, owner = self._places.state / "core", self._owners.core
        note = {"by": wish.by, "why": wish.why, "detail": f"{said(found.manifest.facts)}; why: {wish.why}"}
        files.write_whole(core / RESTORED_NOTE, json.dumps(note), Access(*owner, 0o600))
        staged = found.folder / content.DATABASE
        os.chown(staged, *owner)
        staged.chmod(0o640)
        files.rename(staged, core / RESTORED_DB)

    def _voicemail(self, found: Found) -> None:
        held = found.folder / content.VOICEMAIL
        if not held.is_dir():
            return
        for source in sorted(held.rglob("*")):
            target = self._places.voicemail / source.relative_to(held)
            if source.is_dir():
                files.make_folder(target, Access(*self._owners.asterisk, 0o750))
            elif not target.exists():
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(source, target)
                os.chown(target, *self._owners.asterisk)
                target.chmod(0o640)

    def _prompts(self, found: Found) -> None:
        held = found.folder / content.PROMPTS
        if not held.is_dir():
            return
        files.make_folder(self._places.prompts, announcements.FOLDERS)
        for source in sorted(held.rglob("*")):
            target = self._places.prompts / source.relative_to(held)
            if source.is_dir():
                files.make_folder(target, announcements.FOLDERS)
            else:
                fresh = target.with_name(f".{target.name}.new")
                shutil.copyfile(source, fresh)
                files.put_in_place(fresh, target, announcements.ACCESS)

    def _keys(self, found: Found) -> None:
        for known in found.manifest.entries:
            if content.is_host_key(known.name):
                name = Path(known.name).name
                mode = 0o644 if name.endswith(".pub") else 0o600
                files.write_whole(self._places.ssh / name, (found.folder / known.name).read_text(), Access(0, 0, mode))
        passwords = found.folder / content.PASSWORDS
        if passwords.is_file():
            ours = {account.login for account in read_facts().accounts.values() if account.ours}
            lines = [line for line in passwords.read_text().splitlines() if line.partition(":")[0] in ours]
            run(["chpasswd", "--encrypted"], timeout=_SECONDS, stdin="".join(f"{line}\n" for line in lines))
        recovery = found.folder / content.RECOVERY
        if recovery.is_file():
            files.write_whole(self._places.recovery, recovery.read_text(), Access(0, 0, 0o600))
        run(["systemctl", "try-reload-or-restart", "ssh.service"], timeout=_SECONDS, check=False)


def said(facts: BackupFacts) -> str:
    """A backup in a line for logs."""
    made = time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime(facts.made))
    return f"backup of {facts.site_code} from {made}, version {facts.version}, {facts.operations} operations"


def _part(work: Callable[[], None]) -> list[Problem]:
    try:
        work()
    except BranchboxError as error:
        return list(error.problems)
    except OSError as error:
        text = "The configuration was restored, but not all that belongs to it. Make room, then restore again."
        return [Problem(text=text, original=str(error))]
    return []
