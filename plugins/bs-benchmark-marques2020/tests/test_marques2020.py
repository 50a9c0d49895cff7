"""The seven benchmarks: names, places, ceilings; and one on real gratings with cells whose answer is known."""

import subprocess
import sys
import tomllib
from importlib import resources

import numpy as np
import pytest

from brainscore_core import load_benchmark, load_dataset, score
from brainscore_core.errors import InvalidFile, UnsupportedRegion
from brainscore_core.run import score_all
from brainscore_vision import wrap
from brainscore_vision.domain import vision
from brainscore_vision.papers import with_numbers

PREFIX = "Marques2020_"
# identifier -> (node of the tree, published self-ceiling, stimuli shown)
BENCHMARKS = {
    "DeValois1982-pref_or": ("V1-orientation", 0.962, 1152),
    "DeValois1982-peak_sf": ("V1-spatial_frequency", 0.967, 2112),
    "Schiller1976-sf_selective": ("V1-spatial_frequency", 0.963, 2112),
    "Schiller1976-sf_bandwidth": ("V1-spatial_frequency", 0.933, 2112),
    "Cavanaugh2002-grating_summation_field": ("V1-receptive_field_size", 0.956, 2304),
    "Cavanaugh2002-surround_diameter": ("V1-receptive_field_size", 0.955, 2304),
    "Cavanaugh2002-surround_suppression_index": ("V1-surround_modulation", 0.958, 2304),
}


@pytest.fixture(autouse=True)
def home(monkeypatch, tmp_path):
    monkeypatch.setenv("BRAINSCORE_HOME", str(tmp_path / "home"))


@pytest.fixture(params=BENCHMARKS)
def named(request):
    return load_benchmark(PREFIX + request.param), *BENCHMARKS[request.param]


def test_name_and_place(named):
    benchmark, parent, _, _ = named
    assert benchmark.identifier.startswith(PREFIX)
    assert benchmark.parent == parent
    assert parent in vision.tree
    assert benchmark.domain == "vision"
    assert benchmark.info.species == "macaque"


def test_ceiling_is_the_published(named):
    benchmark, _, published, _ = named
    assert float(benchmark.ceiling) == pytest.approx(published, abs=0.005)


def test_what_is_presented(named):
    benchmark, _, _, count = named
    presents = benchmark.presents()
    assert [len(entry.stimuli) for entry in presents] == [1, 3528, 1152, count]
    assert [entry.number_of_trials for entry in presents] == [20, 10, 20, 20]
    assert benchmark.time_bins == ((70.0, 170.0),)
    for entry in presents:
        assert set(entry.stimuli["degrees"]) == {entry.visual_degrees} == {12}


def test_data_have_the_property_and_it_is_cited(named):
    benchmark, *_ = named
    data = load_dataset(benchmark.data)
    assert benchmark.property_name in data["neuronal_property"].values
    assert data.attrs["number_of_trials"] == benchmark.number_of_trials
    assert benchmark.info.doi in benchmark.info.bibtex


