"""Models watch movies: frame by frame, in windows, with a state; in time bins, from the cache, as they see images."""

import weakref

import numpy as np
import pandas as pd
import pytest

from brainscore_core.contracts import Plan, Presentation
from brainscore_core.errors import InvalidModelOutput, InvalidParameter, InvalidStimulusSet, UnsupportedTask
from brainscore_core.stimuli import StimulusSet
from brainscore_vision import place_on_screen, wrap
from brainscore_vision.commitments.layers import LayerCommitment
from brainscore_vision.commitments.movie_model import Frames, Windows, WithState, watching
from brainscore_vision.commitments.physiology import Physiology
from brainscore_vision.commitments.time import Steps, in_time
from brainscore_vision.movies import MOVIES, ArrayClip, Clip
from brainscore_vision.trials import GaussianNoise

from .making import clip_set, frames, image_set

pytestmark = pytest.mark.usefixtures("home")
SHOWN = {"a": frames(20, seed=1), "b": frames(9, seed=2), "c": frames(13, seed=3)}
WAYS = {"frames": Frames(), "windows": Windows(length=4, stride=2), "state": WithState()}


def flat(frame: np.ndarray) -> np.ndarray:
    return frame.reshape(-1)[:40].astype(np.float32) / 255


class Images:
    """Looks at images."""

    layer_names = ("layer", "other")

    def __init__(self):
        self.shown = 0

    def __call__(self, batch):
        self.shown += len(batch)
        rows = batch.reshape(len(batch), -1)[:, :40].astype(np.float32) / 255
        return {"layer": rows, "other": rows[:, :7] ** 2}


class Videos:
    """Looks at windows (channel, time, y, x); later frames count more."""

    layer_names = ("layer",)

    def __init__(self):
        self.shown = 0

    def __call__(self, batch):
        self.shown += len(batch)
        frames = np.moveaxis(batch, 2, 1).reshape(len(batch), batch.shape[2], -1)[..., :40].astype(np.float32) / 255
        weights = np.arange(1, frames.shape[1] + 1, dtype=np.float32)
        return {"layer": np.einsum("t,btu->bu", weights / weights.sum(), frames)}


class Leaky:
    """Forgets half of what it saw with each frame."""

    layer_names = ("layer",)

    def __init__(self):
        self.state, self.shown = np.float32(0), 0

    def reset(self):
        self.state = np.float32(0)

    def __call__(self, batch):
        assert len(batch) == 1
        self.shown += 1
        self.state = self.state / 2 + batch.reshape(1, -1)[:, :40].astype(np.float32) / 255
        return {"layer": self.state}


NETWORKS = {"frames": Images, "windows": Videos, "state": Leaky}


def model(way: str, viewing=None, **options):
    network = NETWORKS[way]()
    channel_first = (lambda image: np.moveaxis(image, 2, 0)) if way == "windows" else None
    given = {"preprocessing": channel_first, "layers": {"IT": "layer"}, "visual_degrees": 8, "digest": way, **options}
    return watching(wrap(network, **given), viewing or WAYS[way]), network


def look(subject, stimuli, **options):
    subject.start_recording("IT", **options)
    return subject.look_at(place_on_screen(stimuli, 8))


def expected(way: str, shown: np.ndarray) -> np.ndarray:
    """What is computed, row by row, without any of our code (row, unit)."""
    if way == "frames":
        return np.stack([flat(frame) for frame in shown])
    if way == "state":
        rows, state = [], np.float32(0)
        for frame in shown:
            state = state / 2 + flat(frame)
            rows.append(state)
        return np.stack(rows)
    rows = []
    for first in range(0, len(shown), 2):
        end = min(first + 2, len(shown))
        window = np.stack([np.moveaxis(shown[max(0, at)], 2, 0) for at in range(end - 4, end)], axis=1)
        rows.append(Videos()(window[None])["layer"][0])
    return np.stack(rows)


