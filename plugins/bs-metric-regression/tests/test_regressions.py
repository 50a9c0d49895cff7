"""Each regression beside scikit-learn, on ordinary and on awkward features."""

import warnings

import numpy as np
import pytest
from sklearn.cross_decomposition import PLSRegression
from sklearn.linear_model import LinearRegression
from sklearn.linear_model import Ridge as Reference
from sklearn.linear_model import RidgeCV as ReferenceCV

from brainscore_core.errors import InvalidParameter, TooFewStimuli
from brainscore_core.statistics.crossvalidation import CrossValidation
from bs_metric_regression import features as features_module
from bs_metric_regression.features import Features
from bs_metric_regression.linear import Linear, SingleUnit
from bs_metric_regression.partial_least_squares import PLS
from bs_metric_regression.ridge_cv import ALPHAS, RidgeCV, Spectrum, choose, interpolation
from bs_metric_regression.ridge_regression import Ridge

KINDS = {
    "plain": lambda x: x,
    "rectified": lambda x: np.maximum(x, 0),
    "offset": lambda x: x + 30,
    "large": lambda x: 1e4 * x,
    "decaying": lambda x: x * np.arange(1, x.shape[1] + 1) ** -0.7,
    "heavy": lambda x: np.exp(2 * x),
    "single precision": lambda x: x.astype(np.float32),
    "integer": lambda x: np.rint(100 * x).astype(np.int16),
}
SHAPES = {"more stimuli": (150, 60), "more features": (110, 300), "nearly square": (120, 108)}


def _folds(n, honest=False):
    mode = "honest" if honest else "parity"
    return CrossValidation(splits=4, mode=mode, stratification_coord=None).split_rows(n)


def _features(shape, kind, world, q=7):
    x, _ = world(*SHAPES[shape], q=1)
    x = KINDS[kind](x)
    scaled = x.astype(np.float64) / np.std(x.astype(np.float64))
    rng = np.random.default_rng(1)
    return x, scaled @ rng.normal(size=(x.shape[1], q)) / np.sqrt(x.shape[1]) + rng.normal(size=(len(x), q))


def _close(found, expected, tolerance=1e-9):
    np.testing.assert_allclose(found, expected, atol=tolerance * np.abs(expected).max(), rtol=0)


def _reference(estimator, x, y, folds):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fits = [estimator().fit(x[train].astype(np.float64), y[train]) for train, _ in folds]
    return fits, [fit.predict(x[test].astype(np.float64)) for fit, (_, test) in zip(fits, folds, strict=True)]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("shape", SHAPES)
def test_pls_has_the_iterates_of_scikit_learn(shape, kind, world):
    x, y = _features(shape, kind, world)
    folds = _folds(len(x))
    found, notes = PLS().predict(x, y, folds)
    fits, expected = _reference(lambda: PLSRegression(25, scale=False), x, y, folds)
    counted = sum(sum(fit.n_iter_) for fit in fits)
    for ours, theirs in zip(found, expected, strict=True):
        _close(ours, theirs)
    assert notes == {"iterations": counted, "components_used": 25}, "another BLAS flipped a stopping decision"


@pytest.mark.parametrize("q", [1, 2, 30])
@pytest.mark.parametrize("shape", SHAPES)
def test_pls_of_few_and_many_targets(shape, q, world):
    x, y = _features(shape, "plain", world, q)
    folds = _folds(len(x))
    expected = _reference(lambda: PLSRegression(5, scale=False), x, y, folds)[1]
    for ours, theirs in zip(PLS(5).predict(x, y, folds)[0], expected, strict=True):
        _close(ours, theirs)


@pytest.mark.parametrize("shape", SHAPES)
def test_pls_where_some_targets_are_constant(shape, world):
    x, y = _features(shape, "plain", world)
    y[:, [0, 3]] = 2.5
    folds = _folds(len(x))
    expected = _reference(lambda: PLSRegression(25, scale=False), x, y, folds)[1]
    for ours, theirs in zip(PLS().predict(x, y, folds)[0], expected, strict=True):
        _close(ours, theirs)
    everything = PLS().predict(x, np.ones_like(y), folds)
    assert all((prediction == 1).all() for prediction in everything[0])


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("rank", [3, 20])
def test_pls_stops_where_features_are_exhausted_and_then_is_least_squares(shape, rank, world):
    """scikit-learn goes on with rounding errors there, and predicts values of 1e16."""
    n, p = SHAPES[shape]
    rng = np.random.default_rng(2)
    x = rng.normal(size=(n, rank)) @ rng.normal(size=(rank, p))
    _, y = world(n, p, 5)
    folds = _folds(n)
    found, notes = PLS().predict(x, y, folds)
    assert notes["components_used"] == rank
    for ours, theirs in zip(found, Linear().predict(x, y, folds)[0], strict=True):
        _close(ours, theirs, 1e-7)


