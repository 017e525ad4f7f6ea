"""What Instagram would refuse, for films of every kind."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from app.assets.boxes import EditLists
from app.assets.facts import AudioFacts, ImageFacts, VideoFacts
from app.assets.rendition import plan_rendition, target_fps, target_size
from app.assets.rules import Fix, Verdict, judge_image, judge_reel
from app.assets.sniff import Container

GOOD = VideoFacts(
    container=Container.MP4,
    size_bytes=1_000_000,
    duration_seconds=30.0,
    video_codec="h264",
    profile="High",
    pixel_format="yuv420p",
    width=1080,
    height=1920,
    rotation=0,
    pixel_aspect=1.0,
    fps=30.0,
    video_bits_per_second=2_500_000,
    is_interlaced=False,
    is_hdr=False,
    is_closed_gop=True,
    is_moov_first=True,
    is_fragmented=False,
    edit_lists=EditLists.NONE,
    trailing_bytes=0,
    is_decodable=True,
    audio=AudioFacts("aac", 48_000, 2, 128_000),
)

audios = st.none() | st.builds(
    AudioFacts,
    codec=st.sampled_from(["aac", "mp3", "opus", "pcm_s16le"]),
    hertz=st.sampled_from([8_000, 22_050, 44_100, 48_000, 96_000]),
    channels=st.integers(1, 8),
    bits_per_second=st.integers(8_000, 2_000_000),
)
films = st.builds(
    VideoFacts,
    container=st.sampled_from([Container.MP4, Container.MOV, Container.MATROSKA, Container.AVI]),
    size_bytes=st.integers(1, 300_000_000),
    duration_seconds=st.floats(0.1, 1_200),
    video_codec=st.sampled_from(["h264", "hevc", "vp9", "mpeg4"]),
    profile=st.just(""),
    pixel_format=st.sampled_from(["yuv420p", "yuvj420p", "yuv422p", "yuv420p10le", "yuv444p"]),
    width=st.integers(2, 8_000),
    height=st.integers(2, 8_000),
    rotation=st.sampled_from([0, 90, 180, 270]),
    pixel_aspect=st.floats(0.25, 4),
    fps=st.floats(0.2, 480),
    video_bits_per_second=st.integers(1, 90_000_000),
    is_interlaced=st.booleans(),
    is_hdr=st.booleans(),
    is_closed_gop=st.booleans(),
    is_moov_first=st.booleans(),
    is_fragmented=st.booleans(),
    edit_lists=st.sampled_from(EditLists),
    trailing_bytes=st.integers(0, 10),
    is_decodable=st.booleans(),
    audio=audios,
)


def test_a_good_film_is_taken_as_it_is() -> None:
    assert judge_reel(GOOD) == Verdict()
    assert judge_reel(replace(GOOD, video_codec="hevc", pixel_format="yuv420p10le")) == Verdict()
    assert judge_reel(replace(GOOD, audio=None)) == Verdict()


def test_the_limits_themselves_are_still_taken() -> None:
    for edge in ({"duration_seconds": 3.0}, {"duration_seconds": 900.0}, {"fps": 23.0}, {"fps": 60.0}, {"fps": 23.976}):
        assert judge_reel(replace(GOOD, **edge)) == Verdict()  # type: ignore[arg-type]
    assert judge_reel(replace(GOOD, width=1920, height=1080)) == Verdict()


def test_a_step_beyond_each_limit_is_noticed() -> None:
    refusals = {
        "reel_too_short": {"duration_seconds": 2.9},
        "reel_too_long": {"duration_seconds": 900.1},
        "reel_ratio": {"width": 1910, "height": 20, "video_codec": "hevc"},
        "reel_size": {"size_bytes": 300_000_001},
        "file_broken": {"is_decodable": False},
    }
    for key, change in refusals.items():
        refusal = judge_reel(replace(GOOD, **change)).refusal  # type: ignore[arg-type]
        assert refusal is not None and refusal.key == key
    fixes = {
        Fix.FPS_LOW: {"fps": 22.9},
        Fix.FPS_HIGH: {"fps": 60.2},
        Fix.WIDTH: {"width": 1922},
        Fix.BITRATE: {"size_bytes": 100_000_000},
        Fix.CHROMA: {"pixel_format": "yuv420p10le"},
        Fix.CONTAINER: {"trailing_bytes": 1},
    }
    for fix, change in fixes.items():
        assert judge_reel(replace(GOOD, **change)).fixes == (fix,)  # type: ignore[arg-type]


@given(films)
def test_facts_survive_being_kept_as_json(facts: VideoFacts) -> None:
    assert VideoFacts.from_json(facts.to_json()) == facts


@given(films)
def test_a_film_is_either_refused_with_its_rule_or_can_be_put_right(facts: VideoFacts) -> None:
    verdict = judge_reel(facts)
    if verdict.refusal is not None:
        assert verdict.fixes == ()
        return
    plan = plan_rendition(facts, verdict)
    assert (plan.video is not None) == verdict.transcodes_video
    if plan.audio is not None:
        assert facts.audio is not None
        assert plan.audio.hertz <= 48_000 and 1 <= plan.audio.channels <= 2


@given(films)
def test_what_is_encoded_anew_keeps_every_limit(facts: VideoFacts) -> None:
    if judge_reel(facts).refusal is not None:
        return
    target = plan_rendition(facts, Verdict(), everything=True).video
    assert target is not None
    assert target.width <= 1920 and target.width % 2 == target.height % 2 == 0
    assert 23 <= target.fps <= 60
    assert target.most_bits_per_second <= 25_000_000
    assert target.most_bits_per_second * facts.duration_seconds / 8 < 300_000_000


@given(st.integers(16, 8_000), st.integers(16, 8_000))
def test_a_copy_keeps_the_shape_and_is_never_larger(width: int, height: int) -> None:
    facts = replace(GOOD, width=width, height=height)
    to_width, to_height = target_size(facts)
    assert to_width <= width + 1 and to_height <= height + 1
    if min(to_width, to_height) > 100:
        assert abs(to_width / to_height / (width / height) - 1) < 0.03


def test_frames_a_second_stay_or_become_a_whole_part_or_multiple() -> None:
    assert [float(target_fps(fps)) for fps in (120, 90, 240, 10, 15, 20, 12, 29.2, 25.01)] == [
        60, 45, 60, 30, 30, 40, 24, 30000 / 1001, 25,
    ]  # fmt: skip


def test_a_picture_is_always_encoded_anew_and_a_bomb_refused() -> None:
    assert judge_image(ImageFacts(Container.JPEG, 1_000, 1080, 1920)).fixes == (Fix.IMAGE,)
    bomb = judge_image(ImageFacts(Container.PNG, 1_000, 30_000, 30_000)).refusal
    large = judge_image(ImageFacts(Container.PNG, 31_000_000, 3_000, 3_000)).refusal
    assert bomb is not None and bomb.key == "image_pixels"
    assert large is not None and large.key == "image_size"
