"""Made-up files in the format of the existing ecosystem, in a folder that is a mirror.

Tests of a data package whose files cannot be had everywhere rehearse it with these: what they fetch, verify, unpack and
read is what the package will.
"""

import csv
import hashlib
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr


class Rehearsal:
    """A mirror to be named in ``BRAINSCORE_MIRRORS``.

    Parameters
    ----------
    folder : Path
        Is made.
    """

    def __init__(self, folder: Path):
        folder.mkdir(parents=True)
        self.folder = folder
        self._index: list[dict[str, str | int]] = []

    def assembly(self, filename: str, assembly: "xr.DataArray") -> str:
        """Write a recording as the ecosystem does, every coordinate flat along its dimension; its sha1.

        Parameters
        ----------
        filename : str
            As ``"assy_dicarlo_MajajHong2015_public.nc"``.
        """
        flat = assembly.reset_index(list(assembly.indexes)) if assembly.indexes else assembly
        flat.to_dataset(name="data").to_netcdf(self.folder / filename, engine="h5netcdf")
        return self._add(filename)

    def images(self, name: str, table: "pd.DataFrame", images: Mapping[str, np.ndarray]) -> tuple[str, str]:
        """Write table and flat archive of an image set; their sha1.

        Parameters
        ----------
        name : str
            Without extension, as ``"stimulus_hvm-public"``.
        table : pandas.DataFrame
            With ``stimulus_id``; ``filename`` is added.
        images : mapping of stimulus id to array
            uint8, (height, width) or (height, width, 3); written as png.
        """
        from PIL import Image

        ids = table["stimulus_id"].astype(str)
        table.assign(filename=[f"{id}.png" for id in ids]).to_csv(self.folder / f"{name}.csv", index=False)
        with zipfile.ZipFile(self.folder / f"{name}.zip", "w") as archive:
            for id in ids:
                with archive.open(f"{id}.png", "w") as file:
                    Image.fromarray(images[id]).save(file, format="png")
        return self._add(f"{name}.csv"), self._add(f"{name}.zip")

    def _add(self, filename: str) -> str:
        content = (self.folder / filename).read_bytes()
        digests = {name: hashlib.new(name, content, usedforsecurity=False).hexdigest() for name in ("sha256", "sha1")}
        self._index.append({**digests, "size": len(content), "path": filename})
        with (self.folder / "index.csv").open("w", newline="", encoding="utf-8") as file:
            rows = csv.DictWriter(file, ["sha256", "sha1", "size", "path"])
            rows.writeheader()
            rows.writerows(self._index)
        return digests["sha1"]
