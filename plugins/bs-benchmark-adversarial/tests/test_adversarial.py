"""Attacks on networks whose worst case is known in closed form."""

import numpy as np
import pandas as pd
import pytest
import torch

from brainscore_core import load_benchmark, score
from brainscore_core.contracts import DataEntry, DataInfo
from brainscore_core.errors import InvalidParameter, UnsupportedTask
from brainscore_core.stimuli import StimulusSet
from brainscore_vision import wrap
from brainscore_vision.activations.preprocessing import Preprocessing
from brainscore_vision.commitments.behavior import Behavior
from bs_benchmark_adversarial import Budget

SIDE, COUNT = 6, 60
LABELS = ("bright", "dark")
SCALED = Preprocessing(resize=(SIDE, SIDE), mean=(0.4, 0.5, 0.6), std=(0.2, 0.25, 0.5))


class Linear(torch.nn.Module):
    """Two scores, linear in the input."""

    def __init__(self):
        super().__init__()
        torch.manual_seed(0)
        self.head = torch.nn.Linear(3 * SIDE * SIDE, 2)

    def forward(self, batch):
        return self.head(batch.flatten(1))


def pixels():
    """Mid-grey noise: no budget below reaches the ends of the range."""
    return np.random.default_rng(1).integers(90, 166, (COUNT, SIDE, SIDE, 3), np.uint8)


def margins(network, shown=None):
    """(logit of 'bright' minus that of 'dark' of each image, its weights in units of pixels)."""
    weights = (network.head.weight[0] - network.head.weight[1]).detach().numpy().reshape(3, SIDE, SIDE)
    bias = float((network.head.bias[0] - network.head.bias[1]).detach())
    mean, std = (np.asarray(part).reshape(3, 1, 1) for part in (SCALED.mean, SCALED.std))
    inputs = ((pixels() if shown is None else shown).transpose(0, 3, 1, 2) / 255 - mean) / std
    return (inputs * weights).sum((1, 2, 3)) + bias, weights / std


def stimuli(truth):
    images = dict(zip([f"image{number}" for number in range(COUNT)], pixels(), strict=True))
    table = pd.DataFrame({"stimulus_id": list(images), "image_label": truth})
    read = lambda: StimulusSet(table, identifier="noise", open=lambda id: images[id].copy())  # noqa: E731
    return DataEntry("noise", read, DataInfo("noise", licence="MIT"))


def model_of(network, **behavior):
    behavior = {"scores": "output", "classes": LABELS} | behavior
    return wrap(network, preprocessing=SCALED, layers={}, visual_degrees=8, behavior=Behavior(**behavior))


def benchmark(right, budget, **options):
    made = load_benchmark("Adversarial-silhouette-linf")
    options = {"data": stimuli(right), "labels": LABELS, "truth": "image_label", "images": None, "notes": ""} | options
    return made.with_options(budget=budget, **options)


@pytest.mark.parametrize(("norm", "order"), [("linf", 1), ("l2", 2)])
@pytest.mark.parametrize("epsilon", [0.0, 0.002, 0.01, 0.05])
def test_accuracy_is_that_of_the_worst_case_in_closed_form(norm, order, epsilon):
    """A linear margin falls by epsilon times the dual norm of the weights, and by no more."""
    network = Linear()
    margin, weights = margins(network)
    truth = np.where(margin > 0, *LABELS)
    epsilon = epsilon if norm == "linf" else 4 * epsilon
    worst = np.abs(margin) - epsilon * np.linalg.norm(weights.ravel(), order)
    budget = Budget(norm, epsilon, steps=30, step_size=max(epsilon, 1e-6) / 4)
    result = score(model_of(network), benchmark(truth, budget), cache=False)
    assert result.raw.value == pytest.approx((worst > 0).mean())
    assert result.details["clean_accuracy"] == 1
    assert result.details["human_accuracy"] == "not measured on attacked images"
    assert result.details["median_norm_of_change"] <= epsilon * (1 + 1e-5)
    if epsilon == 0.0:
        assert result.raw.value == 1


