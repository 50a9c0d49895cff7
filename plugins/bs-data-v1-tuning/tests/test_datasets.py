"""Histograms: counting the units gives the published counts; labels and descriptions are complete."""

import numpy as np
import pytest

import bs_data_v1_tuning as package
from brainscore_core.assemblies import PropertyAssembly
from bs_data_v1_tuning.histograms import published, unit_groups

ENTRIES = [package.devalois1982a, package.devalois1982b, package.schiller1976c, package.cavanaugh2002a]
SETS = [package.blank, package.receptive_field, package.orientation, package.spatial_frequency, package.size]
NEURONS = {"DeValois1982a": 385, "DeValois1982b": 363, "Schiller1976c": 87, "Cavanaugh2002a": 190}


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.identifier)
def test_counting_gives_the_published_counts(entry):
    assembly = PropertyAssembly.validate(entry.load())
    assert assembly.sizes["neuroid"] == NEURONS[entry.identifier]
    assert assembly.attrs["number_of_trials"] == 20
    assert set(assembly["region"].values) == {"V1"}
    for name, histogram in published()[entry.identifier]["properties"].items():
        values = assembly.sel(neuronal_property=name).values
        counts = np.histogram(values[~np.isnan(values)], bins=assembly.attrs[f"{name}_bins"])[0]
        np.testing.assert_array_equal(counts, histogram["counts"])
        assert np.isnan(values).sum() == NEURONS[entry.identifier] - sum(histogram["counts"])


@pytest.mark.parametrize(
    ("dataset", "name"),
    [("DeValois1982b", "peak_spatial_frequency"), ("Schiller1976c", "spatial_frequency_bandwidth")],
)
def test_subgroups_add_up(dataset, name):
    assembly = next(entry for entry in ENTRIES if entry.identifier == dataset).load()
    histogram = published()[dataset]["properties"][name]
    values = assembly.sel(neuronal_property=name)
    for group, counts in histogram["subgroups"].items():
        of_group = values.values[assembly["cell_group"].values == group]
        np.testing.assert_array_equal(np.histogram(of_group, bins=histogram["bins"])[0], counts)
    unknown = assembly["cell_group"].values == "unknown"
    np.testing.assert_array_equal(unknown, np.isnan(values.values))


def test_properties_without_subgroups_have_no_groups():
    assert unit_groups(published()["DeValois1982a"]["properties"]["preferred_orientation"], 385) is None
    assert "cell_group" not in package.cavanaugh2002a.load().coords


def test_yes_or_no_is_one_or_zero():
    strongly = package.cavanaugh2002a.load().sel(neuronal_property="strongly_suppressed").values
    assert (strongly == 1).sum() == 148
    assert (strongly == 0).sum() == 42


@pytest.mark.parametrize("entry", ENTRIES + SETS, ids=lambda entry: entry.identifier)
def test_descriptions_say_where_it_comes_from(entry):
    assert entry.info.doi in entry.info.bibtex
    assert entry.info.licence


@pytest.mark.parametrize("entry", SETS, ids=lambda entry: entry.identifier)
def test_stimulus_sets(entry):
    stimuli = entry.load()
    assert stimuli.identifier == entry.identifier
    assert len(stimuli) == entry.info.stimuli
    assert len({stimuli.key(id) for id in stimuli}) == len(stimuli)
    image = stimuli.open(stimuli.ids[-1])
    assert image.shape == (672, 672)
    assert image.dtype == np.uint8


def test_importing_reads_no_file():
    import subprocess
    import sys

    code = (
        "import sys; sys.addaudithook(lambda e, a: e == 'open' and str(a[0]).endswith('.json') and sys.exit(1));"
        "import bs_data_v1_tuning; sys.exit('pandas' in sys.modules and 2)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
