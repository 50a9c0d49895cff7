"""Under which conditions a network is run: what is done to it, and what differs in this trial."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from brainscore_core.digests import digest_sequence

from ..activations import Engine, Selection
from ..activations.altered import with_network, with_preprocessing
from ..activations.content import Content
from ..activations.effects import Effect, intervening, require_intervention, seeds_of
from ..perturbation import Perturbation, effect_of
from ..trials import Dropout, GaussianNoise, Microsaccades, Moved, PoissonNoise, Sampling, Source


@dataclass
class Conditions:
    """Perturbations that are in force, and sources of trial variability.

    Parameters
    ----------
    engine : Engine
        Of the intact network.
    layers_of : callable
        Region to the layers that any recording from it may ask for.
    coords_of : callable
        ``coords_of(layer, shape)``: coordinates of all units of a layer, for selectors that ask for them.
    visual_degrees : float
    sources : sequence of Source
    space : str
        Names what `coords_of` computes from.
    seed : int
        Of the trials.
    """

    engine: Engine
    layers_of: Callable[[str], tuple[str, ...]]
    coords_of: Callable[[str, tuple[int, ...]], Mapping[str, np.ndarray]]
    visual_degrees: float
    sources: Sequence[Source] = ()
    space: str = ""
    seed: int = 0
    perturbations: tuple[Perturbation, ...] = ()
    _effects: dict[tuple[str, tuple[int, ...]], Effect] = field(default_factory=dict)
    _required: list[str] = field(default_factory=list)

    @property
    def varies(self) -> bool:
        """Whether trials differ."""
        return bool(self.sources) or any(entry.varies for entry in self.perturbations)

    def set(self, perturbations: tuple[Perturbation, ...]) -> None:
        """Put perturbations in force instead of those that are."""
        self.perturbations = perturbations
        self._effects.clear()
        self._required[:] = list(self._perturbed())

    def content(self) -> list[Content]:
        """What is done to the network, trial after trial alike."""
        found = [entry.content() for entry in self.perturbations]
        layers = [[entry.region, *self.layers_of(entry.region)] for entry in self.perturbations]
        where = self.space if any(callable(entry.units) for entry in self.perturbations) else ""
        return [*found, Content(digest_sequence([repr(layers), where]))] if found else []

    def at(self, trial: int, number_of_trials: int) -> Engine:
        """The engine for one trial; the intact one where nothing is done and nothing differs."""
        engine = self._networked(trial)
        moves = next((source for source in self.sources if isinstance(source, Microsaccades)), None)
        right, down = moves.shifts(number_of_trials)[trial] / self.visual_degrees if moves else (0.0, 0.0)
        if right == down == 0:
            return engine
        alteration = Content(digest_sequence(["moved-1", repr(float(right)), repr(float(down))]))
        return with_preprocessing(engine, Moved(engine.preprocessing, float(right), float(down)), alteration)

    def noisy(
        self,
        values: np.ndarray,
        trial: int,
        stimuli: Sequence[str],
        units: Sequence[tuple[Selection, int]],
        time_bins: Sequence[tuple[float, float]] | None,
    ) -> np.ndarray:
        """Responses of one trial with the noise of what records them.

        What a unit draws hangs on trial, stimulus, layer, its number and the time bin: not on what else is recorded.

        Parameters
        ----------
        values : array, shape (stimulus, unit) or (stimulus, unit, time bin)
            Units in the order of `units`.
        trial : int
        stimuli : sequence of str
            Ids.
        units : sequence of (Selection, int)
            With the number of units of each.
        time_bins : sequence of (start, end), optional
            In ms.
        """
        for source in self.sources:
            if not isinstance(source, (GaussianNoise, PoissonNoise)):
                continue
            if time_bins is None:
                values = source.apply(values, self._draw(trial, stimuli, units, ""), None)
                continue
            each = [
                source.apply(values[..., index], self._draw(trial, stimuli, units, f"{start}:{end}"), end - start)
                for index, (start, end) in enumerate(time_bins)
            ]
            values = np.stack(each, axis=-1)
        return values

    def _draw(
        self, trial: int, stimuli: Sequence[str], units: Sequence[tuple[Selection, int]], when: str
    ) -> Callable[[str, bool], np.ndarray]:
        def draw(name: str, uniform: bool) -> np.ndarray:
            return np.stack([self._row([name, when, str(trial), stimulus], units, uniform) for stimulus in stimuli])

        return draw

    def _row(self, names: list[str], units: Sequence[tuple[Selection, int]], uniform: bool) -> np.ndarray:
        parts = []
        for selection, width in units:
            digest = digest_sequence([*names, selection.layer])
            generator = np.random.default_rng([self.seed, *(int(digest[at : at + 8], 16) for at in range(0, 32, 8))])
            count = width if selection.columns is None else int(np.max(selection.columns)) + 1
            numbers = generator.random(count) if uniform else generator.standard_normal(count)
            parts.append(numbers if selection.columns is None else numbers[selection.columns])
        return np.concatenate(parts)

    def _perturbed(self) -> dict[str, tuple[Perturbation, ...]]:
        """Layer to what is done to it."""
        layers = dict.fromkeys(layer for entry in self.perturbations for layer in self.layers_of(entry.region))
        return {
            layer: tuple(entry for entry in self.perturbations if layer in self.layers_of(entry.region))
            for layer in layers
        }

    def _networked(self, trial: int) -> Engine:
        drops = any(isinstance(source, Dropout) for source in self.sources)
        samples = any(isinstance(source, Sampling) for source in self.sources)
        if not drops and not samples and not self.perturbations:
            return self.engine
        random = drops or samples or any(entry.varies for entry in self.perturbations)
        parts, perturbed = self.content(), self._perturbed()
        marks = (
            ["dropout"] * drops + ["sampling"] * samples + ([f"seed {self.seed}", f"trial {trial}"] if random else [])
        )
        unreadable = next((part.unreadable for part in parts if part.unreadable), "")
        alteration = Content(digest_sequence(["conditions-1", *(part.state for part in parts), *marks]), unreadable)
        effects = {layer: self._effect(layer, entries) for layer, entries in perturbed.items()}

        @contextmanager
        def around(inputs: list[Any]) -> Iterator[None]:
            seeds = seeds_of(inputs, self.seed, trial) if random else [[0]] * len(inputs)
            with ExitStack() as stack:
                if drops:
                    from ..activations.torch_effects import dropping

                    stack.enter_context(dropping(require_intervention(self.engine.network, "dropout at test"), seeds))
                if samples:
                    from ..activations.torch_sampling import sampling

                    stack.enter_context(sampling(require_intervention(self.engine.network, "sampling"), seeds))
                if effects:
                    stack.enter_context(intervening(self.engine.network, effects, seeds))
                yield

        return with_network(self.engine, around, alteration, self._required)

    def _effect(self, layer: str, entries: tuple[Perturbation, ...]) -> Callable[[tuple[int, ...]], Effect]:
        def effect(shape: tuple[int, ...]) -> Effect:
            key = (layer, shape)
            if key not in self._effects:
                count = int(np.prod(shape))
                self._effects[key] = effect_of(entries, layer, count, lambda: self.coords_of(layer, shape))
            return self._effects[key]

        return effect
