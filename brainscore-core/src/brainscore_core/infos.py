"""What is known of models, data and benchmarks without running them: text and numbers, read from nowhere."""

from collections.abc import Callable, Mapping
from dataclasses import KW_ONLY, dataclass, field, fields, is_dataclass
from typing import Any, Literal

from .errors import InvalidParameter

Access = Literal["public", "private"]


@dataclass(frozen=True)
class Info:
    """What is known without running: all of it is text and numbers, loading it imports and reads nothing."""

    description: str = ""
    _: KW_ONLY
    licence: str = ""
    doi: str = ""
    bibtex: str = ""
    flags: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Field names to plain values, empty ones left out."""
        values = {entry.name: getattr(self, entry.name) for entry in fields(self)}
        return {name: plain(value) for name, value in values.items() if not is_empty(value)}


def plain(value: Any) -> Any:
    """As JSON holds it; what has no such form of its own is told by its name, its ``to_dict`` or its fields."""
    if isinstance(value, (str, int, float, type(None))):
        return value
    if isinstance(value, Mapping):
        return {str(key): plain(entry) for key, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(entry) for entry in value]
    if isinstance(value, DataEntry):
        return value.identifier
    if hasattr(value, "to_dict"):
        return plain(value.to_dict())
    if is_dataclass(value):
        return {entry.name: plain(getattr(value, entry.name)) for entry in fields(value)}
    if hasattr(value, "tolist"):
        return value.tolist()
    if hasattr(value, "__qualname__"):
        return f"{value.__module__}:{value.__qualname__}"
    raise InvalidParameter(f"a {type(value).__name__} has no JSON form", expected="text, numbers, or lists of them")


@dataclass(frozen=True)
class ModelInfo(Info):
    """What is known of a model.

    Parameters
    ----------
    non_neural_parts : tuple of str
        Everything that takes part in an answer and is no hypothesis about neurons: a text head, a tokeniser, a vote.
    weights : tuple of (name, sha256)
        Files the parameters come from.
    released : str
        ISO date at which the parameters were frozen.
    flags : tuple of str
        For instance ``positive-control``: its parameters come from what it is scored on, so it is not ranked.
    """

    parameters: int | None = None
    training_data: str = ""
    weights: tuple[tuple[str, str], ...] = ()
    non_neural_parts: tuple[str, ...] = ()
    released: str = ""


@dataclass(frozen=True)
class ModelEntry:
    """What a model's entry point resolves to: inert until ``build`` is called.

    Parameters
    ----------
    identifier : str
        Equal to the name of the entry point.
    build : callable
        ``build(**options) -> Model``; frameworks are imported inside.
    info : ModelInfo
    """

    identifier: str
    build: Callable[..., Any]
    info: ModelInfo


@dataclass(frozen=True)
class DataInfo(Info):
    """What is known of a dataset or stimulus set.

    Parameters
    ----------
    species, regions, subjects, units
        Where stated by the source; `units` is the unit of the values, as ``spikes/s``.
    stimuli : int, optional
        How many.
    access : "public" or "private"
        Of private data only value, error and ceiling of a score leave the process.
    sources : tuple of Source
        The files it is read from.
    released : str
        ISO date of publication.
    unavailable : str
        Why nobody can have it yet, as that it was never published; empty where it can be had or only access lacks.
    """

    species: str = ""
    regions: tuple[str, ...] = ()
    subjects: int | None = None
    units: str = ""
    stimuli: int | None = None
    access: Access = "public"
    sources: tuple[Any, ...] = ()
    released: str = ""
    unavailable: str = ""


@dataclass(frozen=True)
class DataEntry:
    """What the entry point of a dataset or stimulus set resolves to: a description with ``load``.

    Parameters
    ----------
    identifier : str
        Equal to the name of the entry point.
    read : callable
        ``read(**options) -> DataArray | StimulusSet``; fetches and decodes.
    info : DataInfo

    Raises
    ------
    InvalidParameter
        If `read` is the data themselves.
    """

    identifier: str
    read: Callable[..., Any]
    info: DataInfo

    def __post_init__(self) -> None:
        read: Any = self.read
        if not callable(read):
            raise InvalidParameter(
                f"data {self.identifier!r} are given as a {type(read).__name__}",
                expected="a function that returns them, called when they are needed",
                remedy="for what is in memory already, lambda: array",
            )

    def load(self, **options: Any) -> Any:
        """The assembly or stimulus set.

        Raises
        ------
        DataUnavailable
            When its files cannot be had here.
        """
        return self.read(**options)


@dataclass(frozen=True)
class BenchmarkInfo(Info):
    """What is known of a benchmark; derived from its fields and its data, never typed again.

    Parameters
    ----------
    unavailable : str
        Why no model gets a number on it, told by its data and stimuli.
    """

    parent: str = ""
    version: int = 1
    domain: str = ""
    species: str = ""
    metric: str = ""
    ceiling: str = ""
    data: str = ""
    access: Access = "public"
    unavailable: str = ""
    experiment: Mapping[str, Any] = field(default_factory=dict)


def is_empty(value: Any) -> bool:
    """Whether a field says nothing; zero and False say something."""
    return value is None or (isinstance(value, (str, tuple, list, Mapping)) and not value)
