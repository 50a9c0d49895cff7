"""Plugins that cannot be installed together, as wheels that uv finds in a folder."""

import hashlib
import runpy
import zipfile
from base64 import urlsafe_b64encode
from pathlib import Path

TROUBLE = Path(__file__).parents[1] / "trouble.py"
MODEL = """
import clash_lib
from trouble import Subject as Base, ModelEntry

class Subject(Base):
    def answer(self):
        return clash_lib.VALUE * FACTOR

FACTOR = {factor}
entry = ModelEntry("{name}", lambda: Subject("{name}"), Base.info)
"""


def make_wheel(folder, name, version, modules, entry_points=(), requires=()):
    """Write one; its path."""
    stem = f"{name.replace('-', '_')}-{version}"
    info = f"{stem}.dist-info"
    meta = [f"Metadata-Version: 2.3\nName: {name}\nVersion: {version}\n", *(f"Requires-Dist: {r}\n" for r in requires)]
    files = dict(modules) | {
        f"{info}/METADATA": "".join(meta),
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{info}/entry_points.txt": "".join(
            f"[{group}]\n" + "".join(f"{key} = {value}\n" for key, value in rows.items())
            for group, rows in dict(entry_points).items()
        ),
    }
    lines = []
    for path, text in files.items():
        digest = urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).decode().rstrip("=")
        lines.append(f"{path},sha256={digest},{len(text.encode())}\n")
    files[f"{info}/RECORD"] = "".join([*lines, f"{info}/RECORD,,\n"])
    target = folder / f"{stem}-py3-none-any.whl"
    with zipfile.ZipFile(target, "w") as archive:
        for path, text in files.items():
            archive.writestr(path, text)
    return target


def clashing(folder):
    """Two models, of libraries that contradict each other, and the benchmarks; path of each wheel by its stem."""
    names = runpy.run_path(str(TROUBLE))
    groups = {
        "brainscore.domains": {"trouble": "trouble:domain"},
        "brainscore.trouble.models": {
            name: f"trouble:model_{names['attribute'](name)}" for name in ("good-0", "good-1")
        },
        "brainscore.trouble.benchmarks": {name: f"trouble:{name}" for name in ("one", "two")},
        "brainscore.metrics": {"nothing": "trouble:Nothing"},
        "brainscore.datasets": {"numbers": "trouble:data"},
    }
    core = "brainscore-core>=3,<4"
    made = [make_wheel(folder, "bs-trouble", "1.0.0", {"trouble.py": TROUBLE.read_text()}, groups, [core])]
    for version in ("1.0", "2.0"):
        made.append(make_wheel(folder, "clash-lib", version, {"clash_lib.py": f"VALUE = {version} / 10\n"}))
    for name, version, lib, factor in (
        ("old", "1.0.0", "1.0", 1),
        ("old", "2.0.0", "1.0", 3),
        ("new", "1.0.0", "2.0", 1),
    ):
        module = {f"clash_{name}.py": MODEL.format(name=f"clash-{name}", factor=factor)}
        groups = {"brainscore.trouble.models": {f"clash-{name}": f"clash_{name}:entry"}}
        needs = [core, "bs-trouble>=1,<2", f"clash-lib=={lib}"]
        made.append(make_wheel(folder, f"bs-clash-{name}", version, module, groups, needs))
    return {"-".join(path.name.split("-")[:2]): path for path in made}


def install(wheel, folder):
    """As an installer would that does not ask what a wheel needs."""
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
