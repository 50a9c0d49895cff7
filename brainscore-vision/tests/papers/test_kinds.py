"""The other kinds of measurement as files, a file as a benchmark, and what a score says of it."""

import hashlib
import re

import numpy as np
import pytest

from brainscore_core import load_benchmark, registry, score
from brainscore_core.errors import DataUnavailable, InvalidFile
from brainscore_core.run import score_all
from brainscore_vision import wrap
from brainscore_vision.papers import read_benchmark
from brainscore_vision.papers.files import described_in
from brainscore_vision.papers.measurements.dissimilarity import Dissimilarity
from brainscore_vision.papers.measurements.gratings import GratingProperty, TuningCurve
from brainscore_vision.papers.measurements.labels import Labels

POINT_NUMBERS = 'unit = "index"\nvalue = 0.4\nerror = 0.1'
COMPARED = 'kind = "point"\nscale = 0.5'
UNKNOWN = ('kind = "replication"', 'kind = "unknown"\nbecause = "none stated"')
MEASURED = 'kind = "summary statistic"\nproperty = "sparseness"'
MATRIX = "[[0, 0.1, 0.9], [0.1, 0, 0.5], [0.9, 0.5, 0]]"


def changes(measurement, numbers, comparison):
    return (MEASURED, measurement), (POINT_NUMBERS, numbers), (COMPARED, f'kind = "{comparison}"'), UNKNOWN


CURVE = changes(
    'kind = "tuning curve"\nparameter = "spatial_frequency"',
    'unit = "share of the largest"\nat = [0.5, 1, 2]\nvalues = [0.1, 0.5, 1]',
    "correlation",
)
DISSIMILARITY = changes(
    'kind = "dissimilarity matrix"',
    f'unit = "1 - r"\nstimulus_ids = ["a", "b", "c"]\nmatrix = {MATRIX}',
    "rank correlation",
)
CONFUSION = changes(
    'kind = "confusion matrix"\nlabels = ["cat", "dog"]\ntruth_column = "truth"',
    'unit = "share"\nmatrix = [[0.9, 0.1], [0.2, 0.8]]',
    "distance",
)
CONTRAST = (
    ('region = "IT"', 'regions = ["V1", "V2"]'),
    *changes(
        'kind = "contrast of conditions"\nproperty = "peak_spatial_frequency"\n'
        'contrast = "octaves"\nstatistic = "median"',
        'unit = "octaves"\nvalue = 2',
        "ratio",
    ),
)


def test_a_tuning_curve(point, read):
    benchmark = read(point, *CURVE)
    assert isinstance(benchmark.measurement, TuningCurve)
    target = benchmark.target()
    assert target["condition"].values.tolist() == ["0.5", "1", "2"]
    assert target.values.ravel().tolist() == [0.1, 0.5, 1]
    assert benchmark.metric.parameters["how"] == "pearson"


def test_a_dissimilarity_matrix(point, read):
    benchmark = read(point, *DISSIMILARITY)
    assert isinstance(benchmark.measurement, Dissimilarity)
    assert benchmark.measurement.order == ("a", "b", "c")
    target = benchmark.target()
    pairs = dict(zip(target["condition"].values.tolist(), target.values.ravel().tolist(), strict=True))
    assert pairs == {"a|b": 0.1, "a|c": 0.9, "b|c": 0.5}


def test_a_confusion_matrix(point, read):
    benchmark = read(point, ('region = "IT"\n', ""), *CONFUSION)
    assert isinstance(benchmark.measurement, Labels)
    assert benchmark.labels == ("cat", "dog")
    assert benchmark.target().sel(condition="dog>cat").item() == 0.2


def test_a_contrast_of_regions(point, read):
    benchmark = read(point, *CONTRAST)
    assert isinstance(benchmark.measurement, GratingProperty)
    assert benchmark.region == ("V1", "V2")
    parameters = dict(benchmark.metric.parameters)
    assert parameters == {"statistic": "median", "contrast": "octaves", "of": ["V1", "V2"]}
    assert benchmark.target()["condition"].values.tolist() == ["contrast"]