@pytest.mark.parametrize(("norm", "order"), [("linf", 1), ("l2", 2)])
def test_the_margin_reached_is_the_worst_there_is(norm, order):
    from bs_benchmark_adversarial.pgd import attack
    from bs_benchmark_adversarial.victim import Victim

    network = Linear()
    margin, weights = margins(network)
    budget = Budget(norm, 0.02, steps=40, step_size=0.005)
    truth = (margin <= 0).astype(int)
    victim = Victim(model_of(network), LABELS)
    found = attack(victim, list(pixels()), truth, budget, np.arange(COUNT))
    worst = np.abs(margin) - 0.02 * np.linalg.norm(weights.ravel(), order)
    # with two labels the difference of log probabilities is the difference of logits
    np.testing.assert_allclose(found.margin, worst, atol=2e-4)
    np.testing.assert_allclose(found.norm, 0.02, rtol=1e-3)
    assert not found.still.any()


def test_changes_stay_within_the_range_of_pixels():
    """Of white images only darker ones can be made: the margin falls by the weights that brightness has."""
    from bs_benchmark_adversarial.pgd import attack
    from bs_benchmark_adversarial.victim import Victim

    network, white = Linear(), np.full((1, SIDE, SIDE, 3), 255, np.uint8)
    margin, weights = margins(network, white)
    truth = (margin <= 0).astype(int)
    sign = 1 - 2 * truth[0]
    budget = Budget(epsilon=0.1, steps=60, step_size=0.0125)
    found = attack(Victim(model_of(network), LABELS), list(white), truth, budget, np.arange(1))
    worst = np.abs(margin) - budget.epsilon * np.maximum(sign * weights, 0).sum()
    np.testing.assert_allclose(found.margin, worst, atol=1e-3)


def test_images_that_were_wrong_before_stay_wrong_and_more_steps_do_no_less():
    network = Linear()
    truth = np.where(margins(network)[0] > 0, *LABELS)
    truth[:15] = np.where(truth[:15] == "bright", "dark", "bright")
    few, many = (
        score(model_of(network), benchmark(truth, Budget(epsilon=0.01, steps=steps, step_size=0.001)), cache=False)
        for steps in (1, 30)
    )
    assert few.details["clean_accuracy"] == 0.75
    assert many.raw.value <= few.raw.value <= 0.75