@pytest.mark.parametrize("way", WAYS)
def test_frames_are_seen_in_order_and_answered_in_the_bins_they_are_shown(way):
    subject, _ = model(way)
    bins = [(40 * n, 40 * n + 40) for n in range(9)]
    found = look(subject, clip_set(SHOWN), time_bins=bins)
    assert found.dims == ("presentation", "neuroid", "time_bin")
    assert found["stimulus_id"].values.tolist() == ["a", "b", "c"]
    assert found["time_bin_end"].values.tolist() == [end for _, end in bins]
    for row, shown in enumerate(SHOWN.values()):
        rows = expected(way, shown)
        rows = np.repeat(rows, 2, axis=0) if way == "windows" else rows  # each stands for two frames
        np.testing.assert_allclose(found.values[row].T, rows[:9], rtol=0, atol=1e-6)


@pytest.mark.parametrize("way", WAYS)
def test_a_clip_of_one_frame_is_the_still(way):
    subject, _ = model(way)
    images = {name: shown[0] for name, shown in SHOWN.items()}
    clips = clip_set({name: shown[:1] for name, shown in SHOWN.items()})
    for bins in (None, [(0, 40)], [(0, 10), (5, 40), (10, 20)]):
        still, clip = (look(subject, stimuli, time_bins=bins) for stimuli in (image_set(images), clips))
        np.testing.assert_array_equal(still.values, clip.values)
        assert set(still.coords) == set(clip.coords)
    assert look(subject, image_set(images), time_bins=[(-100, 0), (900, 1000)]).sizes["time_bin"] == 2


def test_a_still_and_a_frame_are_one_row_of_the_cache():
    subject, network = model("frames")
    look(subject, image_set({str(n): frame for n, frame in enumerate(SHOWN["a"])}))
    before = network.shown
    look(subject, clip_set(SHOWN))
    assert network.shown == before + 9 + 13  # those of "b" and "c" alone


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("keyed", [True, False])
def test_a_second_look_runs_nothing_and_another_process_checks_the_first_frames(way, keyed):
    subject, network = model(way)
    stimuli = clip_set(SHOWN, keyed=keyed)
    first = look(subject, stimuli, time_bins=[(0, 100), (100, 300)])
    before = network.shown
    again = look(subject, stimuli, time_bins=[(0, 100), (100, 300)])
    assert network.shown == before
    np.testing.assert_array_equal(first.values, again.values)
    other, elsewhere = model(way)
    np.testing.assert_array_equal(look(other, stimuli, time_bins=[(0, 100), (100, 300)]).values, first.values)
    assert 0 < elsewhere.shown <= 2


def test_rows_of_a_state_that_another_network_stored_are_set_aside(caplog):
    subject, _ = model("state")
    look(subject, clip_set(SHOWN))
    other, network = model("state")
    network.reset = lambda: setattr(network, "state", np.float32(3))  # the same digest is stated, and is not true
    found = look(other, clip_set(SHOWN), time_bins=[(0, 40)])
    np.testing.assert_allclose(found.values[0, :, 0], 1.5 + flat(SHOWN["a"][0]), atol=1e-6)
    assert "disagree" in caplog.text


@pytest.mark.parametrize("way", WAYS)
def test_what_was_shown_before_leaves_no_trace(way):
    subject, network = model(way)
    subject.configure(cache=False)
    alone = look(subject, clip_set({"b": SHOWN["b"]})).values
    after = look(subject, clip_set(SHOWN)).sel(presentation=1).values
    np.testing.assert_array_equal(alone[0], after)
    if way == "state":
        assert not np.any(network.state)


def test_without_bins_the_answer_is_the_mean_over_the_clip():
    for way in WAYS:
        found = look(model(way)[0], clip_set(SHOWN))
        assert found.dims == ("presentation", "neuroid")
        rows = expected(way, SHOWN["b"])
        weights = [2, 2, 2, 2, 1] if way == "windows" else np.ones(9)
        np.testing.assert_allclose(found.values[1], np.average(rows, axis=0, weights=weights), rtol=0, atol=1e-6)


def test_latency_and_overlap_are_those_computed_by_hand():
    subject, _ = model("frames", Frames(latency_ms=50))
    found = look(subject, clip_set({"a": SHOWN["a"]}), time_bins=[(0, 70), (80, 140)])
    rows = expected("frames", SHOWN["a"])  # frame n is responded to from 50 + 40 n to 90 + 40 n ms
    np.testing.assert_allclose(found.values[0, :, 0], rows[0], atol=1e-6)
    np.testing.assert_allclose(found.values[0, :, 1], (10 * rows[0] + 40 * rows[1] + 10 * rows[2]) / 60, atol=1e-6)


