"""``discrimination``: which of two intervals held more of something."""

import numpy as np

from brainscore_core.errors import InvalidParameter
from brainscore_core.stimuli import StimulusSet

from .activity import Features, SequenceActivity
from .value_decoder import fit_value

VALUE = "value"
"""Column of fitting stimuli with the number that is judged."""


class Discrimination(SequenceActivity):
    """Two intervals, two alternatives: the one whose decoded value is greater.

    The value is decoded by ridge regression from the z-scored features of the committed readout, fitted on stimuli with
    known values; the penalty is a commitment. Of equal intervals the first is taken.
    """

    takes = frozenset({"trials", "fitting_stimuli"})
    roles = ("interval_1", "interval_2")

    def start(self, features: Features) -> None:
        """Fit the decoder of the value.

        Raises
        ------
        InvalidParameter
            If the fitting stimuli have no column of numbers ``value``, or all the same.
        """
        given = self.request.fitting_stimuli
        if not isinstance(given, StimulusSet) or VALUE not in given.table.columns:
            found = list(given.table.columns) if isinstance(given, StimulusSet) else type(given).__name__
            raise InvalidParameter(
                f"fitting stimuli: {found}", expected=f"a StimulusSet whose table has the numeric column {VALUE!r}"
            )
        values = given[VALUE].to_numpy()
        if values.dtype.kind not in "iuf":
            raise InvalidParameter(f"{VALUE} of {given.identifier!r} is of dtype {values.dtype}", expected="numbers")
        self._decoder = fit_value(features(given, "readout"), values, self.behavior.penalty)

    def choose(self, features: np.ndarray, positions: np.ndarray, stimuli: StimulusSet) -> dict[str, np.ndarray]:
        """1 or 2; ``evidence``: the decoded value of interval 1 less that of interval 2."""
        decoded = self._decoder.values(features)
        evidence = decoded[positions[:, 0]] - decoded[positions[:, 1]]
        return {"answer": np.where(evidence >= 0, 1, 2), "evidence": evidence}
