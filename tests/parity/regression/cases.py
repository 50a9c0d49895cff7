"""The parity grid: names of cases, options, and inputs drawn from a seed. Imported by both implementations."""

import itertools

import numpy as np

OBJECTS = 8


def _case(metric, form, stimuli, features, neuroids, seed, dtype="float64", repetitions=0, bins=0, kind="", **options):
    return {
        "metric": metric,
        "form": form,
        "stimuli": stimuli,
        "features": features,
        "neuroids": neuroids,
        "seed": seed,
        "dtype": dtype,
        "repetitions": repetitions,
        "bins": bins,
        "kind": kind,
        "options": options,
    }


def _grid():
    sizes = [(88, 30, 7), (96, 300, 12), (160, 60, 1), (240, 40, 20)]
    regressions = ["pls", "ridge", "linear_predictivity", "neuron_to_neuron", "reverse_pls"]
    for metric, (size, seed) in itertools.product(regressions, [(s, i) for i, s in enumerate(sizes)]):
        if metric == "reverse_pls" and size[2] < 25 or metric == "neuron_to_neuron" and size[2] == 1:
            continue
        yield _case(metric, "pair", *size, seed)
    yield _case("reverse_pls", "pair", 120, 10, 40, 5)
    for cv in [
        {"stratification_coord": None},
        {"splits": 4},
        {"train_size": 0.7, "test_size": None},
        {"kfold": True, "splits": 5},
        {"kfold": True, "splits": 5, "stratification_coord": None},
        {"random_state": 7},
        {"test_size": 0.25, "train_size": None},
    ]:
        for metric in ("pls", "ridge"):
            yield _case(metric, "pair", 120, 50, 6, 11, crossvalidation_kwargs=cv)
    for metric in ("pls", "ridge"):
        yield _case(metric, "pair", 96, 40, 5, 3, dtype="float32")
    splits = [
        "pls_split",
        "ridge_split",
        "linear_predictivity_split",
        "neuron_to_neuron_split",
        "ridgecv_split",
        "dual_ridge_split",
        "dual_ridgecv_split",
    ]
    for metric, (size, seed) in itertools.product(splits, [((80, 40, 6), 21), ((64, 200, 9), 22), ((200, 30, 15), 23)]):
        yield _case(metric, "split", *size, seed)
    yield _case("reverse_pls_split", "split", 120, 12, 40, 24)
    for metric in ("rdm", "cka", "cka_biased"):
        for size, seed in [((20, 50, 8), 31), ((60, 200, 30), 32), ((7, 15, 4), 33)]:
            yield _case(metric, "pair", *size, seed)
            yield _case(metric, "pair", *size, seed, dtype="float32")
    for metric in ("rdm_cv", "cka_cv"):
        for size, seed in [((80, 50, 8), 41), ((120, 200, 30), 42)]:
            yield _case(metric, "pair", *size, seed)
            yield _case(
                metric, "pair", *size, seed, crossvalidation_kwargs={"stratification_coord": None, "test_size": 0.9}
            )
    for repetitions, size, seed in [
        (4, (30, 0, 6), 51),
        (10, (50, 0, 9), 52),
        (7, (20, 0, 3), 53),
        (2, (40, 0, 5), 54),
    ]:
        yield _case("internal_consistency", "single", *size, seed, repetitions=repetitions)
    yield _case("internal_consistency", "single", 30, 0, 6, 55, repetitions=6, dtype="float32")
    yield _case("internal_consistency_temporal", "single", 25, 0, 4, 56, repetitions=6, bins=3)
    for kind, seed in [("ragged", 57), ("missing", 58), ("constant", 59)]:
        yield _case("internal_consistency", "single", 40, 0, 6, seed, repetitions=12, kind=kind)
    for metric in ("spantime_pls", "spantime_ridge"):
        yield _case(metric, "pair", 88, 40, 5, 61, bins=3)
    for kind, seed in [("rectified", 71), ("offset", 72), ("scaled", 73), ("constant", 74), ("decaying", 75)]:
        for metric in ("pls", "ridge", "neuron_to_neuron", "cka", "cka_biased", "rdm"):
            yield _case(metric, "pair", 104, 64, 6, seed, kind=kind)
        yield _case("ridgecv_split", "split", 120, 64, 6, seed, kind=kind)
        yield _case("dual_ridgecv_split", "split", 104, 160, 6, seed, kind=kind)
    for metric in ("pls", "ridge"):
        yield _case(metric, "pair", 135, 1000, 102, 81, crossvalidation_kwargs={"stratification_coord": None})
        yield _case(metric, "pair", 640, 300, 30, 82)
        yield _case(metric, "pair", 640, 300, 30, 83, dtype="float32", kind="rectified")