@pytest.mark.parametrize("bins", [[(0, 40)], [(0, 100), (850, 900)]])
def test_a_bin_without_any_response_is_refused_and_the_clip_named(bins):
    subject, _ = model("frames", Frames(latency_ms=45))
    with pytest.raises(InvalidParameter, match="clip 'a' of 'clips' is responded to from 45 to 845 ms"):
        look(subject, clip_set(SHOWN), time_bins=bins)


def test_a_network_sees_clips_at_its_own_rate():
    subject, network = model("state", WithState(frame_rate=12.5))
    found = look(subject, clip_set({"a": SHOWN["a"]}), time_bins=[(720, 800)])
    np.testing.assert_allclose(found.values[0, :, 0], expected("state", SHOWN["a"][::2])[-1], atol=1e-6)
    assert network.shown == 10
    twice, _ = model("frames", Frames(frame_rate=50))
    np.testing.assert_allclose(look(twice, clip_set(SHOWN)).values, look(model("frames")[0], clip_set(SHOWN)).values)


def test_clips_are_placed_as_images_are():
    subject, _ = model("frames")
    small = clip_set({"a": SHOWN["a"]})
    small = StimulusSet(small.table.assign(degrees=4.0), identifier="small", open=small.open, kind=MOVIES)
    found = look(subject, small, time_bins=[(0, 40)])
    image = StimulusSet(small.table, identifier="i", open=lambda _: SHOWN["a"][0])
    np.testing.assert_array_equal(found.values[..., 0], look(subject, image).values)
    assert (found.values == np.float32(128 / 255)).all()  # what lies in the corner


def test_units_columns_and_trials_are_as_for_images():
    noisy = Physiology(trials=[GaussianNoise(sd=0.1)])
    subject, _ = model("frames", physiology=noisy, layers={"IT": ["layer", "other"]})
    stimuli = place_on_screen(clip_set(SHOWN, clip=list("xxy")), 8)
    subject.start_recording("IT", time_bins=[(0, 100), (100, 200)], units=["other.3", "layer.11"])
    found = subject.look_at(stimuli, number_of_trials=4)
    assert found.shape == (12, 2, 2)
    assert found["neuroid_id"].values.tolist() == ["other.3", "layer.11"]
    assert found["clip"].values.tolist() == list("xxy") * 4
    assert found["repetition"].values.tolist() == np.repeat(range(4), 3).tolist()
    quiet, _ = model("frames", layers={"IT": ["layer", "other"]})
    quiet.start_recording("IT", time_bins=[(0, 100), (100, 200)], units=["other.3", "layer.11"])
    clean = quiet.look_at(stimuli).values
    spread = found.values.reshape(4, *clean.shape) - clean
    assert 0.03 < spread.std() < 0.3
    subject.start_recording("IT", time_bins=[(0, 100), (100, 200)], units=["other.3", "layer.11"])
    np.testing.assert_array_equal(subject.look_at(stimuli, number_of_trials=4).values, found.values)


def test_any_image_model_watches_frames_without_being_told():
    plain = wrap(Images(), layers={"IT": "layer"}, visual_degrees=8, digest="plain")
    found = look(plain, clip_set(SHOWN), time_bins=[(40, 80)])
    np.testing.assert_allclose(found.values[1, :, 0], flat(SHOWN["b"][1]), atol=1e-6)
    assert plain.digest() is not None


def test_a_task_is_done_on_clips():
    plain = wrap(Images(), layers={"IT": "layer"}, visual_degrees=8, digest="plain")
    plain.start_task("odd_one_out")
    odd = clip_set({"a": SHOWN["a"], "b": SHOWN["a"][::-1], "c": 255 - SHOWN["c"]})
    assert plain.look_at(place_on_screen(odd, 8)).values.tolist() == ["c"]


def test_ways_of_watching_have_names_of_their_own():
    ways = [Frames(), Frames(latency_ms=50), Frames(frame_rate=10)]
    digests = {model("frames", way)[0].digest() for way in ways}
    digests |= {model("windows", Windows(length=4, stride=stride))[0].digest() for stride in (1, 2)}
    assert None not in digests
    assert len(digests) == 5


