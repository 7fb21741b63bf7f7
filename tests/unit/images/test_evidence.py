"""A long series, told in the docs."""

from __future__ import annotations

from pathlib import Path

from images.dev.evidence import rows, section

REPORT = """<testsuites><testsuite>
<testcase name="one" time="12.6"><properties><property name="during" value="update"/>
<property name="after" value="3.1 s"/></properties></testcase>
<testcase name="two" time="40.2"><properties><property name="during" value="install"/></properties>
<failure message="no call was answered"/></testcase>
<testcase name="three" time="0"><skipped/></testcase>
</testsuite></testsuites>"""


def test_a_series_says_what_was_done_and_how_it_ended(tmp_path: Path) -> None:
    (tmp_path / "report.xml").write_text(REPORT)
    told = section("./dev test soak --seed 7", "abc1234", "2026-11-22", rows(tmp_path / "report.xml"))
    assert "## 2026-11-22, commit abc1234" in told
    assert "`./dev test soak --seed 7`: 1 of 2 as they should be." in told
    assert "| during | after | the box | seconds |" in told
    assert "| update | 3.1 s | came back | 13 |" in told
    assert "| install | - | FAILED | 40 |" in told
