"""Certificates as people paste them."""

from __future__ import annotations

from appliance.site import document
from appliance.site.diff import describe, diff
from appliance.site.models import Noc, Syslog
from appliance.site.pem import fingerprint
from tests.unit.site.drawn import CERTIFICATE


def test_a_certificate_on_one_line_or_with_words_around_it_is_the_same() -> None:
    for pasted in (" ".join(CERTIFICATE.split("\n")), f"Here it is:\r\n{CERTIFICATE}\r\nRegards", CERTIFICATE + "\n"):
        assert Syslog.model_validate({"authority": pasted}).authority == CERTIFICATE


def test_a_certificate_is_told_by_its_fingerprint_and_a_key_not_at_all() -> None:
    before = document.load(document.example("en"))
    key = "-----BEGIN PRIVATE KEY----- AAAA -----END PRIVATE KEY-----"
    noc = Noc.model_validate({"certificate": CERTIFICATE, "key": key})
    said = [str(describe(change)) for change in diff(before, before.model_copy(update={"noc": noc}))]
    assert said == [
        f"polls of the NOC: own certificate - -> {fingerprint(CERTIFICATE)}",
        "polls of the NOC: key of the certificate added",
    ]


def test_a_masked_token_keeps_its_own_or_is_made_but_a_key_is_never_made() -> None:
    text = document.example("en") + '\n[noc]\ntoken = "********"\n'
    masked = document.load(text)
    made = document.fill_secrets(masked, None, generate=True)
    assert made.noc.token is not None
    assert len(made.noc.token.get_secret_value()) == 32
    assert document.fill_secrets(masked, made) == made