@pytest.mark.parametrize("shape", SHAPES)
def test_pls_stops_where_responses_are_explained(shape, world):
    x, _ = world(*SHAPES[shape], 1)
    y = x[:, :5] @ np.random.default_rng(3).normal(size=(5, 4))
    folds = _folds(len(x))
    for ours, theirs in zip(
        PLS().predict(x, y, folds)[0],
        _reference(lambda: PLSRegression(25, scale=False), x, y, folds)[1],
        strict=True,
    ):
        _close(ours, theirs, 1e-6)


def test_converged_pls_is_what_scikit_learn_tends_to(world):
    x, y = world(135, 400, 20)
    folds = _folds(135)
    exact = PLS(converged=True).predict(x, y, folds)[0]
    patient = _reference(lambda: PLSRegression(25, scale=False, tol=1e-24, max_iter=20_000), x, y, folds)[1]
    hasty = PLS().predict(x, y, folds)[0]
    for ours, theirs, early in zip(exact, patient, hasty, strict=True):
        _close(ours, theirs, 1e-5)
        assert np.abs(early - theirs).max() > 10 * np.abs(ours - theirs).max()


@pytest.mark.parametrize(("n", "p"), [(26, 100), (25, 100), (100, 24)])
def test_pls_needs_more_stimuli_and_as_many_features(n, p):
    x, y = np.random.default_rng(0).normal(size=(n + 1, p)), np.ones((n + 1, 2))
    fold = [(np.arange(n), np.array([n]))]
    if n > 25 and p >= 25:
        PLS().predict(x, y, fold)
        return
    with pytest.raises(TooFewStimuli, match=f"25 components on {n} training stimuli and {p} features"):
        PLS().predict(x, y, fold)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("honest", [False, True])
def test_ridge_equals_scikit_learn(shape, kind, honest, world):
    x, y = _features(shape, kind, world)
    folds = _folds(len(x), honest)
    # its default solver loses digits where features are large: its kernel is singular along (1, ..., 1)
    expected = _reference(lambda: Reference(solver="svd"), x, y, folds)[1]
    for ours, theirs in zip(Ridge().predict(x, y, folds)[0], expected, strict=True):
        _close(ours, theirs)


@pytest.mark.parametrize("alpha", [1e-8, 1e-3, 1e3, 1e9])
@pytest.mark.parametrize("shape", SHAPES)
def test_ridge_over_penalties(shape, alpha, world):
    x, y = _features(shape, "decaying", world)
    folds = _folds(len(x))
    expected = _reference(lambda: Reference(alpha), x, y, folds)[1]
    for ours, theirs in zip(Ridge(alpha).predict(x, y, folds)[0], expected, strict=True):
        _close(ours, theirs, 1e-7 if alpha < 1e-6 else 1e-9)


def test_ridge_refits_where_the_closed_form_has_no_digits(world):
    x, y = _features("more features", "large", world)
    folds = _folds(len(x))
    found, notes = Ridge(1e-3).predict(x, y, folds)
    assert notes["refitted"] == 4
    for ours, theirs in zip(found, _reference(lambda: Reference(1e-3), x, y, folds)[1], strict=True):
        _close(ours, theirs)


@pytest.mark.parametrize("shape", SHAPES)
def test_ridge_of_duplicated_features(shape, world):
    x, y = _features(shape, "plain", world)
    twice = np.concatenate([x, x], axis=1)
    folds = _folds(len(x))
    for ours, theirs in zip(Ridge().predict(twice, y, folds)[0], Ridge(0.5).predict(x, y, folds)[0], strict=True):
        _close(ours, theirs, 1e-8)


