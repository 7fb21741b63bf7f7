"""asterisk.conf: where this Asterisk lives and how it behaves as a process.

The only file in which the live exchange and a trial start differ.
"""

from __future__ import annotations

from collections.abc import Iterator

from asterisk_conf.generator import Generator, Source
from asterisk_conf.syntax import Option, Section, section

SHARED = "/usr/share/asterisk"
"""Sounds, music and documentation from Debian's packages: read only, the same for every Asterisk."""


def sections(source: Source) -> Iterator[Section]:
    """[directories] and [options]."""
    places = source.directories
    yield section(
        "directories",
        ("astetcdir", str(places.etc)),
        ("astdatadir", SHARED),
        ("astagidir", f"{SHARED}/agi-bin"),
        ("astvarlibdir", str(places.var)),
        ("astdbdir", str(places.var)),
        ("astkeydir", str(places.var)),
        ("astspooldir", str(places.spool)),
        ("astrundir", str(places.run)),
        ("astlogdir", str(places.log)),
    )
    yield section(
        "options",
        Option("systemname", source.document.site.code, "first part of every unique id: branches stay apart"),
        Option("sounds_search_custom_dir", "yes", "the branch's own announcements before the box's"),
        Option("defaultlanguage", source.document.site.language),
        Option("documentation_language", "en_US"),
        Option("timestamp", "yes", "console output of a trial start carries times"),
        Option("nocolor", "yes", "its lines are read by a program"),
        Option("hideconnect", "yes", "the host's CLI commands leave no noise in the log"),
        Option("live_dangerously", "no", "AMI cannot reach SHELL() or files"),
        Option("disable_remote_console_shell", "yes", "no shell behind the CLI"),
        Option("cache_record_files", "no"),
        Option("dumpcore", "no"),
    )


GENERATOR = Generator("asterisk.conf", None, sections)
