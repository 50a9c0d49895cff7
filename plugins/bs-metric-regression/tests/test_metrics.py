"""The metrics as users call them: invariances, options, details, and every refusal."""

import numpy as np
import pytest

from brainscore_core import load_metric
from brainscore_core.errors import InvalidAssembly, InvalidParameter, StimulusMismatch, TooFewStimuli
from brainscore_core.statistics.bootstrap import counts

PAIR = ["pls", "ridge", "ridgecv", "linear_predictivity", "neuron_to_neuron"]
SPLIT = [f"{name}_split" for name in PAIR] + ["dual_ridge_split", "dual_ridgecv_split"]
UNSTRATIFIED = {"stratification_coord": None}


@pytest.mark.parametrize("metric", PAIR)
def test_order_of_stimuli_and_neuroids_does_not_matter(metric, assembly, world):
    x, y = world()
    source, target = assembly(x, "f"), assembly(y)
    expected = load_metric(metric)(source, target)
    rng = np.random.default_rng(1)
    shuffled = source.isel(presentation=rng.permutation(120), neuroid=rng.permutation(40))
    again = load_metric(metric)(shuffled.transpose("neuroid", "presentation"), target.isel(neuroid=[3, 0, 5, 1, 2, 4]))
    # the start of a power iteration is the first neuroid, hence not to the last digit
    assert float(again) == pytest.approx(float(expected), abs=1e-3 if metric == "pls" else 1e-9)
    if metric != "pls":
        np.testing.assert_allclose(again.values.sortby("neuroid_id"), expected.values, atol=1e-9)


@pytest.mark.parametrize("metric", PAIR)
def test_scale_and_offset_of_responses_do_not_matter(metric, assembly, world):
    x, y = world()
    expected = float(load_metric(metric)(assembly(x, "f"), assembly(y)))
    assert float(load_metric(metric)(assembly(x, "f"), assembly(7 * y + 100))) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("metric", ["pls", "ridge", "ridgecv", "linear_predictivity"])
def test_rotation_of_features_does_not_matter(metric, assembly, world):
    x, y = world()
    rotation = np.linalg.qr(np.random.default_rng(2).normal(size=(40, 40)))[0]
    expected = float(load_metric(metric)(assembly(x, "f"), assembly(y)))
    assert float(load_metric(metric)(assembly(x @ rotation + 1, "f"), assembly(y))) == pytest.approx(expected, abs=1e-8)


@pytest.mark.parametrize(
    ("metric", "invariant"),
    [("pls", True), ("ridge", True), ("ridgecv", True)]
    + [("neuron_to_neuron", False), ("reverse_pls", False), ("ridge_banded", False)],
)
def test_metrics_say_whether_rotation_matters(metric, invariant):
    assert load_metric(metric).rotation_invariant is invariant


@pytest.mark.parametrize("metric", ["pls", "linear_predictivity", "neuron_to_neuron"])
def test_duplicated_features_do_not_matter(metric, assembly, world):
    x, y = world()
    expected = float(load_metric(metric)(assembly(x, "f"), assembly(y)))
    twice = np.concatenate([x, x], axis=1)
    assert float(load_metric(metric)(assembly(twice, "f"), assembly(y))) == pytest.approx(expected, abs=1e-8)


def test_values_are_labelled_and_the_score_is_their_aggregate(assembly, world):
    x, y = world()
    score = load_metric("ridge")(assembly(x, "f"), assembly(y, hemisphere=("neuroid", list("LLLRRR"))))
    assert score.values.dims == ("split", "neuroid") and score.values.shape == (10, 6)
    assert score.values["hemisphere"].values.tolist() == list("LLLRRR")
    assert float(score) == pytest.approx(score.values.median("neuroid").mean().item())
    assert score.error == pytest.approx(score.values.median("neuroid").std().item() / np.sqrt(10))
    assert score.details["splits"] == 10 and score.details["mode"] == "parity"
    assert score.details["generalises_over"] == "stimulus_id"
    assert score.details["error_estimator"] == "sd over splits / sqrt(splits)"


def test_honest_mode_tests_every_stimulus_once(assembly, world):
    x, y = world()
    score = load_metric("ridge", mode="honest", crossvalidation_kwargs={"splits": 5})(assembly(x, "f"), assembly(y))
    assert score.details["mode"] == "honest" and score.values.sizes["split"] == 5
    assert "too small" in score.details["error_estimator"]


