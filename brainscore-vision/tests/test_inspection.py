"""What a model consists of: its layers with shapes, what they cost, and the command that prints them."""

import json

import numpy as np
import pytest

from brainscore_core.cli.shell import run
from brainscore_core.errors import DataUnavailable, InvalidParameter
from brainscore_vision import wrap
from brainscore_vision.activations.form import Form
from brainscore_vision.activations.reduction import Pool
from brainscore_vision.inspection import LayerShape, flops, layer_shapes, with_positions

torch = pytest.importorskip("torch")
count_flops = pytest.importorskip("brainscore_vision.activations.torch_flops").count_flops
nn = torch.nn
pytestmark = pytest.mark.usefixtures("home")


class Net(nn.Module):
    """A convolution, a transformer's block, a head; and a part that never runs."""

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 16, stride=16, bias=False)
        self.attend = nn.MultiheadAttention(8, 2, batch_first=True)
        self.head = nn.Linear(8, 10, bias=False)
        self.idle = nn.Linear(2, 2)

    def forward(self, x):
        tokens = self.conv(x).flatten(2).transpose(1, 2)
        return self.head(self.attend(tokens, tokens, tokens)[0].mean(axis=1))


def prepare(image):
    return np.ascontiguousarray(image[:64, :64].transpose(2, 0, 1), np.float32) / 255


def model(**options):
    options = {"layers": {"V1": "conv", "V2": "conv", "IT": ["attend:1", "head"]}, "visual_degrees": 8} | options
    return wrap(Net(), preprocessing=prepare, identifier="net", **options)


def test_every_layer_has_its_shape_and_its_regions():
    found = {shape.name: shape for shape in layer_shapes(model())}
    assert list(found) == ["conv", "attend", "attend.out_proj", "head", "idle", "attend:1"]
    assert found["conv"] == LayerShape("conv", Form((8, 4, 4), ("channel", "y", "x")), ("V1", "V2"))
    assert found["attend"].form == Form((16, 8), ("token", "embedding"))
    assert found["attend:1"].form.shape == (16, 16) and found["attend:1"].regions == ("IT",), "attention weights"
    assert found["head"].form.units == 10
    assert found["idle"].form is None, "it takes no part"


def test_what_is_recorded_of_a_layer_that_is_reduced():
    reduced = model(layers={"V1": "conv"}, reduction=Pool())
    conv, *others = layer_shapes(reduced)
    assert (conv.form.units, conv.recorded.units) == (128, 8) and all(shape.recorded is None for shape in others)


def test_operations_are_those_of_the_matrices():
    convolution, head = 2 * 8 * 16 * (3 * 16 * 16), 2 * 8 * 10
    projections, attention = 4 * 2 * 16 * 8 * 8, 2 * 2 * 16 * 16 * 8
    assert flops(model()) == pytest.approx(convolution + head + projections + attention, rel=0.01)
    assert flops(wrap(lambda batch: batch, layers={"IT": "output"}, visual_degrees=8)) is None


def test_operations_are_counted_where_a_module_is_handed_a_parameter():
    """As the class token of CaiT is: the library's counter asks for its gradient."""

    class Handed(nn.Module):
        def __init__(self):
            super().__init__()
            self.token, self.head = nn.Parameter(torch.zeros(1, 6)), nn.Linear(6, 5)

        def forward(self, batch):
            return self.head(self.token.expand(len(batch), -1))

    network = Handed().eval()
    assert count_flops(network, torch.zeros(2, 3, 4, 4)) == 2 * 2 * 6 * 5
    assert all(part.requires_grad for part in network.parameters())


def test_looking_leaves_the_network_as_it_was():
    subject = model()
    network = subject.engine.network.module.train()
    before = {name: value.clone() for name, value in network.state_dict().items()}
    digest = subject.digest()
    layer_shapes(subject), flops(subject)
    assert subject.digest() == digest and network.training
    assert all(torch.equal(value, before[name]) for name, value in network.state_dict().items())
    assert not any(part._forward_hooks for part in network.modules())


def test_units_lie_where_their_layer_computed_them():
    import pandas as pd

    from brainscore_core.stimuli import StimulusSet

    image = np.random.default_rng(0).integers(0, 256, (64, 64, 3), dtype=np.uint8)
    shown = StimulusSet(pd.DataFrame({"stimulus_id": ["one"]}), identifier="one", open=lambda _: image)
    subject = model(layers={"V1": ["conv", "attend", "head"]}, reduction={"head": Pool()})
    subject.start_recording("V1")
    recorded = with_positions(subject, subject.look_at(shown))
    with torch.no_grad():
        conv = subject.engine.network.module.conv(torch.from_numpy(prepare(image))[None])[0].numpy()
    units = recorded.isel(neuroid=recorded["layer"].values == "conv")
    places = (units["channel"].values, units["y"].values, units["x"].values)
    np.testing.assert_allclose(units.values[0], conv[places], rtol=1e-5, atol=1e-6)
    assert (units["token"] == -1).all()
    tokens = recorded.isel(neuroid=recorded["layer"].values == "attend")
    assert sorted(zip(tokens["token"].values, tokens["embedding"].values, strict=True)) == [
        (token, embedding) for token in range(16) for embedding in range(8)
    ]
    some = [str(unit) for unit in recorded["neuroid_id"].values[[130, 5]]]
    subject.start_recording("V1", units=some)
    again = with_positions(subject, subject.look_at(shown))
    assert again["channel"].values.tolist() == [-1, int(recorded["channel"][5])]


def test_who_shows_no_layers():
    class Opaque:
        identifier = "opaque"

    with pytest.raises(InvalidParameter, match="opaque does not show its layers"):
        layer_shapes(Opaque())


@pytest.fixture
def models(monkeypatch):
    """Models that ``load_model`` finds."""

    def load(identifier):
        if identifier == "family:net":
            raise DataUnavailable("net.pth cannot be had")
        if identifier == "family:odd":
            raise DataUnavailable("odd.pth cannot be had")
        if identifier == "family:odd-untrained":
            raise LookupError(identifier)
        return model()

    monkeypatch.setattr("brainscore_core.loading.load_model", load)


def shown(capsys, *arguments):
    code = run(["layers", *arguments])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def test_the_command_prints_a_table(models, capsys):
    code, out, _ = shown(capsys, "net")
    lines = out.splitlines()
    assert code == 0 and lines[0].split() == ["layer", "output", "units", "regions"]
    assert lines[1].split() == ["conv", "8", "x", "4", "x", "4", "(channel,", "y,", "x)", "128", "V1", "V2"]
    assert [line.split()[0] for line in lines[1:7]] == ["conv", "attend", "attend.out_proj", "head", "idle", "attend:1"]
    assert lines[-1] == "0.000213 billion floating-point operations an image"


def test_the_command_writes_json(models, capsys):
    code, out, _ = shown(capsys, "net", "--json", "--committed")
    content = json.loads(out)
    assert code == 0 and content["model"] == "net" and content["flops"] == flops(model())
    assert [entry["layer"] for entry in content["layers"]] == ["conv", "head", "attend:1"]
    assert content["layers"][0] == {
        "layer": "conv",
        "regions": ["V1", "V2"],
        "shape": [8, 4, 4],
        "dims": ["channel", "y", "x"],
        "units": 128,
    }


def test_without_weights_the_twin_is_shown(models, capsys):
    code, out, err = shown(capsys, "family:net")
    assert code == 0 and out.startswith("layer") and "layers of family:net-untrained instead" in err
    code, out, err = shown(capsys, "family:odd")
    assert code != 0 and not out and "odd.pth cannot be had" in err
