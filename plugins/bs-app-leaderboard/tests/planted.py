"""Models and benchmarks of the tests, as the database describes them; and what the folder's scripts hold."""

import json

BENCHMARKS = {
    "A2015.V1-one": ("V1", "2015-01-01", "macaque", "pls", ""),
    "B2016.V1-two": ("V1-orientation", "2016-01-01", "macaque", "ks", ""),
    "C2017.V4-one": ("V4", "2017-01-01", "macaque", "pls", ""),
    "D2018.IT-one": ("IT", "2018-01-01", "human", "rdm", ""),
    "E2019.IT-two": ("IT", "2019-01-01", "macaque", "pls", ""),
    "F2020.what": ("behavior_vision", "2020-01-01", "human", "i2n", "label"),
    "G2021.top1": ("engineering_vision", "2021-01-01", "human", "accuracy", "label"),
}
"""Node, release, species, metric, task."""
MODELS = {
    "family:small": ("2014-06-01", []),
    "family:large": ("2018-06-01", []),
    "other <b>&\"'": ("2020-06-01", ["baseline"]),
    "late": ("2022-06-01", []),
    "undated": ("", []),
    "control": ("2016-06-01", ["positive-control"]),
}


def benchmark(name, **more):
    parent, released, species, metric, task = BENCHMARKS.get(name, ("V1", "2020-01-01", "macaque", "pls", ""))
    info = {"species": species, "metric": f"MetricSpec('{metric}', x=1)", "description": f"What {name} asks."}
    info |= {"experiment": {"region": "" if task else parent, "task": task}, "bibtex": f"@article{{{name}}}"}
    known = {"identifier": name, "version": 1, "domain": "vision", "parent": parent, "released": released, "info": info}
    return known | {key: value for key, value in more.items() if key != "info"} | {"info": info | more.get("info", {})}


def model(name, **more):
    released, flags = MODELS.get(name, ("", []))
    info = {"description": f"{name} </script><img src=x onerror=alert(1)>", "bibtex": "@article{family}"}
    known = {"identifier": name, "distribution": "bs-x", "version": "1", "digest": "d", "released": released}
    return known | {"flags": flags, "info": info} | more


def read(path):
    """What a script of the folder holds: the core payload, or the last of what it hands over."""
    text = path.read_text(encoding="utf-8").rstrip(";")
    if text.startswith("window.BRAINSCORE="):
        return json.loads(text.removeprefix("window.BRAINSCORE="))
    return json.loads(f"[{text.removeprefix('window.BRAINSCORE_DETAIL(').removesuffix(')')}]")[-1]