@pytest.mark.parametrize("metric", ["ridgecv", "ridgecv_cv", "ridge_banded", "ridge_banded_cv", "variance_partition"])
def test_what_brain_score_2_does_not_have_is_honest_by_default(metric, assembly, world):
    x, y = world(60, 6)
    plan = load_metric(metric).cross_validation
    assert plan.mode == "honest"
    tested = np.concatenate([test for _, test in plan.folds(assembly(y))])
    np.testing.assert_array_equal(np.sort(tested), np.arange(60))
    if metric != "variance_partition":
        assert load_metric(metric, mode="parity").cross_validation.mode == "parity"


@pytest.mark.parametrize("metric", ["pls", "ridge_cv", "linear_predictivity", "neuron_to_neuron", "reverse_pls"])
def test_what_brain_score_2_has_is_as_there_by_default(metric):
    assert load_metric(metric).cross_validation.mode == "parity"


def test_own_folds(assembly, world):
    x, y = world()
    folds = [(np.arange(60), np.arange(60, 120)), (np.arange(60, 120), np.arange(60))]
    score = load_metric("ridge")(assembly(x, "f"), assembly(y), folds=folds)
    halves = load_metric("ridge_split")
    source, target = assembly(x, "f"), assembly(y)
    parts = [source.isel(presentation=slice(60)), source.isel(presentation=slice(60, None))]
    parts += [target.isel(presentation=slice(60)), target.isel(presentation=slice(60, None))]
    assert score.details["mode"] == "given folds"
    np.testing.assert_allclose(score.values[0], halves(*parts).values, atol=1e-9)
    with pytest.raises(InvalidParameter, match="fitted on"):
        load_metric("ridge")(source, target, folds=[(np.arange(60), np.arange(50, 120))])


def test_reverse_predicts_features_from_neurons(assembly, world):
    x, y = world(q=30)
    forward = load_metric("pls")(assembly(y, "f"), assembly(x))
    assert float(load_metric("reverse_pls")(assembly(x, "f"), assembly(y))) == float(forward)
    assert load_metric("ridge", reverse=True)(assembly(x, "f"), assembly(y)).values.sizes["neuroid"] == 40


@pytest.mark.parametrize("name", ["reverse_pls", "reverse_pls_split"])
def test_reverse_is_not_undone_by_an_option(name):
    assert load_metric(name, reverse=True).reverse
    with pytest.raises(InvalidParameter, match=f"{name}: reverse=False"):
        load_metric(name, reverse=False)


@pytest.mark.parametrize("mode", ["parity", "honest"])
def test_bootstrap_keeps_the_value_and_adds_an_interval(mode, assembly, world):
    x, y = world()
    pair = assembly(x, "f"), assembly(y)
    plain = load_metric("ridge", mode=mode)(*pair)
    measure = load_metric("ridge", mode=mode, uncertainty="bootstrap")
    score = measure(*pair)
    assert float(score) == float(plain)
    low, high = score.details["interval_low"], score.details["interval_high"]
    assert low < float(score) < high and (high - low) / 4 == pytest.approx(score.error, rel=0.15)
    assert score.details["training_factor"] >= 1
    assert measure(*pair) == score, "seeded"
    assert load_metric("ridge", mode=mode, uncertainty="bootstrap", seed=1)(*pair).error != score.error


def test_groups_make_the_interval_wider(assembly):
    rng = np.random.default_rng(3)
    group = np.repeat(np.arange(12), 10)
    centres = rng.normal(size=(12, 30))[group]
    x = centres + 0.3 * rng.normal(size=(120, 30))
    y = x @ rng.normal(size=(30, 8)) + 3 * rng.normal(size=(12, 8))[group] + 3 * rng.normal(size=(120, 8))
    pair = assembly(x, "f"), assembly(y, clip=("presentation", group))
    options = {"mode": "honest", "uncertainty": "bootstrap"}
    alone = load_metric("ridge", crossvalidation_kwargs=UNSTRATIFIED, **options)(*pair)
    grouped = load_metric("ridge", crossvalidation_kwargs={**UNSTRATIFIED, "group_coord": "clip"}, **options)(*pair)
    assert float(grouped) < float(alone) and grouped.error > 1.3 * alone.error
    assert grouped.details["error_estimator"] == "bootstrap over groups"
    assert grouped.details["generalises_over"] == "clip"