def test_scores_repeat_and_hang_on_the_budget_alone():
    network, truth = Linear(), ["bright", "dark"] * (COUNT // 2)
    one, other, third = (
        score(model_of(network), benchmark(truth, Budget(epsilon=0.01, steps=3, seed=seed)), cache=False)
        for seed in (0, 0, 1)
    )
    assert one.with_(provenance={}) == other.with_(provenance={})
    assert third.details["attack_seed"] == 1 and one.details["steps"] == 3
    assert benchmark(truth, Budget(epsilon=0.01)).digest() != benchmark(truth, Budget(epsilon=0.02)).digest()


def test_labels_of_several_classes_are_attacked_as_such():
    class Four(torch.nn.Module):
        """Of 'bright' two classes, of 'dark' two."""

        def __init__(self):
            super().__init__()
            self.two = Linear()
            self.head = self.two.head

        def forward(self, batch):
            return self.two(batch).repeat_interleave(2, dim=1)

    network = Four()
    truth = np.where(margins(network)[0] > 0, *LABELS)
    classes, own = ("a", "b", "c", "d"), {"bright": ("a", "b"), "dark": ("c", "d")}
    budget = Budget(epsilon=0.01, steps=30, step_size=0.0025)
    four = score(model_of(network, classes=classes, labels=own), benchmark(truth, budget), cache=False)
    two = score(model_of(network.two), benchmark(truth, budget), cache=False)
    assert 0 < four.raw.value < 1
    assert four.raw.value == two.raw.value


def test_a_network_that_is_flat_is_flagged():
    class Flat(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.inner = Linear()

        def forward(self, batch):
            return 1e4 * torch.sign(self.inner(batch))

    network = Flat()
    result = score(model_of(network), benchmark(["bright"] * COUNT, Budget(epsilon=0.01, steps=3)), cache=False)
    assert result.flags == ("vanishing-gradients",) and result.details["without_gradient"] == 1


def test_the_network_is_left_as_it_was():
    network = Linear().train()
    before = {name: value.clone() for name, value in network.state_dict().items()}
    score(model_of(network), benchmark(["bright"] * COUNT, Budget(steps=2)), cache=False)
    assert network.training and all(torch.equal(before[name], value) for name, value in network.state_dict().items())
    assert all(part.grad is None for part in network.parameters())


def test_padding_cannot_be_changed():
    from bs_benchmark_adversarial.victim import Victim

    padded = Preprocessing(resize=(SIDE - 2, SIDE - 2), crop=SIDE)
    model = wrap(
        Linear(), preprocessing=padded, layers={}, visual_degrees=8, behavior=Behavior(scores="output", classes=LABELS)
    )
    shown, low, span = Victim(model, LABELS).pixels(pixels()[0])
    assert shown.shape == (3, SIDE, SIDE)
    assert (span[:, 0] == 0).all() and (span[:, 1:-1, 1:-1] > 0).all()


@pytest.mark.parametrize(
    ("model", "message"),
    [
        (lambda: wrap(lambda batch: batch, layers={"IT": "output"}, visual_degrees=8), "gives no gradients"),
        (lambda: wrap(Linear(), layers={"IT": "head"}, visual_degrees=8), "commits no logits"),
        (lambda: model_of(Linear(), classes=("a", "b")), "cannot name"),
    ],
)
def test_models_that_cannot_be_attacked_are_unsupported_before_images_are_fetched(
    model, message, monkeypatch, tmp_path
):
    monkeypatch.setenv("BRAINSCORE_HOME", str(tmp_path))
    monkeypatch.setenv("BRAINSCORE_OFFLINE", "1")
    monkeypatch.delenv("BRAINSCORE_MIRRORS", raising=False)
    with pytest.raises(UnsupportedTask, match=message):
        load_benchmark("Adversarial-silhouette-linf", labels=LABELS)(model())


def test_a_perturbed_model_is_refused():
    from brainscore_vision.perturbation import lesion, perturbed

    model = wrap(
        Linear(),
        preprocessing=SCALED,
        layers={"IT": "head"},
        visual_degrees=8,
        behavior=Behavior(scores="output", classes=LABELS),
    )
    with perturbed(model, lesion("IT", 0.5)), pytest.raises(UnsupportedTask, match="is perturbed"):
        benchmark(["bright"] * COUNT, Budget()).ask(model)


def test_a_preprocessing_that_is_not_affine_is_refused():
    curved = wrap(
        Linear(),
        preprocessing=lambda image: SCALED(image) ** 2,
        layers={},
        visual_degrees=8,
        behavior=Behavior(scores="output", classes=LABELS),
    )
    with pytest.raises(UnsupportedTask, match="not affine"):
        benchmark(["bright"] * COUNT, Budget())(curved)


@pytest.mark.parametrize(
    "options", [{"norm": "l1"}, {"epsilon": -1}, {"step_size": 0}, {"steps": -1}, {"restarts": 0}, {"epsilon": np.inf}]
)
def test_budgets_that_mean_nothing_are_refused(options):
    with pytest.raises(InvalidParameter):
        Budget(**options)


def test_stimuli_without_labels_are_named():
    network = Linear()
    with pytest.raises(InvalidParameter, match="'grey'"):
        benchmark(["grey"] * COUNT, Budget())(model_of(network))
    with pytest.raises(InvalidParameter, match="'kind'"):
        benchmark(["bright"] * COUNT, Budget(), truth="kind")(model_of(network))


def test_fewer_images_are_the_same_ones_each_time():
    truth = ["bright", "dark"] * (COUNT // 2)
    made = benchmark(truth, Budget(steps=1), images=10)
    ids = [made._drawn()[0].ids.tolist() for _ in range(2)]
    assert ids[0] == ids[1] and len(ids[0]) == 10


def test_a_network_that_is_never_right_is_flagged():
    network = Linear()
    wrong = np.where(margins(network)[0] > 0, *LABELS[::-1])
    result = score(model_of(network), benchmark(wrong, Budget(epsilon=0.001, steps=1)), cache=False)
    assert np.isnan(result.details["kept_share"]) and result.details["right_unattacked"] == 0
    assert result.flags == ("nothing-right-unattacked",) and result.value == 0
