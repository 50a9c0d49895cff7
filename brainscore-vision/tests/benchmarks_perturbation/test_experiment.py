"""Effects of perturbations against simulated ground truth: another network, perturbed at the same sites."""

import numpy as np
import pandas as pd
import pytest
import torch
import xarray as xr

from brainscore_core import score as score_pair
from brainscore_core.contracts import DataEntry, DataInfo
from brainscore_core.errors import InvalidAssembly, InvalidParameter, UnsupportedRegion
from brainscore_core.stimuli import StimulusSet
from brainscore_vision import wrap
from brainscore_vision.behavior import LogisticDecoder
from brainscore_vision.benchmarks.perturbation import DESIGNS, PerturbationEffect
from brainscore_vision.commitments.behavior import Behavior
from brainscore_vision.commitments.physiology import Physiology
from brainscore_vision.commitments.space import UnitSpace
from brainscore_vision.perturbation import Disk, UnsupportedPerturbation, add_noise, silence, stimulate

pytestmark = pytest.mark.usefixtures("home")
CLASSES, EACH, SIDE = 6, 20, 8
SITES = {f"site{number}": silence("IT", Disk(float(number), 0.0, 0.6)) for number in range(8)}


class Brain(torch.nn.Module):
    """Units in a row of tissue; what each prefers is drawn by the seed."""

    def __init__(self, seed=0):
        super().__init__()
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            self.it = torch.nn.Linear(SIDE * SIDE, 8)
            self.behaviour = torch.nn.Linear(8, 16)

    def forward(self, x):
        return self.behaviour(torch.relu(self.it(x.flatten(1))))


def prepare(image):
    return (image[None] / 255 - 0.5).astype(np.float32)


def model(seed=0, read="PFC"):
    places = np.stack([np.arange(8.0), np.zeros(8)], axis=1)
    return wrap(
        Brain(seed),
        preprocessing=prepare,
        layers={"IT": "it", "PFC": "behaviour"},
        visual_degrees=8,
        physiology=Physiology(space=UnitSpace(tissue={"it": places})),
        behavior=Behavior(region=read),
    )


def stimuli(seed=0):
    rng = np.random.default_rng(99)
    prototypes = rng.normal(size=(CLASSES, SIDE, SIDE))
    noise = np.random.default_rng(seed)
    labels = np.repeat(np.arange(CLASSES), EACH)
    values = prototypes[labels] + 1.5 * noise.normal(size=(len(labels), SIDE, SIDE))
    pixels = np.clip(values * 40 + 128, 0, 255).astype(np.uint8)
    images = {f"s{number:03d}": image for number, image in enumerate(pixels)}
    table = pd.DataFrame({"stimulus_id": list(images), "image_label": [f"c{label}" for label in labels]})
    return StimulusSet(
        table, identifier=f"objects {seed}", open=images.__getitem__, key=lambda id: f"objects {seed} {id}"
    )


def entry(name, read):
    return DataEntry(name, read, DataInfo("Simulated."))


def experiment(effects=None, **options):
    zeros = xr.DataArray(
        np.zeros((len(SITES), CLASSES)),
        dims=["site", "condition"],
        coords={"site": list(SITES), "condition": [f"c{label}" for label in range(CLASSES)]},
    )
    given = {"region": "PFC", "sites": SITES} | options
    return PerturbationEffect(
        "Simulated.IT-inactivation",
        data=entry("effects", lambda: zeros if effects is None else effects),
        stimuli=entry("objects", stimuli),
        visual_degrees=8,
        condition="image_label",
        parent="IT",
        version=1,
        **given,
    )


ACCURACY = {"measure": "accuracy", "fitting_stimuli": entry("training", lambda: stimuli(1))}
RESPONSES = {"measure": "responses"}


def nearest_mean(trained, right):
    """A readout by hand: the class whose mean is nearest."""
    names = np.unique(right)
    means = np.stack([trained[right == name].mean(0) for name in names])
    return lambda shown: names[(((shown[:, None] - means) / trained.std(0)) ** 2).mean(-1).argmin(1)]


def decoded(trained, right):
    """A readout by hand: what a logistic decoder finds most probable."""
    fitted = LogisticDecoder().fit(trained, right)
    return lambda shown: np.array(fitted.labels)[fitted.probabilities(shown).argmax(1)]


