"""Options that a factory takes, named or handed on, and what is said of others."""

from dataclasses import dataclass, field

import pytest

from brainscore_core.contracts import MetricSpec
from brainscore_core.errors import InvalidParameter
from brainscore_core.loading import load_metric
from brainscore_core.options import REQUIRED, accepted, named

HANDING_ON = """
from dataclasses import dataclass, field
from brainscore_core.errors import InvalidParameter

@dataclass(frozen=True)
class Made:
    regression: object
    mode: str = "parity"
    draws: int = 1000

    def __post_init__(self):
        if self.mode == "none":
            raise InvalidParameter("mode='none'", expected="another")

def made(*, n_components=25, **options):
    if unknown := set(options) - {"mode", "draws"}:
        raise InvalidParameter(f"no option {min(unknown)!r}", expected="one of ['draws', 'mode']")
    return Made(n_components, **options)
"""


@dataclass(frozen=True)
class Thing:
    inner: int
    mode: str = "parity"
    sizes: tuple = ()
    later: int = field(init=False, default=3)


def strict(*, alpha=1.0, **options):
    if unknown := set(options) - {"mode", "sizes"}:
        raise InvalidParameter(f"no option {min(unknown)!r}")
    return Thing(alpha, **options)


def test_what_is_handed_on_is_found_with_its_default():
    assert accepted(strict) == {"alpha": 1.0, "mode": "parity", "sizes": ()}
    assert named(strict) == {"alpha": 1.0}


def test_nothing_is_made_where_the_signature_says_all():
    def factory(needed, seed=0):
        raise AssertionError("made")

    assert accepted(factory) == {"needed": REQUIRED, "seed": 0}
    assert accepted(min) == {}


def test_what_needs_more_than_defaults_has_the_options_that_it_names():
    def factory(needed, **options):
        return Thing(needed, **options)

    assert accepted(factory) == {"needed": REQUIRED}


@pytest.fixture
def handing_on(site, toy):
    site("bs-metric-made", entry_points={"brainscore.metrics": {"made": "made:made"}}, modules={"made": HANDING_ON})


def test_an_unknown_option_is_told_from_a_wrong_value(handing_on):
    with pytest.raises(InvalidParameter) as error:
        load_metric("made", modes="honest")
    assert str(error.value) == (
        "metric 'made' has no option 'modes': expected one of ['draws', 'mode', 'n_components']. Did you mean 'mode'?"
    )
    with pytest.raises(InvalidParameter, match="mode='none': expected another"):
        load_metric("made", mode="none")
    assert load_metric("made", mode="honest", n_components=3).regression == 3


def test_an_unknown_option_of_a_class(toy):
    with pytest.raises(InvalidParameter, match=r"'close' has no option 'scael': expected one of \['scale', 'seed'\]"):
        MetricSpec("close", scael=2.0).load()
