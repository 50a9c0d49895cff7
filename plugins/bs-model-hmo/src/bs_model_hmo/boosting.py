"""Adaptive boosting over candidates: each round takes the one that is best at what earlier ones get wrong.

Yamins et al. 2014 call their procedure analogous to adaptive boosting interleaved with hyperparameter optimisation. The
weights and votes are those of SAMME (Zhu et al. 2009, the form of AdaBoost for several classes).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np

from brainscore_core.errors import InvalidParameter

from .readout import held_out

Candidate = TypeVar("Candidate")
Tried = Sequence[tuple[Candidate, float]]
"""What was tried in this round so far, each with its weighted error."""


@dataclass(frozen=True)
class Round(Generic[Candidate]):
    """What a round took.

    Parameters
    ----------
    candidate
    error : float
        Share of the images' weight that the candidate gets wrong.
    vote : float
        Its say in the vote of all.
    accuracy : float
        Share of images that it alone gets right.
    voted : float
        The same of the vote of all candidates so far.
    mixed : float
        The same of one classifier on the features of all candidates so far.
    correct : ndarray of bool, shape (image,)
        Which images the candidate alone gets right.
    tried : tuple of float
        Accuracies of all candidates of the round, alone.
    """

    candidate: Candidate
    error: float
    vote: float
    accuracy: float
    voted: float
    mixed: float
    correct: np.ndarray
    tried: tuple[float, ...]


def boost(
    propose: Callable[[Tried[Candidate]], Candidate],
    features_of: Callable[[Candidate], np.ndarray],
    labels: np.ndarray,
    *,
    rounds: int,
    candidates: int,
    folds: int = 4,
    penalty: float = 1e-2,
) -> tuple[Round[Candidate], ...]:
    """Choose a candidate a round.

    All accuracies and errors are of images that the classifier was not fitted to (within `folds` folds of the screening
    set); they still are of the set by which was chosen.

    Parameters
    ----------
    propose : callable
        Makes a candidate, given those tried in the round: at random, or by an optimiser of hyperparameters.
    features_of : callable
        Features of a candidate, shape (image, feature).
    labels : ndarray of int, shape (image,)
        Classes from 0 on.
    rounds, candidates : int
        Rounds at most, and candidates tried in each. It ends earlier when all are right, or no candidate is better than
        chance on what is left.
    folds, penalty
        See :func:`~.readout.held_out`.

    Raises
    ------
    InvalidParameter
        If no candidate of the first round is better than chance.
    """
    if rounds < 1 or candidates < 1:
        raise InvalidParameter(f"{rounds} rounds of {candidates} candidates", expected="at least one of each")
    classes = int(labels.max()) + 1
    weights = np.full(len(labels), 1 / len(labels))
    votes, blocks, taken = np.zeros((len(labels), classes)), [], []
    for _ in range(rounds):
        best, tried = _best(propose, features_of, labels, weights, candidates, folds, penalty)
        if best.error >= 1 - 1 / classes - 1e-9:
            break
        vote = _vote(best.error, classes, len(labels))
        votes[np.arange(len(labels)), best.answers] += vote
        blocks.append(best.features)
        mixed = held_out(np.concatenate(blocks, axis=1), labels, np.ones(len(labels)), folds=folds, penalty=penalty)
        correct = best.answers == labels
        alone, voted, together = (
            float(np.mean(right)) for right in (correct, votes.argmax(1) == labels, mixed == labels)
        )
        taken.append(Round(best.candidate, best.error, vote, alone, voted, together, correct, tried))
        if correct.all():
            break
        weights = weights * np.exp(vote * ~correct)
        weights /= weights.sum()
    if not taken:
        raise InvalidParameter(
            f"none of {candidates} candidates does better than chance",
            expected="features that tell some classes apart",
            remedy="try more candidates, or other images",
        )
    return tuple(taken)


@dataclass(frozen=True)
class _Trial(Generic[Candidate]):
    candidate: Candidate
    features: np.ndarray
    answers: np.ndarray
    error: float


def _best(
    propose: Callable[[Tried[Candidate]], Candidate],
    features_of: Callable[[Candidate], np.ndarray],
    labels: np.ndarray,
    weights: np.ndarray,
    candidates: int,
    folds: int,
    penalty: float,
) -> tuple[_Trial[Candidate], tuple[float, ...]]:
    """The candidate with the smallest weighted error, and the accuracies of all that were tried."""
    best: _Trial[Candidate] | None = None
    tried: list[tuple[Candidate, float]] = []
    accuracies = []
    while best is None or len(tried) < candidates:
        candidate = propose(tuple(tried))
        features = np.asarray(features_of(candidate), dtype=float)
        answers = held_out(features, labels, weights, folds=folds, penalty=penalty)
        error = float(weights[answers != labels].sum())
        tried.append((candidate, error))
        accuracies.append(float(np.mean(answers == labels)))
        if best is None or error < best.error:
            best = _Trial(candidate, features, answers, error)
    return best, tuple(accuracies)


def _vote(error: float, classes: int, images: int) -> float:
    """Of Zhu et al. 2009, algorithm 2; that of no error at all is taken to be of half an image."""
    error = max(error, 0.5 / images)
    return float(np.log((1 - error) / error) + np.log(classes - 1))
