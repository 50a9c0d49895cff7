"""The four operations of a layer on a batch of maps, shape (image, channel, row, column); borders are not padded.

Filter, threshold and saturate, pool, normalise: Pinto et al. 2009, and in this order.
"""

import torch

from .parameters import Activation, Normalisation, Pooling


def activate(maps: torch.Tensor, activation: Activation) -> torch.Tensor:
    """Clamp between threshold and saturation."""
    if activation.minimum is None and activation.maximum is None:
        return maps
    return maps.clamp(activation.minimum, activation.maximum)


def pool(maps: torch.Tensor, pooling: Pooling) -> torch.Tensor:
    """``(sum |x|^order)^(1/order)`` over squares; for order 1 the sum of x itself, which may be negative."""
    size, stride, order = pooling.size, pooling.stride, pooling.order
    if order == 1:
        return box_sums(maps, size, stride)
    # high powers of small numbers are 0 in single precision
    powers = maps.square() if order == 2 else wide(maps).abs().pow(order)
    return box_sums(powers, size, stride).pow(1 / order).to(maps.dtype)


def normalise(maps: torch.Tensor, normalisation: Normalisation) -> torch.Tensor:
    """Divide by the norm of the neighbourhood, over all channels, where that is large enough.

    With c the response, less the mean of its neighbourhood where `remove_mean`, and n the Euclidean norm of the
    neighbourhood (about the same mean): ``c / n`` where ``stretch * n >= threshold``, else ``stretch * c``.
    """
    size = normalisation.size
    start, count = (size - 1) // 2, size**2 * maps.shape[1]
    # a difference of large sums in single precision would make noise of uniform neighbourhoods
    precise = wide(maps) if normalisation.remove_mean else maps
    squares = box_sums(precise.square().sum(1, keepdim=True), size)
    rows, columns = (slice(start, start + side) for side in squares.shape[-2:])
    centred = maps[:, :, rows, columns]
    if normalisation.remove_mean:
        totals = box_sums(precise.sum(1, keepdim=True), size)
        squares = squares - totals.square() / count
        centred = centred - (totals / count).to(maps.dtype)
    norms = squares.clamp(min=0).sqrt()
    divided = normalisation.stretch * norms >= normalisation.threshold
    gains = torch.where(divided, 1 / norms, normalisation.stretch)
    return centred * gains.to(maps.dtype)


def box_sums(maps: torch.Tensor, size: int, stride: int = 1) -> torch.Tensor:
    """Sums over squares: of shifted rows, then of shifted columns, which is several times as fast as pooling."""
    for axis in (-2, -1):
        last = maps.shape[axis] - size + 1
        shifted = [_every(maps, axis, slice(start, start + last, stride)) for start in range(size)]
        maps = shifted[0].clone()
        for part in shifted[1:]:
            maps += part
    return maps


def _every(maps: torch.Tensor, axis: int, places: slice) -> torch.Tensor:
    return maps[..., places, :] if axis == -2 else maps[..., places]


def wide(maps: torch.Tensor) -> torch.Tensor:
    """In double precision, where the device has it."""
    return maps if maps.device.type == "mps" else maps.double()