@pytest.mark.parametrize("method", [Ridge(), RidgeCV(), PLS(10), Linear(), SingleUnit()])
@pytest.mark.parametrize("shape", ["more stimuli", "more features"])
def test_folds_that_do_not_divide_the_stimuli(method, shape, world):
    """Small training sets, test sets that leave some out: as a fit to the training rows alone."""
    x, y = _features(shape, "plain", world)
    order = np.random.default_rng(4).permutation(len(x))
    folds = [(order[:40], order[50:60]), (order[20:80], order[:15]), (order[:70], order[75:80])]
    for ours, (train, test) in zip(method.predict(x, y, folds)[0], folds, strict=True):
        both = np.concatenate([train, test])
        alone = method.predict(x[both], y[both], [(np.arange(len(train)), np.arange(len(train), len(both)))])
        _close(ours, alone[0][0], 1e-8)


@pytest.mark.parametrize("alpha", [0.0, -1.0, np.nan, np.inf])
def test_what_is_no_penalty(alpha):
    for make in (lambda: Ridge(alpha), lambda: RidgeCV((1.0, alpha))):
        with pytest.raises(InvalidParameter, match="above 0"):
            make()
    with pytest.raises(InvalidParameter):
        RidgeCV(())


@pytest.mark.parametrize("per_target", [False, True])
@pytest.mark.parametrize("kind", ["plain", "rectified", "offset", "large", "decaying", "single precision"])
@pytest.mark.parametrize("shape", SHAPES)
def test_ridge_cv_chooses_the_penalty_of_scikit_learn(shape, kind, per_target, world):
    x, y = _features(shape, kind, world)
    folds = _folds(len(x))
    fits, expected = _reference(lambda: ReferenceCV(alphas=ALPHAS, alpha_per_target=per_target), x, y, folds)
    found, notes = RidgeCV(per_target=per_target).predict(x, y, folds)
    if kind == "large" and shape != "more stimuli":
        # scikit-learn's leave-one-out error has no digits there; ours is checked against leaving one out
        return
    assert notes["alpha"] == pytest.approx(np.mean([fit.alpha_ for fit in fits]), rel=1e-12)
    for ours, theirs in zip(found, expected, strict=True):
        _close(ours, theirs, 1e-7)


@pytest.mark.parametrize(("n", "p"), [(30, 8), (20, 50), (20, 19)])
@pytest.mark.parametrize("scale", [1.0, 1e4])
def test_losses_are_those_of_leaving_one_out(n, p, scale, world):
    x, y = world(n, p, 3)
    x = scale * x
    alphas = np.array([1e-2, 1.0, 40.0])
    losses = Spectrum(x, y - y.mean(0)).losses(alphas)
    for alpha, found in zip(alphas, losses, strict=True):
        errors = np.empty_like(y)
        for one in range(n):
            others = np.arange(n) != one
            # the mean is that of all rows, as in scikit-learn: it is centred once
            centred, response = x - x.mean(0), y - y.mean(0)
            fit = Reference(alpha, solver="svd").fit(centred[others], response[others])
            errors[one] = response[one] - fit.predict(centred[[one]])[0]
        np.testing.assert_allclose(found, (errors**2).mean(0), rtol=1e-5)


def test_losses_of_many_penalties_cost_few_products():
    values = np.logspace(-3, 6, 500)[:, None]
    shrinkage = values / (values + np.array(ALPHAS))
    picked, combination = interpolation(shrinkage)
    assert len(picked) < 45 < len(ALPHAS) / 2
    np.testing.assert_allclose(shrinkage[:, picked] @ combination, shrinkage, atol=1e-9)


def test_blocks_of_losses_change_nothing(world, monkeypatch):
    x, y = world(90, 30, 10)
    spectrum = Spectrum(x, y - y.mean(0))
    whole = spectrum.losses(np.array(ALPHAS))
    monkeypatch.setattr("bs_metric_regression.ridge_cv.ROWS", 7)
    monkeypatch.setattr("bs_metric_regression.ridge_cv.TARGETS", 3)
    np.testing.assert_allclose(spectrum.losses(np.array(ALPHAS)), whole, rtol=1e-12)


@pytest.mark.parametrize("per_target", [False, True])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("shape", SHAPES)
def test_single_precision_rules_out_no_penalty_that_is_the_best(shape, kind, per_target, world):
    x, y = _features(shape, kind, world)
    for noise in (1.0, 1e-9):
        response = noise * y + x.astype(np.float64) @ np.ones((x.shape[1], 1)) / np.abs(x).max()
        spectrum = Spectrum(x, response - response.mean(0))
        best = spectrum.best(ALPHAS, per_target)
        np.testing.assert_array_equal(best, choose(spectrum.losses(np.array(ALPHAS)), ALPHAS, per_target))


