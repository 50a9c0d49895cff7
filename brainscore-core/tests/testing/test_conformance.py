"""The conformance kit finds each broken promise, says it, and has nothing against a plugin that keeps them."""

import textwrap

import pytest

from brainscore_core import registry
from brainscore_core.errors import UnknownIdentifier
from brainscore_core.testing import Example, check_plugin, checks, conformance
from brainscore_core.testing.fake_distributions import make_distribution

HEADER = """
from dataclasses import dataclass, field
from typing import Any, ClassVar

from brainscore_core.contracts import Benchmark, DataEntry, DataInfo, MetricSpec, ModelEntry, ModelInfo, Presentation
from brainscore_core.domains import Domain
from brainscore_core.scores import Score
"""

DOMAIN = """
def _answers(model):
    if model.answer != 42:
        raise ValueError(f"the answer is {model.answer}")


domain = Domain("kit", "kit_domain:Model", {"whole": "", "A": "whole"}, conformance="kit_domain:promises",
                subject="kit_domain:subject")
promises = {"answers": _answers}


def subject(benchmark):
    from kit_plugin import Model

    return Model("any")
"""

GOOD = '''
class Model:
    """A number."""

    answer = 42

    def __init__(self, identifier):
        self.identifier, self.info = identifier, ModelInfo("A number.", non_neural_parts=("a vote",))

    def configure(self, *, seed=0, device=None, batch_size=None, cache=True):
        pass

    def reset(self):
        pass

    def digest(self):
        return "d" * 64


def build(size=1):
    return Model("kit-model")


model = ModelEntry("kit-model", build, ModelInfo("A number.", non_neural_parts=("a vote",)))


class Family:
    """Numbers."""

    def list(self):
        return ["one", "two"]

    def build(self, name):
        return Model(f"kit-family:{name}")

    def info(self, name):
        return ModelInfo(f"The number {name}.", non_neural_parts=("a vote",))


family = Family()


class Correlate:
    """Correlates what is aligned."""

    inputs = "pair"

    def __init__(self, unit: int = 0, seed: int = 0):
        self.unit, self.seed = unit, seed

    def __call__(self, source, target):
        import numpy as np
        from brainscore_core.assemblies import align

        source, target = align(source, target)
        rng = np.random.default_rng(self.seed)
        r = np.corrcoef(source.values[:, self.unit], target.values[:, self.unit])[0, 1]
        return Score(float(r), float(rng.uniform(0, .1)))

    def ceiling(self, target):
        return self(target, target)


def read():
    import numpy as np
    from brainscore_core.assemblies import NeuroidAssembly

    coords = {"stimulus_id": ("presentation", ["a", "b"])}
    coords |= {"neuroid_id": ("neuroid", ["n"]), "region": ("neuroid", ["A"])}
    return NeuroidAssembly(np.array([[1.], [2.]]), dims=("presentation", "neuroid"), coords=coords)


data = DataEntry("KitData", read, DataInfo("Numbers.", licence="CC0", regions=("A",), stimuli=2))


def read_stimuli():
    import numpy as np
    import pandas as pd
    from brainscore_core.stimuli import StimulusSet

    table = pd.DataFrame({"stimulus_id": ["a", "b"]})
    return StimulusSet(table, identifier="KitStimuli", open=lambda id: np.full((2, 2), ord(id), np.uint8),
                       key=lambda id: f"kit-1:{id}")


stimuli = DataEntry("KitStimuli", read_stimuli, DataInfo("Letters.", licence="CC0", stimuli=2))


@dataclass(frozen=True)
class Compare(Benchmark):
    """Compares numbers."""

    domain: ClassVar[str] = "kit"
    stimuli: str = "KitStimuli"

    def presents(self):
        return (Presentation(read_stimuli(), 8.0, "A"),)

    def __call__(self, model):
        return Score(.5)


def describe(identifier="Kit.A-correlate", **options):
    given = dict(data="KitData", metric=MetricSpec("kit-correlate"), parent="A", version=1, doi="10.1234/kit") | options
    return Compare(identifier, **given)


benchmark = describe()
'''