def test_descriptions_are_inert():
    code = (
        "import sys, bs_benchmark_marques2020;"
        "print(*sorted(m for m in ('scipy', 'torch', 'sklearn', 'bs_data_v1_tuning') if m in sys.modules))"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout.split() == []


AXIS = (np.arange(448) - 224) / 56
PATCH = slice(224 + 28 - 56, 224 + 28 + 56)


def crop(image):
    """Contrast within a degree of (.5, .5)."""
    return (image[PATCH, PATCH].astype(np.float32) - 128) / 128


class Complex:
    """Cells of 3 cycles per degree at (.5, .5), or shifted to the right by so many degrees."""

    def __init__(self, orientations, shift=0.0):
        axis = AXIS[PATCH] - 0.5
        x, y = axis[None, :] - shift, axis[:, None]
        waves = [np.exp(6j * np.pi * (x * np.cos(angle) + y * np.sin(angle))) for angle in np.deg2rad(orientations)]
        filters = np.exp(-(x**2 + y**2) / 2 / 0.15**2) * np.array(waves)
        self.filters = filters.reshape(len(orientations), -1).T.astype(np.complex64)

    def __call__(self, batch):
        return np.abs(batch.reshape(len(batch), -1) @ self.filters)


def model(cells):
    return wrap(cells, preprocessing=crop, layers={"V1": "output"}, visual_degrees=8, identifier="complex")


def test_cells_of_one_orientation_get_the_score_of_their_bin():
    """All mass in the bin around 90 degrees: every bootstrap sample is the same, and so is its distance."""
    result = score(model(Complex(np.linspace(80, 100, 25))), PREFIX + "DeValois1982-pref_or")
    cumulative = np.cumsum([110, 83, 100, 92]) / 385
    farthest = max(1 - cumulative[0], cumulative[2])
    expected = 1 - max(cumulative[1], 1 - cumulative[2]) / farthest
    assert result.raw.value == pytest.approx(expected)
    assert result.raw.error == pytest.approx(0, abs=1e-12)
    assert result.details["units_at_position"] == result.details["units_defined"] == 25
    assert result.flags == ()


def test_cells_elsewhere_are_unsupported():
    with pytest.raises(UnsupportedRegion, match=r"\(x, y\) = \(0.5, 0.5\)"):
        score(model(Complex(np.zeros(3), shift=0.4)), PREFIX + "DeValois1982-pref_or")


def test_all_of_the_family_are_described():
    import bs_benchmark_marques2020

    names = set(bs_benchmark_marques2020.__all__) - {"textures"}
    family = {getattr(bs_benchmark_marques2020, name).identifier for name in names}
    assert len(family) == len(names) == 22
    assert {PREFIX + name for name in BENCHMARKS} <= family
    unpublished = [load_benchmark(name) for name in sorted(family - {PREFIX + name for name in BENCHMARKS})]
    assert all(benchmark.parent in vision.tree and benchmark.info.doi for benchmark in unpublished)
    for benchmark in unpublished:
        said = (
            f"is in no paper at hand; until {benchmark.identifier}.csv lies in a folder that BRAINSCORE_NUMBERS names"
        )
        assert benchmark.info.unavailable.endswith(said) and benchmark.info.to_dict()["unavailable"]


def test_what_can_give_a_number_does_not_say_it_cannot(named, tmp_path):
    assert "unavailable" not in named[0].info.to_dict()
    without = load_benchmark(UNPUBLISHED)
    edges = without.dataset.read.args[1].bins
    given = with_numbers(without, counts(tmp_path / "all.csv", edges, 5))
    assert without.info.unavailable and not given.info.unavailable


def test_info_of_the_command_line_says_it_before_a_run(capsys):
    from brainscore_core.cli.shell import run

    assert run(["info", UNPUBLISHED]) == 0
    lines = [line for line in capsys.readouterr().out.splitlines() if line.startswith("unavailable ")]
    assert lines == [f"{'unavailable':12}  {load_benchmark(UNPUBLISHED).info.unavailable}"]
    assert run(["info", PREFIX + "DeValois1982-pref_or"]) == 0
    assert "unavailable" not in capsys.readouterr().out


@pytest.mark.parametrize("name", BENCHMARKS)
def test_the_paper_of_the_file_is_that_of_the_data(name):
    import bs_benchmark_marques2020

    benchmark = load_benchmark(PREFIX + name)
    [file] = [
        path
        for path in resources.files(bs_benchmark_marques2020).iterdir()
        if path.name.endswith(".toml") and f'"{benchmark.identifier}"' in path.read_text(encoding="utf-8")
    ]
    assert tomllib.loads(file.read_text(encoding="utf-8"))["source"]["doi"] == benchmark.info.doi


UNPUBLISHED = PREFIX + "Ringach2002-circular_variance"


def narrow():
    """25 cells of one narrow orientation tuning."""
    return model(Complex(np.linspace(80, 100, 25)))


def test_without_numbers_it_is_unavailable_and_no_failure():
    [record] = score_all([narrow()], [UNPUBLISHED])
    assert record.status == "unavailable"
    assert "is in no paper at hand" in record.reason
    assert "BRAINSCORE_NUMBERS" in record.reason


def test_numbers_of_a_user_are_used(tmp_path, monkeypatch):
    edges = load_benchmark(UNPUBLISHED).dataset.read.args[1].bins
    measured = score(narrow(), with_numbers(load_benchmark(UNPUBLISHED), counts(tmp_path / "all.csv", edges, 5)))
    assert measured.raw.value is not None
    (tmp_path / f"{UNPUBLISHED}.csv").write_text((tmp_path / "all.csv").read_text())
    monkeypatch.setenv("BRAINSCORE_NUMBERS", str(tmp_path))
    [record] = score_all([narrow()], [UNPUBLISHED])
    assert record.status == "ok"
    assert (record.score.value, record.score.raw.value) == (measured.value, measured.raw.value)
    assert record.provenance["data"]["digest"] == measured.provenance["data"]["digest"]


def test_a_table_of_other_bins_is_refused_with_its_line(tmp_path):
    edges = np.linspace(0, 2, 14).tolist()
    with pytest.raises(InvalidFile, match=r"mine\.csv, line 2: the bin is 0 to 0\.153"):
        with_numbers(load_benchmark(UNPUBLISHED), counts(tmp_path / "mine.csv", edges, 1))


def counts(path, edges, count):
    rows = [f"{low!r},{high!r},{count}" for low, high in zip(edges[:-1], edges[1:], strict=True)]
    path.write_text("\n".join(["low,high,count", *rows]))
    return path
