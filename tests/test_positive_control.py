"""The positive control of V1: cells drawn from the published statistics must do what no other model here does."""

import os

import numpy as np
import pytest

from brainscore_core import score_all

V1 = [
    "Marques2020_DeValois1982-pref_or",
    "Marques2020_DeValois1982-peak_sf",
    "Marques2020_Schiller1976-sf_selective",
    "Marques2020_Schiller1976-sf_bandwidth",
    "Marques2020_Cavanaugh2002-grating_summation_field",
    "Marques2020_Cavanaugh2002-surround_diameter",
    "Marques2020_Cavanaugh2002-surround_suppression_index",
]


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A store that the tests of this file share."""
    folder, before = tmp_path_factory.mktemp("home"), os.environ.get("BRAINSCORE_HOME")
    os.environ["BRAINSCORE_HOME"] = str(folder)
    yield folder
    del os.environ["BRAINSCORE_HOME"]
    if before is not None:
        os.environ["BRAINSCORE_HOME"] = before


def records_of(model):
    return {record.benchmark: record for record in score_all([model], V1)}


@pytest.fixture(scope="module")
def gabor(home):
    return records_of("gabor-v1")


@pytest.mark.parametrize("benchmark", V1)
def test_gabor_v1_is_like_v1(gabor, benchmark):
    """.91 to .96, where the data compared with themselves get .93 to .97."""
    record = gabor[benchmark]
    assert record.status == "ok", record.reason
    assert record.score.raw.value > 0.85
    assert record.score.flags == ()
    assert record.score.details["units_defined"] > 1000


def test_pixels_are_not(gabor, home):
    pixels = records_of("pixels")
    means = [np.mean([records[name].score.raw.value for name in V1]) for records in (gabor, pixels)]
    assert means[0] > means[1] + 0.5


def test_a_second_run_gives_the_same_numbers_from_little_storage(gabor, home):
    again = records_of("gabor-v1")
    for name in V1:
        assert again[name].score.value == gabor[name].score.value
        assert again[name].score.error == gabor[name].score.error
    assert sum(path.stat().st_size for path in home.rglob("*") if path.is_file()) < 60e6