def test_another_map_is_watched_in_the_same_way():
    subject, network = model("windows")
    other = subject.committed_to(LayerCommitment({"IT": "layer", "V4": "layer"}))
    assert other.viewing == subject.viewing
    np.testing.assert_array_equal(look(other, clip_set(SHOWN)).values, look(subject, clip_set(SHOWN)).values)
    assert other._engine.preprocessing == subject._engine.preprocessing


def test_a_plan_with_clips_is_taken():
    subject, _ = model("frames")
    subject.expect(Plan((Presentation(clip_set(SHOWN), 8, "IT", 1),)))
    assert look(subject, clip_set(SHOWN)).shape == (3, 40)


def test_memory_is_bounded_by_the_window_and_not_by_the_clip():
    class Long(Clip):
        alive = most = 0

        def _frames(self, start, stop):
            for number in range(start, stop):
                frame = np.full((4, 4), number % 251, np.uint8)
                weakref.finalize(frame, Long.gone)
                Long.alive += 1
                Long.most = max(Long.most, Long.alive)
                yield frame

        @staticmethod
        def gone():
            Long.alive -= 1

    most = []
    for count in (200, 1000):
        Long.alive = Long.most = 0
        stimuli = StimulusSet(
            pd.DataFrame({"stimulus_id": ["long"]}), identifier="l", open=lambda _, n=count: Long(n, 25), kind=MOVIES
        )
        subject, _ = model("frames")
        subject.configure(cache=False, batch_size=8)
        subject.start_recording("IT", time_bins=[(0, 1000)])
        subject.look_at(stimuli)
        most.append(Long.most)
    assert most[0] <= 8 * 4 + 10  # batches that are decoded ahead, and what the reader keeps
    assert most[1] <= most[0] + 8


# --- bad input -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["", MOVIES])
def test_images_and_clips_in_one_set_are_refused(kind):
    made = {"image": SHOWN["a"][0], "clip": ArrayClip(SHOWN["a"], 25)}
    table = pd.DataFrame({"stimulus_id": list(made), "degrees": 8.0})
    mixed = StimulusSet(table, identifier="mixed", open=made.__getitem__, kind=kind)
    which = "image" if kind else "clip"
    with pytest.raises(InvalidStimulusSet, match=f"'{which}' of 'mixed' is an? {which} in a set of"):
        look(model("frames")[0], mixed)


def test_a_network_that_unfolds_an_image_says_that_it_does_not_watch():
    timed = in_time(model("frames", layers={"IT": "layer"})[0], {"IT": Steps(("layer", "other"), ((0, 50), (50, 100)))})
    with pytest.raises(UnsupportedTask, match="does not say how it watches clips"):
        look(timed, clip_set(SHOWN))


def test_units_that_come_and_go_are_refused():
    def growing(batch):
        return batch.reshape(len(batch), -1)

    two = clip_set({"a": SHOWN["a"]})
    sizes = {"a": ArrayClip(SHOWN["a"], 25), "b": ArrayClip(frames(3, 7, 7), 25)}
    table = pd.concat([two.table, two.table.assign(stimulus_id="b")])
    subject = wrap(growing, layers={"IT": "output"}, visual_degrees=8)
    stimuli = StimulusSet(table, identifier="sizes", open=sizes.__getitem__, kind=MOVIES)
    with pytest.raises(InvalidModelOutput, match="one size"):
        look(subject, stimuli)


@pytest.mark.parametrize(
    ("make", "match"),
    [
        (lambda: Windows(length=4, stride=5), "windows of 4 frames every 5"),
        (lambda: Windows(length=4, stride=0), "windows of 4 frames every 0"),
        (lambda: Windows(length=4, stride=1, layout="THWC"), "layout='THWC'"),
        (lambda: Frames(frame_rate=0), "frame_rate=0"),
        (lambda: Frames(latency_ms=-1), "latency_ms=-1"),
        (lambda: model("frames", WithState()), "Images has no method 'reset'"),
        (lambda: model("state", WithState(reset="begin")), "Leaky has no method 'begin'"),
    ],
)
def test_what_means_nothing_is_refused(make, match):
    with pytest.raises(InvalidParameter, match=match):
        make()
