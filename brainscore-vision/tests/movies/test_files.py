"""Video files, GIFs and folders: one clip in three forms, and what is wrong with a file."""

import shutil

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from brainscore_core.errors import InvalidStimulusSet, UnreadableStimulus
from brainscore_vision import image_set, place_on_screen
from brainscore_vision.movies import movie_set

from .making import frames, write_folder, write_gif, write_video

SHOWN = frames(12)


def opened(path, **columns):
    table = pd.DataFrame({"stimulus_id": ["clip"], "degrees": [4.0], **{k: [v] for k, v in columns.items()}})
    stimuli = movie_set("movies", table, {"clip": path})
    return stimuli, stimuli.open("clip")


@pytest.fixture
def three(tmp_path):
    """The same clip as a video, a GIF and a folder."""
    return {
        "mp4": opened(write_video(tmp_path / "clip.mp4", SHOWN)),
        "gif": opened(write_gif(tmp_path / "clip.gif", SHOWN)),
        "folder": opened(write_folder(tmp_path / "clip", SHOWN), frame_rate=25.0),
    }


def test_a_clip_is_the_same_as_video_gif_and_folder(three):
    for stimuli, clip in three.values():
        assert (clip.frame_count, clip.frame_rate, clip.duration) == (12, 25.0, 0.48)
        assert clip.shape == (24, 32, 3)
        np.testing.assert_array_equal(np.stack(list(clip.frames())), SHOWN)
        assert stimuli.kind == "movies"
    assert len({clip.content_digest() for _, clip in three.values()}) == 1
    assert len({stimuli.digest() for stimuli, _ in three.values()}) == 1
    assert len({stimuli.key("clip") for stimuli, _ in three.values()}) == 3  # other decoders


@pytest.mark.parametrize(("start", "stop"), [(0, 1), (3, 9), (11, 12), (12, 12), (5, 5)])
def test_any_part_can_be_had(three, start, stop):
    for _, clip in three.values():
        found = list(clip.frames(start, stop))
        assert len(found) == stop - start
        for frame, expected in zip(found, SHOWN[start:stop], strict=True):
            np.testing.assert_array_equal(frame, expected)


def test_seeking_between_key_frames_finds_the_frame(tmp_path):
    av = pytest.importorskip("av", reason="video files are decoded by PyAV")
    shown = frames(60)
    path = tmp_path / "b.mp4"
    with av.open(str(path), "w") as container:  # frames that are coded from later ones, a key frame every 20
        stream = container.add_stream("libx264rgb", rate=30, options={"crf": "0", "g": "20", "bf": "3"})
        stream.height, stream.width, stream.pix_fmt = 24, 32, "rgb24"
        for frame in shown:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(frame, format="rgb24")))
        container.mux(stream.encode())
    _, clip = opened(path)
    for start in (0, 1, 19, 20, 21, 37, 59):
        np.testing.assert_array_equal(next(clip.frames(start)), shown[start])
    np.testing.assert_array_equal(np.stack(list(clip.frames(25))), shown[25:])


@pytest.mark.parametrize("size", [(21, 33), (1, 1), (7, 2)])
def test_odd_sizes_are_kept(tmp_path, size):
    shown = frames(3, *size)
    for path in (write_video(tmp_path / "odd.mp4", shown), write_gif(tmp_path / "odd.gif", shown)):
        _, clip = opened(path)
        assert clip.shape == (*size, 3)
        np.testing.assert_array_equal(np.stack(list(clip.frames())), shown)


def test_a_greyscale_video_stays_so(tmp_path):
    av = pytest.importorskip("av", reason="video files are decoded by PyAV")
    shown, path = SHOWN[..., 0], tmp_path / "grey.mkv"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("ffv1", rate=25)
        stream.height, stream.width, stream.pix_fmt = 24, 32, "gray"
        for frame in shown:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(np.ascontiguousarray(frame), format="gray")))
        container.mux(stream.encode())
    _, clip = opened(path)
    assert clip.frame_rate == 25  # whose clock counts whole ms
    np.testing.assert_array_equal(np.stack(list(clip.frames())), shown)


