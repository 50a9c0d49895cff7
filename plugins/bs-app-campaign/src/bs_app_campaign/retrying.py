"""Whether an attempt that ended badly is made again: by what ended it."""

from .jobs import Ending

ATTEMPTS = {Ending.LOST: 4, Ending.CRASHED: 2}
"""How many attempts in all. A machine that went away says nothing about the pair; a process that ended by itself may do
so again. What takes too much memory, time or paper would do so again, and what failed with a reason fails with it
again. Where nothing can be written, the whole campaign stops, and the pair still waits."""


def again(ending: Ending, attempts: int) -> bool:
    """Whether to make another attempt after `attempts` that were made."""
    return attempts < ATTEMPTS.get(ending, 1)
