"""The whole procedure on generated images: what it takes is complementary, and better together than the best alone."""

import numpy as np
import pytest

from brainscore_core.errors import InvalidParameter
from bs_model_hmo.network import Mixture
from bs_model_hmo.optimisation import Screening, module_features, optimise
from bs_model_hmo.readout import held_out
from bs_model_hmo.space import Choice, NormalisationSpace, layered

KINDS = [f"{degrees}/{period}" for degrees in (0, 45, 90, 135) for period in (4, 9)]
NOISE = 15
PIXELS = 32

SMALL = layered(
    [Choice((4, 8)), Choice((4, 8)), Choice((4, 8))],
    NormalisationSpace(Choice((2, 3)), Choice((False, True)), Choice((1.0,)), Choice((0.1, 1.0))),
    filter_size=Choice((2, 3)),
    filter_mean=Choice((0.0,)),
    filter_norm=Choice((1.0,)),
    minimum=Choice((None, 0.0)),
    maximum=Choice((None, 1.0)),
    pool_size=Choice((2, 3)),
    order=Choice((1.0, 2.0, 10.0)),
    stride=Choice((2,)),
)

SEEDS = (0, 1, 2, 3)
OPTIONS = {"space": SMALL, "rounds": 3, "candidates": 6, "grid": 3, "tops": 3, "units": 10}


def gratings(each, seed=0):
    """Images (height, width) uint8 and names: gratings of any phase in noise, of four orientations and two periods."""
    generator = np.random.default_rng(seed)
    y, x = np.mgrid[:PIXELS, :PIXELS]
    images, names = [], []
    for name in KINDS * each:
        degrees, period = map(float, name.split("/"))
        across = x * np.cos(np.deg2rad(degrees)) + y * np.sin(np.deg2rad(degrees))
        wave = np.sin(2 * np.pi * (across / period + generator.random()))
        values = 128 + 30 * wave + NOISE * generator.normal(size=wave.shape)
        images.append(values.clip(0, 255).astype(np.uint8))
        names.append(name)
    return images, names


@pytest.fixture(scope="module")
def screening():
    return Screening.of(*gratings(20), PIXELS)


@pytest.fixture(scope="module")
def optimised(screening):
    return {seed: optimise(screening, seed=seed, **OPTIONS) for seed in SEEDS}


@pytest.mark.parametrize("seed", SEEDS)
def test_modules_together_are_better_than_the_best_that_was_tried(optimised, seed):
    rounds = optimised[seed].modules
    alone = max(accuracy for one in rounds for accuracy in one.tried)
    assert rounds[-1].mixed > alone + 0.1
    assert rounds[0].mixed == rounds[0].accuracy > 2 / len(KINDS)


def test_the_second_is_right_where_the_first_is_wrong(optimised):
    """Fewer images than if their mistakes were independent; candidates of one family make the same mistakes."""
    excess = []
    for found in optimised.values():
        first, second = found.modules[:2]
        excess.append((~first.correct & ~second.correct).mean() - (1 - first.accuracy) * (1 - second.accuracy))
    assert np.mean(excess) < -0.02


@pytest.mark.parametrize("seed", SEEDS)
def test_layers_of_the_top_are_chosen_the_same_way(optimised, seed):
    rounds = optimised[seed].top
    assert rounds[-1].mixed > max(one.accuracy for one in rounds)


def test_it_holds_for_images_that_nothing_was_chosen_by(optimised):
    fresh = Screening.of(*gratings(20, seed=99), PIXELS)
    weights = np.ones(len(fresh.labels))

    def accuracy(features):
        return np.mean(held_out(features, fresh.labels, weights, folds=4, penalty=1e-2) == fresh.labels)

    gains = []
    for found in optimised.values():
        features = [module_features(module, fresh.images, 3) for module in found.parameters.modules]
        gains.append(accuracy(np.concatenate(features, axis=1)) - max(map(accuracy, features)))
    assert min(gains) >= 0
    assert np.mean(gains) > 0.05


def test_the_mixture_is_what_was_taken(optimised):
    found = optimised[2]
    assert found.parameters.modules == tuple(one.candidate for one in found.modules)
    assert found.parameters.top == tuple(one.candidate for one in found.top)
    assert (found.parameters.pixels, found.parameters.grid) == (PIXELS, 3)
    assert found.parameters.outputs == 10 * len(found.top)
    assert len(Mixture(found.parameters).hierarchies) == len(found.modules)


def test_a_seed_decides_all(screening, optimised):
    options = {**OPTIONS, "rounds": 1, "tops": 1}
    again = optimise(screening, seed=3, **options).parameters
    assert again.modules == optimised[3].parameters.modules[:1]
    assert again != optimise(screening, seed=4, **options).parameters


def test_without_a_top_the_modules_are_it(screening):
    found = optimise(screening, seed=0, **{**OPTIONS, "rounds": 1, "candidates": 2, "tops": 0})
    assert found.top == found.parameters.top == ()
    assert found.parameters.outputs == found.parameters.channels * 9


def test_another_may_propose(screening):
    seen = []

    def propose(tried, generator):
        seen.append([error for _module, error in tried])
        return SMALL.draw(1, PIXELS, generator)

    found = optimise(screening, seed=0, propose=propose, **{**OPTIONS, "rounds": 1, "candidates": 3, "tops": 0})
    assert [len(errors) for errors in seen] == [0, 1, 2]
    assert min(seen[-1]) >= found.modules[0].error
    assert len(found.parameters.modules[0].layers) == 1


def test_depths_are_those_asked_for(screening):
    found = optimise(screening, seed=1, depths=(2,), **{**OPTIONS, "candidates": 2, "tops": 0})
    assert {len(module.layers) for module in found.parameters.modules} == {2}


@pytest.mark.parametrize(
    ("images", "labels", "message"),
    [
        (np.zeros((4, 1, 8, 8), np.float32), np.array([0, 1, 0]), r"labels of shape \(3,\)"),
        (np.zeros((4, 8, 8), np.float32), np.array([0, 1, 0, 1]), r"images of shape \(4, 8, 8\)"),
        (np.zeros((4, 1, 8, 8), np.float32), np.array([0, 2, 0, 2]), "without gaps"),
    ],
)
def test_screening_sets_that_are_none_are_refused(images, labels, message):
    with pytest.raises(InvalidParameter, match=message):
        Screening(images, labels)