def test_a_rate_that_is_no_whole_number_is_found(tmp_path):
    av = pytest.importorskip("av", reason="video files are decoded by PyAV")
    from fractions import Fraction

    path = tmp_path / "ntsc.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264rgb", rate=Fraction(30000, 1001), options={"crf": "0"})
        stream.height, stream.width, stream.pix_fmt = 24, 32, "rgb24"
        for frame in SHOWN:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(frame, format="rgb24")))
        container.mux(stream.encode())
    assert opened(path)[1].frame_rate == pytest.approx(30000 / 1001, rel=1e-9)


def test_a_folder_of_one_image_is_that_image(tmp_path):
    path = write_folder(tmp_path / "one", SHOWN[:1])
    stimuli, _ = opened(path, frame_rate=25.0)
    table = pd.DataFrame({"stimulus_id": ["clip"], "degrees": [4.0]})
    still = image_set("stills", table, {"clip": path / "frame0.png"})
    for degrees in (4, 8, 2.5):
        (placed,) = place_on_screen(stimuli, degrees).open("clip").frames()
        np.testing.assert_array_equal(placed, place_on_screen(still, degrees).open("clip"))


def test_placing_is_lazy_and_names_the_result(three):
    stimuli, _ = three["mp4"]
    placed = place_on_screen(stimuli, 8)
    assert placed.open("clip").shape == (48, 64, 3)
    assert placed.key("clip") != stimuli.key("clip")
    assert placed.kind == "movies"
    corner = next(placed.open("clip").frames())[0, 0]
    assert (corner == 128).all()


def test_frames_are_in_the_order_of_their_numbers(tmp_path):
    folder = tmp_path / "clip"
    folder.mkdir()
    for number in range(8, 12):  # '10' would come before '8' among names
        Image.fromarray(SHOWN[number]).save(folder / f"f{number}.png")
    _, clip = opened(folder, frame_rate=10)
    np.testing.assert_array_equal(np.stack(list(clip.frames())), SHOWN[8:12])


def test_a_file_that_changes_is_read_again(tmp_path):
    path = write_gif(tmp_path / "clip.gif", SHOWN)
    stimuli, clip = opened(path)
    key = stimuli.key("clip")
    write_gif(path, SHOWN[:5], milliseconds=80)
    assert stimuli.open("clip").frame_count == 5
    assert stimuli.open("clip").frame_rate == 12.5
    assert stimuli.key("clip") != key


# --- bad input -----------------------------------------------------------------------------------------------------


def test_a_video_whose_rate_varies_is_refused(tmp_path):
    path = write_video(tmp_path / "vfr.mp4", SHOWN, times=[0, 1, 2, 3, 4, 6, 7, 8, 9, 10, 11, 12])
    with pytest.raises(UnreadableStimulus, match=r"frame rate of vfr\.mp4 varies: .* 40 to 80 ms.*ffmpeg"):
        opened(path)


def test_a_gif_whose_rate_varies_is_refused(tmp_path):
    path = write_gif(tmp_path / "vfr.gif", SHOWN, milliseconds=[40] * 11 + [500])
    with pytest.raises(UnreadableStimulus, match=r"vfr\.gif varies: .* 40 to 500 ms"):
        opened(path)


def test_a_gif_that_states_no_time_needs_a_table_that_does(tmp_path):
    path = write_gif(tmp_path / "timeless.gif", SHOWN, milliseconds=0)
    with pytest.raises(UnreadableStimulus, match=r"timeless\.gif .*frame_rate"):
        opened(path)
    assert opened(path, frame_rate=20.0)[1].frame_rate == 20


def test_nothing_in_it_is_refused(tmp_path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(UnreadableStimulus, match="folder empty has 0 frames"):
        opened(tmp_path / "empty", frame_rate=25)
    for name in ("empty.mp4", "empty.gif"):
        (tmp_path / name).write_bytes(b"")
        with pytest.raises(UnreadableStimulus, match=f"cannot decode {name}"):
            opened(tmp_path / name)


def test_a_sound_is_no_movie(tmp_path):
    av = pytest.importorskip("av", reason="video files are decoded by PyAV")
    path = tmp_path / "sound.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("aac", rate=44100)
        stream.layout = "mono"
        sound = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), format="fltp", layout="mono")
        sound.rate = 44100
        container.mux(stream.encode(sound))
        container.mux(stream.encode())
    with pytest.raises(UnreadableStimulus, match=r"sound\.mp4 \(it has no video stream\)"):
        opened(path)


