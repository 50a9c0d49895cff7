"""What core asks of models, metrics, benchmarks and data; and what is known of each without running it."""

import json
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field, fields, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, Literal, NamedTuple, Protocol, runtime_checkable

from .digests import canonical_json, digest_json
from .errors import InvalidParameter
from .infos import Access, BenchmarkInfo, DataEntry, DataInfo, Info, ModelEntry, ModelInfo, is_empty, plain
from .options import refused
from .scores import Score

if TYPE_CHECKING:
    from .stimuli import StimulusSet

__all__ = [
    "Access",
    "Benchmark",
    "BenchmarkInfo",
    "DataEntry",
    "DataInfo",
    "Info",
    "Metric",
    "MetricSpec",
    "Model",
    "ModelEntry",
    "ModelInfo",
    "Plan",
    "Presentation",
]


class Presentation(NamedTuple):
    """What a benchmark will show and record: the runner plans with it.

    `whole` is False where the benchmark reduces or selects what it records, so that recording all of it in advance
    would store what nobody asked for. `task` is what is to be done instead of a recording, as the domain names it.
    """

    stimuli: "StimulusSet"
    visual_degrees: float | None
    region: str | None
    number_of_trials: int = 1
    whole: bool = True
    task: str = ""


class Plan(tuple[Presentation, ...]):
    """All presentations of a run, in order; what :meth:`Model.expect` receives."""


@runtime_checkable
class Model(Protocol):
    """An executable hypothesis of the brain. A domain says what else its models do (vision: ``BrainModel``).

    A model is stateful and single-threaded. It may also have ``expect(plan)``, which receives what the run will present
    before the first benchmark; a model without it records twice; ``device``, which says where it runs; and
    ``was_chosen_on(benchmark) -> bool``, which says that part of it was chosen on that benchmark's data: its score
    there is flagged ``selected``.
    """

    @property
    def identifier(self) -> str:
        """Name of the model."""

    @property
    def info(self) -> "ModelInfo":
        """What is known of it, its non-neural parts included."""

    def configure(
        self, *, seed: int = 0, device: str | None = None, batch_size: int | None = None, cache: bool = True
    ) -> None:
        """Set how it runs. `seed` governs the model's trials only."""

    def reset(self) -> None:
        """Forget the task, the recording and all state of earlier stimuli."""

    def digest(self) -> str | None:
        """SHA-256 of the content; None when it cannot be read, and results then stay in this process."""


@runtime_checkable
class Metric(Protocol):
    """A number computed from assemblies.

    `inputs` names the calling convention: ``pair`` (source, target); ``split`` (source_train=, source_test=,
    target_train=, target_test=); ``single`` (assembly). It may have ``ceiling(target) -> Score``. Seeds are
    constructor arguments with fixed defaults; global random state is never touched. What its entry point names, a class
    or a function, may have ``doi`` or ``bibtex``, which ``brainscore cite`` prints.
    """

    inputs: Literal["pair", "split", "single"]

    def __call__(self, *assemblies: Any, **named: Any) -> Score:
        """Compute the score."""


@dataclass(frozen=True, init=False)
class MetricSpec:
    """A metric's identifier with its parameters, comparable and hashable by their canonical JSON.

    Examples
    --------
    >>> MetricSpec("pls", crossvalidation_kwargs=dict(splits=10))
    MetricSpec('pls', crossvalidation_kwargs={'splits': 10})
    """

    identifier: str
    parameters: Mapping[str, Any] = field(compare=False)
    canonical: str = field(repr=False)

    def __init__(self, identifier: str, /, **parameters: Any):
        object.__setattr__(self, "identifier", identifier)
        object.__setattr__(self, "parameters", MappingProxyType(dict(parameters)))
        try:
            canonical = canonical_json({"metric": identifier, "parameters": parameters})
        except (TypeError, ValueError) as error:
            raise InvalidParameter(
                f"metric {identifier!r} has a parameter without canonical JSON form ({error})",
                expected="text, numbers, bools, None, lists and mappings of them",
            ) from error
        object.__setattr__(self, "canonical", canonical)

    def __reduce__(self) -> tuple[Any, ...]:
        return _metric_spec, (self.identifier, dict(self.parameters))

    def to_dict(self) -> dict[str, Any]:
        """Its canonical JSON, read."""
        return json.loads(self.canonical)

    def __repr__(self) -> str:
        return f"MetricSpec({', '.join([repr(self.identifier), *(f'{k}={v!r}' for k, v in self.parameters.items())])})"

    def load(self) -> Metric:
        """The metric, from its plugin."""
        from .loading import load_metric

        return load_metric(self.identifier, **self.parameters)


