"""``rdm_cv``: each split against ``rdm`` of its stimuli, and what it refuses."""

import numpy as np
import pytest

from brainscore_core.assemblies import DissimilarityAssembly, NeuroidAssembly
from brainscore_core.errors import InvalidAssembly, InvalidParameter, StimulusMismatch, TooFewStimuli
from brainscore_core.statistics.crossvalidation import CrossValidation
from bs_metric_rsa import RDM, RDMCrossValidated
from bs_metric_rsa.comparators import COMPARATORS

STIMULI = 80


def responses(values, **coords):
    stimuli, units = values.shape
    coords = {
        "stimulus_id": ("presentation", [f"s{i:03}" for i in range(stimuli)]),
        "object_name": ("presentation", [f"o{i % 4}" for i in range(stimuli)]),
        "neuroid_id": ("neuroid", [str(i) for i in range(units)]),
        "region": ("neuroid", ["IT"] * units),
        **coords,
    }
    return NeuroidAssembly(values, dims=("presentation", "neuroid"), coords=coords)


@pytest.fixture
def pair():
    rng = np.random.default_rng(0)
    latent = rng.standard_normal((STIMULI, 4))
    source = latent @ rng.standard_normal((4, 30)) + rng.standard_normal((STIMULI, 30))
    target = latent @ rng.standard_normal((4, 50)) + rng.standard_normal((STIMULI, 50))
    return responses(source), responses(target)


@pytest.mark.parametrize("comparison", COMPARATORS)
@pytest.mark.parametrize("options", [{}, {"splits": 20, "test_size": 0.5}, {"kfold": True, "splits": 4}])
def test_each_split_is_rdm_of_its_stimuli(pair, comparison, options):
    source, target = pair
    score = RDMCrossValidated(options, comparison=comparison)(source, target)
    folds = CrossValidation(**({"test_size": 0.9} | options if "kfold" not in options else options)).folds(target)
    expected = [
        float(RDM(comparison)(source.isel(presentation=test), target.isel(presentation=test))) for _, test in folds
    ]
    np.testing.assert_allclose(score.values.values, expected, atol=1e-12)
    assert float(score) == pytest.approx(np.mean(expected), abs=1e-12)
    assert score.error == pytest.approx(np.std(expected) / np.sqrt(len(expected)), abs=1e-12)
    assert score.details["splits"] == len(expected) and score.details["stimuli"] == STIMULI


def test_ties_within_splits(pair):
    source, target = pair
    coarse = source.isel(neuroid=slice(3)).copy(data=np.sign(source.values[:, :3]) + 0.1 * np.arange(3))
    score = RDMCrossValidated()(coarse, target)
    folds = CrossValidation(test_size=0.9).folds(target)
    expected = [float(RDM()(coarse.isel(presentation=test), target.isel(presentation=test))) for _, test in folds]
    np.testing.assert_allclose(score.values.values, expected, atol=1e-12)


def test_order_of_the_source_does_not_matter_and_inputs_stay(pair):
    source, target = pair
    before = source.copy(deep=True), target.copy(deep=True)
    expected = RDMCrossValidated()(source, target)
    rng = np.random.default_rng(1)
    shuffled = source.isel(presentation=rng.permutation(STIMULI), neuroid=rng.permutation(30))
    np.testing.assert_allclose(RDMCrossValidated()(shuffled, target).values, expected.values, atol=1e-12)
    assert source.identical(before[0]) and target.identical(before[1])


def test_float32_is_as_good_as_its_values(pair):
    expected = float(RDMCrossValidated()(*pair))
    assert float(RDMCrossValidated()(*(side.astype(np.float32) for side in pair))) == pytest.approx(expected, abs=1e-6)


def test_seventeen_splits_are_more_than_one_word_of_bits(pair):
    long = RDMCrossValidated({"splits": 40})(*pair)
    assert len(set(np.round(long.values.values, 10))) == 40


def test_constant_pattern_gives_null_and_says_so(pair):
    source, target = pair
    source[5] = 1.0
    score = RDMCrossValidated()(source, target)
    assert score.value is None and score.flags == ("undefined-dissimilarity",)


def test_what_cannot_be_split_is_refused(pair):
    source, target = pair
    with pytest.raises(InvalidAssembly, match="object_name"):
        RDMCrossValidated()(source, target.drop_vars("object_name"))
    assert RDMCrossValidated({"stratification_coord": None})(source, target.drop_vars("object_name")).value > 0
    with pytest.raises(TooFewStimuli):
        RDMCrossValidated({"stratification_coord": None, "test_size": 2})(source, target)
    with pytest.raises(StimulusMismatch):
        RDMCrossValidated()(source.isel(presentation=slice(70)), target)
    bad = target.copy(deep=True)
    bad[3, 3] = np.nan
    with pytest.raises(InvalidAssembly, match="s003"):
        RDMCrossValidated()(source, bad)
    matrix = DissimilarityAssembly(
        np.ones((1, 3, 3)),
        dims=("subject", "stimulus_i", "stimulus_j"),
        coords={
            "subject_id": ("subject", ["a"]),
            "region": ("subject", ["IT"]),
            "stimulus_id_i": ("stimulus_i", list("abc")),
            "stimulus_id_j": ("stimulus_j", list("abc")),
        },
    )
    with pytest.raises(InvalidAssembly, match="target holds dissimilarities"):
        RDMCrossValidated()(source, matrix)


@pytest.mark.parametrize(
    "options",
    [
        {"comparison": "kendall"},
        {"distance": "crossnobis"},
        {"crossvalidation_kwargs": {"split": 3}},
        {"crossvalidation_kwargs": {"splits": 0}},
    ],
)
def test_options_that_mean_nothing_are_refused(options):
    with pytest.raises(InvalidParameter):
        RDMCrossValidated(**options)
