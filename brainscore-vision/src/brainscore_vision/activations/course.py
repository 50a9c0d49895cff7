"""Where a pass can end: after how many calls of the layers that are asked for, and whether that is sure."""

from collections.abc import Hashable

from brainscore_core.errors import InvalidModelOutput

WHOLE = 8
"""The first pass runs to its end, and so do the 8th, the 64th, the 512th ...: they must show the same course."""


class Course:
    """What earlier passes have shown of the course of a network, for the same layers and inputs of the same shape.

    Parameters
    ----------
    network : str
        Its name, for the error.
    """

    def __init__(self, network: str):
        self._network = network
        self._known: dict[Hashable, tuple[int, int]] = {}
        self.hangs_on_values = False
        """Whether code of the network looks at what was computed, so that the next input may take another course: then
        every pass runs to its end."""

    def end(self, what: Hashable) -> int | None:
        """Calls after which a pass can end; None: it must show that itself."""
        calls, passes = self._known.get(what, (0, 0))
        return None if self.hangs_on_values or _is_whole(passes + 1) else calls

    def ran(self, what: Hashable, calls: int) -> None:
        """A pass has ended, after so many calls.

        Raises
        ------
        InvalidModelOutput
            If another one had more or fewer, although nothing in the network decided that.
        """
        before, passes = self._known.get(what, (calls, 0))
        if calls != before and not self.hangs_on_values:
            del self._known[what]
            raise InvalidModelOutput(
                f"the layers asked for of {self._network} were called {before} times in earlier batches, and {calls} "
                "times in this one",
                expected="the same course for every input of one shape",
                remedy="let it decide by values of its tensors (as `if x.mean() > 0:`), which is noticed: no pass is "
                "cut short then; what was recorded of earlier batches may be of an earlier call, `brainscore cache` "
                "removes it",
            )
        self._known[what] = (calls, passes + 1)


def _is_whole(number: int) -> bool:
    while number % WHOLE == 0:
        number //= WHOLE
    return number == 1
