"""Single-unit tuning in V1 (Marques, Schrimpf & DiCarlo 2021): seven descriptions, nothing is computed here."""

from brainscore_core.contracts import MetricSpec
from brainscore_vision.benchmarks.tuning.experiment import TuningProperties
from brainscore_vision.geometry import StimulusGeometry

__all__ = [
    "grating_summation_field",
    "peak_sf",
    "pref_or",
    "sf_bandwidth",
    "sf_selective",
    "surround_diameter",
    "surround_suppression_index",
]


def _v1(identifier: str, data: str, stimuli: str, property_name: str, parent: str) -> TuningProperties:
    metric = MetricSpec("ks_similarity", property_name=property_name)
    return TuningProperties(
        f"Marques2020_{identifier}",
        data=data,
        metric=metric,
        ceiling_metric=metric,
        parent=f"V1-{parent}",
        version=1,
        species="macaque",
        stimuli=f"Marques2020_{stimuli}",
        blank="Marques2020_blank",
        mapping="Marques2020_receptive_field",
        calibration="Marques2020_orientation",
        region="V1",
        visual_degrees=12,
        number_of_trials=20,
        mapping_trials=10,
        time_bins=[(70, 170)],
        geometry=StimulusGeometry(background=128, aperture="circular, hard edge"),
    )


_FREQUENCY, _SIZE = "spatial_frequency", "size"

pref_or = _v1("DeValois1982-pref_or", "DeValois1982a", "orientation", "preferred_orientation", "orientation")
peak_sf = _v1("DeValois1982-peak_sf", "DeValois1982b", _FREQUENCY, "peak_spatial_frequency", _FREQUENCY)
sf_selective = _v1("Schiller1976-sf_selective", "Schiller1976c", _FREQUENCY, "spatial_frequency_selective", _FREQUENCY)
sf_bandwidth = _v1("Schiller1976-sf_bandwidth", "Schiller1976c", _FREQUENCY, "spatial_frequency_bandwidth", _FREQUENCY)
grating_summation_field = _v1(
    "Cavanaugh2002-grating_summation_field",
    "Cavanaugh2002a",
    _SIZE,
    "grating_summation_field",
    "receptive_field_size",
)
surround_diameter = _v1(
    "Cavanaugh2002-surround_diameter", "Cavanaugh2002a", _SIZE, "surround_diameter", "receptive_field_size"
)
surround_suppression_index = _v1(
    "Cavanaugh2002-surround_suppression_index",
    "Cavanaugh2002a",
    _SIZE,
    "surround_suppression_index",
    "surround_modulation",
)
