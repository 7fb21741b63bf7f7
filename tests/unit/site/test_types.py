"""A line break at the end of a word is no part of the word."""

from __future__ import annotations

import pytest
from pydantic import TypeAdapter, ValidationError

from appliance.site.types import Destination, Digits, ExtensionNumber, HostName, Name, OptionValue, TimeSpan


@pytest.mark.parametrize(
    ("kind", "word"),
    [
        (Destination, "queue:repair"),
        (Destination, "prompt:branchbox/closed"),
        (Digits, "96296"),
        (ExtensionNumber, "8001"),
        (HostName, "sip.example"),
        (Name, "repair"),
        (OptionValue, "yes"),
        (TimeSpan, "08:30-12:00"),
    ],
)
def test_a_word_with_a_line_break_behind_is_refused(kind: type[object], word: str) -> None:
    words: TypeAdapter[object] = TypeAdapter(kind)
    assert words.validate_python(word)
    with pytest.raises(ValidationError):
        words.validate_python(word + "\n")