def test_units_as_a_second_factor_make_the_interval_wider(assembly, world):
    x, y = world(q=9, noise=1.0)
    y[:, ::3] += 4 * np.random.default_rng(4).normal(size=(120, 3))
    pair = assembly(x, "f"), assembly(y, subject=("neuroid", list("xxxyyyzzz")))
    options = {"mode": "honest", "uncertainty": "bootstrap"}
    stimuli = load_metric("ridge", **options)(*pair)
    units = load_metric("ridge", random_units="neuroid_id", **options)(*pair)
    subjects = load_metric("ridge", random_units="subject", **options)(*pair)
    assert float(stimuli) == float(units) == float(subjects)
    assert units.error > 1.05 * stimuli.error
    assert units.details["error_estimator"] == "bootstrap over stimuli and neuroid_id"
    reach = (subjects.details["interval_high"] - float(subjects)) / subjects.error
    assert reach == pytest.approx(4.303, abs=0.01), "Student's t of three subjects"


def test_two_animals_have_no_interval_over_animals(assembly, world):
    x, y = world()
    pair = assembly(x, "f"), assembly(y, subject=("neuroid", list("xxxyyy")))
    with pytest.raises(InvalidParameter, match="2 levels of 'subject'"):
        load_metric("ridge", uncertainty="bootstrap", random_units="subject")(*pair)
    with pytest.raises(InvalidAssembly, match="'animal' on 'neuroid'.*'subject'"):
        load_metric("ridge", uncertainty="bootstrap", random_units="animal")(*pair)


@pytest.mark.parametrize("metric", ["pls", "spantime_ridge", "ridge_split"])
def test_an_evaluation_can_be_drawn_again(metric, assembly, world):
    timed = metric.startswith("spantime")
    x, y = world(bins=3 if timed else 0)
    source, target = assembly(x, "f"), assembly(y)
    parts = (source, target)
    if metric.endswith("split"):
        train, test = {"presentation": slice(80)}, {"presentation": slice(80, None)}
        parts = source.isel(train), source.isel(test), target.isel(train), target.isel(test)
    evaluation = load_metric(metric).evaluate(*parts)
    n = 40 if metric.endswith("split") else 120
    assert len(evaluation.stimuli) == n and evaluation.bins == (3 if timed else 1)
    there = evaluation.resampled(np.ones((1, n)))[:, 0]
    values = evaluation.score.values
    expected = values.transpose("split", "time_bin", "neuroid").values.reshape(30, 6) if timed else values.values
    np.testing.assert_allclose(np.squeeze(there), expected, rtol=1e-10)
    assert evaluation.resampled(counts(n, 7)).shape[1] == 7
    assert float(evaluation.score) == float(load_metric(metric)(*parts))


def test_large_draws_come_in_chunks(assembly, world, monkeypatch):
    x, y = world()
    measure = load_metric("ridge", uncertainty="bootstrap")
    whole = measure(assembly(x, "f"), assembly(y))
    monkeypatch.setattr("bs_metric_regression.held_out.CHUNK", 9000)
    chunked = measure(assembly(x, "f"), assembly(y))
    assert chunked.error == pytest.approx(whole.error, rel=0.02)


def test_time_bins_share_a_mapping(assembly, world):
    x, y = world(bins=3)
    score = load_metric("spantime_ridge")(assembly(x, "f"), assembly(y))
    assert score.values.dims == ("split", "neuroid", "time_bin")
    assert float(score) == pytest.approx(
        np.mean([score.details[f"value_{70 + 10 * i}_{80 + 10 * i}_ms"] for i in range(3)])
    )
    assert float(score) > float(load_metric("ridge")(assembly(x[..., 0], "f"), assembly(y[..., 0]))), (
        "thrice the samples"
    )
    honest = load_metric("spantime_ridge", mode="honest", uncertainty="bootstrap", learning_curve=(50,))
    assert {"interval_low", "learning_curve_50", "training_factor"} <= set(
        honest(assembly(x, "f"), assembly(y)).details
    )


