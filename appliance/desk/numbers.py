"""Customers' telephone numbers: one way to write each, whoever wrote it and however it came by the line.

Canonical is E.164 with its `+` (ITU-T E.164) where the number is one, else the bare digits: short service numbers,
internal ones, what a carrier garbled. `phonenumbers` (Google's libphonenumber) knows the countries' plans; it costs
10 ms and 0.2 MB at import, and reads a country's plan when that country is first met.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberFormat, PhoneNumberType

from appliance.api.customers import NumberKind

_EXTENSION = re.compile(
    r"^(?P<number>.*?\d.*?)\s*(?:转|分机|ext\.?|x|#|,|;ext=)\s*[:：]?\s*(?P<extension>\d{1,6})$", re.I
)
_DASHED = re.compile(r"^(?P<number>[+(]?\d[\d ()-]{6,})-(?P<extension>\d{1,5})$")
_FULL = 10
"""Digits from which on a number that the plan does not know is still taken for a national one: plans grow."""
_MOST = 20
"""Digits that a number can have here."""


@dataclass(frozen=True)
class Normal:
    """A number in its canonical form, and the digits to dial behind it once it answers."""

    number: str
    extension: str = ""


@dataclass(frozen=True)
class Numbering:
    """How numbers are written at this branch: country (ISO 3166-1), its own area code, the digit for outside."""

    country: str = "CN"
    area_code: str = ""
    outside_prefix: str = ""

    def normal(self, text: str) -> Normal | None:
        """The canonical form of what was written or received; None when that holds no number."""
        said = unicodedata.normalize("NFKC", text).strip()
        found = _EXTENSION.match(said)
        if found is None and (dashed := _DASHED.match(said)) is not None and self._known(said) is None:
            found = dashed
        number = found["number"] if found else said
        plus = "+" if number.lstrip(" (").startswith("+") else ""
        digits = re.sub(r"\D", "", number)
        if not digits or len(digits) > _MOST or re.search(r"[^\W\d_]", number):
            return None
        return Normal(self._canonical(plus + digits), found["extension"] if found else "")

    def _canonical(self, digits: str) -> str:
        for candidate in self._candidates(digits):
            if (known := self._known(candidate)) is not None:
                return phonenumbers.format_number(known, PhoneNumberFormat.E164)
        for candidate in self._candidates(digits):
            if (likely := self._likely(candidate)) is not None:
                return phonenumbers.format_number(likely, PhoneNumberFormat.E164)
        return digits

    def _candidates(self, digits: str) -> list[str]:
        """The readings of what was received, the likeliest first."""
        if digits.startswith("+"):
            return [digits]
        outside = self.outside_prefix and digits.startswith(self.outside_prefix)
        inner = digits.removeprefix(self.outside_prefix) if outside else ""
        local, inner_local = (
            [self.area_code + each] if self.area_code and len(each) in (7, 8) and each[0] not in "01" else []
            for each in (digits, inner)
        )
        return [*local, digits, *([inner] if len(inner) >= _FULL else []), *inner_local]

    def _known(self, digits: str) -> PhoneNumber | None:
        parsed = self._parsed(digits)
        return parsed if parsed is not None and phonenumbers.is_valid_number(parsed) else None

    def _likely(self, digits: str) -> PhoneNumber | None:
        parsed = self._parsed(digits)
        if parsed is None or not phonenumbers.is_possible_number(parsed):
            return None
        long = len(phonenumbers.national_significant_number(parsed)) >= _FULL
        return parsed if long or digits.startswith("+") else None

    def _parsed(self, digits: str) -> PhoneNumber | None:
        try:
            return phonenumbers.parse(digits, self.country)
        except NumberParseException:
            return None

    def shown(self, number: str) -> str:
        """A canonical number as people here write it: `138 0577 2046`, `0577 8888 1234`, `+49 30 901820`."""
        if not number.startswith("+"):
            return number
        parsed = self._parsed(number)
        if parsed is None:
            return number
        ours = parsed.country_code == phonenumbers.country_code_for_region(self.country)
        style = PhoneNumberFormat.NATIONAL if ours else PhoneNumberFormat.INTERNATIONAL
        return phonenumbers.format_number(parsed, style).replace("-", " ")

    def digits(self, number: str) -> str:
        """The digits that people here say for a canonical number; a foreign one with its country code."""
        return re.sub(r"\D", "", self.shown(number))

    def writings(self, number: str) -> tuple[str, ...]:
        """How the line may have given a canonical number: with and without country code, area code, trunk prefix."""
        bare = number.lstrip("+")
        spoken = self.digits(number)
        national = spoken.lstrip("0")
        found = [number, bare, spoken, national, f"0{national}", f"00{bare}"]
        area = self.area_code.lstrip("0")
        if area and spoken.startswith("0") and national.startswith(area):
            found.append(national.removeprefix(area))
        found += [f"{self.outside_prefix}{each}" for each in (spoken, f"0{national}", *found[6:])]
        return tuple(dict.fromkeys(found))

    def kind(self, number: str) -> NumberKind:
        """What sort of number a canonical one is, as far as the plan tells."""
        parsed = self._known(number) if number.startswith("+") else None
        match phonenumbers.number_type(parsed) if parsed is not None else None:
            case PhoneNumberType.MOBILE | PhoneNumberType.FIXED_LINE_OR_MOBILE:
                return NumberKind.MOBILE
            case PhoneNumberType.FIXED_LINE:
                return NumberKind.HOME
        return NumberKind.OTHER


def masked(digits: str) -> str:
    """`138****2046`: the last four digits stay, the four before them and, of a short number, all others go.

    Of a long one five stay at the beginning at most: it may be two numbers that somebody wrote side by side.
    """
    if len(digits) <= 4:
        return "*" * max(0, len(digits) - 2) + digits[-2:]
    head = max(0, min(5, len(digits) - 8))
    return digits[:head] + "*" * (len(digits) - head - 4) + digits[-4:]
