"""A threshold experiment from pixels to a score: the ideal observer's threshold is known, others lie above it."""

from dataclasses import replace

import numpy as np
import pytest
import xarray as xr

from brainscore_core import score
from brainscore_core.contracts import DataEntry, MetricSpec
from brainscore_core.infos import DataInfo
from brainscore_vision import wrap
from brainscore_vision.behavior.noisy_gratings import (
    NoisyGrating,
    contrast_threshold,
    interval_pairs,
    valued_gratings,
)
from brainscore_vision.benchmarks.behavior.psychometric import PsychometricExperiment
from brainscore_vision.commitments.behavior import Behavior

GRATING = NoisyGrating(contrast=0.3, noise=0.2, spatial_frequency=1.0, visual_degrees=4.0, pixels=32)
IDEAL = contrast_threshold(GRATING)
LEVELS = tuple(IDEAL * np.array([0.3, 0.6, 1.0, 1.5, 2.2, 3.2]))
TRIALS = 120


def experiment(people=(IDEAL,), levels=LEVELS, random_phase=False):
    def pairs():
        return interval_pairs(GRATING, "contrast", levels, TRIALS, seed=0, random_phase=random_phase)

    def values():
        return valued_gratings(GRATING, "contrast", np.linspace(0.2, 0.5, 16), 10, seed=0, random_phase=random_phase)

    return PsychometricExperiment(
        "ContrastInNoise-threshold",
        stimuli=DataEntry("pairs", pairs, DataInfo()),
        fitting_stimuli=DataEntry("values", values, DataInfo()),
        data=DataEntry("people", lambda: xr.DataArray(list(people), dims=["subject"]), DataInfo()),
        visual_degrees=4,
        metric=MetricSpec("threshold", independent_variable="level", threshold_accuracy=0.75, n_bootstrap=50),
        parent="behavior_vision",
        version=1,
    )


class Template:
    """One unit that matches the grating: the ideal observer."""

    layer_names = ("features",)

    def __call__(self, batch):
        return {"features": np.tensordot(batch.astype(np.float64) / 127.5 - 1, GRATING.profile, 2)[:, None]}


class Energy:
    """The amplitude of two units a quarter of a cycle apart: it does not mind the phase."""

    layer_names = ("features",)
    pair = np.stack([GRATING.profile, replace(GRATING, phase=90.0).profile])

    def __call__(self, batch):
        matches = np.tensordot(batch.astype(np.float64) / 127.5 - 1, self.pair, ((1, 2), (1, 2)))
        return {"features": np.hypot(*matches.T)[:, None]}


class Pixels:
    """The image as it is."""

    layer_names = ("features",)

    def __call__(self, batch):
        return {"features": batch.reshape(len(batch), -1).astype(np.float64)}


class Blind:
    """Features that do not hang on the grating."""

    layer_names = ("features",)

    def __call__(self, batch):
        seeds = [int(image.astype(np.int64).sum()) for image in batch]
        return {"features": np.stack([np.random.default_rng(seed).normal(size=3) for seed in seeds])}


def subject(network, **behavior):
    return wrap(
        network,
        layers={"IT": "features"},
        visual_degrees=4,
        identifier=type(network).__name__,
        behavior=Behavior(readout="features", **behavior),
    )


@pytest.fixture(scope="module")
def ideal():
    return score(subject(Template()), experiment(), cache=False)


def test_the_ideal_observer_has_the_threshold_of_theory(ideal):
    assert ideal.details["threshold_low"] < IDEAL < ideal.details["threshold_high"]
    assert ideal.details["threshold"] == pytest.approx(IDEAL, rel=0.2)
    assert float(ideal) == pytest.approx(1 - abs(IDEAL - ideal.details["threshold"]) / IDEAL)
    assert ideal.details["trials"] == TRIALS * len(LEVELS)


def test_an_unknown_phase_costs_an_energy_little_and_a_linear_observer_all():
    found, lost = (
        score(subject(network), experiment(people=[LEVELS[-1]], random_phase=True), cache=False)
        for network in (Energy(), Pixels())
    )
    # the phase that is not known adds no more than a second unit's noise
    assert found.details["threshold_low"] < np.sqrt(2) * IDEAL
    assert found.details["threshold_high"] > IDEAL
    assert lost.value is None
    assert "at-chance" in lost.flags


def test_who_sees_nothing_has_no_threshold():
    chance = score(subject(Blind()), experiment(people=[LEVELS[-1]]), cache=False)
    assert chance.value is None
    assert "at-chance" in chance.flags
    # the largest level is more than twice what anybody needs: such a threshold is not close to it, whatever it is
    assert score(subject(Blind()), experiment(), cache=False).value == 0


def test_who_sees_all_of_it_has_no_threshold_either():
    easy = experiment(people=[0.2], levels=(0.2, 0.3, 0.4))
    found = score(subject(Template()), easy, cache=False)
    assert found.value is None
    assert "all-correct" in found.flags
