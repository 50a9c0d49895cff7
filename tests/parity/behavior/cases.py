"""Inputs on which the incumbent's metrics of behaviour and ours are compared; numpy only: two environments make them."""

import hashlib
from collections.abc import Iterator
from typing import Any

import numpy as np

Case = tuple[str, str, dict[str, Any]]


def cases() -> Iterator[Case]:
    """(metric, name, arrays), over a grid of sizes and seeds."""
    yield from _grid("recognition", _recognition, ((12, 3, 900), (40, 5, 6000), (48, 12, 9000)))
    yield from _grid("answers", _answers, ((1, 2, 10), (3, 4, 24), (2, 10, 60)))
    yield from _grid("confusions", _confusions, ((3, 4, 60), (8, 17, 400)))


def _grid(kind: str, draw: Any, sizes: tuple[tuple[int, ...], ...]) -> Iterator[Case]:
    for number, size in enumerate(sizes):
        for seed in range(4):
            rng = np.random.default_rng([number, seed, len(kind)])
            yield kind, f"{kind}-{'x'.join(map(str, size))}-{seed}", draw(rng, *size)


def _recognition(rng: np.random.Generator, images: int, objects: int, trials: int) -> dict[str, Any]:
    """Probabilities of a model, and two-alternative trials of people."""
    names = np.array([f"object{number:02}" for number in range(objects)])
    truth = np.arange(images) % objects
    logits = 1.3 * rng.standard_normal((images, objects))
    logits[np.arange(images), truth] += 1.5
    # the exponential of two versions of numpy differs in the last digit
    model, people = (
        np.round(np.exp(pattern), 6) for pattern in (logits, logits + 0.7 * rng.standard_normal(logits.shape))
    )
    image = rng.integers(0, images, trials)
    distractor = (truth[image] + rng.integers(1, objects, trials)) % objects
    own, other = people[image, truth[image]], people[image, distractor]
    chosen = np.where(rng.random(trials) < own / (own + other), truth[image], distractor)
    return {
        "probabilities": np.round(model / model.sum(1, keepdims=True), 9),
        "choices": names,
        "images": np.array([f"image{number:03}" for number in range(images)]),
        "truth": names[truth],
        "image": image,
        "chosen": names[chosen],
        "distractor": names[distractor],
    }


def _answers(rng: np.random.Generator, conditions: int, subjects: int, images: int) -> dict[str, Any]:
    """Answers of people, in conditions, and of a model; some observers are always right in some condition."""
    names = np.array(["bear", "cat", "dog", "truck"])
    count = conditions * images
    truth = names[rng.integers(0, 4, count)]
    condition = np.repeat(np.arange(conditions), images)
    skill = rng.uniform(0.3, 1.0, (subjects + 1, conditions))
    skill[0, 0] = 1.0
    if subjects > 2:
        skill[-1, -1] = skill[0, -1] = 1.0  # the model and a person: no kappa
    hard = rng.random(count)
    said = []
    for row in skill:
        right = 0.7 * hard + 0.3 * rng.random(count) < row[condition]
        said.append(np.where(right | (row[condition] == 1), truth, names[(np.searchsorted(names, truth) + 1) % 4]))
    return {
        "stimuli": np.array([f"image{number:04}" for number in range(count)]),
        "condition": condition,
        "truth": truth,
        "people": np.stack(said[:-1]),
        "model": said[-1],
    }


def _confusions(rng: np.random.Generator, labels: int, tasks: int, images: int) -> dict[str, Any]:
    """Answers of a model and of people, in tasks of unlike difficulty."""
    names = np.array([f"label{number}" for number in range(labels)])
    kinds = rng.dirichlet(np.ones(labels), labels)
    hard = rng.uniform(0.2, 0.95, tasks)

    def observe(count: int) -> tuple[np.ndarray, ...]:
        truth, task = rng.integers(0, labels, count), np.arange(count) % tasks
        drawn = (rng.random((count, 1)) > np.cumsum(kinds[truth], 1)).sum(1).clip(max=labels - 1)
        said = np.where(rng.random(count) < hard[task], truth, drawn)
        return names[truth], task, names[said]

    model, people = observe(images), observe(6 * images)
    return {
        "labels": names,
        **{f"model_{name}": values for name, values in zip(("truth", "task", "said"), model, strict=True)},
        **{f"people_{name}": values for name, values in zip(("truth", "task", "said"), people, strict=True)},
    }


def digest(arrays: dict[str, Any]) -> str:
    """SHA-256 of the bytes, to know that both environments drew the same."""
    return hashlib.sha256(b"".join(np.ascontiguousarray(array).tobytes() for array in arrays.values())).hexdigest()
