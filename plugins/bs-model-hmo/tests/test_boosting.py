"""Boosting on features whose strengths are known."""

import numpy as np
import pytest

from brainscore_core.errors import InvalidParameter
from bs_model_hmo.boosting import boost
from bs_model_hmo.readout import held_out, stratified

CLASSES, EACH = 4, 60
LABELS = np.arange(CLASSES * EACH) % CLASSES
ODD = np.arange(CLASSES * EACH) // CLASSES % 2 == 1
"""Half of the images of each class."""


def knows(images, noise, seed):
    """Features that tell the classes of some images, and nothing of the others."""
    indicators = np.eye(CLASSES)[LABELS] * images[:, None]
    return indicators + noise * np.random.default_rng(seed).normal(size=indicators.shape)


def run(features, rounds=2, **options):
    """Rounds over candidates that are tried in the same order in each."""
    names = list(features)
    return boost(
        lambda tried: names[len(tried)], features.__getitem__, LABELS, rounds=rounds, candidates=len(names), **options
    )


FEATURES = {
    "noise": np.random.default_rng(9).normal(size=(len(LABELS), 3)),
    "first": knows(ODD, 0.15, 1),
    "like the first": knows(ODD, 0.15, 2),
    "second": knows(~ODD, 0.35, 3),
}


def test_the_second_is_good_at_what_the_first_gets_wrong_and_not_good_alone():
    alone = {name: run({name: values}, rounds=1)[0].accuracy for name, values in FEATURES.items() if name != "noise"}
    assert alone["second"] < min(alone["first"], alone["like the first"]) - 0.03
    taken = run(FEATURES)
    assert taken[0].candidate != "second"
    assert taken[1].candidate == "second"
    both_wrong = (~taken[0].correct & ~taken[1].correct).mean()
    assert both_wrong < 0.8 * (1 - taken[0].accuracy) * (1 - taken[1].accuracy)
    assert taken[1].mixed > max(alone.values()) + 0.1


def test_the_mixture_is_better_than_the_best_alone():
    taken = run(FEATURES, rounds=4)
    assert taken[-1].mixed > max(accuracy for one in taken for accuracy in one.tried) + 0.1
    assert taken[0].mixed == taken[0].accuracy == taken[0].voted == max(taken[0].tried)


def test_weights_and_votes_are_those_of_samme():
    first, second = run(FEATURES)
    assert first.error == pytest.approx(1 - first.accuracy)
    assert first.vote == pytest.approx(np.log((1 - first.error) / first.error) + np.log(3))
    # after its vote, what the first got wrong has K - 1 parts of K of the weight
    weights = np.where(first.correct, 1, np.exp(first.vote))
    weights /= weights.sum()
    assert weights[~first.correct].sum() == pytest.approx(3 / 4)
    assert second.error == pytest.approx(weights[~second.correct].sum())


def test_it_ends_when_all_are_right():
    taken = run({"all": knows(ODD | ~ODD, 0.01, 0)}, rounds=5)
    assert len(taken) == 1
    assert taken[0].accuracy == 1
    assert np.isfinite(taken[0].vote)


def test_it_ends_when_nothing_is_better_than_chance():
    taken = run({"first": FEATURES["first"]}, rounds=30)
    assert 1 <= len(taken) < 30
    assert all(one.error < 3 / 4 for one in taken)
    with pytest.raises(InvalidParameter, match="better than chance"):
        run({"constant": np.ones((len(LABELS), 2))}, rounds=1)


def test_what_is_tried_is_told_to_who_proposes():
    seen = []

    def propose(tried):
        seen.append(tuple(tried))
        return ("first", "second")[len(tried)]

    boost(propose, FEATURES.__getitem__, LABELS, rounds=1, candidates=2)
    assert seen[0] == ()
    assert seen[1][0][0] == "first"
    assert 0 < seen[1][0][1] < 1


def test_answers_are_of_images_that_were_not_fitted():
    """As many random features as images: fitted images are all right, others are at chance."""
    features = np.random.default_rng(0).normal(size=(len(LABELS), 5 * len(LABELS)))
    answers = held_out(features, LABELS, np.ones(len(LABELS)), folds=4, penalty=1e-6)
    assert np.mean(answers == LABELS) < 0.4


@pytest.mark.parametrize("features", [5, 300])
def test_weights_count_images_as_often(features):
    generator = np.random.default_rng(1)
    values = generator.normal(size=(len(LABELS), features)) + np.eye(CLASSES)[LABELS] @ generator.normal(
        size=(CLASSES, features)
    )
    counts = generator.integers(1, 4, len(LABELS))
    fold_of = stratified(LABELS, 3)
    order = np.argsort(fold_of, kind="stable")  # with copies, images of a class still go to the folds in turn
    weighted = held_out(values, LABELS, counts.astype(float), folds=3, penalty=1e-2)
    for fold in range(3):
        train = np.repeat(order[fold_of[order] != fold], counts[order[fold_of[order] != fold]])
        test = np.flatnonzero(fold_of == fold)
        np.testing.assert_array_equal(weighted[test], by_hand(values[train], LABELS[train], values[test]))


def by_hand(features, labels, new, penalty=1e-2):
    spread = features.std(axis=0)
    scaled, new = (features - features.mean(axis=0)) / spread, (new - features.mean(axis=0)) / spread
    targets = 2.0 * np.eye(CLASSES)[labels] - 1
    gram = scaled.T @ scaled / len(scaled)
    coefficients = np.linalg.solve(
        gram + penalty * np.trace(gram) * np.eye(len(gram)), scaled.T @ (targets - targets.mean(0)) / len(scaled)
    )
    return np.argmax(new @ coefficients + targets.mean(axis=0), axis=1)


def test_folds_hold_every_class_alike():
    fold_of = stratified(LABELS, 4)
    for one in range(CLASSES):
        counts = np.bincount(fold_of[LABELS == one], minlength=4)
        assert counts.max() - counts.min() <= 1
    with pytest.raises(InvalidParameter, match="smallest of 2 images, in 3 folds"):
        stratified(np.array([0, 0, 0, 1, 1]), 3)
    with pytest.raises(InvalidParameter, match="1 classes"):
        stratified(np.zeros(9, dtype=int), 3)