POINTS = {
    "brainscore.kit.models": {"kit-model": "kit_plugin:model"},
    "brainscore.kit.model_families": {"kit-family": "kit_plugin:family"},
    "brainscore.kit.benchmarks": {"Kit.A-correlate": "kit_plugin:benchmark"},
    "brainscore.metrics": {"kit-correlate": "kit_plugin:Correlate"},
    "brainscore.datasets": {"KitData": "kit_plugin:data"},
    "brainscore.stimulus_sets": {"KitStimuli": "kit_plugin:stimuli"},
}
REQUIRES = ("brainscore-core>=3,<4", "brainscore-kit>=3,<4", "numpy", "pandas")
DOCUMENTS = {
    "README.md": "# What it is",
    "CHANGELOG.md": "## 1.0.0\n\nFirst.",
    "tests/test_it.py": "",
    "pyproject.toml": '[project]\nname = "kit-plugin"\nversion = "1.0.0"\ndescription = "x"\nlicense = "MIT"\n'
    'requires-python = ">=3.11"\n',
}


@pytest.fixture
def install(tmp_path, monkeypatch):
    """Install a variant of the good plugin beside what is really there, with a domain of its own."""
    site, source = tmp_path / "site", tmp_path / "source"
    site.mkdir()
    monkeypatch.syspath_prepend(str(site))
    make_distribution(
        site,
        "brainscore-kit",
        "3.0.0",
        entry_points={"brainscore.domains": {"kit": "kit_domain:domain"}},
        modules={"kit_domain": HEADER + DOMAIN, "jax": ""},
    )
    make_distribution(
        site,
        "bs-kit-other",
        entry_points={"brainscore.metrics": {"kit-other": "bs_kit_other:Metric"}},
        modules={"bs_kit_other": HEADER + "class Metric:\n    inputs = 'pair'\n"},
    )

    def installer(*changes, points=POINTS, requires=REQUIRES, documents=DOCUMENTS, editable=True, more=""):
        code = HEADER + GOOD
        for old, new in changes:
            assert old in code, old
            code = code.replace(old, new)
        for name, text in documents.items():
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            (source / name).write_text(text)
        make_distribution(
            site,
            "kit-plugin",
            entry_points=points,
            requires=requires,
            modules={"kit_plugin": code + textwrap.dedent(more)},
            editable=source if editable else None,
        )
        if editable:
            text = "".join(
                f'\n[project.entry-points."{group}"]\n'
                + "".join(f'"{name}" = "{value}"\n' for name, value in rows.items())
                for group, rows in points.items()
            )
            (source / "pyproject.toml").write_text((source / "pyproject.toml").read_text() + text)
        registry.refresh()
        return "kit-plugin"

    import sys

    known = set(sys.modules)
    yield installer
    for name in set(sys.modules) - known:
        if name.startswith(("kit_", "bs_kit_")) or name == "jax":
            del sys.modules[name]
    registry.refresh()


def broken(name, **options):
    return {outcome.check: outcome.reason for outcome in check_plugin(name, **options) if outcome.status == "broken"}


def test_a_plugin_that_keeps_its_promises(install):
    outcomes = check_plugin(install())
    assert [outcome for outcome in outcomes if outcome.status != "kept"] == []
    names = [outcome.check for outcome in outcomes]
    assert len(names) == len(set(names)) == len(checks("kit-plugin"))
    assert {name.partition(":")[0] for name in names} == {
        "package",
        *(identifier for rows in POINTS.values() for identifier in rows),
    }
    assert "kit-model: answers" in names and "kit-family: answers" in names, "what the domain adds"


def test_it_is_a_parametrised_test(install):
    test = conformance(install())
    [mark] = test.pytestmark
    for check in mark.args[1]:
        test(check)


