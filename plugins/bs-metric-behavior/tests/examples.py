"""Small generated behaviour; each call draws it anew from a seed."""

import numpy as np

from brainscore_core.assemblies import BehavioralAssembly, DataAssembly

OBJECTS = np.array(["bear", "cat", "dog", "truck"])


def answers(values, stimuli, **coords):
    columns = {"stimulus_id": stimuli, **coords}
    return BehavioralAssembly(
        np.asarray(values),
        dims=("presentation",),
        coords={name: ("presentation", np.asarray(column)) for name, column in columns.items()},
    )


def probabilities(values, stimuli, choices=OBJECTS, **coords):
    columns = {"stimulus_id": stimuli, **coords}
    return BehavioralAssembly(
        np.asarray(values, float),
        dims=("presentation", "choice"),
        coords={
            **{name: ("presentation", np.asarray(column)) for name, column in columns.items()},
            "choice": np.asarray(choices),
        },
    )


def guesses(rng, truth, accuracy, options=OBJECTS):
    """The truth with this probability, else any of the options."""
    return np.where(rng.random(len(truth)) < accuracy, truth, rng.choice(options, len(truth)))


def trials(subjects=3, images=24, conditions=2, seed=0, accuracy=0.7):
    """(model, people) in a task with conditions; stimuli are named apart in each."""
    rng = np.random.default_rng(seed)
    truth = np.tile(OBJECTS, images * conditions // 4)
    texture = np.roll(truth, 1)
    condition = np.repeat([f"level-{number}" for number in range(conditions)], images)
    ids = np.array([f"{name}-{number:03d}" for number, name in enumerate(condition)])
    shared = {"truth": truth, "texture": texture, "condition": condition}
    model = answers(guesses(rng, truth, accuracy), ids, **shared)
    people = answers(
        np.concatenate([guesses(rng, truth, accuracy) for _ in range(subjects)]),
        np.tile(ids, subjects),
        **{name: np.tile(column, subjects) for name, column in shared.items()},
        subject=np.repeat([f"s{number:02d}" for number in range(subjects)], len(ids)),
    )
    return model, people


def recognition(images=24, count=1200, objects=OBJECTS, seed=0):
    """(probabilities of a model, two-alternative trials of people whose errors it shares)."""
    rng = np.random.default_rng(seed)
    ids = np.array([f"image-{number:03d}" for number in range(images)])
    truth = np.arange(images) % len(objects)
    logits = rng.normal(size=(images, len(objects)))
    logits[np.arange(images), truth] += 1.5
    table = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    image = rng.integers(0, images, count)
    distractor = (truth[image] + rng.integers(1, len(objects), count)) % len(objects)
    own, other = table[image, truth[image]], table[image, distractor]
    chosen = np.where(rng.random(count) < own / (own + other), truth[image], distractor)
    people = answers(
        objects[chosen],
        ids[image],
        truth=objects[truth[image]],
        sample_obj=objects[truth[image]],
        dist_obj=objects[distractor],
    )
    noisy = table * np.exp(0.5 * rng.normal(size=table.shape))
    return probabilities(noisy / noisy.sum(1, keepdims=True), ids, objects), people


def triplets(images=12, count=60, seed=0):
    """(model, people, who answer each four times): which of three is the odd one."""
    rng = np.random.default_rng(seed)
    names = np.array([f"image-{number:02d}" for number in range(images)])
    drawn = np.unique([np.sort(rng.choice(images, 3, replace=False)) for _ in range(count)], axis=0)
    ids = np.array(["|".join(names[row]) for row in drawn])

    def odd(times):
        rows = np.tile(drawn, (times, 1))
        return answers(names[rows[np.arange(len(rows)), rng.integers(0, 3, len(rows))]], np.tile(ids, times))

    return odd(1), odd(4)


def confusions(subjects=12, seed=0):
    """(model, counts of people)."""
    rng = np.random.default_rng(seed)
    kinds = rng.dirichlet([1.0] * 4, 4)
    counts = np.stack([[rng.multinomial(40, row) for row in kinds] for _ in range(subjects)])
    people = DataAssembly(
        counts,
        dims=("subject", "truth", "choice"),
        coords={"subject": [f"s{number:02d}" for number in range(subjects)], "truth": OBJECTS, "choice": OBJECTS},
    )
    truth = np.repeat(np.arange(4), 30)
    said = np.array([rng.choice(4, p=kinds[row]) for row in truth])
    ids = np.array([f"image-{number:03d}" for number in range(len(truth))])
    return answers(OBJECTS[said], ids, truth=OBJECTS[truth]), people


def tasks(subjects=12, seed=0):
    """(model, accuracies of people in five tasks, of which each person did some)."""
    rng = np.random.default_rng(seed)
    names = np.array(["blur", "clutter", "control", "noise", "occluded"])
    hard = np.array([0.5, 0.7, 0.95, 0.6, 0.8])
    table = rng.binomial(80, hard, (subjects, 5)) / 80
    table[rng.random(table.shape) < 0.3] = np.nan
    people = DataAssembly(
        table, dims=("subject", "task"), coords={"subject": [f"s{n:02d}" for n in range(subjects)], "task": names}
    )
    task = np.repeat(np.arange(5), 40)
    truth = np.tile(OBJECTS, 50)
    said = np.where(rng.random(200) < hard[task], truth, np.roll(OBJECTS, 1)[np.searchsorted(OBJECTS, truth)])
    ids = np.array([f"image-{number:03d}" for number in range(200)])
    return answers(said, ids, truth=truth, task=names[task]), people