def _metric_spec(identifier: str, parameters: Mapping[str, Any]) -> MetricSpec:
    return MetricSpec(identifier, **parameters)


@dataclass(frozen=True)
class Benchmark(ABC):
    """A frozen description of an experiment; its type computes.

    Parameters
    ----------
    identifier : str
        Equal to the name of the entry point; carries no parameters.
    data : str or DataEntry
        The dataset: an identifier, or a description with ``load()`` and ``info``.
    metric : MetricSpec
        How model and data are compared.
    parent : str
        Its place in the domain's tree, as ``"V1"``.
    version : int
        Raised whenever scores change.
    ceiling_metric : MetricSpec, optional
        How the ceiling is estimated from the data; None: the benchmark knows no ceiling that way.
    species, doi, bibtex : str
        Of the experiment.
    released : str
        ISO date, for telling prospective from retrospective scores.
    """

    domain: ClassVar[str] = ""

    identifier: str
    _: KW_ONLY
    data: Any
    metric: MetricSpec
    parent: str
    version: int
    ceiling_metric: MetricSpec | None = None
    species: str = ""
    doi: str = ""
    bibtex: str = ""
    released: str = ""

    @abstractmethod
    def __call__(self, model: Any) -> Score:
        """Run the experiment on `model` and compare. :func:`brainscore_core.score` prepares the model first."""

    def presents(self) -> Sequence[Presentation]:
        """What it will show and record."""
        return ()

    def with_options(self, **options: Any) -> "Benchmark":
        """The same experiment with fields replaced.

        Raises
        ------
        InvalidParameter
            Naming the fields there are.
        """
        known = {entry.name for entry in fields(self)} - {"identifier"}
        if unknown := sorted(set(options) - known):
            raise refused(f"benchmark {self.identifier!r}", unknown, known)
        return replace(self, **options)

    @property
    def dataset(self) -> DataEntry:
        """The description of its data."""
        if isinstance(self.data, str):
            from .registry import resolve

            return resolve("datasets", self.data)
        return self.data

    @property
    def shows(self) -> "Sequence[DataEntry]":
        """Descriptions of the stimulus sets that are presented."""
        return ()

    @property
    def access(self) -> Access:
        """Whether values may leave the process; an experiment is as private as its data or any of its stimuli."""
        entries = (self.dataset, *self.shows)
        return "private" if any(entry.info.access == "private" for entry in entries) else "public"

    @property
    def ceiling(self) -> Score | None:
        """What a perfect model would get; computed when asked for, and cached by content."""
        if self.ceiling_metric is None:
            return None
        from .ceilings import cached_ceiling

        return cached_ceiling(self.ceiling_metric, self.target(), private=self.access == "private")

    def target(self) -> Any:
        """The assembly that the model is compared with."""
        return self.dataset.load()

    @property
    def info(self) -> BenchmarkInfo:
        """Derived from the fields and the description of the data."""
        data = self.dataset.info
        names = {entry.name for entry in fields(Benchmark)}
        own = {entry.name: getattr(self, entry.name) for entry in fields(self) if entry.name not in names}
        return BenchmarkInfo(
            description=(type(self).__doc__ or "").strip().splitlines()[0] if type(self).__doc__ else "",
            licence=data.licence,
            doi=self.doi or data.doi,
            bibtex=self.bibtex or data.bibtex,
            parent=self.parent,
            version=self.version,
            domain=self.domain,
            species=self.species or data.species,
            metric=repr(self.metric),
            ceiling=repr(self.ceiling_metric) if self.ceiling_metric else "",
            data=self.dataset.identifier,
            access=self.access,
            unavailable="; ".join(filter(None, (entry.info.unavailable for entry in (self.dataset, *self.shows)))),
            flags=data.flags,
            experiment={name: plain(value) for name, value in own.items() if not is_empty(value)},
        )

    def digest(self) -> str:
        """SHA-256 of what decides the scores: the fields, data and stimuli by identifier and hashes of their files."""
        values = {entry.name: getattr(self, entry.name) for entry in fields(self)}
        recipe = {name: plain(value) for name, value in values.items() if name not in ("doi", "bibtex", "released")}
        data, *shown = [
            [entry.identifier, *(source.key for source in entry.info.sources)] for entry in (self.dataset, *self.shows)
        ]
        return digest_json(recipe | {"data": data, "shows": shown})