CASES = {
    "a heavy import": ([], "import jax", "is light to load", r"imports .*jax"),
    "a file that is read": ([], "open(__file__).close()", "is light to load", r"opens .*kit_plugin\.py"),
    "a file read by a library": (
        [],
        "from pathlib import Path; Path(__file__).read_text()",
        "is light to load",
        r"opens .*kit_plugin\.py",
    ),
    "a connection": (
        [],
        "import socket; s = socket.socket(); s.settimeout(.1); s.connect_ex(('127.0.0.1', 9)); s.close()",
        "is light to load",
        "reaches out: socket.connect",
    ),
    "a name that is looked up": (
        [],
        "import socket\ntry:\n    socket.getaddrinfo('nowhere.invalid', 80)\nexcept OSError:\n    pass",
        "is light to load",
        "reaches out: socket.getaddrinfo",
    ),
    "a process": ([], "import subprocess; subprocess.run(['true'])", "is light to load", "starts subprocess.Popen"),
    "a print": ([], "print('hello')", "is light to load", "prints 'hello"),
    "an import that fails": ([], "import nothing_there", ": loads", "No module named 'nothing_there'"),
    "another name": (
        [("kit-model", "kit-modle")],
        "",
        "kit-model: carries its name",
        "carries the identifier 'kit-modle'",
    ),
    "an undeclared import": (
        [],
        "def later():\n    import scipy",
        "declared dependencies suffice",
        "imports scipy, which",
    ),
    "a module of nobody": (
        [],
        "def later():\n    import nothing_there",
        "dependencies suffice",
        "imports nothing_there",
    ),
    "another plugin's module": (
        [],
        "def later():\n    import bs_kit_other",
        "dependencies suffice",
        "imports bs_kit_other, which",
    ),
    "an info that is no JSON": (
        [('ModelInfo("A number.", non_neural_parts=("a vote",)))\n', 'ModelInfo("A number.", parameters=object()))\n')],
        "",
        "kit-model: info is plain",
        "no JSON",
    ),
    "an option without default": ([("def build(size=1)", "def build(size)")], "", "is described", "requires size"),
    "another non-neural part": (
        [('build, ModelInfo("A number.", non_neural_parts=("a vote",))', 'build, ModelInfo("A number.")')],
        "",
        "kit-model: builds a model",
        r"declares the non-neural parts \(\), and what it builds \('a vote',\)",
    ),
    "a model of another name": ([('Model("kit-model")', 'Model("other")')], "", "builds a model", "named 'other'"),
    "a model without configure": (
        [("def configure", "def configured")],
        "",
        "builds a model",
        "builds a Model: expected",
    ),
    "no digest": ([('return "d" * 64', "return None")], "", "one digest", "has no digest"),
    "two digests": (
        [('return "d" * 64', "return str(id(self))")],
        "kept = []\nModel.reset = lambda self: kept.append(self)\n"
        "Model.digest = lambda self: kept.append(self) or str(len(kept))",
        "one digest",
        "different digests",
    ),
    "a broken promise of the domain": ([("answer = 42", "answer = 41")], "", "kit-model: answers", "the answer is 41"),
    "a family that repeats": ([('["one", "two"]', '["one", "one"]')], "", "lists its models", "lists a name twice"),
    "a member that is no name": ([('["one", "two"]', '["one", "*"]')], "", "lists its models", r"lists '\*'"),
    "global randomness": (
        [("rng = np.random.default_rng(self.seed)", "rng = np.random")],
        "",
        "leaves no trace",
        "uses global random state",
    ),
    "a number for a score": (
        [("return Score(float(r), float(rng.uniform(0, .1)))", "return r")],
        "",
        "trace",
        "float64",
    ),
    "state that carries over": (
        [("rng = np.random.default_rng(self.seed)", "self.rng = rng = getattr(self, 'rng', np.random.default_rng(0))")],
        "",
        "leaves no trace",
        "something else when the same object is called again",
    ),
    "inputs that are changed": (
        [("r = np.corrcoef", "target.values[:] = target.values + 1; r = np.corrcoef")],
        "",
        "leaves no trace",
        "changes what it is given",
    ),
    "no alignment": (
        [("source, target = align(source, target)", "pass")],
        "",
        "aligns stimuli",
        "when the source is reordered",
    ),
    "alignment by order alone": (
        [("source, target = align(source, target)", "source = source.sortby('stimulus_id')")],
        "",
        "aligns stimuli",
        "compares other stimuli without a word",
    ),
    "swallowed options": (
        [("seed: int = 0)", "seed: int = 0, **rest)")],
        "",
        "can be made",
        "takes the option 'nonsense",
    ),
    "a seed without default": ([("seed: int = 0)", "seed=None)")], "", "can be made", "seed of .* defaults to None"),
    "no calling convention": ([('inputs = "pair"', 'inputs = "both"')], "", "can be made", "inputs='both'"),
    "a required parameter": ([("unit: int = 0", "unit")], "", "can be made", r"Example\(dict"),
    "a ceiling that is none": (
        [("return self(target, target)", "return 1.0")],
        "",
        "ceiling is determ",
        "it is a float",
    ),
    "no licence": ([('"Numbers.", licence="CC0", ', '"Numbers.", ')], "", "KitData: is described", "states no licence"),
    "an invalid assembly": (
        [('"neuroid_id": ("neuroid", ["n"]), ', "")],
        "",
        "KitData: loads",
        "'neuroid_id' is missing",
    ),
    "regions that are not there": (
        [('regions=("A",)', 'regions=("A", "B")')],
        "",
        "loads valid",
        r"has the regions \['A'\]",
    ),
    "a count that is wrong": (
        [("stimuli=2))\n\n\ndef read_st", "stimuli=3))\n\n\ndef read_st")],
        "",
        "loads valid",
        "2 stimuli",
    ),
    "data that differ": (
        [("np.array([[1.], [2.]])", "np.random.default_rng().normal(size=(2, 1))")],
        "",
        "loads alike each time",
        "loads differently",
    ),
    "one array for all": (
        [("np.array([[1.], [2.]])", "SHARED")],
        "def _shared():\n    import numpy as np\n    return np.array([[1.], [2.]])\nSHARED = _shared()",
        "loads alike each time",
        "hands out one array",
    ),
    "stimuli that differ": (
        [("np.full((2, 2), ord(id), np.uint8)", "np.random.default_rng().integers(0, 255, (9, 9))")],
        "",
        "named by content",
        "differs the second time",
    ),
    "one key for two": (
        [('key=lambda id: f"kit-1:{id}"', 'key=lambda id: "kit"')],
        "",
        "named by",
        "have one key and differ",
    ),
    "a key that changes": ([('f"kit-1:{id}"', 'f"{id(object())}"')], "", "named by content", "key|TypeError"),
    "no place in the tree": ([('parent="A"', 'parent="Z"')], "", "has a place", "hangs below 'Z'"),
    "an unknown metric": ([('MetricSpec("kit-correlate")', 'MetricSpec("kit-x")')], "", "has what it needs", "'kit-x'"),
    "a wrong parameter": (
        [('MetricSpec("kit-correlate")', 'MetricSpec("kit-correlate", u=1)')],
        "",
        "has what it needs",
        "'u'",
    ),
    "unknown data": ([('data="KitData"', 'data="KitDatum"')], "", "has what it needs", "KitDatum"),
    "unknown stimuli": ([('stimuli: str = "KitStimuli"', 'stimuli: str = "KitX"')], "", "has what it needs", "KitX"),
    "an undeclared provider": (
        [('MetricSpec("kit-correlate")', 'MetricSpec("kit-other")')],
        "",
        "has what it needs",
        "uses 'kit-other' of bs-kit-other, which kit-plugin does not declare",
    ),
    "a doi that is an address": ([("10.1234/kit", "https://doi.org/10.1234/kit")], "", "is described", "doi of"),
    "a version of text": ([("version=1, doi", 'version="1", doi')], "", "is described", "version of .* is '1'"),
    "another domain": ([('ClassVar[str] = "kit"', 'ClassVar[str] = "other"')], "", "is described", "domain 'other'"),
    "presentations that are none": (
        [('Presentation(read_stimuli(), 8.0, "A"),', "read_stimuli(),")],
        "",
        "says what it presents",
        "a StimulusSet: expected a Presentation",
    ),
    "degrees below zero": ([("read_stimuli(), 8.0", "read_stimuli(), -8.0")], "", "presents", "visual_degrees=-8.0"),
    "a benchmark that cannot score": (
        [("return Score(.5)", "raise KeyError('object_name')")],
        "",
        "can be scored",
        "scored on a subject that answers at random: KeyError: 'object_name'",
    ),
    "a benchmark that says nothing": ([("return Score(.5)", "return Score(None)")], "", "can be scored", "neither"),
    "a number for a result": ([("return Score(.5)", "return .5")], "", "can be scored", "a Score"),
}


