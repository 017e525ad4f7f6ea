"""Films as they come, put right and measured again, in the process that opens them in production too."""

from pathlib import Path
from typing import Any

import av
import pytest
from PIL import Image

from app.assets.errors import ExamineFailed, FileRefused
from app.assets.examiner import INSPECTION, Interrupted, Limits, conversion_limits, examine
from app.assets.facts import VideoFacts
from app.assets.rules import Fix, Verdict, judge_reel
from tests.assets.films import surround_sound, turned_clockwise, with_b_frames
from tests.media_files import MediaFiles

SMALL: dict[str, Any] = {"width": 96, "height": 160, "seconds": 4.0}


def measure(path: Path, tmp_path: Path) -> VideoFacts:
    found = examine({"do": "inspect", "source": str(path), "poster": str(tmp_path / "poster.webp")}, INSPECTION)
    return VideoFacts.from_json(found["facts"])


def put_right(path: Path, tmp_path: Path) -> tuple[Verdict, VideoFacts]:
    """Return what was wrong, and the facts of the copy."""
    facts = measure(path, tmp_path)
    verdict = judge_reel(facts)
    order = {"do": "convert_video", "source": str(path), "target": str(tmp_path / "copy.mp4")}
    made = examine(
        order | {"facts": facts.to_json(), "fixes": list(verdict.fixes)}, conversion_limits(facts.duration_seconds)
    )
    return verdict, VideoFacts.from_json(made["facts"])


def test_a_film_that_instagram_takes_needs_nothing(media_files: MediaFiles, tmp_path: Path) -> None:
    path = media_files.reel(**SMALL)
    facts = measure(path, tmp_path)
    assert judge_reel(facts) == Verdict()
    assert (facts.width, facts.height, facts.video_codec) == (96, 160, "h264")
    assert abs(facts.fps - 30) < 0.3
    assert facts.audio is not None and (facts.audio.codec, facts.audio.channels) == ("aac", 2)


@pytest.mark.parametrize(
    ("spoilt", "expected"),
    [
        ({"moov_first": False}, {Fix.MOOV_LAST, Fix.EDIT_LIST}),
        ({"pixel_format": "yuv422p"}, {Fix.CHROMA}),
        ({"fps": 10}, {Fix.FPS_LOW}),
        ({"fps": 90}, {Fix.FPS_HIGH}),
        ({"width": 2400, "height": 300, "seconds": 3.0}, {Fix.WIDTH}),
        ({"sample_rate": 96_000}, {Fix.AUDIO_HERTZ}),
        ({"audio_codec": None, "moov_first": False}, {Fix.MOOV_LAST}),
        (
            {"suffix": ".webm", "video_codec": "libvpx-vp9", "audio_codec": "libopus", "sample_rate": 48_000},
            {Fix.VIDEO_CODEC, Fix.AUDIO_CODEC, Fix.CONTAINER},
        ),
        ({"suffix": ".mkv"}, {Fix.CONTAINER}),
        ({"suffix": ".mov", "video_codec": "mjpeg", "pixel_format": "yuvj420p"}, {Fix.VIDEO_CODEC}),
    ],
)
def test_what_instagram_would_refuse_is_put_right(
    spoilt: dict[str, Any], expected: set[Fix], media_files: MediaFiles, tmp_path: Path
) -> None:
    path = media_files.reel(**SMALL | spoilt)
    verdict, made = put_right(path, tmp_path)
    assert expected <= set(verdict.fixes)
    assert judge_reel(made) == Verdict()
    assert abs(made.duration_seconds - measure(path, tmp_path).duration_seconds) < 0.2
    assert (made.audio is None) == (spoilt.get("audio_codec", "aac") is None)


def test_six_channels_become_two(tmp_path: Path) -> None:
    verdict, made = put_right(surround_sound(tmp_path / "six.mp4"), tmp_path)
    assert verdict.fixes == (Fix.AUDIO_CHANNELS,)
    assert made.audio is not None
    assert (made.audio.channels, made.audio.codec) == (2, "aac")


def test_copying_a_track_keeps_every_frame_and_starts_at_zero(tmp_path: Path) -> None:
    source = with_b_frames(tmp_path / "b.mp4")
    verdict, made = put_right(source, tmp_path)
    assert set(verdict.fixes) == {Fix.MOOV_LAST, Fix.EDIT_LIST}
    assert not verdict.transcodes_video
    with av.open(str(source)) as before, av.open(str(tmp_path / "copy.mp4")) as after:
        was = [(frame.time, bytes(frame.planes[0])) for frame in before.decode(video=0)]
        now = [(frame.time, bytes(frame.planes[0])) for frame in after.decode(video=0)]
    assert [picture for _, picture in now] == [picture for _, picture in was]
    assert now[0][0] == 0.0
    assert made.fps == 30.0


