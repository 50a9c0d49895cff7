"""Numbers of bytes as people type them."""

import re
from typing import Any

import click

_POWERS = {"": 1, "b": 1, "k": 1000, "m": 1000**2, "g": 1000**3, "t": 1000**4}


class Size(click.ParamType):
    """``500MB``, ``2 GB``, ``1GiB``, ``0``."""

    name = "SIZE"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """The number of bytes."""
        if isinstance(value, int):
            return value
        found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([kmgt]?)(i?)b?\s*", str(value).lower())
        if found is None or (found.group(3) and not found.group(2)):
            self.fail(f"{value!r} is no size: expected a number with B, kB, MB, GB or TB, as 2GB", param, ctx)
        amount, unit, binary = found.groups()
        factor = 1024 ** "kmgt".index(unit) * 1024 if binary else _POWERS[unit]
        return int(float(amount) * factor)