@pytest.mark.parametrize("case", CASES)
def test_a_broken_promise_is_found_and_said(install, case):
    changes, more, check, says = CASES[case]
    import re

    found = {name: reason for name, reason in broken(install(*changes, more=more)).items() if check in name}
    assert found, f"nothing found by {check!r}"
    assert any(re.search(says, reason) for reason in found.values()), found


@pytest.mark.parametrize(
    ("requires", "says"),
    [
        (REQUIRES[1:], "imports brainscore_core, which"),
        (("brainscore-core", *REQUIRES[1:]), "requires 'brainscore-core'"),
        (("brainscore-core>=3", *REQUIRES[1:]), "an upper bound, as brainscore-core>=3,<4"),
        (("brainscore-core>=4,<5", *REQUIRES[1:]), "was not imported|it needs"),
        ((*REQUIRES, "bs-kit-other"), "requires 'bs-kit-other'"),
    ],
)
def test_dependencies(install, requires, says):
    import re

    assert re.search(says, " ".join(broken(install(requires=requires)).values()))


@pytest.mark.parametrize(
    ("document", "text", "says"),
    [
        ("README.md", "", "has no README.md"),
        ("CHANGELOG.md", "## 1.0.01", "says nothing of 1.0.0"),
        ("tests/test_it.py", None, "has no tests"),
        (
            "pyproject.toml",
            '[project]\nname = "kit-plugin"\nversion = "1.0.0"\nlicense = "MIT"\n',
            "no 'requires-python'",
        ),
    ],
)
def test_documents(install, document, text, says):
    documents = {name: content for name, content in DOCUMENTS.items() if name != document}
    found = broken(install(documents=documents | ({document: text} if text is not None else {})))
    assert says in found["package: README, CHANGELOG and tests"]


