"""Promises of metrics."""

import copy
import inspect
import random
from collections.abc import Callable
from functools import cached_property
from typing import Any

from ..errors import BrainScoreError
from ..registry import load
from ..registry.scanning import Entry
from ..scores import Score
from .examples import Example
from .failure import Nonconformity, NotApplicable, promised, require

NONSENSE = "nonsense_option_of_the_conformance_kit"


class MetricChecks:
    """Checks of one metric on an example.

    Parameters
    ----------
    entry : Entry
    example : Example
    """

    def __init__(self, entry: Entry, example: Example):
        self.entry, self.example = entry, example

    def checks(self) -> dict[str, Callable[[], None]]:
        """By name."""
        return {
            "can be made": self.can_be_made,
            "is deterministic and leaves no trace": self.is_deterministic,
            "aligns stimuli itself": self.aligns,
            "its ceiling is deterministic": self.ceiling_is_deterministic,
        }

    def can_be_made(self) -> None:
        """Keyword parameters, misspelt ones refused, a seed with a fixed default, and a stated calling convention."""
        factory: Any = load(self.entry)
        require(callable(factory), f"{self.entry} resolves to a {type(factory).__name__}", expected="a callable")
        seed = inspect.signature(factory).parameters.get("seed")
        if seed is not None:
            require(
                isinstance(seed.default, int), f"seed of {self.entry} defaults to {seed.default!r}", expected="a number"
            )
        metric = self.make()
        inputs = getattr(metric, "inputs", None)
        conventions = ("pair", "split", "single")
        require(inputs in conventions, f"{self.entry} has inputs={inputs!r}", expected=" or ".join(conventions))
        try:
            factory(**{**self.example.parameters, NONSENSE: 1})
        except (TypeError, ValueError):
            return
        raise Nonconformity(
            f"{self.entry} takes the option {NONSENSE!r}", expected="an error for what it does not know"
        )

    def is_deterministic(self) -> None:
        """Two calls give the same; inputs and global random state are left alone, and the latter decides nothing."""
        import numpy as np

        given = self.inputs()
        before = copy.deepcopy(given)
        states = {}
        for seed in (0, 1):
            random.seed(seed)
            np.random.seed(seed)
            was = (random.getstate(), _frozen(np.random.get_state()))
            states[seed] = self.call(self.make(), given)
            now = (random.getstate(), _frozen(np.random.get_state()))
            require(
                was == now, f"{self.entry} uses global random state", expected="numpy.random.default_rng(self.seed)"
            )
        score = states[0]
        require(isinstance(score, Score), f"{self.entry} returns a {type(score).__name__}", expected="a Score")
        require(score == states[1], f"{self.entry} gives {score!r}, then {states[1]!r}", expected="the same")
        for one, other in zip(before, given, strict=True):
            require(one.identical(other), f"{self.entry} changes what it is given", expected="inputs left as they are")
        metric = self.make()
        require(
            self.call(metric, given) == self.call(metric, given) == score,
            f"{self.entry} gives something else when the same object is called again",
            expected="no state that carries over",
        )

    def aligns(self) -> None:
        """The order in which a model was shown stimuli does not matter, and other stimuli are refused."""
        from ..errors import InvalidAssembly

        metric, given = self.make(), self.inputs()
        if metric.inputs != "pair" or "presentation" not in given[0].dims or "stimulus_id" not in given[1].coords:
            raise NotApplicable("it compares no presentations of two sides")
        source, target = given
        score = self.call(metric, (source, target))
        turned = self.call(metric, (source.isel(presentation=slice(None, None, -1)), target))
        close = turned == score or abs(float(turned) - float(score)) < 1e-9
        require(
            close, f"{self.entry} gives {score!r}, and {turned!r} when the source is reordered", expected="the same"
        )
        others = source.assign_coords(
            stimulus_id=("presentation", [f"x{i}" for i in range(source.sizes["presentation"])])
        )
        try:
            self.call(metric, (others, target))
        except InvalidAssembly:
            return
        raise Nonconformity(
            f"{self.entry} compares other stimuli without a word", expected="StimulusMismatch from align()"
        )

    def ceiling_is_deterministic(self) -> None:
        """Where it has a ceiling, that is a score of the target alone, the same each time."""
        metric = self.make()
        if metric.inputs == "single" or not hasattr(metric, "ceiling"):
            raise NotApplicable("it has no ceiling(target)")
        target = self.inputs()[-1]
        before = target.copy(deep=True)
        with promised(f"ceiling of {self.entry}"):
            one, other = metric.ceiling(target), self.make().ceiling(target)
            require(isinstance(one, Score), f"it is a {type(one).__name__}", expected="a Score")
            require(one == other, f"it is {one!r}, then {other!r}", expected="the same")
            require(before.identical(target), "it changes the target", expected="the target left as it is")

    def make(self) -> Any:
        """The metric of the example's parameters."""
        factory: Any = load(self.entry)
        try:
            return factory(**self.example.parameters)
        except TypeError as error:
            raise Nonconformity(
                f"{self.entry} cannot be made with {dict(self.example.parameters)!r}: {error}",
                expected="defaults for every parameter, or an example",
                remedy=f"conformance(..., examples={{{self.entry.identifier!r}: Example(dict(...))}})",
            ) from error

    def call(self, metric: Any, given: tuple[Any, ...]) -> Any:
        """Call it by its convention."""
        if metric.inputs == "single":
            return metric(given[-1])
        if metric.inputs == "pair":
            return metric(*given)
        source, target = given
        train, test = slice(0, None, 2), slice(1, None, 2)
        return metric(
            source_train=source.isel(presentation=train),
            source_test=source.isel(presentation=test),
            target_train=target.isel(presentation=train),
            target_test=target.isel(presentation=test),
        )

    def inputs(self) -> tuple[Any, ...]:
        """New inputs that it accepts."""
        return self._accepted()

    @cached_property
    def _accepted(self) -> Callable[[], tuple[Any, ...]]:
        refusals = []
        for candidate in self.example.candidates():
            try:
                self.call(self.make(), candidate())
                return candidate
            except Nonconformity:
                raise
            except (BrainScoreError, KeyError, ValueError) as error:
                refusals.append(f"{candidate.__name__}: {error}")
        raise Nonconformity(
            f"{self.entry} accepts none of the kit's inputs ({'; '.join(refusals)})",
            expected="an example of what it compares",
            remedy=f"conformance(..., examples={{{self.entry.identifier!r}: Example(dict(...), inputs)}})",
        )


def _frozen(state: Any) -> tuple[Any, ...]:
    name, keys, *rest = state
    return (name, keys.tobytes(), *rest)
