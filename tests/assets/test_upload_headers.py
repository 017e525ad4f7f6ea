"""What clients say about a file before they send it."""

from hypothesis import given
from hypothesis import strategies as st

from app.assets.errors import UploadRefused
from app.assets.models import AssetKind
from app.assets.receive_upload import read_checksum
from app.assets.upload_metadata import make_claim, read_metadata


@given(st.text(max_size=300), st.text(max_size=40))
def test_no_name_or_type_makes_a_path_of_its_own(name: str, kind: str) -> None:
    claim = make_claim(name, kind)
    assert "/" not in claim.filename and "\\" not in claim.filename and "\0" not in claim.filename
    assert 1 <= len(claim.filename) <= 255
    assert claim.suffix == ".bin" or claim.suffix in {
        ".mp4", ".mov", ".m4v", ".webm", ".mkv", ".avi", ".jpg", ".jpeg", ".png", ".webp",
    }  # fmt: skip


@given(st.text(max_size=200))
def test_any_metadata_header_is_read_or_refused(header: str) -> None:
    try:
        assert read_metadata(header).kind in AssetKind
    except UploadRefused as refused:
        assert refused.key == "upload_metadata"


@given(st.text(max_size=100))
def test_any_checksum_header_is_read_or_refused(header: str) -> None:
    try:
        checksum = read_checksum(header)
    except UploadRefused as refused:
        assert refused.key == "upload_checksum_unknown"
    else:
        assert checksum is None or checksum.algorithm in {"sha1", "sha256"}
