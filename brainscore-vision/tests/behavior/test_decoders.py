"""The decoder: against the formula, on known ground truth, under what must not matter."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from brainscore_core.errors import InvalidParameter
from brainscore_vision.behavior.decoders import LogisticDecoder, softmax


def problem(seed, stimuli=60, features=12, classes=4):
    rng = np.random.default_rng(seed)
    numbers = np.arange(stimuli) % classes
    rows = rng.standard_normal((stimuli, features)) + rng.standard_normal((classes, features))[numbers]
    return rows * rng.uniform(0.5, 5, features) + 3, np.array([f"c{number}" for number in numbers])


def reference(rows, labels, C):
    """The softmax regression that the multinomial of Brain-Score 2 minimises, one row of weights a class."""
    names, numbers = np.unique(labels, return_inverse=True)
    z = (rows - rows.mean(0)) / rows.std(0)
    onehot = np.eye(len(names))[numbers]

    def loss(flat):
        weights = flat.reshape(len(names), -1)
        probabilities = softmax(z @ weights[:, :-1].T + weights[:, -1])
        gradient = probabilities - onehot
        value = (
            -C * np.log(np.maximum((probabilities * onehot).sum(1), 1e-300)).sum() + (weights[:, :-1] ** 2).sum() / 2
        )
        slope = np.column_stack([C * gradient.T @ z + weights[:, :-1], C * gradient.sum(0)])
        return value, slope.ravel()

    found = minimize(
        loss,
        np.zeros(len(names) * (rows.shape[1] + 1)),
        jac=True,
        method="L-BFGS-B",
        options=dict(maxiter=20000, ftol=1e-15, gtol=1e-10),
    )
    weights = found.x.reshape(len(names), -1)
    return softmax(z @ weights[:, :-1].T + weights[:, -1])


@pytest.mark.parametrize("C", [1e-3, 1.0])
@pytest.mark.parametrize(("stimuli", "features", "classes"), [(60, 12, 4), (30, 80, 3), (40, 10, 2)])
def test_probabilities_are_those_of_the_multinomial(C, stimuli, features, classes):
    rows, labels = problem(1, stimuli, features, classes)
    found = LogisticDecoder(C=C).fit(rows, labels).probabilities(rows)
    assert np.abs(found - reference(rows, labels, C)).max() < 1e-3


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 1000), st.floats(0.01, 100), st.floats(-50, 50))
def test_scale_and_offset_of_features_do_not_matter(seed, scale, offset):
    rows, labels = problem(seed)
    one = LogisticDecoder().fit(rows, labels).probabilities(rows)
    other = LogisticDecoder().fit(rows * scale + offset, labels).probabilities(rows * scale + offset)
    assert np.abs(one - other).max() < 1e-4


def test_order_of_stimuli_does_not_matter():
    rows, labels = problem(2)
    order = np.random.default_rng(0).permutation(len(rows))
    one, other = LogisticDecoder().fit(rows, labels), LogisticDecoder().fit(rows[order], labels[order])
    assert one.labels == other.labels == ("c0", "c1", "c2", "c3")
    assert np.abs(one.probabilities(rows) - other.probabilities(rows)).max() < 1e-4


def test_constant_features_change_nothing():
    rows, labels = problem(3)
    padded = np.column_stack([rows, np.full(len(rows), 7.25), np.zeros(len(rows))])
    one, other = LogisticDecoder().fit(rows, labels), LogisticDecoder().fit(padded, labels)
    moved = padded + np.array([0] * rows.shape[1] + [1e-3, 0])
    assert np.abs(one.probabilities(rows) - other.probabilities(padded)).max() < 1e-4
    assert np.abs(one.probabilities(rows) - other.probabilities(moved)).max() < 1e-3


def test_classes_far_apart_are_told_apart_and_noise_is_not():
    rng = np.random.default_rng(4)
    numbers = np.arange(200) % 2
    apart = rng.standard_normal((200, 5)) + 20 * numbers[:, None]
    labels = np.array(["a", "b"])[numbers]
    fitted = LogisticDecoder(C=1.0).fit(apart[:100], labels[:100])
    assert (np.array(fitted.labels)[fitted.probabilities(apart[100:]).argmax(1)] == labels[100:]).all()
    noise = rng.standard_normal((2000, 5))
    labels = np.array(["a", "b"])[np.arange(2000) % 2]
    chosen = LogisticDecoder().fit(noise[:1000], labels[:1000]).probabilities(noise[1000:]).argmax(1)
    assert abs((np.array(["a", "b"])[chosen] == labels[1000:]).mean() - 0.5) < 0.05


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda rows, labels: (rows, labels[:-1]), "59 labels for 60 stimuli"),
        (lambda rows, labels: (rows, ["one"] * 60), "one class only"),
        (lambda rows, labels: (np.where(rows > 5, np.nan, rows), labels), "NaN or infinite"),
        (lambda rows, labels: (rows[:, :0], labels), r"features of shape \(60, 0\)"),
    ],
)
def test_what_cannot_be_fitted_is_refused(change, says):
    with pytest.raises(InvalidParameter, match=says):
        LogisticDecoder().fit(*change(*problem(0)))


def test_other_features_are_refused():
    rows, labels = problem(0)
    with pytest.raises(InvalidParameter, match="11 features: expected 12"):
        LogisticDecoder().fit(rows, labels).probabilities(rows[:, 1:])


@pytest.mark.parametrize("options", [{"C": 0}, {"tolerance": -1}, {"iterations": 0}])
def test_options_that_mean_nothing_are_refused(options):
    with pytest.raises(InvalidParameter, match="above 0"):
        LogisticDecoder(**options)
