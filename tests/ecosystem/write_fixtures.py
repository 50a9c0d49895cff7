"""Write files as the incumbent packages them, and what it reads from them; run with brainscore-core 2.x.

Usage: python write_fixtures.py
"""

import hashlib
import json
import shutil
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
from brainscore_core.supported_data_standards.brainio import packaging
from brainscore_core.supported_data_standards.brainio.assemblies import (
    AssemblyLoader,
    NeuroidAssembly,
    NeuronRecordingAssembly,
    StimulusMergeAssemblyLoader,
    walk_coords,
)
from brainscore_core.supported_data_standards.brainio.stimuli import StimulusSet, StimulusSetLoader
from PIL import Image

HERE = Path(__file__).parent
FILES = HERE / "files"
IDS = ["007", "a.1", "c3", "b2"]
"""One looks like a number, one like a file with an ending."""


def table():
    return pd.DataFrame(
        {
            "stimulus_id": IDS,
            "object_name": ["car", "bear", "car", "face"],
            "background": ["sky", np.nan, "sea", "sea"],
            "rxy": [0.5, -1.25, np.nan, 3.0],
            "variation": [0, 3, 6, 3],
            "flipped": [True, False, False, True],
        }
    )


def pictures():
    rng = np.random.default_rng(0)
    return {id: rng.integers(0, 256, (6, 6) if id == "c3" else (6, 6, 3), dtype=np.uint8) for id in IDS}


def stimuli(folder):
    made = StimulusSet(table())
    made.stimulus_paths = {}
    for id, pixels in pictures().items():
        Image.fromarray(pixels).save(folder / f"{id}.png")
        made.stimulus_paths[id] = str(folder / f"{id}.png")
    return made


def recording(kind, dtype):
    """Two repetitions of each stimulus, three units, two time bins; one trial is missing in one unit."""
    values = np.random.default_rng(1).normal(size=(8, 3, 2)).astype(dtype)
    values[5, 2] = np.nan
    return kind(
        values,
        dims=["presentation", "neuroid", "time_bin"],
        coords={
            "stimulus_id": ("presentation", IDS * 2),
            "repetition": ("presentation", [0] * 4 + [1] * 4),
            "neuroid_id": ("neuroid", ["Tito_1", "Tito_2", "Chabo_1"]),
            "region": ("neuroid", ["V4", "V4", "IT"]),
            "latency": ("neuroid", [60.0, 70.5, 90.0]),
            "time_bin_start": ("time_bin", [70, 170]),
            "time_bin_end": ("time_bin", [170, 270]),
        },
    )


def package(folder):
    packaging.package_stimulus_set_locally(stimuli(folder), "test.Shown2026", downloads_path=FILES)
    packaging.package_data_assembly_locally(
        recording(NeuroidAssembly, "float64"), "test.Recorded2026", "test.Shown2026", downloads_path=FILES
    )
    single = recording(NeuronRecordingAssembly, "float32")
    packaging.write_netcdf(single.isel(time_bin=[0]), FILES / "assy_test_Single2026.nc")


def package_as_once(folder):
    """``image_id``, the prefix ``image_``, ``stimulus_path_within_store``, and units known by an index alone."""
    old = stimuli(folder)
    old["stimulus_path_within_store"] = [f"picture-{index}" for index in range(len(IDS))]
    _, names = packaging.create_stimulus_zip(old, str(FILES / "image_test_Shown2016.zip"))
    packaging.create_stimulus_csv(
        old.rename(columns={"stimulus_id": "image_id"}).assign(filename=names), str(FILES / "image_test_Shown2016.csv")
    )
    flat = recording(NeuroidAssembly, "float64").isel(time_bin=0, drop=True)
    array = packaging.DataArray(
        flat.values,
        dims=["presentation", "neuroid"],
        coords={
            "image_id": ("presentation", IDS * 2),
            "repetition_id": ("presentation", [0] * 4 + [1] * 4),
            "neuroid": [11, 12, 13],
        },
    )
    packaging.write_netcdf(array, FILES / "assy_test_Recorded2016.nc")


def read(name, kind, shown=None):
    path = FILES / f"{name}.nc"
    loader = AssemblyLoader(cls=kind, file_path=path)
    if shown is not None:
        loader = StimulusMergeAssemblyLoader(kind, path, stimulus_set_identifier=shown.identifier, stimulus_set=shown)
    assembly = loader.load()
    coords = {name: [list(dims), plain(values)] for name, dims, values in walk_coords(assembly)}
    return {
        "dims": list(assembly.dims),
        "dtype": str(assembly.dtype),
        "values": plain(assembly.values),
        "coords": coords,
    }


def read_images(name):
    with TemporaryDirectory() as folder:
        shutil.unpack_archive(FILES / f"{name}.zip", folder)
        shown = StimulusSetLoader(csv_path=FILES / f"{name}.csv", stimuli_directory=folder, cls=StimulusSet).load()
        shown.identifier = name
        pixels = {id: np.array(Image.open(shown.get_stimulus(id))) for id in shown["stimulus_id"]}
    columns = {column: plain(shown[column].to_numpy()) for column in shown.columns}
    digests = {id: [list(image.shape), hashlib.sha256(image.tobytes()).hexdigest()] for id, image in pixels.items()}
    return shown, {"columns": columns, "pixels": digests}


def plain(values):
    """As JSON: NaN is null."""
    return json.loads(json.dumps(np.asarray(values).tolist(), default=str).replace("NaN", "null"))


def main():
    shutil.rmtree(FILES, ignore_errors=True)
    FILES.mkdir()
    with TemporaryDirectory() as folder:
        package(Path(folder))
        package_as_once(Path(folder))
    shown, images = read_images("stimulus_test_Shown2026")
    content = {
        "written_by": {
            "script": hashlib.sha256(Path(__file__).read_bytes()).hexdigest(),
            **{name: version(name) for name in ("brainscore-core", "numpy", "xarray", "pandas", "netCDF4")},
        },
        "files": {path.name: hashlib.sha1(path.read_bytes()).hexdigest() for path in sorted(FILES.iterdir())},
        "assemblies": {
            "assy_test_Recorded2026": read("assy_test_Recorded2026", NeuroidAssembly, shown),
            "assy_test_Single2026": read("assy_test_Single2026", NeuronRecordingAssembly),
        },
        "images": {"stimulus_test_Shown2026": images},
    }
    (HERE / "expected.json").write_text(json.dumps(content, indent=1) + "\n")


if __name__ == "__main__":
    main()