def test_without_a_source_folder_documents_are_not_asked_for(install):
    outcomes = {outcome.check: outcome for outcome in check_plugin(install(editable=False))}
    documents = outcomes["package: README, CHANGELOG and tests"]
    assert documents.status == "not applicable" and "without its source" in documents.reason


def test_entry_points_that_the_source_has_and_the_installation_has_not(install):
    name = install()
    from pathlib import Path

    from brainscore_core.testing.plugin import Plugin

    pyproject = Path(Plugin(name).source) / "pyproject.toml"
    pyproject.write_text(
        pyproject.read_text() + '\n[project.entry-points."brainscore.domains"]\nnew = "kit_plugin:x"\n'
    )
    assert "new" in broken(name)["package: metadata are right"]


def test_another_plugins_module_is_no_dependency_even_when_declared(install):
    name = install(requires=(*REQUIRES, "bs-kit-other>=1,<2"), more="def later():\n    import bs_kit_other")
    assert "a module of the plugin bs-kit-other" in broken(name)["package: declared dependencies suffice"]


def test_data_that_cannot_be_had_are_no_fault(install):
    name = install(
        (
            "def read():\n",
            "def read():\n    from brainscore_core.errors import DataUnavailable\n"
            "    tries.append(1)\n    raise DataUnavailable('numbers.nc cannot be had')\n\n\n",
        ),
        more="tries = []",
    )
    outcomes = {outcome.check: outcome for outcome in check_plugin(name)}
    for check in ("loads valid", "loads alike each time", "can be stored"):
        assert outcomes[f"KitData: {check}"].status == "not applicable"
        assert "numbers.nc cannot be had" in outcomes[f"KitData: {check}"].reason
    import kit_plugin

    assert kit_plugin.tries == [1, 1], "what cannot be had is asked for once by its checks, once by the benchmark"
    assert outcomes["Kit.A-correlate: can be scored"].status == "not applicable"
    test = conformance(name)
    with pytest.raises(pytest.skip.Exception, match=r"numbers\.nc"):
        test(next(check for check in test.pytestmark[0].args[1] if str(check) == "KitData: loads valid"))


def test_a_domain_without_a_subject_scores_nothing(install):
    name = install()
    from dataclasses import replace

    import kit_domain

    kit_domain.domain = replace(kit_domain.domain, subject="")
    outcomes = {outcome.check: outcome for outcome in check_plugin(name)}
    scored = outcomes["Kit.A-correlate: can be scored"]
    assert scored.status == "not applicable" and "no subject" in scored.reason


def test_a_benchmark_may_name_the_subject_that_it_is_scored_with(install):
    name = install(
        ("return Score(.5)", "return Score(.5) if model is subject_of(self) else None"),
        (
            'ClassVar[str] = "kit"',
            'ClassVar[str] = "kit"\n    conformance_subject: ClassVar[str] = "kit_plugin:subject_of"',
        ),
        more="the_subject = []\n\ndef subject_of(benchmark):\n"
        "    from kit_domain import subject\n\n"
        "    if not the_subject:\n        the_subject.append(subject(benchmark))\n"
        "    return the_subject[0]\n",
    )
    assert "Kit.A-correlate: can be scored" not in broken(name)


def test_an_example_makes_a_metric_of_parameters(install):
    name = install(("unit: int = 0", "unit"))
    assert broken(name, examples={"kit-correlate": Example({"unit": 1})}).keys() == {
        "Kit.A-correlate: has what it needs"
    }


def test_what_is_not_installed_is_said(install):
    with pytest.raises(UnknownIdentifier, match="no distribution 'bs-nothing' is installed"):
        check_plugin("bs-nothing")


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("/site/bs_papers/one.toml", True),
        ("/site/other/one.toml", False),
        ("/site/bs_papers/one.json", False),
        ("/site/bs_papers/data/one.toml", False),
    ],
)
def test_a_description_in_the_package_is_source(path, source):
    from brainscore_core.testing.probe import _Watch

    assert _Watch(("bs_papers",))._is_description(path) is source
