"""``probabilities``: of each label, by a decoder fitted on given stimuli."""

from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr

from brainscore_core.errors import InvalidParameter
from brainscore_core.stimuli import StimulusSet

from .activity import Activity, Features, answers
from .decoders import FittedDecoder

if TYPE_CHECKING:
    from ..commitments.behavior import Behavior

LABEL = "image_label"
"""Column of fitting stimuli with the right answer."""


class Probabilities(Activity):
    """A probability for each class of the fitting stimuli."""

    takes = frozenset({"fitting_stimuli"})

    def start(self, features: Features) -> None:
        """Fit the decoder."""
        self._decoder = fitted(self.request.fitting_stimuli, self.behavior, features)

    def answer(self, features: np.ndarray, stimuli: StimulusSet) -> xr.DataArray:
        """Probabilities (presentation, choice), choices in alphabetical order."""
        return answers(self._decoder.probabilities(features), stimuli, choice=self._decoder.labels)


def fitted(stimuli: Any, behavior: "Behavior", features: Features) -> FittedDecoder:
    """The committed decoder, fitted on what the model's readout makes of stimuli.

    Raises
    ------
    InvalidParameter
        If they are no stimuli with labels of at least two classes.
    """
    if not isinstance(stimuli, StimulusSet) or LABEL not in stimuli.table.columns:
        found = list(stimuli.table.columns) if isinstance(stimuli, StimulusSet) else type(stimuli).__name__
        raise InvalidParameter(
            f"fitting stimuli: {found}", expected=f"a StimulusSet whose table has the column {LABEL!r}"
        )
    labels = stimuli[LABEL]
    if labels.isna().any() or (labels.astype(str) == "").any():
        raise InvalidParameter(f"{LABEL} of {stimuli.identifier!r} has gaps", expected="a label for each stimulus")
    if labels.nunique() < 2:
        raise InvalidParameter(
            f"fitting stimuli {stimuli.identifier!r} have one class only, {labels.iloc[0]!r}",
            expected="at least two to tell apart",
        )
    return behavior.decoder.fit(features(stimuli, "readout"), labels.astype(str).tolist())
