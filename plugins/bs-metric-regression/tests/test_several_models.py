"""Banded ridge and what a model explains beyond others, with known shares."""

import numpy as np
import pytest
import xarray as xr

from brainscore_core import load_metric
from brainscore_core.errors import InvalidAssembly, InvalidParameter
from bs_metric_regression.banded import BandedRidge, divisions, reduced
from bs_metric_regression.partition import explained_variance
from bs_metric_regression.ridge_cv import RidgeCV
from bs_metric_regression.ridge_regression import Ridge

UNSTRATIFIED = {"stratification_coord": None}


def _shared_world(n=500, q=10, seed=0, noise=0.3):
    """Two models of 20 features each of their own and 10 in common: .3, .2 and .2 of the variance, the rest noise."""
    rng = np.random.default_rng(seed)
    a, b, common = (rng.normal(size=(n, p)) for p in (20, 20, 10))

    def part(share, x):
        drive = x @ rng.normal(size=(x.shape[1], q))
        return np.sqrt(share) * drive / drive.std(0)

    y = part(0.3, a) + part(0.2, b) + part(0.2, common) + np.sqrt(noise) * rng.normal(size=(n, q))
    return np.concatenate([a, common, b, common], axis=1), np.repeat(["a", "b"], 30), y


def _fold(n, tested=60):
    return [(np.arange(n - tested), np.arange(n - tested, n))]


@pytest.mark.parametrize(("n", "p"), [(150, 30), (90, 200)])
def test_one_band_is_ridge_with_a_chosen_penalty(n, p, world):
    x, y = world(n, p, 5)
    fold = _fold(n, 30)
    alphas = tuple(np.logspace(-4, 3, 15))
    square = float(((x[:-30] - x[:-30].mean(0)) ** 2).sum(1).mean())
    banded = BandedRidge(alphas=alphas, labels=np.array(["only"] * p)).predict(x, y, fold)[0][0]
    plain = RidgeCV(tuple(a * square for a in alphas), per_target=True).predict(x, y, fold)[0][0]
    np.testing.assert_allclose(banded, plain, atol=1e-8)


def test_given_shares_are_ridge_on_scaled_features():
    x, labels, y = _shared_world()
    fold = _fold(500)
    found, notes = BandedRidge(alphas=(0.1,), labels=labels, per_target=False).predict(x, y, fold)
    train = fold[0][0]
    candidates = []
    for share in divisions(2, 0, 0):
        scaled = np.empty_like(x)
        for weight, name in zip(share, "ab", strict=True):
            band = x[:, labels == name] - x[train][:, labels == name].mean(0)
            scaled[:, labels == name] = np.sqrt(weight / (band[train] ** 2).sum(1).mean()) * band
        candidates.append(Ridge(0.1).predict(scaled, y, fold)[0][0])
    assert min(np.abs(found[0] - one).max() for one in candidates) < 1e-9
    assert notes["share_a"] + notes["share_b"] == pytest.approx(1)


def test_solution_is_that_of_himalaya():
    himalaya = pytest.importorskip("himalaya.kernel_ridge", reason="an engine to compare with, not one that is used")
    x, labels, y = _shared_world(120)
    fold = _fold(120, 30)
    train, test = fold[0]
    found, notes = BandedRidge(alphas=(0.1,), labels=labels, per_target=False).predict(x, y, fold)
    kernels, new = [], []
    for name in "ab":
        band = x[:, labels == name] - x[train][:, labels == name].mean(0)
        band /= np.sqrt((band[train] ** 2).sum(1).mean())
        kernels.append(band[train] @ band[train].T)
        new.append(band[test] @ band[train].T)
    shares = np.array([notes["share_a"], notes["share_b"]])
    deltas = np.tile(np.log(shares / 0.1)[:, None], y.shape[1])
    mean = y[train].mean(0)
    dual = himalaya.solve_weighted_kernel_ridge_conjugate_gradient(
        np.stack(kernels), y[train] - mean, deltas, alpha=1, max_iter=2000, tol=1e-14
    )
    expected = np.einsum("b,bij,jt->it", np.exp(deltas[:, 0]), np.stack(new), dual) + mean
    np.testing.assert_allclose(found[0], expected, atol=1e-5)