def test_learning_curve_is_what_fewer_stimuli_give(assembly, world):
    x, y = world(400, 30, 8, noise=0.5)
    score = load_metric("ridge", mode="honest", learning_curve=[200, 80], uncertainty="bootstrap", draws=100)(
        assembly(x, "f"), assembly(y)
    )
    curve = [score.details[f"learning_curve_{n}"] for n in (80, 200, 360)]
    assert curve == sorted(curve) and curve[-1] == float(score)
    assert score.details["learning_curve_limit"] > float(score)
    assert score.details["learning_curve_limit_low"] < score.details["learning_curve_limit"]
    assert not score.flags
    few = {"train_size": 80, "test_size": 100}
    rising = load_metric("ridge", learning_curve=[40], crossvalidation_kwargs=few)(assembly(x, "f"), assembly(y))
    assert rising.flags == ("learning-curve-still-rising",)
    assert "learning_curve_40" in rising.details and "learning_curve_limit" not in rising.details
    unrelated = np.random.default_rng(3).normal(size=y.shape)
    chance = load_metric("ridge", learning_curve=[40, 60], crossvalidation_kwargs=few)
    told = chance(assembly(x, "f"), assembly(unrelated))
    assert min(told.details[f"learning_curve_{n}"] for n in (40, 60, 80)) <= 0
    assert told.flags == ("learning-curve-not-above-zero",) and "learning_curve_limit" not in told.details
    for size in (1, 361):
        with pytest.raises(InvalidParameter, match=f"learning_curve has size {size}"):
            load_metric("ridge", mode="honest", learning_curve=[size])(assembly(x, "f"), assembly(y))
    with pytest.raises(TooFewStimuli, match="20 training stimuli"):
        load_metric("pls", learning_curve=[20])(assembly(x, "f"), assembly(y))


def test_learning_curve_of_a_given_split(assembly, world):
    """As that of one own fold, whose training stimuli are drawn alike."""
    x, y = world(400, 30, 8, noise=0.5)
    source, target = assembly(x, "f"), assembly(y)
    parts = [part.isel(presentation=rows) for part in (source, target) for rows in (slice(360), slice(360, None))]
    options = {"learning_curve": [200, 80], "uncertainty": "bootstrap", "draws": 100}
    given = load_metric("ridge_split", **options)(*parts)
    fold = [(np.arange(360), np.arange(360, 400))]
    whole = load_metric("ridge", fitting=False, **options)(source, target, folds=fold)
    curve = [given.details[f"learning_curve_{n}"] for n in (80, 200, 360)]
    assert curve == sorted(curve) and curve[-1] == float(given)
    for name in ("learning_curve_80", "learning_curve_200", "learning_curve_limit"):
        assert given.details[name] == pytest.approx(whole.details[name], abs=1e-9)
    assert given.details["learning_curve_limit_low"] < given.details["learning_curve_limit"]
    assert "learning_curve_360" not in load_metric("ridge_split")(*parts).details
    with pytest.raises(InvalidParameter, match="learning_curve has size 361"):
        load_metric("ridge_split", learning_curve=[361])(*parts)


@pytest.mark.parametrize("metric", PAIR)
def test_constant_neuroids_are_left_out_and_counted(metric, assembly, world):
    x, y = world()
    y[:, 2] = 0.1
    score = load_metric(metric)(assembly(x, "f"), assembly(y))
    assert score.details["undefined"] == 10
    assert np.isnan(score.values.values[:, 2]).all()
    assert float(score) == pytest.approx(np.median(np.delete(score.values.values, 2, axis=1), axis=1).mean())


def test_a_neuroid_that_is_constant_in_some_folds(assembly, world):
    x, _ = world(q=1)
    y = np.zeros((120, 1))
    y[:3] = 1
    score = load_metric("ridge")(assembly(x, "f"), assembly(y))
    assert 0 < score.details["undefined"] < 10
    assert np.isfinite(float(score)) and np.isfinite(score.error)


@pytest.mark.parametrize("uncertainty", [None, "bootstrap"])
def test_nothing_varies(uncertainty, assembly, world):
    x, y = world()
    options = {} if uncertainty is None else {"uncertainty": uncertainty}
    for source, target in ((x, np.ones_like(y)), (np.ones_like(x), y)):
        score = load_metric("ridge", **options)(assembly(source, "f"), assembly(target))
        assert score.value is None and score.error is None and score.flags == ("undefined",)
    assert (
        load_metric("ridge_split")(
            *(
                assembly(np.ones((n, q)), ids=[f"{n}{i}" for i in range(n)])
                for n, q in ((30, 4), (20, 4), (30, 2), (20, 2))
            )
        ).value
        is None
    )


def test_one_neuroid_and_one_feature(assembly, world):
    x, y = world(p=1, q=1)
    y = x + 0.5 * y / y.std()
    for metric in ("ridge", "ridgecv", "linear_predictivity", "neuron_to_neuron"):
        assert float(load_metric(metric)(assembly(x, "f"), assembly(y))) == pytest.approx(0.9, abs=0.06)
    with pytest.raises(TooFewStimuli, match="25 components.*1 features.*record more units"):
        load_metric("pls")(assembly(x, "f"), assembly(y))


