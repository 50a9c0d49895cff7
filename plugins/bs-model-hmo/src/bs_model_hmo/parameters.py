"""Every number that says what a mixture of modules computes, as data: what is drawn, optimised, printed and stored.

Names follow the operations of Pinto et al. 2009 (L3 family): filter, threshold and saturate, pool, normalise.
"""

from dataclasses import dataclass

from brainscore_core.errors import InvalidParameter


def require(holds: bool, what: str, expected: str) -> None:
    """Raise InvalidParameter unless `holds`."""
    if not holds:
        raise InvalidParameter(what, expected=expected)


@dataclass(frozen=True)
class FilterBank:
    """Linear filters over a square of `size` and all channels below, at random (:mod:`.filters`).

    Parameters
    ----------
    count : int
        Filters, so channels above.
    size : int
        Side in units of the layer below.
    seed : int
        Of their weights.
    mean : float
        Mean of the weights of a filter, in multiples of their standard deviation; 0 in Pinto et al. 2009.
    norm : float
        Euclidean norm of a filter before its mean is added; 1 in Pinto et al. 2009.
    """

    count: int
    size: int
    seed: int = 0
    mean: float = 0.0
    norm: float = 1.0

    def __post_init__(self) -> None:
        require(
            self.count >= 1 and self.size >= 1 and self.seed >= 0 and self.norm > 0,
            f"{self!r}",
            "count and size from 1, seed from 0, norm above 0",
        )


@dataclass(frozen=True)
class Activation:
    """Responses are clamped between a threshold and a saturation; None: not on that side."""

    minimum: float | None = None
    maximum: float | None = None

    def __post_init__(self) -> None:
        both = self.minimum is not None and self.maximum is not None
        require(not both or self.minimum < self.maximum, f"{self!r}", "minimum below maximum")  # type: ignore[operator]


@dataclass(frozen=True)
class Pooling:
    """The norm of exponent `order` over squares of `size`, every `stride`: 1 sums, large ones approach the maximum."""

    size: int
    order: float
    stride: int = 2

    def __post_init__(self) -> None:
        require(
            self.size >= 1 and self.stride >= 1 and 1 <= self.order <= 50,
            f"{self!r}",
            "size and stride from 1, order from 1 to 50",
        )

    def side(self, below: int) -> int:
        """Units along one side, from those of the layer below."""
        return (below - self.size) // self.stride + 1


@dataclass(frozen=True)
class Normalisation:
    """Division by the norm of all channels in a square of `size` (:func:`.operations.normalise`).

    Parameters
    ----------
    size : int
    remove_mean : bool
        Whether the mean of the neighbourhood is subtracted first.
    stretch : float
        Gain of responses that are not divided.
    threshold : float
        `stretch` times the norm below which they are not.
    """

    size: int
    remove_mean: bool = False
    stretch: float = 1.0
    threshold: float = 1.0

    def __post_init__(self) -> None:
        require(
            self.size >= 1 and self.stretch > 0 and self.threshold > 0,
            f"{self!r}",
            "size from 1, stretch and threshold above 0",
        )


@dataclass(frozen=True)
class LayerParameters:
    """One linear-nonlinear layer."""

    filters: FilterBank
    activation: Activation
    pooling: Pooling
    normalisation: Normalisation

    def side(self, below: int) -> int:
        """Units along one side; 0 or less: does not fit. Borders are not padded."""
        filtered = below - self.filters.size + 1
        if filtered < self.pooling.size:
            return 0
        return self.pooling.side(filtered) - self.normalisation.size + 1


@dataclass(frozen=True)
class ModuleParameters:
    """A hierarchy of layers behind a normalised input.

    Parameters
    ----------
    normalisation : Normalisation
        Of the image.
    layers : tuple of LayerParameters
    """

    normalisation: Normalisation
    layers: tuple[LayerParameters, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "layers", tuple(self.layers))
        require(len(self.layers) >= 1, "a module without layers", "at least one layer")

    def sides(self, pixels: int) -> tuple[int, ...]:
        """Units along one side of each layer, for an image of pixels x pixels; 0 or less: does not fit."""
        side, sides = pixels - self.normalisation.size + 1, []
        for layer in self.layers:
            side = layer.side(side)
            sides.append(side)
        return tuple(sides)

    def fits(self, pixels: int) -> bool:
        """Whether each layer has units."""
        return min(self.sides(pixels)) >= 1


@dataclass(frozen=True)
class MixtureParameters:
    """Modules side by side on one image, and layers on top of all of them.

    Parameters
    ----------
    pixels : int
        Side of the grey image.
    modules : tuple of ModuleParameters
    grid : int
        Side of the grid on which their last layers are laid over each other.
    top : tuple of LayerParameters
        Side by side on that grid. Empty: the modules' outputs on the grid are the top.

    Raises
    ------
    InvalidParameter
        Naming the module or layer of the top for which the image or grid is too small.
    """

    pixels: int
    modules: tuple[ModuleParameters, ...]
    grid: int = 5
    top: tuple[LayerParameters, ...] = ()

    def __post_init__(self) -> None:
        for name in ("modules", "top"):
            object.__setattr__(self, name, tuple(getattr(self, name)))
        require(len(self.modules) >= 1 and self.grid >= 1, f"{len(self.modules)} modules", "at least one, on a grid")
        for number, module in enumerate(self.modules):
            sides = module.sides(self.pixels)
            require(
                module.fits(self.pixels),
                f"layers of module {number} have sides {sides} over {self.pixels} pixels",
                "units in each layer",
            )
        for number, layer in enumerate(self.top):
            require(layer.side(self.grid) >= 1, f"layer {number} of the top on a grid of {self.grid}", "units in it")

    @property
    def depth(self) -> int:
        """Layers of the deepest module."""
        return max(len(module.layers) for module in self.modules)

    @property
    def channels(self) -> int:
        """Of all modules' last layers together."""
        return sum(module.layers[-1].filters.count for module in self.modules)

    @property
    def outputs(self) -> int:
        """Units of the top."""
        if not self.top:
            return self.channels * self.grid**2
        return sum(layer.filters.count * layer.side(self.grid) ** 2 for layer in self.top)

    @property
    def stages(self) -> tuple[str, ...]:
        """Names of the network's layers from the input on."""
        return *(f"layer{number}" for number in range(1, self.depth + 1)), "top"

    @property
    def weights(self) -> int:
        """Numbers in all filters."""
        total = sum(layer.filters.count * layer.filters.size**2 for layer in self.top) * self.channels
        for module in self.modules:
            below = 1
            for layer in module.layers:
                total += layer.filters.count * layer.filters.size**2 * below
                below = layer.filters.count
        return total
