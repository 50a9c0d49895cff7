"""What ``rdm`` must be invariant to, must notice, and must refuse."""

import numpy as np
import pytest

from brainscore_core.assemblies import DissimilarityAssembly, NeuroidAssembly, select
from brainscore_core.errors import InvalidAssembly, InvalidParameter, StimulusMismatch, TooFewStimuli
from bs_metric_rsa import RDM
from bs_metric_rsa.distances import correlation_distance
from bs_metric_rsa.pairs import triangle


def responses(values, ids=None, **coords):
    stimuli, units = values.shape
    ids = [f"s{i}" for i in range(stimuli)] if ids is None else ids
    coords = {
        "stimulus_id": ("presentation", ids),
        "neuroid_id": ("neuroid", [str(i) for i in range(units)]),
        "region": ("neuroid", ["IT"] * units),
        **coords,
    }
    return NeuroidAssembly(values, dims=("presentation", "neuroid"), coords=coords)


def dissimilarities(matrices, subjects=None, ids=None):
    ids = [f"s{i}" for i in range(matrices.shape[-1])] if ids is None else ids
    subjects = [f"p{i}" for i in range(len(matrices))] if subjects is None else subjects
    return DissimilarityAssembly(
        matrices,
        dims=("subject", "stimulus_i", "stimulus_j"),
        coords={
            "subject_id": ("subject", subjects),
            "region": ("subject", ["IT"] * len(matrices)),
            "stimulus_id_i": ("stimulus_i", ids),
            "stimulus_id_j": ("stimulus_j", ids),
        },
    )


@pytest.fixture
def pair():
    rng = np.random.default_rng(0)
    latent = rng.standard_normal((20, 4))
    source = latent @ rng.standard_normal((4, 30)) + rng.standard_normal((20, 30))
    target = latent @ rng.standard_normal((4, 50)) + rng.standard_normal((20, 50))
    return source, target


def noisy_subjects(values, count, noise=0.3, seed=1):
    """Matrices of subjects that see the geometry of `values` through noise."""
    rng = np.random.default_rng(seed)
    return np.stack([correlation_distance(values + noise * rng.standard_normal(values.shape)) for _ in range(count)])


def test_distance_is_one_minus_pearson(pair):
    np.testing.assert_allclose(correlation_distance(pair[0]), 1 - np.corrcoef(pair[0]), atol=1e-14)


def test_distance_is_exactly_symmetric_and_keeps_float32(pair):
    distance = correlation_distance(pair[0].astype(np.float32))
    assert distance.dtype == np.float32
    assert np.array_equal(distance, distance.T)


def test_float32_on_a_high_baseline_is_as_good_as_its_values():
    values = (np.random.default_rng(0).standard_normal((10, 2000)) + 3000).astype(np.float32)
    expected = 1 - np.corrcoef(values.astype(np.float64))
    np.testing.assert_allclose(correlation_distance(values), expected, atol=2e-6)


def test_value_is_spearman_of_upper_triangles(pair):
    stats = pytest.importorskip("scipy.stats")
    upper = np.triu_indices(20, 1)
    expected = stats.spearmanr(*((1 - np.corrcoef(values))[upper] for values in pair)).statistic
    assert float(RDM()(responses(pair[0]), responses(pair[1]))) == pytest.approx(expected, abs=1e-12)


def test_rsatoolbox_agrees(pair):
    rsatoolbox = pytest.importorskip("rsatoolbox")
    theirs = [
        rsatoolbox.rdm.calc_rdm(rsatoolbox.data.Dataset(values), method="correlation", descriptor=None)
        for values in pair
    ]
    for comparison in ("spearman", "rho-a"):
        ours = float(RDM(comparison)(responses(pair[0]), responses(pair[1])))
        assert ours == pytest.approx(rsatoolbox.rdm.compare(*theirs, method=comparison).item(), abs=1e-12)


def test_identity_is_one_and_opposite_order_is_negative(pair):
    assert float(RDM()(responses(pair[0]), responses(pair[0]))) == pytest.approx(1)
    distance = correlation_distance(pair[0])
    opposite = 2 - distance
    np.fill_diagonal(opposite, 0)
    assert float(RDM()(responses(pair[0]), dissimilarities(opposite[None]))) == pytest.approx(-1)


def test_order_of_presentations_and_neuroids_scale_and_offset_do_not_matter(pair):
    source, target = responses(pair[0]), responses(pair[1])
    expected = float(RDM()(source, target))
    rng = np.random.default_rng(3)
    shuffled = source.isel(presentation=rng.permutation(20), neuroid=rng.permutation(30))
    assert float(RDM()(shuffled, target)) == pytest.approx(expected, abs=1e-12)
    assert float(RDM()(source.transpose("neuroid", "presentation"), target)) == pytest.approx(expected, abs=1e-12)
    assert float(RDM()(source * 7 + 3, target)) == pytest.approx(expected, abs=1e-12)
    per_stimulus = responses(pair[0] * rng.uniform(1, 9, (20, 1)) + rng.standard_normal((20, 1)))
    assert float(RDM()(per_stimulus, target)) == pytest.approx(expected, abs=1e-12)