def test_an_open_group_of_pictures_is_closed(tmp_path: Path) -> None:
    source = with_b_frames(tmp_path / "open.mp4", x264="open-gop=1:bframes=3")
    verdict, made = put_right(source, tmp_path)
    assert Fix.OPEN_GOP in verdict.fixes
    assert made.is_closed_gop


def test_a_turned_film_is_shown_upright_in_its_picture_and_its_copy(media_files: MediaFiles, tmp_path: Path) -> None:
    source = turned_clockwise(media_files.reel(**SMALL, pixel_format="yuv422p"), tmp_path / "turned.mp4")
    facts = measure(source, tmp_path)
    assert (facts.width, facts.height, facts.rotation) == (160, 96, 90)
    _, made = put_right(source, tmp_path)
    assert (made.width, made.height, made.rotation) == (160, 96, 0)
    with av.open(str(tmp_path / "copy.mp4")) as copy:
        frame = next(copy.decode(video=0)).to_image()  # type: ignore[no-untyped-call]
    # The wall is light at its top, which lies to the right once the film is turned clockwise.
    for picture in (frame, Image.open(tmp_path / "poster.webp").convert("RGB")):
        left, right = (sum(picture.convert("L").crop((x, 4, x + 1, 5)).getextrema()) for x in (4, picture.width - 5))
        assert right > left + 60


def test_too_short_and_too_long_are_told_with_what_was_measured(media_files: MediaFiles, tmp_path: Path) -> None:
    short = judge_reel(measure(media_files.reel(**SMALL | {"seconds": 1.0}), tmp_path)).refusal
    long = judge_reel(
        measure(media_files.reel(width=64, height=64, fps=1, seconds=905, audio_codec=None), tmp_path)
    ).refusal
    assert short is not None and short.key == "reel_too_short" and 0.9 < short.values["seconds"] < 1.2
    assert long is not None and long.key == "reel_too_long" and round(long.values["seconds"]) == 905


@pytest.mark.parametrize("moov_first", [True, False])
@pytest.mark.parametrize("part", [0.2, 0.6, 0.99])
def test_a_film_that_was_cut_off_is_refused(
    moov_first: bool, part: float, media_files: MediaFiles, tmp_path: Path
) -> None:
    whole = media_files.reel(**SMALL, moov_first=moov_first).read_bytes()
    path = tmp_path / "cut.mp4"
    path.write_bytes(whole[: int(len(whole) * part)])
    with pytest.raises(FileRefused) as refused:
        measure(path, tmp_path)
    assert refused.value.key == "file_truncated"


def test_the_small_picture_is_light(media_files: MediaFiles, tmp_path: Path) -> None:
    measure(media_files.reel(), tmp_path)
    poster = tmp_path / "poster.webp"
    assert poster.stat().st_size <= 20_000
    with Image.open(poster) as picture:
        assert picture.width == 360


def test_a_process_that_takes_too_long_is_ended(media_files: MediaFiles, tmp_path: Path) -> None:
    order = {"do": "inspect", "source": str(media_files.reel(**SMALL)), "poster": str(tmp_path / "p.webp")}
    with pytest.raises(ExamineFailed, match="too long"):
        examine(order, Limits(wall_seconds=0, cpu_seconds=60, memory_bytes=INSPECTION.memory_bytes, file_bytes=1))


def test_a_process_that_takes_too_much_memory_or_disk_fails_by_itself(media_files: MediaFiles, tmp_path: Path) -> None:
    order = {"do": "inspect", "source": str(media_files.reel()), "poster": str(tmp_path / "p.webp")}
    for limits in (Limits(60, 60, 80 * 1024 * 1024, 10_000_000), Limits(60, 60, INSPECTION.memory_bytes, 10)):
        with pytest.raises((ExamineFailed, FileRefused)):
            examine(order, limits)


def test_a_conversion_is_given_up_when_told_so(media_files: MediaFiles, tmp_path: Path) -> None:
    path = media_files.reel(seconds=6.0, width=1080, height=1920, pixel_format="yuv422p")
    facts = measure(path, tmp_path)
    order = {"do": "convert_video", "source": str(path), "target": str(tmp_path / "copy.mp4"), "fixes": ["chroma"]}
    with pytest.raises(Interrupted):
        examine(order | {"facts": facts.to_json()}, conversion_limits(6), keep_on=lambda _percent: False)
