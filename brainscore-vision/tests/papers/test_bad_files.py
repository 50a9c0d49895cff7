"""What is wrong with a file is said with file, line and key, what was found and what was expected."""

import pytest

from brainscore_core.errors import InvalidFile

# replaced, by what, and what is said
HISTOGRAMS = {
    "an unknown key": (
        "quote =",
        "qoute =",
        "line 11: unknown key source\\.qoute: expected 'quote'. Did you mean 'quote'\\?",
    ),
    "an unknown table": (
        "[ceiling]",
        "[celing]\nkind = 'x'\n[ceiling]",
        r"unknown key celing.*Did you mean 'ceiling'\?",
    ),
    "a key that is nearly one": ("region =", "regoin =", r"line 6: unknown key regoin.*Did you mean 'region"),
    "a DOI that is none": (
        "10.1000/mine",
        "https://doi.org/10.1000/mine",
        r"line 10: source\.doi is 'https.*10\.prefix",
    ),
    "no unit": ('unit = "deg"\n', "", r"line 21: \[published\] has no 'unit'"),
    "another unit": ('unit = "deg"', 'unit = "rad"', r"line 22: published\.unit is 'rad': expected 'deg'"),
    "counts that do not sum": (
        "counted = 385",
        "counted = 386",
        r"line 24: published\.counts .*sum to counted = 386, not to 385",
    ),
    "a count too few": ("83, 100, 92]", "83, 100]", r"line 24: published\.counts .*4 whole numbers"),
    "bins that fall": ("67.5, 112.5", "112.5, 67.5", r"line 23: published\.bins .*increasing"),
    "a wrong type": ("version = 1", 'version = "1"', r"line 3: version is '1': expected a whole number, at least 1"),
    "true for a number": ("visual_degrees = 12", "visual_degrees = true", r"line 15: stimuli\.visual_degrees is True"),
    "an unknown kind": (
        '"property distribution"',
        '"property distributon"',
        r"line 18: .*Did you mean 'property distribution'\?",
    ),
    "an unknown property": (
        "preferred_orientation",
        "prefered_orientation",
        r"line 19: .*Did you mean 'preferred_orientation'\?",
    ),
    "an unknown node": ("V1-orientation", "V1-orientations", r"line 4: parent .*Did you mean 'V1-orientation'\?"),
    "no TOML": ("version = 1", "version = ", r"mine\.toml is no TOML: .*line 3"),
    "an unknown generator": (
        'set = "Marques2020_orientation"',
        'generator = "grating"',
        r"line 14: stimuli\.generator is 'grating'.*Did you mean 'gratings'\?",
    ),
    "a set and a generator": (
        'set = "Marques2020_orientation"',
        'set = "a"\ngenerator = "gratings"',
        r"line 15: stimuli\.generator .*no 'generator' beside 'set'",
    ),
    "more counted than recorded": ("counted = 385", "neurons = 384", r"line 24: published\.counts .*neurons = 384"),
    "two bins for time": (
        'property = "pref',
        'time_bins_ms = [[0, 10], [10, 20]]\nproperty = "pref',
        r"line 19: measurement\.time_bins_ms .*one \[start, end\]",
    ),
}


@pytest.mark.parametrize("name", HISTOGRAMS)
def test_a_bad_file_is_refused(name, histogram, read):
    old, new, said = HISTOGRAMS[name]
    with pytest.raises(InvalidFile, match=said) as refused:
        read(histogram.lstrip("\n").replace("identifier", "# a line\nidentifier", 1), (old, new))
    assert "mine.toml" in str(refused.value)
    assert refused.value.expected


POINTS = {
    "a ceiling without an error": ("error = 0.1\n", "", r"ceiling\.kind is 'replication': expected 'unknown'"),
    "an error that is none": ("error = 0.1", "error = 0", r"published\.error is 0: expected standard errors above 0"),
    "no scale": ("scale = 0.5\n", "", r"\[comparison\] has no 'scale'"),
    "a number in quotes": ("value = 0.4", 'value = "0.4"', r"published\.value is '0\.4': expected a number"),
    "a value that is not finite": ("value = 0.4", "value = nan", r"published\.value is nan: expected a number"),
    "another comparison": ('"point"', '"correlation"', r"comparison\.kind is 'correlation': expected one of 'bound'"),
    "a name that is none": ("Mine2026.IT-sparseness", "Mine 2026", r"identifier is 'Mine 2026': expected letters"),
    "conditions that are not measured": (
        "value = 0.4\nerror = 0.1",
        'conditions = ["V2"]\nvalue = [0.4]\nerror = [0.1]',
        r"published\.conditions is 'V2': expected what is measured: IT",
    ),
    "a kind of images that is needed": (
        '"sparseness"',
        '"strongly_selective"',
        r"\[measurement\] has no 'column': expected column and kind_of_interest",
    ),
    "a unit in no name": (
        'set = "Kriegeskorte2008"',
        'generator = "gratings"\nparameters = {position_y = [0]}',
        r"unknown key stimuli\.parameters\.position_y: expected 'position_y_deg'",
    ),
    "two regions where one is": ('region = "IT"', 'region = "IT"\nregions = ["V4"]', r"regions is .*not both"),
}


@pytest.mark.parametrize("name", POINTS)
def test_a_bad_number_is_refused(name, point, read):
    old, new, said = POINTS[name]
    with pytest.raises(InvalidFile, match=rf"mine\.toml, line \d+: .*{said}"):
        read(point, (old, new))


def test_a_file_that_is_not_there_is_named(tmp_path):
    from brainscore_vision.papers import read_benchmark

    with pytest.raises(InvalidFile, match=r"nothing\.toml cannot be read: No such file"):
        read_benchmark(tmp_path / "nothing.toml")
    (tmp_path / "binary.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InvalidFile, match=r"binary\.toml is no text in UTF-8"):
        read_benchmark(tmp_path / "binary.toml")
