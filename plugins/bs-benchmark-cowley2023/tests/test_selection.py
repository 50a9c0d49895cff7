"""Choosing a layer on these recordings: with permuted labels nested selection finds nothing, hindsight something."""

from dataclasses import replace

import numpy as np
import pytest

from brainscore_core import load_benchmark, score
from brainscore_core.statistics.crossvalidation import CrossValidation
from brainscore_core.tree import SELECTED
from brainscore_vision import wrap
from brainscore_vision.analysis.layers import layer_curve
from brainscore_vision.commitments.selection import select_layer

LAYERS = ("light_4", "edges_2", "edges_4", "contrast_4")
FOLDS = CrossValidation(splits=4, kfold=True, stratification_coord=None)
PERMUTATIONS = 24
STIMULI = 200


class Early:
    """Luminance, oriented edges and local contrast of the images, on coarse grids."""

    layer_names = LAYERS

    def __call__(self, batch):
        down, across = np.diff(batch, axis=1)[:, :, :-1], np.diff(batch, axis=2)[:, :-1]
        maps = {
            "light": [batch],
            "edges": [np.abs(down), np.abs(across), np.abs(down + across), np.abs(down - across)],
            "contrast": [(batch - batch.mean((1, 2), keepdims=True)) ** 2],
        }
        return {layer: self._pooled(maps[layer[:-2]], int(layer[-1])) for layer in LAYERS}

    @staticmethod
    def _pooled(maps, cells):
        side = maps[0].shape[1] // cells * cells
        parts = [
            part[:, :side, :side].reshape(len(part), cells, side // cells, cells, -1).mean((2, 4)) for part in maps
        ]
        return np.log1p(np.stack(parts, 1).reshape(len(maps[0]), -1))


def grey(image):
    """28 x 28 luminances."""
    light = image.mean(-1) if image.ndim == 3 else image.astype(float)
    side = len(light) // 28
    return light[: 28 * side, : 28 * side].reshape(28, side, 28, side).mean((1, 3))


@pytest.fixture
def model(published_files):
    return wrap(Early(), preprocessing=grey, layers={"V4": LAYERS}, visual_degrees=11.2, identifier="early")


def shown(permutation=None, metric="ridge"):
    """A benchmark on the first images; their labels permuted, each with all of its trials."""
    benchmark = load_benchmark(f"Cowley2023.V4-{metric}")
    trials, stimuli = benchmark.trials(), benchmark.stimulus_set().take(range(STIMULI))
    trials = trials.isel(presentation=np.isin(trials["stimulus_id"].values, stimuli.ids))
    if permutation is not None:
        names = dict(zip(stimuli.ids.tolist(), stimuli.ids[permutation].tolist(), strict=True))
        labels = [names[name] for name in trials["stimulus_id"].values.tolist()]
        trials = trials.assign_coords(stimulus_id=("presentation", labels))
    return load_benchmark(
        benchmark.identifier,
        data=replace(benchmark.dataset, read=lambda: trials),
        stimuli=replace(benchmark.stimulus_entry, read=lambda: stimuli),
        stimulus_digest=None,
    )


def test_permuted_labels_give_zero_nested_and_not_in_hindsight(model):
    rng = np.random.default_rng(0)
    held, hindsight, same_folds = [], [], []
    for _ in range(PERMUTATIONS):
        found = select_layer(model, shown(rng.permutation(STIMULI)), LAYERS, FOLDS)
        held.append(found.score.value)
        hindsight.append(found.hindsight)
        same_folds.append(found.best_of_tested)
        assert found.score.flags == (SELECTED,)
    error = np.std(held, ddof=1) / np.sqrt(PERMUTATIONS)
    assert abs(np.mean(held)) < 2 * error and error < 0.01
    for rule in (hindsight, same_folds):
        assert np.mean(rule) > 3 * np.std(rule, ddof=1) / np.sqrt(PERMUTATIONS)


def test_permuting_labels_leaves_the_ceiling(model):
    one, other = shown(), shown(np.random.default_rng(1).permutation(STIMULI))
    assert other.ceiling.value == pytest.approx(one.ceiling.value, abs=0.01)


def test_the_labels_as_recorded_give_a_value_far_from_zero(model):
    found = select_layer(model, shown(), LAYERS, FOLDS)
    assert found.score.value > 3 * found.score.error and found.score.value > 0.05


@pytest.mark.parametrize("metric", ["pls", "ridge"])
def test_a_layer_on_the_curve_scores_as_if_it_were_committed(model, metric):
    """Of the pixels, which are more than the images and are therefore rotated."""

    def network(batch):
        return {"pixels": batch.reshape(len(batch), -1)}

    benchmark = shown(metric=metric)
    subject = wrap(network, preprocessing=grey, layers={"V4": "pixels"}, visual_degrees=11.2, digest="pixels")
    curve, expected = layer_curve(subject, benchmark, folds=FOLDS), score(subject, benchmark)
    found = curve.scores["pixels"]
    tolerance = 1e-9 if metric == "ridge" else 1e-3  # a rounding can end a power iteration of PLS one step later
    assert found.value == pytest.approx(expected.value, abs=tolerance)
    assert found.raw.value == pytest.approx(expected.raw.value, abs=tolerance)
    assert found.error == pytest.approx(expected.error, rel=0.05)
