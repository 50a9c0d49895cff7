"""A network of transformers, with its own initialisation or the parameters of a file."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from brainscore_core.errors import InvalidFile, InvalidParameter
from brainscore_vision.families import Row
from brainscore_vision.families.reading import refuse_missing
from brainscore_vision.families.torchvision_import import import_torchvision

if TYPE_CHECKING:
    import torch

    from brainscore_vision.families.reading import State

_NO_CONTENT = ("name_or_path", "_name_or_path", "_commit_hash")


def build(row: Row, state: "State | None") -> "torch.nn.Module":
    """The network of a row.

    Raises
    ------
    InvalidFile
        If `state` is not of this network, or not all of it.
    """
    return make(row.name, row.architecture, row.settings["config"], row.settings["options"], state)


def make(
    name: str, architecture: str, config: dict[str, Any], options: dict[str, Any], state: "State | None"
) -> "torch.nn.Module":
    """A network by the class of transformers and what its configuration says besides the defaults.

    Parameters
    ----------
    name : str
        For messages.
    architecture : str
        As ``"ViTModel"``.
    config, options : mapping
        Of the configuration, and of the class.
    state : mapping of name to tensor, optional

    Raises
    ------
    InvalidFile, InvalidParameter
    """
    transformers = library()
    kind = getattr(transformers, architecture, None)
    if kind is None:
        raise InvalidParameter(
            f"transformers {transformers.__version__} has no {architecture}",
            expected="a network that the installed transformers knows",
            remedy="pip install --upgrade transformers",
        )
    described = kind.config_class(**config)
    if state is None:
        network = kind(described, **options)
    else:
        network = _loaded(name, kind, described, options, state)
    for attribute in _NO_CONTENT:  # where it came from decides nothing
        network.config.__dict__.pop(attribute, None)
    _settle(network)
    return network.float()


def _settle(network: "torch.nn.Module") -> None:
    """Windows of Swin shrink to their map in the first pass; shrunk at once, no pass changes what the network is."""
    for part in network.modules():
        shrink = getattr(part, "set_shift_and_window_size", None)
        if shrink is not None:
            shrink(part.input_resolution)


def library() -> Any:
    """The module ``transformers``, with torchvision beside it in working order where that is installed."""
    with suppress(ImportError):  # networks do without
        import_torchvision()
    import transformers

    return transformers


def _loaded(name: str, kind: Any, config: Any, options: dict[str, Any], state: "State") -> "torch.nn.Module":
    """Names in files are older than the library, and prefixed in those that hold more: its loader knows them."""
    with _quiet():
        try:
            network, found = kind.from_pretrained(
                None, config=config, state_dict=dict(state), output_loading_info=True, **options
            )
        except (RuntimeError, ValueError, KeyError) as error:
            raise InvalidFile(
                f"the weights are not those of {name}: {' '.join(str(error).split())[:500]}",
                expected=f"the parameters of a {kind.__name__}",
            ) from error
    refuse_missing(name, sorted(map(str, [*found["missing_keys"], *found["mismatched_keys"]])))
    return network


@contextmanager
def _quiet() -> Iterator[None]:
    """Without tables and bars on standard error; what they tell is checked."""
    from transformers.utils import logging

    verbosity, bars = logging.get_verbosity(), logging.is_progress_bar_enabled()
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        logging.set_verbosity(verbosity)
        if bars:
            logging.enable_progress_bar()
