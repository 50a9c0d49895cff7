"""Promises of models and model families; a domain adds what its models promise besides."""

import inspect
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from ..contracts import Model, ModelEntry, ModelInfo
from ..registry import load, resolve
from ..registry.identifiers import is_valid
from ..registry.scanning import Entry
from .entry_checks import plain_info
from .failure import promised, require
from .named import named

Checks = Mapping[str, Callable[[], None]]


def model_checks(entry: Entry) -> dict[str, Callable[[], None]]:
    """Checks of a model's entry; nothing is built before one of them runs."""

    def described() -> None:
        _is_described(str(entry), _model_entry(entry))

    return {"is described": described} | _built_checks(str(entry), lambda: _model_entry(entry), entry.domain)


def family_checks(entry: Entry) -> dict[str, Callable[[], None]]:
    """Checks of a family: its whole table without building, and the first of its models built."""

    def lists() -> None:
        family: Any = load(entry)
        with promised(f"{entry}: list(), build(name) and info(name)"):
            names = list(family.list())
            require(names, f"{entry} lists nothing", expected="at least one name")
            require(len(set(names)) == len(names), f"{entry} lists a name twice", expected="distinct names")
            for name in names:
                require(
                    is_valid(f"{entry.identifier}:{name}"), f"{entry} lists {name!r}", expected="a valid identifier"
                )
                plain_info(f"{entry.identifier}:{name}", family.info(name))
                require(isinstance(family.info(name), ModelInfo), f"info({name!r}) is no ModelInfo")

    def first() -> ModelEntry:
        family: Any = load(entry)
        return resolve("models", f"{entry.identifier}:{next(iter(family.list()))}", domain=entry.domain)

    return {"lists its models": lists} | _built_checks(str(entry), first, entry.domain)


def _model_entry(entry: Entry) -> ModelEntry:
    found = load(entry)
    require(isinstance(found, ModelEntry), f"{entry} resolves to a {type(found).__name__}", expected="a ModelEntry")
    return found  # type: ignore[return-value]


def _is_described(owner: str, entry: ModelEntry) -> None:
    require(
        isinstance(entry.info, ModelInfo), f"info of {owner} is a {type(entry.info).__name__}", expected="a ModelInfo"
    )
    for name in ("non_neural_parts", "weights", "flags"):
        value = getattr(entry.info, name)
        require(isinstance(value, tuple), f"{name} of {owner} is {value!r}", expected="a tuple; () where there is none")
    required = [
        name
        for name, parameter in inspect.signature(entry.build).parameters.items()
        if parameter.default is parameter.empty
        and parameter.kind not in (parameter.VAR_KEYWORD, parameter.VAR_POSITIONAL)
    ]
    require(not required, f"build of {owner} requires {', '.join(required)}", expected="a default for every option")


def _built_checks(owner: str, entry: Callable[[], ModelEntry], domain: str | None) -> dict[str, Callable[[], None]]:
    @cache
    def build() -> Any:
        return entry().build()

    def is_a_model() -> None:
        model = build()
        with promised(f"{owner}: what every model has"):
            require(isinstance(model, Model), f"{owner} builds a {type(model).__name__}", expected="a Model")
            same = model.identifier == entry().identifier
            require(same, f"{owner} builds a model named {model.identifier!r}", expected=repr(entry().identifier))
            model.configure(seed=1, device=None, batch_size=None, cache=False)
            model.reset()
            declared, built = entry().info.non_neural_parts, model.info.non_neural_parts
            require(
                isinstance(built, tuple) and set(built) == set(declared),
                f"{owner} declares the non-neural parts {declared!r}, and what it builds {built!r}",
                expected="the same",
            )

    def has_one_digest() -> None:
        one, other = build().digest(), entry().build().digest()
        remedy = "say what its code cannot tell: wrap(..., digest=...)"
        require(one is not None, f"{owner} has no digest", expected="the SHA-256 of its content", remedy=remedy)
        require(one == other, f"two builds of {owner} have different digests", expected="one content, one digest")

    extra = {name: _lazily(owner, domain, name, build) for name in _names(domain)}
    return {"builds a model": is_a_model, "two builds have one digest": has_one_digest} | extra


def _lazily(owner: str, domain: str | None, name: str, build: Callable[[], Any]) -> Callable[[], None]:
    def check() -> None:
        with promised(f"{owner} {name}"):
            _of_domain(domain)[name](build())

    return check


def _names(domain: str | None) -> list[str]:
    return list(_of_domain(domain))


def _of_domain(domain: str | None) -> Mapping[str, Callable[[Any], None]]:
    """What models of a domain promise besides: name to check of a model."""
    place = getattr(resolve("domains", domain), "conformance", "") if domain else ""
    found: Mapping[str, Callable[[Any], None]] = named(place) if place else {}
    return found
