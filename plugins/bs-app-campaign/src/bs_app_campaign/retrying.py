"""Whether an attempt that ended badly is made again: by what ended it, and how often that did."""

from collections import Counter

from .jobs import Ending

Tally = Counter[tuple[int, Ending]]
"""How many attempts at each pair ended in each way, in this run of the campaign: who resumes it begins anew."""
ATTEMPTS = {Ending.LOST: 4, Ending.CRASHED: 2, Ending.UNWRITTEN: 2}
"""How many attempts may end in each way. A machine that went away says nothing about the pair; a process that ended by
itself may do so again. What takes too much memory, time or paper would do so again, and what failed with a reason fails
with it again."""
NOT_OF_THE_PAIR = (Ending.STORAGE, Ending.UNSTARTED)
"""These are no attempts: nothing can be written or started here, and the pair still waits."""


def again(ending: Ending, ended: int) -> bool:
    """Whether to make another attempt after `ended` that ended in this way."""
    return ending in NOT_OF_THE_PAIR or ended < ATTEMPTS.get(ending, 1)
