"""Asks brainscore-vision 2.4.2 for the tuning of artificial units and stores its answers beside this file.

Run in an environment that has it, with ``RESULTCACHING_DISABLE=1``: ``python tuning_oracle.py``.
"""

from pathlib import Path

import numpy as np
from brainscore_core.supported_data_standards.brainio.assemblies import NeuroidAssembly
from brainscore_vision.benchmark_helpers import properties_common as common
from brainscore_vision.benchmarks.marques2020.benchmarks import (
    cavanaugh2002a_benchmark,
    devalois1982a_benchmark,
    devalois1982b_benchmark,
    freemanZiemba2013_benchmark,
    ringach2002_benchmark,
    schiller1976_benchmark,
)
from tuning_inputs import COLUMNS, UNITS, activations, tables, textures

firing_rates = common.get_firing_rates

SEEDS = (0, 1, 2)
STEPS = (
    ("orientation", devalois1982a_benchmark.devalois1982a_properties, devalois1982a_benchmark.PROPERTY_NAMES),
    ("orientation", ringach2002_benchmark.ringach2002_properties, ringach2002_benchmark.PROPERTY_NAMES),
    ("spatial_frequency", devalois1982b_benchmark.devalois1982b_properties, devalois1982b_benchmark.PROPERTY_NAMES),
    ("spatial_frequency", schiller1976_benchmark.schiller1976_properties, schiller1976_benchmark.PROPERTY_NAMES),
    ("size", cavanaugh2002a_benchmark.cavanaugh2002_properties, cavanaugh2002a_benchmark.PROPERTY_NAMES),
)


def assembly(values, table):
    coords = {"neuroid_id": ("neuroid", np.arange(UNITS)), "region": ("neuroid", ["V1"] * UNITS)}
    coords["stimulus_id"] = ("presentation", np.arange(len(values)))
    coords |= {name: ("presentation", column) for name, column in zip(COLUMNS, table.T, strict=True)}
    return NeuroidAssembly(values.T.copy(), coords=coords, dims=["neuroid", "presentation"])


def answers(seed):
    responses, stimuli = activations(seed), tables()
    stimuli["blank"] = np.zeros((1, len(COLUMNS)))
    responses["blank"] = responses["blank"][None, :]

    def record(model, stimulus_identifier, number_of_trials):
        name = stimulus_identifier.removeprefix("Marques2020_")
        return assembly(responses[name], stimuli[name])

    common.record_from_model = record
    identity = dict(model_identifier=f"artificial-{seed}", model=None, region="V1")
    position = np.array([0.5, 0.5])
    centres, _ = common.map_receptive_field_locations(**identity)
    seen = common.filter_receptive_fields(**identity, pos=position)
    found = {"centres": centres.values, "seen": seen, "affine": common.firing_rates_affine(**identity).values}
    for name, properties, names in STEPS:
        rates, baseline = (
            firing_rates(**identity, stimulus_identifier=f"Marques2020_{shown}", number_of_trials=1, in_rf=seen)
            for shown in (name, "blank")
        )
        values = properties(model_identifier=f"artificial-{seed}", responses=rates, baseline=baseline)
        found |= {key: values.sel(neuronal_property=key).values for key in names}
    rates, baseline, labels = textures(seed)
    coords = {"neuroid_id": ("neuroid", np.arange(UNITS)), "region": ("neuroid", ["V1"] * UNITS)}
    coords |= {"stimulus_id": ("presentation", np.arange(len(labels)))}
    coords |= {
        name: ("presentation", list(column))
        for name, column in zip(("type", "family", "sample"), zip(*labels, strict=True), strict=True)
    }
    shown = NeuroidAssembly(rates.T.copy(), coords=coords, dims=["neuroid", "presentation"])
    values = freemanZiemba2013_benchmark.freemanziemba2013_properties(
        model_identifier=f"artificial-{seed}", responses=shown, baseline=shown[:, 0] * 0 + baseline
    )
    names = freemanZiemba2013_benchmark.PROPERTY_NAMES
    return found | {f"texture/{key}": values.sel(neuronal_property=key).values for key in names}


if __name__ == "__main__":
    stored = {f"{seed}/{key}": value for seed in SEEDS for key, value in answers(seed).items()}
    np.savez_compressed(Path(__file__).with_name("tuning_oracle.npz"), **stored)