@pytest.mark.parametrize("metric", [*PAIR, "spantime_pls"])
def test_nan_is_refused_and_named(metric, assembly, world):
    timed = metric.startswith("spantime")
    x, y = world(bins=2 if timed else 0)
    holes = x.copy()
    holes[5, 3] = np.nan
    with pytest.raises(InvalidAssembly, match="source has NaN or infinite values in 1 of 40 neuroids"):
        load_metric(metric)(assembly(holes, "f"), assembly(y))
    holes = y.copy()
    holes[5, :2] = np.inf
    with pytest.raises(InvalidAssembly, match="target has NaN or infinite values in 2 of 6 neuroids: "):
        load_metric(metric)(assembly(x, "f"), assembly(holes))
    holes[:, 1] = np.nan
    with pytest.raises(InvalidAssembly, match="in 2 of 6 neuroids, throughout in 1 of them, as 'n0001'"):
        load_metric(metric)(assembly(x, "f"), assembly(holes))


def test_stimuli_that_do_not_match(assembly, world):
    x, y = world()
    ids = [f"s{i:04d}" for i in range(120)]
    other = [*ids[:-1], "other"]
    with pytest.raises(StimulusMismatch, match="source lacks s0119"):
        load_metric("ridge")(assembly(x, "f", other), assembly(y))
    with pytest.raises(StimulusMismatch, match="more than once"):
        load_metric("ridge")(assembly(x, "f"), assembly(y, ids=[ids[0], *ids[:-1]]))
    with pytest.raises(StimulusMismatch, match="target lacks s0119"):
        load_metric("ridge")(assembly(x, "f"), assembly(y).isel(presentation=slice(119)))


@pytest.mark.parametrize(
    ("n", "options", "message"),
    [
        (1, UNSTRATIFIED, "1 stimuli"),
        (2, UNSTRATIFIED, "tests 1 stimulus"),
        (8, {**UNSTRATIFIED, "kfold": True}, "8 stimuli for 10 folds"),
        (12, {**UNSTRATIFIED, "kfold": True}, "tests 1 stimulus.*fewer splits"),
        (24, {}, "cannot hold 6 classes"),
        (7, {}, "has 1 member"),
        (20, {**UNSTRATIFIED, "mode": "honest", "group_coord": "object_name"}, "6 groups for 10 folds"),
    ],
)
def test_too_few_stimuli(n, options, message, assembly, world):
    x, y = world(n, 5, 2)
    with pytest.raises(TooFewStimuli, match=message):
        load_metric("ridge", crossvalidation_kwargs=options)(assembly(x, "f"), assembly(y))


def test_absent_strata_are_named_with_what_there_is(assembly, world):
    x, y = (assembly(part).drop_vars("object_name") for part in world())
    with pytest.raises(InvalidAssembly, match="no coordinate 'object_name'.*'stimulus_id'.*_coord=None"):
        load_metric("pls")(x, y)


def test_dimensions_that_do_not_belong(assembly, world):
    x, y = world(bins=2)
    with pytest.raises(InvalidAssembly, match="source has dimensions.*time bin"):
        load_metric("ridge")(assembly(x, "f"), assembly(y))
    with pytest.raises(InvalidAssembly, match="time_bin"):
        load_metric("spantime_ridge")(assembly(x[..., 0], "f"), assembly(y))
    late = assembly(x, "f").assign_coords(time_bin_start=("time_bin", [0, 10]))
    with pytest.raises(InvalidAssembly, match=r"source has time_bin_start \[0, 10\]: expected \[70, 80\]"):
        load_metric("spantime_ridge")(late, assembly(y))
    with pytest.raises(InvalidAssembly, match="no coordinate 'time_bin_start'"):
        load_metric("spantime_ridge")(assembly(x, "f").drop_vars("time_bin_start"), assembly(y))
    with pytest.raises(InvalidAssembly, match="target has values of dtype"):
        load_metric("ridge")(assembly(x[..., 0], "f"), assembly(y[..., 0]).astype(complex))
    with pytest.raises(InvalidAssembly, match="source is a ndarray.*Make it a NeuroidAssembly"):
        load_metric("ridge")(x[..., 0], assembly(y[..., 0]))


