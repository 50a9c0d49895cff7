"""CKA: identities, invariances, precision, and what it refuses."""

from fractions import Fraction

import numpy as np
import pytest

from brainscore_core import load_metric
from brainscore_core.assemblies import NeuroidAssembly
from brainscore_core.errors import InvalidAssembly, InvalidParameter, StimulusMismatch, TooFewStimuli

RNG = np.random.default_rng(0)
UNSTRATIFIED = {"stratification_coord": None}


def _assembly(values, ids=None, prefix="n"):
    n, q = values.shape
    return NeuroidAssembly(
        values,
        dims=("presentation", "neuroid"),
        coords={
            "stimulus_id": ("presentation", [f"s{i}" for i in range(n)] if ids is None else ids),
            "object_name": ("presentation", [f"o{i % 4}" for i in range(n)]),
            "neuroid_id": ("neuroid", [f"{prefix}{i}" for i in range(q)]),
            "region": ("neuroid", ["IT"] * q),
        },
    )


def _pair(n=40, p=30, q=6, seed=1):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, p))
    return x, x @ rng.normal(size=(p, q)) / np.sqrt(p) + rng.normal(size=(n, q))


def _value(x, y, metric="cka", **options):
    return float(load_metric(metric, **options)(_assembly(x), _assembly(y)))


def _exact(x, y):
    """Unbiased CKA of integer features in rational arithmetic, by the sums of Song et al. (2012), eq. 5."""
    n = len(x)
    k, l_ = ([[int(np.dot(a, b)) if i != j else 0 for j, b in enumerate(z)] for i, a in enumerate(z)] for z in (x, y))

    def hsic(a, b):
        a_sums, b_sums = [sum(row) for row in a], [sum(row) for row in b]
        trace = sum(a[i][j] * b[i][j] for i in range(n) for j in range(n))
        cross = sum(p * q for p, q in zip(a_sums, b_sums, strict=True))
        rest = Fraction(sum(a_sums) * sum(b_sums), (n - 1) * (n - 2)) - Fraction(2 * cross, n - 2)
        return (trace + rest) / (n * (n - 3))

    return float(hsic(k, l_)) / np.sqrt(float(hsic(k, k)) * float(hsic(l_, l_)))


@pytest.mark.parametrize("offset", [0, 10_000])
def test_exact_to_the_last_digits_whatever_the_offset(offset):
    x = RNG.integers(-9, 9, size=(12, 5)) + offset
    y = x[:, :2] + RNG.integers(-5, 5, size=(12, 2))
    assert _value(x.astype(float), y.astype(float)) == pytest.approx(
        _exact(x.astype(object), y.astype(object)), abs=1e-12
    )


@pytest.mark.parametrize("dtype", ["uint8", "int16", "int64", "float16", "float32"])
def test_small_types_do_not_overflow(dtype):
    x = RNG.integers(0, 250, size=(20, 60))
    y = x[:, :3] + RNG.integers(0, 5, size=(20, 3))
    assert _value(x.astype(dtype), y.astype(float)) == pytest.approx(_value(x.astype(float), y.astype(float)), abs=1e-5)


@pytest.mark.parametrize("metric", ["cka", "cka_biased", "cka_cv", "cka_minibatch"])
def test_of_a_representation_with_itself(metric):
    x, _ = _pair()
    assert _value(x, x, metric) == pytest.approx(1)


@pytest.mark.parametrize("metric", ["cka", "cka_biased", "cka_cv"])
def test_invariances(metric):
    x, y = _pair()
    rotation = np.linalg.qr(RNG.normal(size=(30, 30)))[0]
    expected = _value(x, y, metric)
    assert _value(7 * x @ rotation + 3, 0.01 * y, metric) == pytest.approx(expected)
    assert _value(y, x, metric) == pytest.approx(expected)
    assert _value(np.concatenate([x, x], axis=1), y, metric) == pytest.approx(expected), "duplicated features"
    assert _value(x, y[:, ::-1], metric) == pytest.approx(expected)
    order = RNG.permutation(len(x))
    ids = np.array([f"s{i}" for i in range(len(x))])
    shuffled = load_metric(metric)(_assembly(x[order], ids[order]), _assembly(y, ids))
    assert float(shuffled) == pytest.approx(expected)


def test_constant_neuroids_change_nothing():
    x, y = _pair()
    padded = np.concatenate([x, np.full((len(x), 2), 5.0)], axis=1)
    assert _value(padded, y) == pytest.approx(_value(x, y))


def test_not_invariant_to_stretching_one_direction():
    x, y = _pair()
    stretched = x * np.where(np.arange(30) == 0, 30, 1)
    assert abs(_value(stretched, y) - _value(x, y)) > 0.05


def test_biased_form_is_lifted_by_the_number_of_units_and_the_unbiased_is_not():
    independent = [np.random.default_rng(s).normal(size=(2, 30, 300)) for s in range(30)]
    biased = np.mean([_value(*pair, "cka_biased") for pair in independent])
    unbiased = [_value(*pair) for pair in independent]
    assert biased > 0.8
    assert abs(np.mean(unbiased)) < 3 * np.std(unbiased) / np.sqrt(30)


