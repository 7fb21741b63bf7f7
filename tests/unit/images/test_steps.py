from __future__ import annotations

from pathlib import Path

import pytest

from images.run import Failure
from images.steps import KEEP, Step, Workshop, digest


def counting(name: str, *inputs: str | Path) -> tuple[Step, list[int]]:
    made: list[int] = []

    def make(place: Path, log: Path) -> None:
        made.append(1)
        (place / "result").write_text("whole")

    return Step(name, inputs, make), made


def test_a_finished_step_is_not_repeated(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    step, made = counting("base", "trixie")
    first = Workshop(tmp_path).ready(step)
    second = Workshop(tmp_path).ready(step)
    assert first == second
    assert (first / "result").read_text() == "whole"
    assert made == [1]
    assert capsys.readouterr().out.splitlines()[-1] == "base ... ready"


def test_a_changed_input_makes_the_step_anew(tmp_path: Path) -> None:
    source = tmp_path / "source.py"
    source.write_text("one")
    step, made = counting("wheel", source)
    workshop = Workshop(tmp_path / "cache")
    before = workshop.ready(step)
    source.write_text("two")
    assert workshop.ready(step) != before
    assert len(made) == 2


def test_an_interrupted_step_is_never_half_there(tmp_path: Path) -> None:
    attempts: list[int] = []

    def make(place: Path, log: Path) -> None:
        assert list(place.iterdir()) == [], "left over from the attempt before"
        attempts.append(1)
        (place / "half").write_text("")
        if len(attempts) == 1:
            raise KeyboardInterrupt
        (place / "whole").write_text("")

    step = Step("packages", ("x",), make)
    with pytest.raises(KeyboardInterrupt):
        Workshop(tmp_path).ready(step)
    assert (Workshop(tmp_path).ready(step) / "whole").exists()


def test_a_failed_step_names_its_log_and_how_to_go_on(tmp_path: Path) -> None:
    def make(place: Path, log: Path) -> None:
        raise Failure("the mirror does not answer")

    with pytest.raises(Failure) as caught:
        Workshop(tmp_path).ready(Step("base", (), make))
    assert "step base: the mirror does not answer" in str(caught.value)
    assert str(tmp_path / "log" / "base.log") in caught.value.hint


def test_old_results_go_but_never_those_that_a_box_stands_on(tmp_path: Path) -> None:
    used = Workshop(tmp_path).ready(counting("base", "oldest")[0])
    workshop = Workshop(tmp_path, lambda: frozenset({used}))
    places = [workshop.ready(counting("base", f"newer {each}")[0]) for each in range(KEEP + 2)]
    assert used.exists()
    assert [place.exists() for place in places] == [False] * 2 + [True] * KEEP


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param(("ab", "c"), ("a", "bc"), id="where one text ends matters"),
        pytest.param(("a", "b"), ("b", "a"), id="order matters"),
        pytest.param((), ("",), id="an empty text is a text"),
    ],
)
def test_different_inputs_have_different_keys(one: tuple[str, ...], other: tuple[str, ...]) -> None:
    assert digest(one) != digest(other)


def test_a_renamed_file_changes_the_key_and_pythons_cache_does_not(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("x = 1")
    before = digest([tmp_path])
    (tmp_path / "__pycache__").mkdir()
    (tmp_path / "__pycache__" / "a.pyc").write_bytes(b"compiled")
    assert digest([tmp_path]) == before
    (tmp_path / "a.py").rename(tmp_path / "b.py")
    assert digest([tmp_path]) != before