def test_a_band_of_noise_gets_no_share():
    rng = np.random.default_rng(1)
    x, _, y = _shared_world()
    wide = np.concatenate([x[:, :60], 5 * rng.normal(size=(500, 800))], axis=1)
    labels = np.repeat(["signal", "noise"], [60, 800])
    fold = _fold(500)
    found, notes = BandedRidge(labels=labels).predict(wide, y, fold)
    assert notes["share_signal"] > 0.9
    flat = RidgeCV(per_target=True).predict(wide, y, fold)[0][0]
    test = fold[0][1]

    def r2(prediction):
        return 1 - ((y[test] - prediction) ** 2).sum() / ((y[test] - y[test].mean(0)) ** 2).sum()

    assert r2(found[0]) > r2(flat) + 0.05


def test_three_bands_are_searched_with_a_seed():
    x, _, y = _shared_world(200)
    labels = np.repeat(["a", "b", "c"], 20)
    first, again, other = (
        BandedRidge(labels=labels, candidates=6, search_seed=seed).predict(x, y, _fold(200))[0][0] for seed in (0, 0, 1)
    )
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)
    shares = divisions(3, 6, 0)
    assert shares.shape == (10, 3)
    np.testing.assert_allclose(shares.sum(1), 1)
    assert shares[1:4].tolist() == np.eye(3).tolist()


def test_wide_bands_are_turned_without_changing_inner_products():
    band = np.random.default_rng(2).normal(size=(15, 400))
    turned = reduced(band)
    assert turned.shape[1] <= 15
    centred = band - band.mean(0)
    np.testing.assert_allclose(turned @ turned.T, centred @ centred.T, atol=1e-9)
    np.testing.assert_array_equal(reduced(band[:, :5]), band[:, :5])


def test_bands_come_from_the_source(assembly):
    x, labels, y = _shared_world(150)
    source = assembly(x, "f", band=("neuroid", labels))
    score = load_metric("ridge_banded", crossvalidation_kwargs=UNSTRATIFIED, uncertainty="bootstrap")(
        source, assembly(y)
    )
    assert {"share_a", "share_b", "alpha", "interval_low"} <= set(score.details)
    with pytest.raises(InvalidAssembly, match="'layer' on 'neuroid'.*'band', 'neuroid_id', 'region'"):
        load_metric("ridge_banded", band_coord="layer")(source, assembly(y))
    with pytest.raises(InvalidParameter, match="without bands"):
        BandedRidge().predict(x, y, _fold(150))


def _ceiling(target, value):
    return xr.DataArray(
        np.full(target.sizes["neuroid"], value), dims=["neuroid"], coords={"neuroid_id": target["neuroid_id"]}
    )


def test_known_shares_are_found(assembly):
    """Of the explainable variance (.7): .43 only a, .29 only b, .29 both; what fitting costs is of every part."""
    parts = {"a": [], "b": [], "shared": []}
    for seed in range(4):
        x, labels, y = _shared_world(900, 12, seed)
        source, target = assembly(x, "f", model=("neuroid", labels)), assembly(y)
        score = load_metric("variance_partition", model="a", draws=50)(source, target, ceiling=_ceiling(target, 0.7))
        assert float(score) == score.details["unique_a"] and score.error == score.details["unique_a_error"]
        assert score.details["unique_a_low"] < float(score) < score.details["unique_a_high"]
        assert score.details["a+b"] == pytest.approx(0.97, abs=0.03)
        for name, values in parts.items():
            values.append(score.details[name if name == "shared" else f"unique_{name}"])
    for name, truth in {"a": 0.3 / 0.7, "b": 0.2 / 0.7, "shared": 0.2 / 0.7}.items():
        assert np.mean(parts[name]) == pytest.approx(truth, abs=0.05)