@pytest.mark.parametrize("share", [0.4, 0.7, 0.97])
def test_a_video_with_a_broken_tail_is_refused_before_it_is_shown(tmp_path, share):
    whole = write_video(tmp_path / "whole.mp4", SHOWN, faststart=True).read_bytes()
    cut = tmp_path / "cut.mp4"
    cut.write_bytes(whole[: int(len(whole) * share)])
    with pytest.raises(UnreadableStimulus, match=r"cut\.mp4 breaks off: of its 12 frames \d+ can be"):
        opened(cut)


def test_a_video_whose_index_is_lost_is_refused(tmp_path):
    whole = write_video(tmp_path / "whole.mp4", SHOWN).read_bytes()  # the index is its last part
    cut = tmp_path / "cut.mp4"
    cut.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(UnreadableStimulus, match=r"cannot decode cut\.mp4"):
        opened(cut)


@pytest.mark.parametrize("lost", [1, 40, 900])
def test_a_gif_with_a_broken_tail_is_refused(tmp_path, lost):
    path = write_gif(tmp_path / "cut.gif", SHOWN)
    path.write_bytes(path.read_bytes()[:-lost])
    with pytest.raises(UnreadableStimulus, match=r"cut\.gif"):
        opened(path)


def test_damage_within_a_video_is_told_when_it_is_reached(tmp_path):
    path = write_video(tmp_path / "hurt.mp4", SHOWN, faststart=True)
    content = bytearray(path.read_bytes())
    at = int(len(content) * 0.8)
    content[at : at + 400] = bytes(400)
    path.write_bytes(bytes(content))
    _, clip = opened(path)
    with pytest.raises(UnreadableStimulus, match=r"hurt\.mp4"):
        list(clip.frames())


def test_another_duration_or_rate_than_the_table_states_is_refused(tmp_path):
    path = write_video(tmp_path / "clip.mp4", SHOWN)
    assert opened(path, duration=0.48, frame_rate=25.0)[1].frame_count == 12
    assert opened(path, duration=0.49)[1].frame_count == 12  # the same to half a frame
    with pytest.raises(InvalidStimulusSet, match=r"clip\.mp4\) lasts 0\.48 s, 12 frames at 25 Hz: expected the 0\.6 s"):
        opened(path, duration=0.6)
    with pytest.raises(InvalidStimulusSet, match=r"has 25 frames a second: expected 30"):
        opened(path, frame_rate=30.0)


def test_images_among_clips_are_refused(tmp_path):
    write_folder(tmp_path / "clip", SHOWN)
    with pytest.raises(InvalidStimulusSet, match=r"is the image frame3\.png among clips.*two sets"):
        opened(tmp_path / "clip" / "frame3.png")


def test_a_folder_needs_a_rate_and_every_frame_once(tmp_path):
    path = write_folder(tmp_path / "clip", SHOWN)
    with pytest.raises(InvalidStimulusSet, match="frame rate of stimulus 'clip'.*folder clip"):
        opened(path)
    (path / "frame5.png").unlink()
    with pytest.raises(UnreadableStimulus, match="frame 5 is missing in clip"):
        opened(path, frame_rate=25)
    shutil.copy(path / "frame4.png", path / "frame5.png")
    shutil.copy(path / "frame4.png", path / "frame05.png")
    with pytest.raises(UnreadableStimulus, match="number 05, as frame5.png|number 5, as frame05.png"):
        opened(path, frame_rate=25)
    (path / "frame05.png").rename(path / "notes.png")
    with pytest.raises(UnreadableStimulus, match=r"clip/notes\.png has no number"):
        opened(path, frame_rate=25)


def test_frames_of_another_size_are_refused(tmp_path):
    path = write_folder(tmp_path / "clip", SHOWN)
    Image.fromarray(SHOWN[0][:9]).save(path / "frame7.png")
    _, clip = opened(path, frame_rate=25)
    with pytest.raises(InvalidStimulusSet, match=r"frame clip/frame7\.png has shape \(9, 32, 3\).*one size"):
        list(clip.frames())


def test_a_path_that_leads_nowhere_is_refused(tmp_path):
    with pytest.raises(InvalidStimulusSet, match="has no file"):
        opened(tmp_path / "none.mp4")
