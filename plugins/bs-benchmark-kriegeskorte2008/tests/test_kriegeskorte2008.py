"""Both benchmarks end to end, on models whose answer is known."""

import numpy as np
import pytest
from scipy.stats import rankdata, spearmanr

from brainscore_core import load_benchmark, load_dataset, load_stimulus_set, score
from brainscore_core.assemblies import NeuroidAssembly
from brainscore_core.contracts import ModelInfo
from brainscore_core.errors import InvalidModelOutput, UnsupportedRegion
from brainscore_vision import wrap

pytestmark = pytest.mark.usefixtures("published_files")

HUMAN, MONKEY = "Kriegeskorte2008.IT-human-rdm", "Kriegeskorte2008.IT-monkey-rdm"
UPPER = np.triu_indices(92, 1)


class Prepared:
    """A brain model that answers with prepared features, whatever it sees."""

    info = ModelInfo()

    def __init__(self, features, identifier="prepared", trials=False):
        self.features, self.identifier, self.trials = features, identifier, trials
        self.recording = None

    def visual_degrees(self):
        return 8

    def configure(self, **settings):
        self.settings = settings

    def reset(self):
        self.recording = None

    def digest(self):
        return None

    def start_recording(self, region, **options):
        if region != "IT":
            raise UnsupportedRegion(f"no map of {region!r}")
        self.recording = region, options

    def look_at(self, stimuli, number_of_trials=1):
        self.size = stimuli.open(stimuli.ids[0]).shape
        rows = np.tile(self.features, (number_of_trials if self.trials else 1, 1))
        trials = len(rows) // len(stimuli)
        coords = {
            "stimulus_id": ("presentation", np.tile(stimuli.ids, trials)),
            "repetition": ("presentation", np.repeat(np.arange(trials), len(stimuli))),
            "neuroid_id": ("neuroid", [f"unit.{i}" for i in range(rows.shape[1])]),
            "region": ("neuroid", ["IT"] * rows.shape[1]),
        }
        return NeuroidAssembly(rows, dims=("presentation", "neuroid"), coords=coords)


def features_of(matrix):
    """Features whose 1 - Pearson dissimilarities have the order of those in `matrix`."""
    count, ranks = len(matrix), rankdata(matrix[UPPER])
    products = np.eye(count)
    products[UPPER] = -ranks / ranks.max() / count
    products.T[UPPER] = products[UPPER]
    # the diagonal dominates, so there are vectors of length 1 with these products ...
    vectors = np.linalg.cholesky(products)
    # ... and with each vector beside its negative all have mean 0, so that products are correlations
    return np.hstack([vectors, -vectors])


def matrices(name):
    return load_dataset(f"Kriegeskorte2008.{name}").values.astype(np.float64)


def subjects():
    return matrices("human").reshape(4, 2, 92, 92).mean(axis=1)


def rho(one, other):
    return spearmanr(one[UPPER], other[UPPER]).statistic


def test_features_reproduce_the_order_of_a_matrix():
    matrix = subjects()[0]
    assert rho(1 - np.corrcoef(features_of(matrix)), matrix) == pytest.approx(1)


def test_a_model_that_is_the_monkey_gets_one_and_no_ceiling():
    result = score(Prepared(features_of(matrices("monkey")[0])), MONKEY)
    assert result.raw.value == pytest.approx(1)
    assert result.value is None and result.ceiling is None and result.normalisation == ""
    assert result.flags == ("ceiling-unknown",)
    assert result.details["ceiling"].startswith("unknown: one matrix")


@pytest.mark.parametrize("subject", range(4))
def test_a_model_that_is_one_subject(subject):
    own = subjects()[subject]
    result = score(Prepared(features_of(own)), HUMAN)
    expected = [rho(own, other) for other in subjects()]
    # the order of equal dissimilarities hangs on rounding
    np.testing.assert_allclose(result.raw.values.values, expected, atol=1e-6)
    assert result.raw.value == pytest.approx(np.mean(expected), abs=1e-6)
    assert result.raw.values["subject_id"].values.tolist() == ["BE", "KO", "SN", "TI"]


def test_the_monkey_as_a_model_of_human_it():
    result = score(Prepared(features_of(matrices("monkey")[0])), HUMAN)
    assert result.details["rho_with_subject_mean"] == pytest.approx(0.4389, abs=5e-5)
    assert result.raw.value == pytest.approx(np.mean([rho(matrices("monkey")[0], own) for own in subjects()]))


