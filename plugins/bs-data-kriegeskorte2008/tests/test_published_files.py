"""Published numbers from the package's own matrices, and images as they are in the file."""

import numpy as np
import pytest
from scipy.stats import pearsonr, spearmanr

from brainscore_core import load_dataset, load_stimulus_set
from brainscore_core.assemblies import DissimilarityAssembly, select

pytestmark = pytest.mark.usefixtures("published_files")

UPPER = np.triu_indices(92, 1)


def upper(assembly):
    return assembly.values.astype(float)[:, *UPPER]


@pytest.mark.parametrize(("name", "rows"), [("human", 8), ("monkey", 1), ("judgments", 16), ("models", 8)])
def test_matrices_are_whole(name, rows):
    assembly = DissimilarityAssembly.validate(load_dataset(f"Kriegeskorte2008.{name}"))
    assert assembly.shape == (rows, 92, 92)
    assert np.array_equal(assembly.values, assembly.values.swapaxes(1, 2))
    assert not np.diagonal(assembly.values, axis1=1, axis2=2).any()
    assert np.isfinite(assembly.values).all()
    ids = load_stimulus_set("Kriegeskorte2008").ids
    for side in ("stimulus_id_i", "stimulus_id_j"):
        assert np.array_equal(assembly[side].values, ids)


def test_human_and_monkey_agree_as_published():
    human, monkey = (upper(load_dataset(f"Kriegeskorte2008.{name}")) for name in ("human", "monkey"))
    assert pearsonr(human.mean(axis=0), monkey[0]).statistic == pytest.approx(0.4912, abs=5e-5)
    assert spearmanr(human.mean(axis=0), monkey[0]).statistic == pytest.approx(0.4389, abs=5e-5)


def test_human_rows_are_subjects_and_sessions():
    human = load_dataset("Kriegeskorte2008.human")
    rows = list(zip(human["subject_id"].values.tolist(), human["session"].values.tolist(), strict=True))
    assert rows == [(subject, session) for subject in ("BE", "KO", "SN", "TI") for session in (1, 2)]
    assert set(human["region"].values.tolist()) == {"IT"}
    values = upper(human)
    within = np.mean([np.corrcoef(values[i], values[i + 1])[0, 1] for i in range(0, 8, 2)])
    across = np.mean([np.corrcoef(values[i], values[j])[0, 1] for i in range(8) for j in range(8) if i // 2 != j // 2])
    assert within > across > 0.1


def test_models_relate_to_brains_as_published():
    models = load_dataset("Kriegeskorte2008.models")
    human, monkey = (upper(load_dataset(f"Kriegeskorte2008.{name}")).mean(axis=0) for name in ("human", "monkey"))
    rows = dict(zip(models["subject_id"].values.tolist(), upper(models), strict=True))
    assert np.array_equal(rows["monkeyIT"], monkey)
    assert spearmanr(rows["HMAX"], human).statistic == pytest.approx(0.22, abs=5e-3)
    assert spearmanr(rows["HMAX"], monkey).statistic == pytest.approx(0.25, abs=5e-3)
    animate = load_stimulus_set("Kriegeskorte2008")["animate"].to_numpy()
    assert np.array_equal(rows["animacy"] == 1, (animate[:, None] != animate)[UPPER])


def test_judgments_are_sixteen_people():
    judgments = load_dataset("Kriegeskorte2008.judgments")
    assert len(set(judgments["subject_id"].values.tolist())) == 16
    assert select(judgments, subject_id="subject1").shape == (1, 92, 92)


def test_images_are_objects_on_grey():
    stimuli = load_stimulus_set("Kriegeskorte2008")
    assert len(stimuli) == 92
    for stimulus_id in stimuli:
        image = stimuli.open(stimulus_id)
        assert image.shape == (175, 175, 3) and image.dtype == np.uint8
        assert np.median([image[0, 0], image[0, -1], image[-1, 0], image[-1, -1]]) == 128
        assert image.std() > 5
    assert len({stimuli.digest_of(stimulus_id) for stimulus_id in stimuli}) == 92
    assert len({stimuli.key(stimulus_id) for stimulus_id in stimuli}) == 92


def test_opened_image_is_the_callers_own():
    stimuli = load_stimulus_set("Kriegeskorte2008")
    stimuli.open("Kriegeskorte2008_13")[:] = 0
    assert stimuli.open("Kriegeskorte2008_13").any()


def test_categories_are_consistent_with_each_other():
    table = load_stimulus_set("Kriegeskorte2008").table
    counts = {"animate": 48, "inanimate": 44, "human": 24, "face": 24, "body": 24, "natural_object": 23,
              "artificial_object": 21, "monkey_or_ape": 7, "natural": 71}  # fmt: skip
    assert {name: int(table[name].sum()) for name in counts} == counts
    assert (table["animate"] != table["inanimate"]).all()
    assert (table["face"] == table["category"].str.endswith("face")).all()
    assert (table["artificial_object"] == (table["category"] == "artificial inanimate")).all()
    assert (table["human"] == table["category"].str.startswith("human")).all()