def truth(seed=0, readout=decoded, **options):
    """What an animal with this brain would do: measured by hand, without the experiment."""
    subject, test, training = model(seed), stimuli(), stimuli(1)
    labels = test["image_label"].to_numpy()
    subject.start_recording("PFC")
    trained, right = subject.look_at(training).values.astype(float), training["image_label"].to_numpy()
    name = readout(trained, right)

    def measured():
        shown = subject.look_at(test).values.astype(float)
        if options["measure"] == "responses":
            return shown.mean(1)
        return (name(shown) == labels).astype(float)

    before, rows = measured(), []
    for parts in SITES.values():
        undo = subject.perturb(parts)
        change = measured() - before
        rows.append([change[labels == name].mean() for name in np.unique(labels)])
        undo()
    return xr.DataArray(
        np.array(rows)[::-1],
        dims=["site", "condition"],
        coords={"site": list(SITES)[::-1], "condition": np.unique(labels).astype(str)},
    )


@pytest.mark.parametrize("options", [ACCURACY, RESPONSES], ids=["accuracy", "responses"])
def test_the_same_brain_gets_one_and_another_gets_nothing(options):
    effects = truth(**options)
    assert np.abs(effects.values).max() > 0.01
    same = experiment(effects, **options)(model())
    assert same.value == pytest.approx(1, abs=1e-6) and same.details["sites"] == 8
    assert same.details["effect_model"] == pytest.approx(same.details["effect_recorded"])
    others = [experiment(effects, **options)(model(seed)).value for seed in range(1, 9)]
    assert abs(np.mean(others)) < 0.3 and max(others) < 0.9


def test_noise_in_the_data_lowers_it():
    effects = truth(**RESPONSES)
    noisy = effects + np.random.default_rng(0).normal(size=effects.shape) * effects.std().item()
    value = experiment(noisy, **RESPONSES)(model()).value
    assert 0.5 < value < 0.9


def test_sites_are_found_by_name_not_place():
    effects = truth(**RESPONSES)
    turned = effects.isel(site=[3, 1, 2, 0, 7, 6, 5, 4])
    one, other = (experiment(entry, **RESPONSES)(model()) for entry in (effects, turned))
    assert one.value == pytest.approx(other.value) and one.value > 0.99


def test_it_is_scored_like_any_benchmark_and_leaves_the_model_intact():
    subject, effects = model(), truth(**ACCURACY)
    digest, weights = subject.digest(), [part.clone() for part in subject._engine.network.module.parameters()]
    result = score_pair(subject, experiment(effects, **ACCURACY))
    assert result.value == pytest.approx(1, abs=1e-6) and "the model's own decoder" in result.details["measure"]
    assert subject.digest() == digest and subject.identifier == "Brain"
    assert all(torch.equal(*pair) for pair in zip(weights, subject._engine.network.module.parameters(), strict=True))
    assert experiment(effects).digest() != experiment(effects, sites=SITES | {"site0": stimulate("IT", 1.0)}).digest()
    assert experiment(effects).info.parent == "IT"


def test_a_model_that_commits_nothing_to_behaviour_is_read_by_nearest_means():
    effects = truth(readout=nearest_mean, **ACCURACY)
    result = experiment(effects, **ACCURACY)(model(read="motor cortex"))
    assert result.value == pytest.approx(1, abs=1e-6) and "nearest class mean" in result.details["measure"]


def test_trials_are_averaged():
    noisy = {name: (entry, add_noise("IT", 0.05)) for name, entry in SITES.items()}
    result = experiment(truth(**RESPONSES), sites=noisy, number_of_trials=10)(model())
    assert result.value > 0.9


def test_nothing_that_varies_is_undefined():
    result = experiment(None, **RESPONSES)(model())
    assert result.value is None and result.flags == ("undefined",)


def test_models_that_refuse():
    plain = wrap(
        lambda batch: batch.reshape(len(batch), -1), layers={"PFC": "output", "IT": "output"}, visual_degrees=8
    )
    with pytest.raises(UnsupportedPerturbation):
        experiment(truth(**RESPONSES))(plain)
    with pytest.raises(UnsupportedRegion):
        experiment(truth(**RESPONSES), region="V4")(model())


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"measure": "reaction time"}, InvalidParameter),
        ({"measure": "accuracy"}, InvalidParameter),
        ({"sites": {}}, InvalidParameter),
        ({"sites": {"site0": "lesion"}}, InvalidParameter),
    ],
)
def test_descriptions_that_mean_nothing(options, error):
    with pytest.raises(error):
        experiment(**options)


def test_data_of_other_sites_or_conditions():
    with pytest.raises(InvalidAssembly, match="effects are of the sites"):
        experiment(truth(**RESPONSES), sites={"elsewhere": SITES["site0"]})(model())
    other = truth(**RESPONSES).assign_coords(condition=[f"d{n}" for n in range(CLASSES)])
    with pytest.raises(InvalidParameter, match="no stimulus of condition 'd0'"):
        experiment(other)(model())


def test_published_designs_are_described():
    assert set(DESIGNS) == {"Afraz2006", "Afraz2015", "Rajalingham2019"}
    assert all(design.region == "IT" and design.doi.startswith("10.") for design in DESIGNS.values())