def _name(case):
    shape = f"{case['stimuli']}x{case['features']}x{case['neuroids']}"
    extra = "".join(f"-{k}{case[k]}" for k in ("repetitions", "bins") if case[k]) + ("-" if case["kind"] else "")
    extra += case["kind"]
    options = "-" + repr(case["options"]) if case["options"] else ""
    return f"{case['metric']}-{shape}-{case['dtype']}-seed{case['seed']}{extra}{options}"


CASES = {_name(case): case for case in _grid()}


def arrays(case):
    """[(values, coords), ...]: source and target, or one recording with repetitions."""
    generator = np.random.default_rng(case["seed"])
    n, p, q = case["stimuli"], case["features"], case["neuroids"]
    ids = [f"s{i:04d}" for i in generator.permutation(n)]
    objects = [f"o{i % OBJECTS}" for i in range(n)]
    if case["form"] == "single":
        return [_repeated(case, generator, ids)]
    bins = case["bins"] or 1
    source = _of_kind(case["kind"], generator.normal(size=(n, p, bins)))
    mixing = generator.normal(size=(p, q)) / np.sqrt(p)
    target = np.einsum("npb,pq->nqb", source, mixing) + generator.normal(size=(n, q, bins))
    if case["kind"] == "constant":
        target[:, 0] = 0.1
    parts = []
    for values, prefix in ((source, "f"), (target, "n")):
        values = values if case["bins"] else values[:, :, 0]
        coords = {
            "stimulus_id": ("presentation", ids),
            "object_name": ("presentation", objects),
            "neuroid_id": ("neuroid", [f"{prefix}{i:05d}" for i in range(values.shape[1])]),
            "region": ("neuroid", ["IT"] * values.shape[1]),
        }
        if case["bins"]:
            coords["time_bin_start"] = ("time_bin", [70 + 10 * i for i in range(bins)])
            coords["time_bin_end"] = ("time_bin", [80 + 10 * i for i in range(bins)])
        parts.append((values.astype(case["dtype"]), coords))
    return parts


def _of_kind(kind, source):
    """What features of networks look like: rectified, off zero, large, or of falling variance.

    Further off zero or larger, Brain-Score 2 itself loses digits: cka has no column means subtracted, and its dual ridge
    inverts a matrix that is singular along (1, ..., 1).
    """
    if kind == "rectified":
        return np.maximum(source, 0)
    if kind == "offset":
        return source + 5
    if kind == "scaled":
        return source * 30
    if kind == "decaying":
        return source * np.arange(1, source.shape[1] + 1)[None, :, None] ** -0.7
    return source


def _repeated(case, generator, ids):
    n, q, repetitions, bins = case["stimuli"], case["neuroids"], case["repetitions"], case["bins"] or 1
    signal = generator.normal(size=(1, n, q, bins))
    values = (signal + 1.5 * generator.normal(size=(repetitions, n, q, bins))).reshape(repetitions * n, q, bins)
    values = values if case["bins"] else values[:, :, 0]
    if case["kind"] == "missing":
        values[generator.random(values.shape) < 0.05] = np.nan
    if case["kind"] == "constant":
        values[:, 0] = 0.1
    coords = {
        "stimulus_id": ("presentation", ids * repetitions),
        "object_name": ("presentation", [f"o{i % OBJECTS}" for i in range(n)] * repetitions),
        "repetition": ("presentation", [r for r in range(repetitions) for _ in range(n)]),
        "neuroid_id": ("neuroid", [f"n{i:05d}" for i in range(q)]),
        "region": ("neuroid", ["IT"] * q),
    }
    if case["bins"]:
        coords["time_bin_start"] = ("time_bin", [70 + 10 * i for i in range(bins)])
        coords["time_bin_end"] = ("time_bin", [80 + 10 * i for i in range(bins)])
    keep = generator.random(len(values)) < 0.75 if case["kind"] == "ragged" else np.ones(len(values), bool)
    coords = {
        name: (dim, np.asarray(entries)[keep] if dim == "presentation" else entries)
        for name, (dim, entries) in coords.items()
    }
    return values[keep].astype(case["dtype"]), coords
