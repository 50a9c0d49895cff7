"""Clips: lazy, in order, at another rate, in parts."""

import numpy as np
import pytest

from brainscore_core.digests import digest_value
from brainscore_core.errors import InvalidParameter, InvalidStimulusSet
from brainscore_vision.movies import ArrayClip, Clip, Still, clip_of, excerpts
from brainscore_vision.movies.reader import FrameReader

from .making import clip_set, frames

SHOWN = frames(20)


class Counted(Clip):
    """Counts what it decodes."""

    def __init__(self, count=20):
        super().__init__(count, 25)
        self.decoded = []

    def _frames(self, start, stop):
        for number in range(start, stop):
            self.decoded.append(number)
            yield np.full((2, 2), number, np.uint8)


def test_a_clip_says_what_it_is_and_decodes_nothing():
    clip = Counted()
    assert (clip.frame_count, clip.frame_rate, clip.duration) == (20, 25, 0.8)
    mapped = clip.map(lambda frame: frame + 1).excerpt(5, 15).at_rate(12.5)
    assert (mapped.frame_count, mapped.duration) == (5, 0.4)
    assert clip.decoded == []
    assert [int(frame[0, 0]) for frame in mapped.frames()] == [6, 8, 10, 12, 14]
    assert clip.decoded == [5, 6, 7, 8, 9, 10, 11, 12, 13]  # one pass, and none of what comes later


@pytest.mark.parametrize("rate", [5, 10, 24, 25, 29.97, 60, 1000])
def test_at_another_rate_each_tick_shows_what_is_on_the_screen(rate):
    clip = ArrayClip([np.full((1, 1), n, np.uint8) for n in range(20)], 25)
    other = clip.at_rate(rate)
    assert other.duration == pytest.approx(clip.duration, abs=0.5 / rate)
    ticks = np.arange(other.frame_count) / rate
    expected = np.minimum(np.floor(ticks * 25 + 1e-9), 19)
    assert [int(frame[0, 0]) for frame in other.frames()] == expected.tolist()
    assert [int(frame[0, 0]) for frame in other.frames(3, 4)] == expected[3:4].tolist()


def test_digests_are_of_pixels_and_rate():
    clip = ArrayClip(SHOWN, 25)
    assert clip.content_digest() == ArrayClip(list(SHOWN), 25.0).content_digest() == digest_value(clip)
    others = [ArrayClip(SHOWN, 24), ArrayClip(SHOWN[::-1], 25), ArrayClip(SHOWN[:-1], 25), clip.map(lambda f: f[1:])]
    assert len({clip.content_digest(), *(other.content_digest() for other in others)}) == 5
    assert clip.excerpt(3, 9).content_digest() == ArrayClip(SHOWN[3:9], 25).content_digest()
    assert clip.at_rate(25).content_digest() == clip.content_digest()


def test_only_one_frame_can_stay():
    with pytest.raises(InvalidParameter, match=r"a clip of 20 frames at 0 Hz: expected .*a rate above 0"):
        ArrayClip(SHOWN, 0)


def test_an_image_is_a_clip_of_one_frame_that_stays():
    still = clip_of(SHOWN[0])
    assert isinstance(still, Still)
    assert (still.frame_count, still.duration) == (1, np.inf)
    assert still.at_rate(10) is still
    np.testing.assert_array_equal(next(still.frames()), SHOWN[0])
    assert clip_of(still) is still


def test_no_frames_and_strange_frames_are_refused():
    with pytest.raises(InvalidStimulusSet, match="clip of 0 frames"):
        ArrayClip([], 25)
    for rate in (-1, np.nan, np.inf):
        with pytest.raises(InvalidParameter, match="Hz"):
            ArrayClip(SHOWN, rate)
    with pytest.raises(InvalidStimulusSet, match=r"frame 1 has shape \(3, 4\).*\(2, 4\)"):
        list(ArrayClip([np.zeros((2, 4), np.uint8), np.zeros((3, 4), np.uint8)], 25).frames())
    with pytest.raises(InvalidStimulusSet, match="dtype float64"):
        list(ArrayClip(np.zeros((2, 4, 4)), 25).frames())
    with pytest.raises(InvalidParameter, match="frames 3 to 21: expected within 0 to 20"):
        ArrayClip(SHOWN, 25).frames(3, 21)
    with pytest.raises(InvalidParameter, match="frame_rate=0"):
        ArrayClip(SHOWN, 25).at_rate(0)


def test_a_reader_decodes_each_frame_once_and_keeps_few():
    clip = Counted(200)
    reader = FrameReader(clip, kept=5)
    asked = [1, 0, 2, 4, 3, *range(5, 200)]  # nearly in order, as threads ask
    assert [int(reader.frame(number).frame[0, 0]) for number in asked] == asked
    assert clip.decoded == [1, 0, 1, 2, *range(3, 200)] or clip.decoded == [1, *range(200)]
    assert len(reader._frames) <= 5
    assert int(reader.frame(3).frame[0, 0]) == 3  # what is gone is decoded again


def test_excerpts_say_which_movie_they_are_from():
    stimuli = clip_set({"a": SHOWN, "b": SHOWN[:13]}, genre=["x", "y"])
    cut = excerpts(stimuli, 0.2)
    assert list(cut) == ["a@0", "a@5", "a@10", "a@15", "b@0", "b@5"]
    assert cut["clip"].tolist() == ["a"] * 4 + ["b"] * 2
    assert cut["genre"].tolist() == ["x"] * 4 + ["y"] * 2
    assert cut["onset"].tolist() == pytest.approx([0, 0.2, 0.4, 0.6, 0, 0.2])
    np.testing.assert_array_equal(np.stack(list(cut.open("a@10").frames())), SHOWN[10:15])
    assert len({cut.key(name) for name in cut}) == 6
    assert cut.digest_of("a@0") == cut.digest_of("b@0")
    for seconds in (0, 0.001, 0.6, np.inf):
        with pytest.raises(InvalidParameter, match="excerpts of"):
            excerpts(stimuli, seconds)
