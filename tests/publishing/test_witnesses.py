"""Is it live? What follows from each testimony."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.instagram.container import ContainerCode
from app.instagram.media import Media
from app.publishing.models import PostKind
from app.publishing.witnesses import Quota, Snapshot, Testimony, Verdict, compare_quota, find_fitting, judge

CALLED = datetime(2026, 3, 2, 14, 0, tzinfo=UTC)
SOON = CALLED + timedelta(seconds=5)
LATER = CALLED + timedelta(seconds=70)
AT_LAST = CALLED + timedelta(minutes=11)

testimonies = st.builds(
    Testimony,
    container=st.sampled_from([None, *ContainerCode]),
    fitting=st.sampled_from([None, (), ("1",), ("1", "2")]),
    quota=st.sampled_from(Quota),
)
instants = st.integers(0, 3600).map(lambda seconds: CALLED + timedelta(seconds=seconds))


def media(ig_media_id: str, caption: str = "Раф", at: datetime = SOON, surface: str = "REELS") -> Media:
    """A live video."""
    return Media(ig_media_id, caption, "VIDEO", surface, at, None, None, None)


def fitting(*listed: Media, known: frozenset[str] | None = frozenset(), bound: tuple[str, ...] = ()) -> tuple[str, ...]:
    """What fits a Reel with the caption «Раф»."""
    return find_fitting(
        listed,
        snapshot=Snapshot(CALLED, known, 0),
        kind=PostKind.REEL,
        caption="Раф",
        called_at=CALLED,
        bound_elsewhere=bound,
    )


def test_a_published_container_is_live_whatever_the_others_say() -> None:
    for listed in (None, (), ("1",), ("1", "2")):
        testimony = Testimony(ContainerCode.PUBLISHED, listed, Quota.UNCLEAR)
        assert judge(testimony, called_at=CALLED, finished_seen_at=None, now=SOON).verdict is Verdict.LIVE


def test_a_container_that_stays_finished_a_minute_with_nothing_new_was_not_published() -> None:
    testimony = Testimony(ContainerCode.FINISHED, (), Quota.FLAT)
    assert judge(testimony, called_at=CALLED, finished_seen_at=SOON, now=LATER).verdict is Verdict.NOT_LIVE
    assert judge(testimony, called_at=CALLED, finished_seen_at=None, now=LATER).verdict is Verdict.LOOK_AGAIN
    almost = SOON + timedelta(seconds=59)
    assert judge(testimony, called_at=CALLED, finished_seen_at=SOON, now=almost).verdict is Verdict.LOOK_AGAIN


@given(testimonies, instants, st.none() | instants)
def test_it_is_called_again_only_when_all_three_say_that_nothing_happened(
    testimony: Testimony, now: datetime, finished_seen_at: datetime | None
) -> None:
    judgement = judge(testimony, called_at=CALLED, finished_seen_at=finished_seen_at, now=now)
    if judgement.verdict is Verdict.NOT_LIVE:
        assert testimony == Testimony(ContainerCode.FINISHED, (), Quota.FLAT)
        assert finished_seen_at is not None
        assert now - finished_seen_at >= timedelta(seconds=60)


@given(testimonies, st.none() | instants)
def test_whatever_is_said_it_comes_to_an_end_after_ten_minutes_and_the_look_that_was_missing(
    testimony: Testimony, finished_seen_at: datetime | None
) -> None:
    judgement = judge(testimony, called_at=CALLED, finished_seen_at=finished_seen_at, now=AT_LAST)
    if judgement.verdict is Verdict.LOOK_AGAIN:
        assert testimony == Testimony(ContainerCode.FINISHED, (), Quota.FLAT)
        assert judgement.look_again_at is not None
        seen_at = finished_seen_at or AT_LAST
        judgement = judge(testimony, called_at=CALLED, finished_seen_at=seen_at, now=judgement.look_again_at)
    assert judgement.verdict is not Verdict.LOOK_AGAIN


@given(testimonies, instants, st.none() | instants)
def test_an_id_is_bound_only_when_it_is_the_single_one_and_the_quota_agrees(
    testimony: Testimony, now: datetime, finished_seen_at: datetime | None
) -> None:
    judgement = judge(testimony, called_at=CALLED, finished_seen_at=finished_seen_at, now=now)
    if judgement.ig_media_id is not None:
        assert testimony.fitting == (judgement.ig_media_id,)
        assert testimony.quota is Quota.ROSE


def test_a_post_from_the_phone_alone_never_makes_ours_live() -> None:
    unreadable = Testimony(None, ("1",), Quota.FLAT)
    assert judge(unreadable, called_at=CALLED, finished_seen_at=None, now=AT_LAST).verdict is Verdict.UNCONFIRMED
    finished = Testimony(ContainerCode.FINISHED, ("1",), Quota.FLAT)
    assert judge(finished, called_at=CALLED, finished_seen_at=SOON, now=AT_LAST).verdict is Verdict.UNCONFIRMED


def test_an_expired_container_with_nothing_new_is_made_anew() -> None:
    testimony = Testimony(ContainerCode.EXPIRED, (), Quota.FLAT)
    assert judge(testimony, called_at=CALLED, finished_seen_at=None, now=SOON).verdict is Verdict.EXPIRED


def test_only_new_media_of_the_same_kind_and_caption_fit() -> None:
    assert fitting(media("1")) == ("1",)
    assert fitting(media("1"), known=frozenset({"1"})) == ()
    assert fitting(media("1"), bound=("1",)) == ()
    assert fitting(media("1", caption="Другое")) == ()
    assert fitting(media("1", surface="FEED")) == ()
    assert fitting(media("1", at=CALLED - timedelta(hours=1)), known=None) == ()
    assert fitting(media("1"), media("2")) == ("1", "2")


def test_line_ends_and_spaces_do_not_make_captions_differ() -> None:
    listed = [media("1", caption=" Раф \n с облепихой")]
    snapshot = Snapshot(CALLED, frozenset(), 0)
    found = find_fitting(
        listed,
        snapshot=snapshot,
        kind=PostKind.REEL,
        caption="Раф\nс облепихой",
        called_at=CALLED,
        bound_elsewhere=(),
    )
    assert found == ("1",)


def test_the_quota_is_compared_with_what_we_published_ourselves_meanwhile() -> None:
    assert compare_quota(3, 3, 0) is Quota.FLAT
    assert compare_quota(3, 4, 0) is Quota.ROSE
    assert compare_quota(3, 4, 1) is Quota.FLAT
    assert compare_quota(3, 2, 0) is Quota.UNCLEAR
    assert compare_quota(None, 4, 0) is Quota.UNCLEAR
    assert compare_quota(3, None, 0) is Quota.UNCLEAR


def test_a_snapshot_survives_being_stored() -> None:
    for snapshot in (Snapshot(CALLED, frozenset({"1", "2"}), 3), Snapshot(CALLED, None, None)):
        assert Snapshot.from_json(snapshot.as_json()) == snapshot