def test_a_copy_of_a_model_adds_nothing(assembly):
    x, labels, y = _shared_world()
    doubled = np.concatenate([x[:, labels == "a"]] * 2, axis=1)
    source = assembly(doubled, "f", model=("neuroid", np.repeat(["one", "two"], 30)))
    score = load_metric("variance_partition", model="two", draws=50)(source, assembly(y))
    assert abs(float(score)) < 0.01
    assert score.details["shared"] == pytest.approx(score.details["alone_one"], abs=0.01)


def test_parts_add_up_neuroid_by_neuroid(assembly):
    x, labels, y = _shared_world(200)
    score = load_metric("variance_partition", draws=20)(assembly(x, "f", model=("neuroid", labels)), assembly(y))
    v = {name: score.values.sel(part=name).values for name in score.values["part"].values}
    np.testing.assert_allclose(v["unique_a"] + v["unique_b"] + v["shared"], v["a+b"], atol=1e-12)
    np.testing.assert_allclose(v["alone_a"], v["unique_a"] + v["shared"], atol=1e-12)
    assert float(score) == pytest.approx(np.median(v["a+b"]))


def test_three_models(assembly):
    x, _, y = _shared_world(150)
    source = assembly(x, "f", model=("neuroid", np.repeat(["a", "b", "c"], 20)))
    score = load_metric("variance_partition", model="c", candidates=4, draws=20)(source, assembly(y))
    assert {"a+b+c", "alone_a", "unique_b", "unique_c"} <= set(score.details) and "shared" not in score.details


def test_units_without_a_ceiling_are_left_out(assembly):
    x, labels, y = _shared_world(150)
    source, target = assembly(x, "f", model=("neuroid", labels)), assembly(y)
    ceiling = _ceiling(target, 0.7)
    ceiling[3] = -0.1
    ceiling[4] = np.nan
    score = load_metric("variance_partition", draws=20)(source, target, ceiling=ceiling)
    assert score.details["units_without_ceiling"] == 2
    assert np.isnan(score.values[:, 3:5]).all() and np.isfinite(float(score))
    plain = load_metric("variance_partition", draws=20)(source, target)
    np.testing.assert_allclose(score.values[:, :3], plain.values[:, :3] / 0.7)


def test_partitions_that_cannot_be(assembly):
    x, labels, y = _shared_world(100)
    source, target = assembly(x, "f", model=("neuroid", labels)), assembly(y)
    with pytest.raises(InvalidParameter, match=r"no model 'c' in 'model'.*\['a', 'b'\]"):
        load_metric("variance_partition", model="c")(source, target)
    with pytest.raises(InvalidParameter, match="one model \\('a'\\)"):
        load_metric("variance_partition")(source.isel(neuroid=slice(30)), target)
    with pytest.raises(InvalidAssembly, match="'family' on 'neuroid'"):
        load_metric("variance_partition", band_coord="family")(source, target)
    with pytest.raises(InvalidAssembly, match="ceiling lacks 1 neuroids, as 'n0009'"):
        load_metric("variance_partition")(source, target, ceiling=_ceiling(target, 1.0).isel(neuroid=slice(9)))
    with pytest.raises(InvalidAssembly, match="ceiling has dimensions"):
        load_metric("variance_partition")(
            source, target, ceiling=xr.DataArray(np.ones((2, 10)), dims=["split", "neuroid"])
        )


def test_explained_variance_is_that_of_each_fold():
    rng = np.random.default_rng(3)
    y = rng.normal(size=(30, 2)) + [5, 0]
    tests = [np.arange(15), np.arange(15, 30)]
    predictions = [y[test] + 0.5 * rng.normal(size=(15, 2)) for test in tests]
    weights = np.stack([np.ones(30), rng.multinomial(30, np.full(30, 1 / 30))])
    found = explained_variance(predictions, y, tests, weights)
    for draw, w in enumerate(weights.astype(int)):
        folds = []
        for prediction, test in zip(predictions, tests, strict=True):
            a, b = np.repeat(prediction, w[test], axis=0), np.repeat(y[test], w[test], axis=0)
            folds.append(1 - ((b - a) ** 2).sum(0) / ((b - b.mean(0)) ** 2).sum(0))
        np.testing.assert_allclose(found[draw], np.mean(folds, axis=0))
