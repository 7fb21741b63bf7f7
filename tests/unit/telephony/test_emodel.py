"""The E-model against figures that the Recommendations print."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.telephony import emodel
from appliance.telephony.emodel import CODECS, G711, G711_BARE, G722, equipment, opinion, rating, score

shares = st.floats(0, 1)
delays = st.floats(0, 5000)
codecs = st.sampled_from(list(CODECS.values()))


def test_default_values_give_the_rating_that_g107_prints_for_them() -> None:
    assert rating(G711) == pytest.approx(93.2, abs=0.05)
    assert score(G711) == pytest.approx(4.41, abs=0.005)


def test_noise_and_signal_are_those_of_the_default_values() -> None:
    assert pytest.approx(-61.18, abs=0.005) == emodel._NOISE
    assert pytest.approx(94.77, abs=0.005) == emodel._SIGNAL


@pytest.mark.parametrize(
    ("r", "mos"), [(90, 4.34), (80, 4.03), (70, 3.60), (60, 3.10), (50, 2.58), (0, 1.0), (-5, 1.0), (100, 4.5)]
)
def test_ratings_become_opinions_as_in_g107_annex_b(r: float, mos: float) -> None:
    assert opinion(r) == pytest.approx(mos, abs=0.01)


@pytest.mark.parametrize(("percent", "ie"), [(0, 0), (1, 5), (2, 7), (3, 10), (5, 15), (7, 20), (10, 25)])
def test_concealed_loss_costs_g711_what_g113_measured(percent: float, ie: float) -> None:
    """Appendix I, table of G.711 with concealment, lost at random; the formula was fitted to it."""
    assert equipment(G711, percent / 100) == pytest.approx(ie, abs=2.2)


def test_loss_costs_more_where_nothing_conceals_it() -> None:
    assert equipment(G711_BARE, 0.02) == pytest.approx(30.2, abs=0.05)
    assert score(G711_BARE, loss=0.02) == pytest.approx(3.26, abs=0.01)
    assert score(G711, loss=0.02) == pytest.approx(4.24, abs=0.01)


@pytest.mark.parametrize(("delay", "idd"), [(100, 0.0), (150, 0.16), (200, 3.04), (300, 14.76), (400, 24.07)])
def test_delay_alone_costs_nothing_up_to_100_ms_and_much_from_200_on(delay: float, idd: float) -> None:
    """Formula (7-27), by hand: X = log2(Ta / 100)."""
    assert emodel._delay_alone(delay) == pytest.approx(idd, abs=0.01)


def test_wide_band_speech_has_a_scale_of_its_own() -> None:
    assert rating(G722) == pytest.approx(129 - 13 - 0.14, abs=0.2)
    assert score(G722) == pytest.approx(opinion(116 / 1.29), abs=0.02)


@given(codecs, delays, shares, shares)
def test_more_loss_never_sounds_better(codec: emodel.Codec, delay: float, one: float, other: float) -> None:
    less, more = sorted((one, other))
    assert score(codec, delay=delay, loss=more) <= score(codec, delay=delay, loss=less) + 1e-9


@given(codecs, delays, delays, shares)
def test_more_delay_never_sounds_better(codec: emodel.Codec, one: float, other: float, loss: float) -> None:
    less, more = sorted((one, other))
    # G.107 itself lets R rise by some hundredths where echo begins (12 ms); nobody hears that.
    assert score(codec, delay=more, loss=loss) <= score(codec, delay=less, loss=loss) + 0.02


@given(codecs, delays, shares)
def test_an_opinion_is_between_1_and_4_and_a_half(codec: emodel.Codec, delay: float, loss: float) -> None:
    assert 1.0 <= score(codec, delay=delay, loss=loss) <= 4.5
