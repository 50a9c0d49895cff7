"""The solver below the decoder: the minimum in single and double precision, with many features or few."""

import numpy as np
import pytest

from brainscore_vision.behavior.decoders import LogisticDecoder
from brainscore_vision.behavior.descent import descend
from brainscore_vision.behavior.multinomial import RANK, Curvature, Loss, fit_multinomial, leading_directions


def problem(seed, stimuli, features, labels):
    rng = np.random.default_rng(seed)
    numbers = np.arange(stimuli) % labels
    rows = 0.5 * rng.standard_normal((labels, features))[numbers] + rng.standard_normal((stimuli, features))
    return (rows - rows.mean(0)) / rows.std(0), numbers


def fit(rows, numbers, labels, **options):
    return fit_multinomial(rows.astype(np.float32), lambda: rows, numbers, labels, **options)


def gradient_at(point, rows, numbers, penalty):
    """From the definition, in double precision."""
    weights, intercepts = point[:, :-1], point[:, -1]
    scores = rows @ weights.T + intercepts
    p = np.exp(scores - scores.max(1, keepdims=True))
    p /= p.sum(1, keepdims=True)
    p[np.arange(len(rows)), numbers] -= 1
    return np.column_stack([p.T @ rows + penalty * weights, p.sum(0)])


SHAPES = [(200, 12, 5), (60, 300, 4), (300, 150, 24), (50, 20, 2)]


@pytest.mark.parametrize(("stimuli", "features", "labels"), SHAPES)
@pytest.mark.parametrize("penalty", [1000.0, 1.0])
def test_the_gradient_vanishes_at_what_is_found(stimuli, features, labels, penalty):
    rows, numbers = problem(0, stimuli, features, labels)
    found = fit(rows, numbers, labels, penalty=penalty, tolerance=1e-8, steps=2000)
    assert found.shape == (labels, features + 1) and found.dtype == np.float64
    assert np.abs(gradient_at(found, rows, numbers, penalty)).max() < 1e-4
    assert np.abs(found.sum(0)).max() < 1e-9  # nothing that all labels share


@pytest.mark.parametrize(("stimuli", "features", "labels"), SHAPES)
def test_the_error_that_is_left_is_the_one_asked_for(stimuli, features, labels):
    rows, numbers = problem(1, stimuli, features, labels)
    exact = fit(rows, numbers, labels, penalty=1000, tolerance=1e-9, steps=2000)
    for tolerance in (1e-2, 5e-4, 1e-5):
        found = fit(rows, numbers, labels, penalty=1000, tolerance=tolerance, steps=2000)
        left = rows @ (found - exact)[:, :-1].T + (found - exact)[:, -1]
        assert np.sqrt((left**2).sum(1).mean()) < 5 * tolerance


def test_single_precision_features_give_the_same():
    rows, numbers = problem(2, 240, 100, 24)
    labels = [f"label-{number:02}" for number in numbers]
    one, other = (LogisticDecoder().fit(rows.astype(kind), labels) for kind in (np.float64, np.float32))
    np.testing.assert_allclose(one.probabilities(rows), other.probabilities(rows), atol=2e-4)


def test_too_few_steps_are_said():
    rows, numbers = problem(3, 200, 100, 10)
    with pytest.warns(RuntimeWarning, match="stopped after 1 steps with an error of .* expected at most 1e-08"):
        fit(rows, numbers, 10, penalty=1.0, tolerance=1e-8, steps=1)


def test_value_and_gradient_belong_together():
    rows, numbers = problem(4, 40, 6, 3)
    loss = Loss(rows, numbers, 2.0)
    rng = np.random.default_rng(0)
    point, direction = rng.standard_normal((3, 7)), rng.standard_normal((3, 7))
    there = [loss(point + sign * 1e-5 * direction)[0] for sign in (1, -1)]
    assert (there[0] - there[1]) / 2e-5 == pytest.approx(np.vdot(loss(point)[1], direction), rel=1e-7)


def test_curvature_is_that_of_equally_probable_labels():
    """With all directions known, the first step is Newton's."""
    rows, numbers = problem(5, 100, 10, 4)
    directions, within = leading_directions(rows)
    assert directions.shape == (10, 10) and RANK > 10
    np.testing.assert_allclose(directions.T @ directions, np.eye(10), atol=1e-6)
    curvature = Curvature(directions, np.einsum("sd,sd->d", within, within), 100, 1 / 4, 7.0)
    gradient = np.random.default_rng(1).standard_normal((4, 11))
    expected = np.linalg.solve(rows.T @ rows / 4 + 7 * np.eye(10), gradient[:, :-1].T).T
    np.testing.assert_allclose(curvature.inverse(gradient)[:, :-1], expected, rtol=1e-6, atol=1e-8)
    np.testing.assert_allclose(curvature.inverse(gradient)[:, -1], gradient[:, -1] / 25)


def test_descent_takes_one_step_where_the_curvature_is_known():
    rng = np.random.default_rng(2)
    root = rng.standard_normal((6, 6))
    matrix, goal = root @ root.T + np.eye(6), rng.standard_normal(6)

    def bowl(point):
        away = point - goal
        return float(away @ matrix @ away) / 2, matrix @ away

    known = descend(bowl, np.zeros(6), lambda gradient: np.linalg.solve(matrix, gradient), tolerance=1e-9, steps=50)
    assert known.steps == 1 and known.point == pytest.approx(goal, abs=1e-9)
    unknown = descend(bowl, np.zeros(6), lambda gradient: gradient, tolerance=1e-9, steps=200)
    assert 1 < unknown.steps < 200 and unknown.point == pytest.approx(goal, abs=1e-8)


def test_descent_ends_where_rounding_decides():
    def steep(point):
        return float(np.float32(1e6) + point @ point), (2 * point).astype(np.float32)

    found = descend(steep, np.ones(4, np.float32), lambda gradient: gradient, tolerance=0.0, steps=200)
    assert np.abs(found.point).max() < 1


def test_a_steep_start_is_approached_in_halved_steps():
    def quartic(point):
        return float((point**4).sum()), 4 * point**3

    found = descend(quartic, np.full(3, 10.0), lambda gradient: gradient, tolerance=1e-6, steps=500)
    assert np.abs(found.point).max() < 0.02
