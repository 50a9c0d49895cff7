"""Wilson's interval: against values in print, and where a standard error says nothing."""

import pytest

from brainscore_core.statistics.proportion import wilson


@pytest.mark.parametrize(
    ("count", "of", "interval", "within"),
    [(0, 100, (0, 0.0370), 1e-4), (50, 100, (0.4038, 0.5962), 1e-4), (20, 72, (0.1879, 0.3907), 2e-3)],
)
def test_it_is_wilsons(count, of, interval, within):
    assert wilson(count, of) == pytest.approx(interval, abs=within)


def test_yes_and_no_change_places():
    low, high = wilson(3, 17)
    assert wilson(14, 17) == pytest.approx((1 - high, 1 - low))


def test_it_ends_where_the_share_is_as_far_off_as_its_own_error_allows():
    """The definition: at both ends |share - end| is 1.96 standard errors of a share of that end."""
    for end in wilson(7, 40):
        assert abs(7 / 40 - end) == pytest.approx(1.96 * (end * (1 - end) / 40) ** 0.5)