BAD = {
    "rows that do not sum": (CONFUSION, ("[0.9, 0.1]", "[0.9, 0.2]"), r"sum to 1 in the row of 'cat', not to 1\.1"),
    "a row too few": (CONFUSION, (", [0.2, 0.8]", ""), "2 rows, one a label"),
    "no symmetry": (DISSIMILARITY, ("[0.1, 0, 0.5]", "[0.2, 0, 0.5]"), "a symmetric matrix"),
    "values of another length": (CURVE, ("[0.1, 0.5, 1]", "[0.1, 0.5]"), "3 numbers, one for each of at"),
    "a contrast of three": (CONTRAST, ('["V1", "V2"]', '["V1", "V2", "V4"]'), "two conditions"),
    "a ratio below 0": (CONTRAST, ("value = 2", "value = -2"), "above 0, as a ratio needs"),
    "a region missing": (CURVE, ('region = "IT"\n', ""), "has no 'region'"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_wrong_is_told(name, point, read):
    kind, change, said = BAD[name]
    with pytest.raises(InvalidFile, match=rf"mine\.toml, line \d+: .*{said}"):
        read(point, *kind, change)


def test_stimuli_that_cannot_be_had_are_unavailable(point, read):
    benchmark = read(point, ('set = "Kriegeskorte2008"', 'unavailable = "nobody has them"'))
    assert benchmark.info.unavailable == "nobody has them"
    with pytest.raises(DataUnavailable, match=r"stimuli of Mine2026\.IT-sparseness cannot be had: nobody has them"):
        benchmark.presents()


FIELDS = 'generator = "gratings"\npixels = 32\nparameters = {{ {axes} }}'
AXES = (
    "position_y_deg = [-1, 0, 1], position_x_deg = [-1, 0, 1], contrast = [1], radius_deg = [0.5],"
    " spatial_frequency_cpd = [1], orientation_deg = [0], phase_deg = [90]"
)


@pytest.fixture
def file(point, tmp_path, monkeypatch):
    monkeypatch.setenv("BRAINSCORE_HOME", str(tmp_path / "home"))
    text = point.replace('set = "Kriegeskorte2008"', FIELDS.format(axes=AXES))
    text = text.replace('"sparseness"', '"field_diameter"').replace('"index"', '"deg"')
    path = tmp_path / "mine.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_gratings_finer_than_the_pixels_show_are_refused(file):
    text = file.read_text(encoding="utf-8")
    degrees = float(re.search(r"visual_degrees = ([\d.]+)", text)[1])
    finest = 32 / degrees / 2
    file.write_text(text.replace("cpd = [1]", f"cpd = [{finest}]"), encoding="utf-8")
    read_benchmark(file)
    file.write_text(text.replace("cpd = [1]", f"cpd = [1, {finest * 1.01}]"), encoding="utf-8")
    with pytest.raises(InvalidFile, match=rf"spatial_frequency_cpd .*expected at most {finest:g}: half of the pixels"):
        read_benchmark(file)


def model():
    def network(batch):
        return np.abs(np.stack(batch).reshape(len(batch), -1).astype(float) - 128).sum(axis=1, keepdims=True)

    return wrap(
        network, preprocessing=lambda image: image, layers={"IT": "output"}, visual_degrees=5, identifier="everywhere"
    )


def test_a_path_is_a_benchmark_and_the_score_names_the_file(file):
    found = score(model(), file)
    diameter = 2 * np.sqrt(9 / np.pi)
    assert found.details["measured IT"] == pytest.approx(diameter)
    assert found.raw.value == 0  # 3.4 degrees are more than .5 from .4
    told = found.provenance["benchmark"]
    assert told["distribution"] == "mine.toml"
    assert told["version"] == f"sha256:{hashlib.sha256(file.read_bytes()).hexdigest()}"
    assert score(model(), str(file)).raw.value == found.raw.value
    [record] = score_all([model()], [str(file)])
    assert (record.benchmark, record.status) == ("Mine2026.IT-sparseness", "ok")


def test_options_replace_fields_of_a_file(file):
    changed = load_benchmark(str(file), version=3)
    assert changed.version == 3
    assert registry.origin(changed)[0] == "mine.toml"


def test_files_of_a_package_are_read_when_asked_for(file, tmp_path, monkeypatch):
    folder = tmp_path / "kit_of_papers"
    folder.mkdir()
    (folder / "__init__.py").write_text("from brainscore_vision.papers import described_in\n")
    (folder / "good.toml").write_text(file.read_text(encoding="utf-8"))
    (folder / "bad.toml").write_text("identifier = 1\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    names, describe = described_in("kit_of_papers")
    assert names == ["bad", "good"]
    assert describe("good") is describe("good")
    with pytest.raises(InvalidFile, match=r"bad\.toml, line 1: identifier is 1"):
        describe("bad")
    with pytest.raises(AttributeError, match="'kit_of_papers' has no attribute 'other'"):
        describe("other")