def test_human_ceiling_is_nilis():
    ceiling = load_benchmark(HUMAN).ceiling
    ranks = np.array([rankdata(own[UPPER]) for own in subjects()])
    upper = np.mean([spearmanr(own, ranks.mean(0)).statistic for own in ranks])
    lower = np.mean([spearmanr(own, np.delete(ranks, i, 0).mean(0)).statistic for i, own in enumerate(ranks)])
    assert (ceiling.value, ceiling.details["lower"]) == pytest.approx((upper, lower))
    assert (upper, lower) == pytest.approx((0.6657, 0.3723), abs=5e-5)
    assert ceiling.details["noise_only_upper"] == pytest.approx(0.493, abs=0.003)


def test_the_best_possible_model_reaches_the_ceiling():
    best = np.zeros((92, 92))
    best[UPPER] = np.mean([rankdata(own[UPPER]) for own in subjects()], axis=0)
    result = score(Prepared(features_of(best + best.T)), HUMAN)
    assert result.raw.value == pytest.approx(result.ceiling.value)
    assert result.details["position"] == pytest.approx(1)
    assert result.value is None and result.normalisation == "" and result.flags == ()


def test_position_is_negative_below_the_lower_bound():
    features = np.random.default_rng(0).standard_normal((92, 200))
    result = score(Prepared(features), HUMAN)
    details = result.details
    assert abs(result.raw.value) < 0.1 and details["position"] < 0
    assert details["position"] == pytest.approx(
        (result.raw.value - details["lower"]) / (details["upper"] - details["lower"])
    )
    assert result.ceiling.value == details["upper"]


def test_error_is_over_stimuli_and_repeats():
    model = Prepared(features_of(matrices("monkey")[0]))
    first, second = (score(model, HUMAN).with_(provenance={}) for _ in range(2))
    assert first == second
    assert 0.01 < first.raw.error < 0.06
    assert first.error is None


def test_images_are_shown_at_their_size_and_the_region_of_the_species_is_recorded():
    model = Prepared(np.random.default_rng(0).standard_normal((92, 5)))
    for identifier, species, degrees in ((HUMAN, "human", 2.9), (MONKEY, "macaque", 7)):
        score(model, identifier)
        assert model.recording == ("IT", {"species": species})
        assert model.size == (round(175 * 8 / degrees),) * 2 + (3,)


def test_trials_are_averaged():
    features = features_of(matrices("monkey")[0])
    benchmark = load_benchmark(MONKEY, number_of_trials=3)
    assert score(Prepared(features, trials=True), benchmark).raw.value == pytest.approx(1)


def test_a_wrapped_network_that_sees_animacy():
    """A network that looks its answer up by the picture: it must be shown the right picture for each row."""
    stimuli = load_stimulus_set("Kriegeskorte2008")
    animate = stimuli["animate"].to_numpy()
    names = {stimuli.open(id).tobytes(): index for index, id in enumerate(stimuli)}
    noise = np.random.default_rng(0).standard_normal((92, 40))
    features = noise + 3 * np.where(animate, 1, -1)[:, None] * np.random.default_rng(1).standard_normal(40)

    def network(batch):
        return np.stack([features[names[image.tobytes()]] for image in batch])

    benchmark = load_benchmark(HUMAN)
    model = wrap(network, layers={"IT": "output"}, visual_degrees=2.9)
    result = score(model, benchmark, cache=False)
    expected = np.mean([rho(1 - np.corrcoef(features), own) for own in subjects()])
    assert result.raw.value == pytest.approx(expected, abs=1e-6)
    assert result.raw.value > 0.3


def test_a_model_without_it_is_unsupported():
    with pytest.raises(UnsupportedRegion):
        score(wrap(lambda batch: batch, layers={"V1": "output"}, visual_degrees=8), HUMAN)


def test_a_model_that_answers_nan_is_named():
    features = np.random.default_rng(0).standard_normal((92, 5))
    features[7, 2] = np.nan
    with pytest.raises(InvalidModelOutput, match="broken answered.*Kriegeskorte2008_08"):
        score(Prepared(features, "broken"), HUMAN)


def test_a_model_that_responds_alike_to_everything_gets_null():
    result = score(Prepared(np.ones((92, 5))), HUMAN)
    assert result.raw.value is None and "undefined-dissimilarity" in result.flags and "position" not in result.details
