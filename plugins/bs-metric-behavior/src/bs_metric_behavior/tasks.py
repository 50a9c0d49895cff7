"""``tasks_consistency``: whether the tasks that are hard for people are hard for a model."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal

import numpy as np

from brainscore_core.errors import InvalidAssembly
from brainscore_core.scores import Score

from .answers import check_counts, column, labels, refuse_duplicates
from .confusion import split_half_score
from .groups import halves, pearson, task_accuracies, truth_of
from .repetitions import each_trial
from .resampling import drawn, spread

if TYPE_CHECKING:
    import xarray as xr

CONSTANT = "constant-accuracies"
"""Flag: one side is right equally often in all tasks, so that there is nothing to correlate; the score is null."""
FEWEST_TASKS = 3


class TasksConsistency:
    """Pearson's r between accuracies of a model and of people, task by task.

    Maniquet, Op de Beeck, Costantino 2024 (bioRxiv 2024.04.02.587669).

    Parameters
    ----------
    task_coord : str
        Coordinate that names the task, on both sides.
    source_tasks : mapping of str to str, optional
        Name of a task of the people to the model's task that stands for it, where the two are called differently. Some
        tasks may share one, as in Brain-Score 2, which compares the model's accuracy under one kind of occlusion with
        people's under three.
    splits : int
        Random halves of the people that the ceiling is the mean over.
    bootstrap_samples : int
        Draws of the model's stimuli, people fixed; 0: no error.
    seed : int
        Of halves and draws.

    Raises
    ------
    InvalidParameter
        Without a split, or for a single draw.
    """

    inputs: Literal["pair"] = "pair"
    doi = "10.1101/2024.04.02.587669"

    def __init__(
        self,
        task_coord: str = "task",
        source_tasks: Mapping[str, str] | None = None,
        splits: int = 50,
        bootstrap_samples: int = 1000,
        seed: int = 0,
    ):
        check_counts("tasks_consistency", splits, bootstrap_samples)
        self.task_coord, self.source_tasks = task_coord, dict(source_tasks or {})
        self.splits, self.bootstrap_samples, self.seed = splits, bootstrap_samples, seed

    def __call__(self, source: "xr.DataArray", target: "xr.DataArray") -> Score:
        """Compare.

        Parameters
        ----------
        source : xarray.DataArray
            Answers of a model, ``presentation``, or probabilities, ``presentation x choice``, with ``truth`` or
            ``image_label``, and the task. Each stimulus once, or once in each ``repetition``, over which the scores are
            averaged.
        target : xarray.DataArray
            Accuracies of people, ``subject x task``, NaN where a person did not do a task, averaged over people; or
            their answers, ``presentation``, with truth, ``subject`` and the task, pooled as in Brain-Score 2.

        Returns
        -------
        Score
            `values`: both accuracies, ``observer x task``; `draws`. `details`: ``tasks``, ``stimuli``, ``subjects``,
            ``accuracy_source``, ``accuracy_target`` (means over tasks). Null and flagged ``constant-accuracies`` where
            one side does not vary.

        Raises
        ------
        InvalidAssembly
            For fewer than three tasks, or one that the model, or nobody, did.
        StimulusMismatch
            For a stimulus that the model answered twice in a trial.
        """
        return each_trial(source, lambda answers: self._compare(answers, target))

    def _compare(self, source: "xr.DataArray", target: "xr.DataArray") -> Score:
        """One trial of the model."""
        import xarray as xr

        tasks, theirs, people = self._people(target)
        ids, named, correct = self._model(source, tasks)
        table = (named[:, None] == self._standing_for(tasks)).astype(np.float64)

        def accuracies(weights: np.ndarray) -> np.ndarray:
            with np.errstate(invalid="ignore"):
                return (weights * correct) @ table / (weights @ table)

        ours = accuracies(np.ones((1, len(ids))))
        details: dict[str, str | int | float] = {
            "tasks": len(tasks),
            "stimuli": len(ids),
            "subjects": people,
            "accuracy_source": float(ours.mean()),
            "accuracy_target": float(theirs.mean()),
        }
        coords = {"observer": ["source", "target"], "task": tasks}
        values = xr.DataArray(np.vstack([ours, theirs]), dims=("observer", "task"), coords=coords)
        r = float(pearson(ours, theirs)[0])
        if np.isnan(r):
            return Score(None, flags=(CONSTANT,), values=values, details=details)
        score = Score(r, values=values, details=details)
        if not self.bootstrap_samples:
            return score
        from brainscore_core.statistics.pairing import shared_draws

        draws = drawn(len(ids), self.bootstrap_samples, self.seed, lambda weights: pearson(accuracies(weights), theirs))
        error, said = spread(draws, self.bootstrap_samples)
        return score.with_(error=error, draws=shared_draws(draws, ids, seed=self.seed), details={**details, **said})

    def ceiling(self, target: "xr.DataArray") -> Score:
        """Mean r between the accuracies of random halves of the people.

        Raises
        ------
        InvalidAssembly
            For fewer than two people.
        """
        from brainscore_core.statistics.correlation import mean_of_defined

        _, table = task_accuracies(target, self.task_coord)
        found = [
            pearson(mean_of_defined(table[one]), mean_of_defined(table[other]))[0]
            for one, other in halves(len(table), self.splits, self.seed)
        ]
        return split_half_score(np.array(found), CONSTANT, len(table))

    def _people(self, target: "xr.DataArray") -> tuple[np.ndarray, np.ndarray, int]:
        """(tasks, accuracy in each, how many people)."""
        from brainscore_core.statistics.correlation import mean_of_defined

        tasks, table = task_accuracies(target, self.task_coord)
        if len(tasks) < FEWEST_TASKS:
            raise InvalidAssembly(f"{len(tasks)} tasks", expected=f"{FEWEST_TASKS} or more, to correlate over")
        if target.ndim == 2:
            means = mean_of_defined(table)
        else:
            correct = labels(target, "target") == truth_of(target, "target")
            code = np.searchsorted(tasks, column(target, self.task_coord, "target"))
            means = np.bincount(code, correct) / np.bincount(code)
        if np.isnan(means).any():
            raise InvalidAssembly(
                f"nobody did task {str(tasks[np.isnan(means).argmax()])!r}", expected="an accuracy in every task"
            )
        return tasks, means, len(table)

    def _model(self, source: "xr.DataArray", tasks: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """(stimuli, task of each, whether it is right), sorted by stimulus."""
        ids, named = column(source, "stimulus_id", "source"), column(source, self.task_coord, "source")
        refuse_duplicates(ids, "source")
        needed, there = set(self._standing_for(tasks).tolist()), set(named.tolist())
        for problem, names in (("lacks", needed - there), ("has besides", there - needed - set(tasks.tolist()))):
            if names:
                raise InvalidAssembly(
                    f"source {problem} the task {min(names)!r}",
                    expected=f"those of the target: {', '.join(tasks[:4].tolist())}, ...",
                )
        order = np.argsort(ids)
        correct = (labels(source, "source") == truth_of(source, "source")).astype(np.float64)
        return ids[order], named[order], correct[order]

    def _standing_for(self, tasks: np.ndarray) -> np.ndarray:
        """The model's task for each task of the people."""
        return np.array([self.source_tasks.get(name, name) for name in tasks.tolist()])