def test_single_precision_rules_out_most_penalties(world):
    x, y = world(300, 100, 12)
    spectrum = Spectrum(x, y - y.mean(0))
    alphas = np.array(ALPHAS)
    assert spectrum._contenders(alphas, spectrum._left_over(alphas), per_target=False).sum() < 5


def test_penalties_are_compared_in_double_where_single_holds_nothing(world):
    x, y = world(60, 10, 4)
    alphas = (1e58, 1e60, 1e62)
    spectrum = Spectrum(1e30 * x, 1e30 * (y - y.mean(0)))
    left = spectrum._left_over(np.array(alphas))
    with np.errstate(over="ignore", invalid="ignore"):
        assert spectrum._contenders(np.array(alphas), left, per_target=True).all()
    expected = choose(spectrum.losses(np.array(alphas)), alphas, per_target=True)
    np.testing.assert_array_equal(spectrum.best(alphas, per_target=True), expected)


def test_edges_of_the_grid_are_counted(world):
    x, y = world(60, 10, 4, noise=0.01)
    notes = RidgeCV((1e3, 1e4)).predict(x, y, _folds(60))[1]
    assert notes == {"alpha": 1e3, "alpha_at_edge": 1.0}


def test_least_squares_equals_scikit_learn(world):
    x, y = world(80, 20, 5)
    folds = _folds(80)
    for ours, theirs in zip(
        Linear().predict(x, y, folds)[0], _reference(LinearRegression, x, y, folds)[1], strict=True
    ):
        _close(ours, theirs)


def test_least_squares_of_more_features_is_of_least_norm(world):
    x, y = world(30, 80, 3)
    train, test = np.arange(25), np.arange(25, 30)
    found = Linear().predict(x, y, [(train, test)])[0][0]
    mean, centre = y[train].mean(0), x[train].mean(0)
    _close(found, (x[test] - centre) @ np.linalg.pinv(x[train] - centre) @ (y[train] - mean) + mean)


def test_single_unit_is_the_best_on_training_stimuli(world):
    x, y = world(60, 12, 4)
    x[:, 3] = 1.0
    folds = _folds(60)
    for ours, (train, test) in zip(SingleUnit().predict(x, y, folds)[0], folds, strict=True):
        r = np.array(
            [[np.corrcoef(x[train, f], y[train, u])[0, 1] if f != 3 else -9 for f in range(12)] for u in range(4)]
        )
        np.testing.assert_array_equal(ours, x[test][:, r.argmax(1)])


@pytest.mark.parametrize("kind", ["plain", "single precision", "integer"])
@pytest.mark.parametrize("method", [PLS(10), Ridge(), RidgeCV()])
@pytest.mark.parametrize("shape", ["more stimuli", "more features"])
def test_features_read_in_blocks_give_the_same(kind, method, shape, world, monkeypatch):
    x, y = _features(shape, kind, world)
    folds = _folds(len(x))
    held = method.predict(x, y, folds)[0]
    monkeypatch.setattr(features_module, "IN_MEMORY", 0)
    monkeypatch.setattr(features_module, "BLOCK", 20_000)
    for one, other in zip(method.predict(x, y, folds)[0], held, strict=True):
        _close(one, other, 1e-8)


def test_products_of_features(world, monkeypatch):
    x, _ = world(50, 9, 1)
    centred = x - x.mean(0)
    rows = np.array([3, 1, 40])
    for in_memory in (2**29, 0):
        monkeypatch.setattr(features_module, "IN_MEMORY", in_memory)
        monkeypatch.setattr(features_module, "BLOCK", 300)
        some = Features(x)
        np.testing.assert_allclose(some.covariance(), np.tril(centred.T @ centred), atol=1e-11)
        np.testing.assert_allclose(some.gram(), centred @ centred.T, atol=1e-11)
        np.testing.assert_allclose(some.rows(rows), centred[rows])
        np.testing.assert_allclose(some.times(centred.T, rows), centred[rows] @ centred.T, atol=1e-11)
        np.testing.assert_allclose(
            some.transposed_times(centred[rows], rows), centred[rows].T @ centred[rows], atol=1e-11
        )