@pytest.mark.parametrize(
    ("metric", "options"),
    [
        ("pls", {"n_component": 3}),
        ("ridge", {"crossvalidation_kwargs": {"folds": 3}}),
        ("ridge", {"crossvalidation_kwargs": {"splits": -1}}),
        ("ridge", {"mode": "quick"}),
        ("ridge", {"uncertainty": "jackknife"}),
        ("ridge", {"random_units": "subject"}),
        ("ridge", {"learning_curve": 100}),
        ("ridge", {"learning_curve": "100"}),
        ("ridge", {"learning_curve": [0.5, 1.0]}),
        ("ridge_split", {"learning_curve": 100}),
        ("ridge_split", {"crossvalidation_kwargs": {}}),
        ("ridge_split", {"uncertainty": "sd"}),
        ("ridge", {"alpha": 0}),
        ("ridge_banded", {"candidates": -1}),
        ("variance_partition", {"draw": 3}),
        ("variance_partition", {"crossvalidation_kwargs": {"folds": 3}}),
    ],
)
def test_options_that_mean_nothing_are_refused_at_once(metric, options):
    with pytest.raises(InvalidParameter):
        load_metric(metric, **options)


def test_given_split(assembly, world):
    x, y = world()
    source, target = assembly(x, "f"), assembly(y)
    train, test = {"presentation": slice(80)}, {"presentation": slice(80, None)}
    parts = {
        "source_train": source.isel(train),
        "source_test": source.isel(test),
        "target_train": target.isel(train),
        "target_test": target.isel(test),
    }
    for metric in SPLIT:
        plain = load_metric(metric)(**parts)
        assert plain.error is None and plain.values.dims == ("neuroid",)
        assert float(plain) == pytest.approx(np.median(plain.values))
        wide = load_metric(metric, uncertainty="bootstrap")(**parts)
        assert (
            float(wide) == float(plain) and wide.details["interval_low"] < float(wide) < wide.details["interval_high"]
        )
    assert float(load_metric("reverse_pls_split", n_components=4)(**parts)) == float(
        load_metric("pls_split", n_components=4)(
            parts["target_train"], parts["target_test"], parts["source_train"], parts["source_test"]
        )
    )
    shuffled = {**parts, "target_test": parts["target_test"].isel(neuroid=[5, 4, 3, 2, 1, 0])}
    np.testing.assert_allclose(
        load_metric("ridge_split")(**shuffled).values, load_metric("ridge_split")(**parts).values
    )
    grouped = load_metric("ridge_split", uncertainty="bootstrap", group_coord="object_name")(**parts)
    assert grouped.details["error_estimator"] == "bootstrap over groups"


def test_given_splits_that_cannot_be(assembly, world):
    x, y = world()
    source, target = assembly(x, "f"), assembly(y)
    first, second = {"presentation": slice(80)}, {"presentation": slice(80, None)}

    def run(**changed):
        parts = {
            "source_train": source.isel(first),
            "source_test": source.isel(second),
            "target_train": target.isel(first),
            "target_test": target.isel(second),
        }
        return load_metric("ridge_split")(**parts | changed)

    with pytest.raises(StimulusMismatch, match="1 stimuli stand in training and in test, as 's0079'"):
        overlap = {"presentation": slice(79, 120)}
        run(source_test=source.isel(overlap), target_test=target.isel(overlap))
    with pytest.raises(StimulusMismatch, match="lacks"):
        run(source_test=source.isel(presentation=slice(81, None)))
    with pytest.raises(InvalidAssembly, match="target_train has 6 and target_test 5 neuroids"):
        run(target_test=target.isel(second).isel(neuroid=slice(5)))
    with pytest.raises(InvalidAssembly, match="source_train has 40 and source_test 40"):
        renamed = source.assign_coords(neuroid_id=("neuroid", [f"g{i}" for i in range(40)]))
        run(source_test=renamed.isel(second))
    with pytest.raises(TooFewStimuli, match="tests 1 stimulus"):
        one = {"presentation": slice(80, 81)}
        run(source_test=source.isel(one), target_test=target.isel(one))
    with pytest.raises(InvalidAssembly, match="target_test has NaN"):
        run(target_test=target.isel(second).where(target.isel(second) > 0))


def test_every_identifier_loads():
    names = [*PAIR, *SPLIT, *(f"{name}_cv" for name in PAIR), "reverse_pls", "reverse_pls_cv", "reverse_pls_split"]
    names += [
        "spantime_pls",
        "spantime_ridge",
        "ridge_banded",
        "ridge_banded_cv",
        "ridge_banded_split",
        "variance_partition",
    ]
    for name in names:
        assert load_metric(name).inputs == ("split" if name.endswith("_split") else "pair")