def test_biased_form_is_that_of_kornblith():
    x, y = _pair()
    a, b = x - x.mean(0), y - y.mean(0)
    norms = np.linalg.norm(a.T @ a) * np.linalg.norm(b.T @ b)
    assert _value(x, y, "cka_biased") == pytest.approx(np.linalg.norm(b.T @ a) ** 2 / norms)


def test_cross_validation_equals_the_metric_on_each_part():
    x, y = _pair(60)
    for unbiased in (True, False):
        measure = load_metric("cka_cv", unbiased=unbiased)
        score = measure(_assembly(x), _assembly(y))
        folds = measure.cross_validation.folds(_assembly(y))
        plain = "cka" if unbiased else "cka_biased"
        np.testing.assert_allclose(score.values, [_value(x[test], y[test], plain) for _, test in folds], rtol=1e-10)
        assert float(score) == pytest.approx(score.values.mean().item())
        assert score.error == pytest.approx(score.values.std().item() / np.sqrt(10))
        assert {len(test) for _, test in folds} == {54}, "the tested side is 90%"


@pytest.mark.parametrize(
    "options",
    [
        {"kfold": True, "splits": 5},
        {"mode": "honest", "splits": 5},
        {"train_size": 0.5},
        {"test_size": 0.5, "splits": 2},
    ],
)
def test_other_splits(options):
    score = load_metric("cka_cv", crossvalidation_kwargs={**UNSTRATIFIED, **options})(*map(_assembly, _pair()))
    assert len(score.values) == options.get("splits", 10)


def test_batches_average_numerator_and_denominators():
    x, y = _pair(43)
    assert _value(x, y, "cka_minibatch", batch_size=43) == pytest.approx(_value(x, y))
    score = load_metric("cka_minibatch", batch_size=10)(_assembly(x), _assembly(y))
    assert score.details["batches"] == 4 and score.details["stimuli_left_out"] == 3
    many = [np.random.default_rng(s).normal(size=(80, 5)) for s in range(60)]
    pairs = [(a, a[:, :3] + np.random.default_rng(100 + s).normal(size=(80, 3))) for s, a in enumerate(many)]
    batched = np.mean([_value(*pair, "cka_minibatch", batch_size=20) for pair in pairs])
    assert batched == pytest.approx(np.mean([_value(*pair) for pair in pairs]), abs=0.03)


def test_one_neuroid_on_each_side():
    x = RNG.normal(size=(30, 1))
    assert _value(x, -2 * x) == pytest.approx(1)


def test_constant_representation_is_no_number_but_a_flag():
    x, y = _pair()
    for metric, value, flag in [
        ("cka", 0.0, "self-alignment-not-positive"),
        ("cka_biased", None, "constant-representation"),
    ]:
        score = load_metric(metric)(_assembly(np.ones_like(x)), _assembly(y))
        assert score.value == value and score.flags == (flag,)
    assert load_metric("cka_cv", unbiased=False)(_assembly(np.ones_like(x)), _assembly(y)).value is None


def test_too_few_stimuli():
    for metric, n in [("cka", 3), ("cka_biased", 1), ("cka_minibatch", 3)]:
        with pytest.raises(TooFewStimuli, match=f"CKA of {n} stimuli"):
            _value(*(part[:n] for part in _pair()), metric)
    with pytest.raises(TooFewStimuli):
        _value(*(part[:4] for part in _pair()), "cka_cv", crossvalidation_kwargs={**UNSTRATIFIED, "test_size": 2})


def test_nan_other_dimensions_and_other_stimuli():
    x, y = _pair()
    holes = x.copy()
    holes[3, 4] = np.nan
    with pytest.raises(InvalidAssembly, match="source has NaN"):
        _value(holes, y)
    with pytest.raises(InvalidAssembly, match="target has NaN"):
        _value(y, holes)
    with pytest.raises(StimulusMismatch, match="source lacks s0"):
        load_metric("cka")(_assembly(x[1:], [f"s{i}" for i in range(1, 40)]), _assembly(y))
    timed = _assembly(x).expand_dims(time_bin=2)
    with pytest.raises(InvalidAssembly, match="time bin"):
        load_metric("cka")(timed, _assembly(y))
    with pytest.raises(InvalidAssembly, match="target is a ndarray.*Make it a NeuroidAssembly"):
        load_metric("cka")(_assembly(x), y)


def test_options_that_mean_nothing():
    for make in (
        lambda: load_metric("cka_minibatch", batch_size=3),
        lambda: load_metric("cka_cv", crossvalidation_kwargs={"folds": 3}),
        lambda: load_metric("cka_cv", crossvalidation_kwargs={"splits": 0}),
    ):
        with pytest.raises(InvalidParameter):
            make()


def test_absent_strata_are_named():
    x, y = (_assembly(part).drop_vars("object_name") for part in _pair())
    with pytest.raises(InvalidAssembly, match="object_name"):
        load_metric("cka_cv")(x, y)
