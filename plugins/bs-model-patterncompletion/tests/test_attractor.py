"""The attractor network: its synthesis against the published one, its fixed points, and completion."""

import numpy as np
import pytest
import torch
from scipy.linalg import expm, svd

from bs_model_patterncompletion.attractor import STEPS, TAU, TIME_STEP, Attractor, signs, synthesised


def patterns(count: int, units: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).choice((-1.0, 1.0), (count, units))


def published(stored: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """W and b by Li, Michel & Porod 1989, with all of the matrices."""
    targets = stored.T
    units = len(targets)
    basis, lengths, _ = svd(targets[:, :-1] - targets[:, -1:])
    rank = int((lengths > max(units, len(stored) - 1) * np.finfo(float).eps * lengths.max()).sum())
    plus = basis[:, :rank] @ basis[:, :rank].T
    minus = basis[:, rank:] @ basis[:, rank:].T
    system = plus - TAU * minus
    drive = targets[:, -1] - system @ targets[:, -1]
    gains = np.r_[np.full(rank, np.exp(TIME_STEP) - 1), np.full(units - rank, -(np.exp(-TAU * TIME_STEP) - 1) / TAU)]
    return expm(TIME_STEP * system), basis @ np.diag(gains) @ basis.T @ drive


@pytest.mark.parametrize(("count", "units"), [(2, 3), (5, 30), (20, 64)])
def test_dynamics_are_those_of_the_published_synthesis(count, units):
    stored = patterns(count, units)
    weights, bias = published(stored)
    found = Attractor(stored)
    states = np.random.default_rng(1).uniform(-1, 1, (7, units))
    expected = np.clip(states @ weights.T + bias, -1, 1)
    np.testing.assert_allclose(found.step(torch.from_numpy(states).float()).numpy(), expected, atol=1e-5)


def test_the_example_of_the_manual_has_its_two_stable_points():
    stored = np.array([[-1.0, -1.0, 1.0], [1.0, -1.0, 1.0]])
    found = Attractor(stored)
    state = torch.tensor([[-0.9, -0.8, 0.7]])
    for _ in range(5):
        state = found.step(state)
    np.testing.assert_array_equal(state.numpy(), stored[:1])


def test_repeated_and_dependent_patterns_are_no_new_directions():
    stored = patterns(4, 40)
    basis, _ = synthesised(np.concatenate([stored, stored[:2], stored[-1:]]))
    assert basis.shape == (40, 3)
    np.testing.assert_allclose(basis.T @ basis, np.eye(3), atol=1e-12)


def test_what_is_stored_stays():
    stored = patterns(100, 1000)
    with torch.no_grad():
        np.testing.assert_array_equal(Attractor(stored)(torch.from_numpy(stored).float()).numpy(), stored)


@pytest.mark.parametrize("share", [0.1, 0.25])
def test_damaged_patterns_come_closer_to_what_was_stored(share):
    stored = patterns(60, 1000)
    flipped = np.random.default_rng(2).random(stored.shape) < share
    damaged = np.where(flipped, -stored, stored)
    with torch.no_grad():
        found = Attractor(stored)(torch.from_numpy(damaged).float()).numpy()
    agreement = (found @ stored.T) / 1000
    assert (agreement.argmax(axis=1) == np.arange(60)).all()
    assert np.diag(agreement).mean() > 0.98 > (1 - 2 * share)


def test_the_state_unfolds_step_by_step():
    stored = patterns(10, 50)
    network, features = Attractor(stored), torch.randn(3, 50, generator=torch.Generator().manual_seed(0))
    states = []
    network.output.register_forward_hook(lambda _module, _inputs, output: states.append(output))
    with torch.no_grad():
        last = network(features)
        assert len(states) == STEPS + 1
        assert torch.equal(states[0], torch.sign(features))
        for before, after in zip(states, states[1:], strict=False):
            torch.testing.assert_close(network.step(before), after)
    assert torch.equal(states[-1], last)
    assert not torch.equal(states[0], states[1]) and not torch.equal(states[1], states[2])
    assert last.abs().max() <= 1


def test_silent_units_are_minus_one():
    np.testing.assert_array_equal(signs(np.array([-2.0, 0.0, 0.1])), [-1, -1, 1])
