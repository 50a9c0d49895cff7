"""What a user gets wrong, each done on purpose. ``python tests/bad_input/cases.py`` prints docs/bad-input.md.

A case is a function of a folder of its own (and, where it is about what is installed, of ``install``) that raises.
"""

import hashlib
import os
import re
import runpy
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
import pandas as pd

from brainscore_core import align, load_metric, load_model, registry
from brainscore_core.assemblies import NeuroidAssembly
from brainscore_core.cache import RowCache  # noqa: F401  imported before the path is narrowed
from brainscore_core.cli.kinds import expand
from brainscore_core.data import Source, fetch, unpack
from brainscore_core.errors import BrainScoreError
from brainscore_core.stimuli import StimulusSet
from brainscore_core.testing.fake_distributions import fake_site
from brainscore_vision import image_set, wrap
from brainscore_vision.activations.keras_network import import_keras
from brainscore_vision.benchmarks.recording import checked
from brainscore_vision.images import decode_image

CASES: dict[str, tuple[str, Callable[..., Any]]] = {}
"""Title to section and function."""

HEAD = """# What wrong input gets

Printed by `python tests/bad_input/cases.py`, and compared with what is said today by `tests/bad_input`: each of these
was done twice, said the same both times, and left nothing behind.
"""


def case(section: str, title: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Note a case."""

    def note(function: Callable[..., Any]) -> Callable[..., Any]:
        CASES[title] = (section, function)
        return function

    return note


# --- plugins -------------------------------------------------------------------------------------------------------

MODELS, METRICS = "brainscore.vision.models", "brainscore.metrics"
PLUGINS = "Plugins"


@case(PLUGINS, "an identifier that nothing has")
def unknown(folder: Path, install: Callable[..., Any]) -> None:
    install("bs-model-hmax", entry_points={MODELS: {"hmax": "bs_model_hmax:hmax"}})
    load_model("hmacks")


@case(PLUGINS, "one that a package would bring")
def not_installed(folder: Path, install: Callable[..., Any]) -> None:
    load_model("gabor-v1")


@case(PLUGINS, "a pattern that matches nothing")
def no_match(folder: Path, install: Callable[..., Any]) -> None:
    expand("benchmarks", ("Nothing*",))


@case(PLUGINS, "two distributions with one identifier")
def conflict(folder: Path, install: Callable[..., Any]) -> None:
    for name in ("bs-one", "bs-other"):
        install(name, entry_points={MODELS: {"same": f"{name.replace('-', '_')}:entry"}})
    load_model("same")


@case(PLUGINS, "a distribution with a malformed entry_points.txt")
def malformed(folder: Path, install: Callable[..., Any]) -> None:
    install("bs-malformed", entry_points_text="[brainscore.metrics]\nno equals sign\n")
    load_metric("pearson")


@case(PLUGINS, "a distribution without METADATA")
def bare(folder: Path, install: Callable[..., Any]) -> None:
    install("bs-bare", metadata=False, entry_points={METRICS: {"bare": "bs_bare:entry"}})
    load_metric("bare")


@case(PLUGINS, "an entry that is no object reference")
def no_reference(folder: Path, install: Callable[..., Any]) -> None:
    install("bs-odd", entry_points={METRICS: {"odd": "no reference"}})
    load_metric("odd")


@case(PLUGINS, "a plugin that raises when it is imported")
def raising(folder: Path, install: Callable[..., Any]) -> None:
    install("bs-raising", entry_points={METRICS: {"raising": "bs_raising:entry"}}, modules={"bs_raising": "1 / 0"})
    load_metric("raising")


@case(PLUGINS, "a plugin built for another core")
def other_core(folder: Path, install: Callable[..., Any]) -> None:
    points = {METRICS: {"old": "bs_old:entry"}}
    install("bs-old", entry_points=points, requires=["brainscore-core>=2,<3"], modules={"bs_old": "entry = 1"})
    load_metric("old")


# --- assemblies ----------------------------------------------------------------------------------------------------

ASSEMBLIES = "Assemblies"


def assembly(ids: Any = "abcd", values: Any = None, **coords: Any) -> Any:
    given: dict[str, Any] = {"stimulus_id": ("presentation", list(ids))}
    given |= {"neuroid_id": ("neuroid", ["n1", "n2"]), "region": ("neuroid", ["IT", "IT"])}
    values = np.arange(2.0 * len(ids)).reshape(-1, 2) if values is None else values
    given = {name: value for name, value in (given | coords).items() if value is not None}
    return NeuroidAssembly(values, dims=("presentation", "neuroid"), coords=given)


@case(ASSEMBLIES, "no stimulus_id")
def no_ids(folder: Path) -> None:
    assembly(stimulus_id=None)


@case(ASSEMBLIES, "a coordinate of the wrong length")
def wrong_length(folder: Path) -> None:
    assembly(region=("neuroid", ["IT"] * 3))


@case(ASSEMBLIES, "NaN everywhere")
def all_nan(folder: Path) -> None:
    assembly(values=np.full((4, 2), np.nan))


@case(ASSEMBLIES, "a stimulus twice")
def twice(folder: Path) -> None:
    align(assembly("abca"), assembly())


@case(ASSEMBLIES, "stimuli that are missing")
def missing(folder: Path) -> None:
    align(assembly("ab"), assembly())


# --- files ---------------------------------------------------------------------------------------------------------

FILES = "Files"


def source_of(path: Path, **fields: Any) -> Source:
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return Source(path.name, (path.as_uri(),), **{"sha256": digest, **fields})


def archive(folder: Path, name: str = "inside.txt") -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / "stimuli.zip"
    with zipfile.ZipFile(path, "w") as zipped:
        zipped.writestr(zipfile.ZipInfo(name), "x" * 2000)
    return path


@case(FILES, "bytes that are not those that were named")
def mismatch(folder: Path) -> None:
    fetch(source_of(archive(folder), sha256="0" * 64))


@case(FILES, "a file that is nowhere")
def nowhere(folder: Path) -> None:
    fetch(Source("recordings.nc", ((folder / "recordings.nc").as_uri(),), sha256="0" * 64))


@case(FILES, "a corrupt archive")
def corrupt(folder: Path) -> None:
    path = archive(folder)
    content = bytearray(path.read_bytes())
    content[200:260] = bytes(60)
    path.write_bytes(content)
    unpack(source_of(path))


@case(FILES, "a truncated archive")
def truncated(folder: Path) -> None:
    path = archive(folder)
    path.write_bytes(path.read_bytes()[:1000])
    unpack(source_of(path))


@case(FILES, "an archive that writes outside its folder")
def escaping(folder: Path) -> None:
    unpack(source_of(archive(folder, "../outside.txt")))


@case(FILES, "a store that cannot be written")
def unwritable(folder: Path) -> None:
    path = archive(folder)
    (folder / "file").write_bytes(b"")
    before, os.environ["BRAINSCORE_HOME"] = os.environ["BRAINSCORE_HOME"], str(folder / "file")
    try:
        fetch(source_of(path))
    finally:
        os.environ["BRAINSCORE_HOME"] = before


# --- images --------------------------------------------------------------------------------------------------------

IMAGES = "Images"


@case(IMAGES, "a file that is no image")
def no_image(folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    (folder / "image.png").write_bytes(b"no image")
    decode_image(folder / "image.png")


@case(IMAGES, "a stimulus without a file")
def no_file(folder: Path) -> None:
    image_set("set", pd.DataFrame({"stimulus_id": ["a"]}), {"a": folder / "a.png"})


# --- models --------------------------------------------------------------------------------------------------------

WRONG_MODELS = "Models"
SHOWN = np.array(["a", "b", "c", "d"])


def images() -> StimulusSet:
    pixels = {id: np.full((4, 4), index, np.uint8) for index, id in enumerate(SHOWN)}
    return StimulusSet(pd.DataFrame({"stimulus_id": SHOWN}), identifier="four", open=pixels.__getitem__)


def recorded(function: Callable[[Any], Any]) -> None:
    model = wrap(function, layers={"IT": "output"}, visual_degrees=8, identifier="mine")
    model.start_recording("IT")
    model.look_at(images())


@case(WRONG_MODELS, "too few rows of a layer")
def few_rows(folder: Path) -> None:
    recorded(lambda batch: batch[:2])


@case(WRONG_MODELS, "NaN in a layer")
def nan_rows(folder: Path) -> None:
    recorded(lambda batch: np.where(batch == 2, np.nan, 1.0))


@case(WRONG_MODELS, "rows of other stimuli")
def other_rows(folder: Path) -> None:
    checked(assembly("abcx"), SHOWN, model="mine")


@case(WRONG_MODELS, "a task that it does not do")
def no_task(folder: Path) -> None:
    wrap(np.asarray, layers={"IT": "output"}, visual_degrees=8, identifier="mine").start_task("label", ["cat", "dog"])


@case(WRONG_MODELS, "input of another size than the network takes")
def other_size(folder: Path) -> None:
    recorded(lambda batch: np.stack(batch) @ np.ones((5, 3)))


@case(WRONG_MODELS, "a region that it has no layer for")
def no_region(folder: Path) -> None:
    wrap(np.asarray, layers={"IT": "output"}, visual_degrees=8).start_recording("V1")


@case(WRONG_MODELS, "a layer that there is not")
def no_layer(folder: Path) -> None:
    def network(batch: Any) -> Any:
        return {}

    network.layer_names = ("layer1", "layer2", "fc")  # type: ignore[attr-defined]
    wrap(network, layers={"IT": "layer3"}, visual_degrees=8)


@case(WRONG_MODELS, "a Keras model where TensorFlow, its backend, is not installed")
def no_tensorflow(folder: Path) -> None:
    missing = ModuleNotFoundError("No module named 'tensorflow'", name="tensorflow")
    with patch.dict(os.environ, KERAS_BACKEND="tensorflow"), patch("importlib.import_module", side_effect=missing):
        import_keras()


# --- neural benchmarks ---------------------------------------------------------------------------------------------

NEURAL = "Neural benchmarks and their metrics"
_MORE = runpy.run_path(str(Path(__file__).with_name("neural_cases.py")))
CASES.update({title: (NEURAL, function) for title, function in _MORE["CASES"].items()})
REPORTED: dict[str, tuple[Callable[[], Any], tuple[str, ...]]] = _MORE["REPORTED"]
"""What is no error: title to a score, and where in its details it is counted."""


# --- behaviour, and what other files of cases hold -----------------------------------------------------------------

for _section, _file in (
    ("Behaviour", "behavior_cases.py"),
    ("Time", "time_cases.py"),
    ("Movies", "movie_cases.py"),
    ("Files that describe a paper", "paper_cases.py"),
    ("Campaigns", "campaign_cases.py"),
):
    _found = runpy.run_path(str(Path(__file__).with_name(_file)))["CASES"]
    CASES.update({title: (_section, function) for title, function in _found.items()})


# --- doing them ----------------------------------------------------------------------------------------------------


@contextmanager
def home(folder: Path) -> Iterator[Path]:
    """A store of its own meanwhile."""
    names = ("BRAINSCORE_HOME", "BRAINSCORE_MIRRORS", "BRAINSCORE_OFFLINE")
    before = {name: os.environ.pop(name, None) for name in names}
    os.environ["BRAINSCORE_HOME"] = str(folder)
    try:
        yield folder
    finally:
        for name, value in before.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value


def provoke(title: str, folder: Path) -> list[BrainScoreError]:
    """Do it twice; what was raised."""
    section, function = CASES[title]
    raised = []
    for _ in range(2):
        with ExitStack() as stack:
            site = tempfile.TemporaryDirectory() if section == PLUGINS else None
            more = [stack.enter_context(fake_site(Path(stack.enter_context(site))))] if site else []
            try:
                function(folder, *more)
            except BrainScoreError as error:
                raised.append(error)
    registry.refresh()
    return raised


def left(store: Path) -> list[str]:
    """Files in the store, locks aside."""
    return sorted(path.name for path in store.rglob("*") if path.is_file() and path.suffix != ".lock")


def plain(text: str, folder: Path) -> str:
    """A message without the places and digests of one run."""
    text = text.replace(str(folder), "FOLDER")
    return re.sub(r"\b([0-9a-f]{12})([0-9a-f]{28,52})?\b", "DIGEST", text)


def as_markdown() -> str:
    """The document."""
    sections: dict[str, list[str]] = {}
    for title, (section, _) in CASES.items():
        with tempfile.TemporaryDirectory() as name, home(Path(name) / "home"):
            error = provoke(title, Path(name) / "place")[0]
            said = plain(str(error), Path(name)).replace("|", "\\|").replace("\n", " ")
        sections.setdefault(section, []).append(f"| {title} | `{type(error).__name__}` | {said} |")
    tables = [f"\n## {section}\n\n| | error | what it says |\n|---|---|---|\n" + "\n".join(rows) + "\n"
              for section, rows in sections.items()]  # fmt: skip
    return HEAD + "".join(tables) + reported()


def counted(title: str) -> dict[str, Any]:
    """What a score counts of it."""
    do, names = REPORTED[title]
    details = do().details
    return {name: details[name] for name in names}


def reported() -> str:
    """The table of what is counted."""
    rows = [
        f"| {title} | {', '.join(f'`{name}`: {value}' for name, value in counted(title).items())} |\n"
        for title in REPORTED
    ]
    return "\n## No error, but counted in the score\n\n| | `details` |\n|---|---|\n" + "".join(rows)


if __name__ == "__main__":
    sys.stdout.write(as_markdown())