def test_scale_of_one_neuroid_does_matter(pair):
    changed = pair[0].copy()
    changed[:, 0] *= 50
    assert abs(float(RDM()(responses(changed), responses(pair[1]))) - float(RDM()(*map(responses, pair)))) > 0.05


def test_inputs_are_left_as_they_are(pair):
    source, target = responses(pair[0]), dissimilarities(noisy_subjects(pair[0], 2))
    before = source.copy(deep=True), target.copy(deep=True)
    RDM(bootstrap_samples=10)(source, target)
    assert source.identical(before[0]) and target.identical(before[1])


def test_repeated_stimuli_are_told_apart_by_repetition(pair):
    ids = [f"s{i % 10}" for i in range(20)]
    repetition = {"repetition": ("presentation", np.arange(20) // 10)}
    source, target = (responses(values, ids, **repetition) for values in pair)
    order = np.random.default_rng(0).permutation(20)
    expected = float(RDM()(*map(responses, pair)))
    assert float(RDM()(source.isel(presentation=order), target)) == pytest.approx(expected, abs=1e-12)
    with pytest.raises(StimulusMismatch, match="more than once"):
        RDM()(source.drop_vars("repetition"), target)


def test_value_is_the_mean_over_subjects_after_averaging_sessions(pair):
    matrices = noisy_subjects(pair[0], 6)
    sessions = dissimilarities(matrices, ["a", "b", "c", "a", "b", "c"])
    score = RDM()(responses(pair[0]), sessions)
    each = [float(RDM()(responses(pair[0]), dissimilarities(matrices[[i, i + 3]].mean(0)[None]))) for i in range(3)]
    assert score.values["subject_id"].values.tolist() == ["a", "b", "c"]
    np.testing.assert_allclose(score.values.values, each, atol=1e-14)
    assert float(score) == pytest.approx(np.mean(each), abs=1e-14)
    together = float(RDM()(responses(pair[0]), dissimilarities(matrices.mean(0)[None])))
    assert score.details["rho_with_subject_mean"] == pytest.approx(together, abs=1e-14)
    assert together > float(score)
    assert score.details["subjects"] == 3 and score.details["stimuli"] == 20


def test_subjects_in_another_order_of_stimuli_on_either_side(pair):
    matrices = noisy_subjects(pair[0], 2)
    expected = float(RDM()(responses(pair[0]), dissimilarities(matrices)))
    order = np.random.default_rng(4).permutation(20)
    one_side = dissimilarities(matrices).isel(stimulus_j=order)
    both = one_side.isel(stimulus_i=order[::-1])
    for target in (one_side, both):
        assert float(RDM()(responses(pair[0]), target)) == pytest.approx(expected, abs=1e-14)
        found = RDM()(select(dissimilarities(matrices), subject_id="p0"), target).values.values
        np.testing.assert_allclose(found[0], 1)


def test_dissimilarities_as_source_and_recording_as_target(pair):
    model = dissimilarities(correlation_distance(pair[0])[None])
    expected = float(RDM()(*map(responses, pair)))
    assert float(RDM()(model, responses(pair[1]))) == pytest.approx(expected, abs=1e-12)


def test_pairs_that_were_not_measured_are_left_out(pair):
    matrices = noisy_subjects(pair[0], 2)
    matrices[0, 3, 7] = matrices[0, 7, 3] = np.nan
    score = RDM()(responses(pair[0]), dissimilarities(matrices))
    keep = ~np.isnan(triangle(matrices[0]))
    stats = pytest.importorskip("scipy.stats")
    expected = stats.spearmanr(triangle(correlation_distance(pair[0]))[keep], triangle(matrices[0])[keep]).statistic
    assert score.values.values[0] == pytest.approx(expected, abs=1e-12)


def test_subject_without_measured_pairs_gives_null(pair):
    matrices = noisy_subjects(pair[0], 2)
    matrices[0] = np.where(np.eye(20, dtype=bool), 0, np.nan)
    score = RDM(bootstrap_samples=10)(responses(pair[0]), dissimilarities(matrices))
    assert score.value is None and score.flags == ("constant-dissimilarities",)
    assert not any(value != value for value in score.details.values())


@pytest.mark.parametrize("side", [0, 1])
def test_constant_pattern_gives_null_and_says_so(pair, side):
    pair[side][4] = 0.1
    score = RDM()(*map(responses, pair))
    assert score.value is None and score.flags == ("undefined-dissimilarity",)


def test_single_unit_gives_null(pair):
    assert RDM()(responses(pair[0][:, :1]), responses(pair[1])).value is None


def test_source_that_tells_no_pair_apart_gives_null(pair):
    flat = 1.0 - np.eye(20)
    score = RDM()(dissimilarities(flat[None]), responses(pair[1]))
    assert score.value is None and score.flags == ("constant-dissimilarities",)
    assert float(RDM("rho-a")(dissimilarities(flat[None]), responses(pair[1]))) == 0


@pytest.mark.parametrize("bad", [np.nan, np.inf])
@pytest.mark.parametrize("side", [0, 1])
def test_recordings_that_are_not_finite_are_refused(pair, side, bad):
    pair[side][2, 5] = bad
    with pytest.raises(InvalidAssembly, match="to 1 stimuli, 's2' among them"):
        RDM()(*map(responses, pair))


@pytest.mark.parametrize("stimuli", [1, 2])
def test_too_few_stimuli(pair, stimuli):
    few = [responses(values[:stimuli]) for values in pair]
    with pytest.raises(TooFewStimuli, match="at least 3"):
        RDM()(*few)
    with pytest.raises(TooFewStimuli, match="at least 3"):
        RDM()(few[0], dissimilarities(np.zeros((1, stimuli, stimuli))))


def test_three_stimuli_are_enough(pair):
    assert -1 <= float(RDM()(*(responses(values[:3]) for values in pair))) <= 1


def test_other_stimuli_are_refused(pair):
    other = responses(pair[1], [f"s{i + 1}" for i in range(20)])
    with pytest.raises(StimulusMismatch, match="source lacks s20"):
        RDM()(responses(pair[0]), other)
    with pytest.raises(StimulusMismatch, match="s19"):
        RDM()(responses(pair[0][:19]), dissimilarities(noisy_subjects(pair[0], 1)))


def test_shapes_that_mean_something_else_are_refused(pair):
    matrices = noisy_subjects(pair[0], 2)
    with pytest.raises(InvalidAssembly, match="2 subjects"):
        RDM()(dissimilarities(matrices), responses(pair[1]))
    binned = (
        responses(pair[0])
        .expand_dims(time_bin=1)
        .assign_coords(time_bin_start=("time_bin", [70.0]), time_bin_end=("time_bin", [170.0]))
    )
    with pytest.raises(InvalidAssembly, match="time"):
        RDM()(binned, responses(pair[1]))
    matrices[0, 1, 2] += 0.1
    with pytest.raises(InvalidAssembly, match="symmetric"):
        RDM()(responses(pair[0]), dissimilarities(matrices))
    twice = dissimilarities(noisy_subjects(pair[0], 1), ids=["s0", *[f"s{i}" for i in range(19)]])
    with pytest.raises(StimulusMismatch, match="twice"):
        RDM()(responses(pair[0]), twice)


@pytest.mark.parametrize("options", [{"comparison": "kendall"}, {"bootstrap_samples": -1}, {"bootstrap_samples": 1}])
def test_options_that_mean_nothing_are_refused(options):
    with pytest.raises(InvalidParameter, match="rdm"):
        RDM(**options)


def test_error_only_when_asked_for_and_the_same_for_the_same_seed(pair):
    source, target = map(responses, pair)
    assert RDM()(source, target).error is None
    first, again, other = (RDM(bootstrap_samples=200, seed=seed)(source, target) for seed in (0, 0, 1))
    assert first.error == again.error != other.error
    assert first.value == RDM()(source, target).value
    assert "draws of stimuli" in first.details["error"]


def test_global_random_state_is_not_touched(pair):
    np.random.seed(7)
    before = np.random.get_state()[1].copy()
    RDM(bootstrap_samples=20)(*map(responses, pair))
    assert np.array_equal(np.random.get_state()[1], before)


def test_error_is_the_spread_over_sets_of_stimuli():
    """Stimuli drawn anew from a population: the mean error of one experiment against the spread of many."""
    rng = np.random.default_rng(11)
    readouts = rng.standard_normal((5, 40)), rng.standard_normal((5, 60))
    scores = []
    for _ in range(150):
        latent = rng.standard_normal((40, 5))
        source, target = (latent @ readout + 1.5 * rng.standard_normal((40, readout.shape[1])) for readout in readouts)
        scores.append(RDM(bootstrap_samples=60)(responses(source), responses(target)))
    spread = np.std([float(score) for score in scores], ddof=1)
    assert np.mean([score.error for score in scores]) == pytest.approx(spread, rel=0.25)
