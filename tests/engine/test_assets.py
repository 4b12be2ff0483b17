"""The asset store: whole or not at all, verified, deduplicated, within its budget."""

import hashlib
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.assets import Asset, AssetStore
from engine.errors import AssetNotFound, InvalidArgument, StorageFull, UploadOffsetMismatch


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def put(store: AssetStore, content: bytes) -> Asset:
    with store.upload(digest(content), len(content), "audio/wav", 0) as upload:
        upload.append([content])
        return upload.commit()


def age(store: AssetStore, asset: Asset, seconds: float) -> None:
    os.utime(store.path(asset.sha256), (seconds, seconds))


@pytest.fixture
def store(tmp_path: Path) -> AssetStore:
    return AssetStore(tmp_path, budget_bytes=1000)


def test_an_upload_becomes_an_asset_with_its_bytes(store: AssetStore) -> None:
    asset = put(store, b"abc")
    assert (asset.sha256, asset.size_bytes, asset.media_type) == (digest(b"abc"), 3, "audio/wav")
    assert store.path(asset.sha256).read_bytes() == b"abc"
    assert store.committed_bytes(asset.sha256) == 3


def test_assets_are_found_again_by_a_new_store(store: AssetStore, tmp_path: Path) -> None:
    asset = put(store, b"abc")
    again = AssetStore(tmp_path, budget_bytes=1000)
    assert again.get(asset.sha256) == asset
    assert again.size_bytes == 3


@given(content=st.binary(min_size=1, max_size=50), data=st.data())
def test_a_broken_upload_goes_on_where_it_stopped(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, data: st.DataObject
) -> None:
    store = AssetStore(tmp_path_factory.mktemp("store"), budget_bytes=1000)
    cut = data.draw(st.integers(0, len(content)))
    name = digest(content)
    with store.upload(name, len(content), "audio/wav", 0) as upload:
        upload.append([content[:cut]])
    assert store.committed_bytes(name) == cut
    with pytest.raises(AssetNotFound):
        store.get(name)
    with store.upload(name, len(content), "audio/wav", cut) as upload:
        upload.append([content[cut:]])
        asset = upload.commit()
    assert store.path(asset.sha256).read_bytes() == content


def test_an_upload_that_goes_on_elsewhere_is_refused_with_the_right_place(store: AssetStore) -> None:
    with store.upload(digest(b"abcd"), 4, "audio/wav", 0) as upload:
        upload.append([b"ab"])
    with (
        pytest.raises(UploadOffsetMismatch, match="byte 2, not 0") as caught,
        store.upload(digest(b"abcd"), 4, "audio/wav", 0),
    ):
        pass
    assert caught.value.metadata["committed_bytes"] == "2"


def test_two_uploads_of_one_asset_do_not_mix(store: AssetStore) -> None:
    with (
        store.upload(digest(b"abcd"), 4, "audio/wav", 0),
        pytest.raises(UploadOffsetMismatch, match="Somebody else"),
        store.upload(digest(b"abcd"), 4, "audio/wav", 0),
    ):
        pass


def test_wrong_bytes_are_refused_and_forgotten(store: AssetStore) -> None:
    with store.upload(digest(b"right"), 5, "audio/wav", 0) as upload:
        upload.append([b"wrong"])
        with pytest.raises(InvalidArgument, match="digest"):
            upload.commit()
    assert store.committed_bytes(digest(b"right")) == 0


def test_missing_bytes_are_kept_for_resuming_but_make_no_asset(store: AssetStore) -> None:
    with store.upload(digest(b"abcd"), 4, "audio/wav", 0) as upload:
        upload.append([b"abc"])
        with pytest.raises(InvalidArgument, match="Only 3 of 4"):
            upload.commit()
    assert store.committed_bytes(digest(b"abcd")) == 3


def test_more_bytes_than_promised_are_refused(store: AssetStore) -> None:
    with (
        pytest.raises(InvalidArgument, match="More bytes"),
        store.upload(digest(b"abcd"), 4, "audio/wav", 0) as upload,
    ):
        upload.append([b"abcde"])


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "A" * 64, "a" * 63, "a" * 64 + "\n"])
def test_what_is_no_digest_is_refused(store: AssetStore, name: str) -> None:
    with pytest.raises(InvalidArgument, match="hexadecimal"):
        store.path(name)


def test_an_empty_asset_is_refused(store: AssetStore) -> None:
    with pytest.raises(InvalidArgument, match="empty"), store.upload(digest(b""), 0, "audio/wav", 0):
        pass


def test_the_least_recently_used_asset_makes_room(store: AssetStore) -> None:
    old, used = put(store, b"a" * 400), put(store, b"b" * 400)
    age(store, old, 1_000)
    age(store, used, 900)
    store.get(used.sha256)
    new = put(store, b"c" * 400)
    with pytest.raises(AssetNotFound, match="upload it"):
        store.get(old.sha256)
    assert store.size_bytes == 800
    assert {store.get(used.sha256).sha256, store.get(new.sha256).sha256} == {used.sha256, new.sha256}


def test_a_pinned_asset_is_never_evicted(store: AssetStore) -> None:
    pinned, free = put(store, b"a" * 400), put(store, b"b" * 400)
    age(store, pinned, 900)
    with store.pinned([pinned.sha256]):
        put(store, b"c" * 400)
        assert store.get(pinned.sha256) == pinned
    with pytest.raises(AssetNotFound):
        store.get(free.sha256)


def test_what_is_in_use_leaves_no_room_and_nothing_is_lost(store: AssetStore) -> None:
    first, second = put(store, b"a" * 500), put(store, b"b" * 400)
    with store.pinned([first.sha256]), pytest.raises(StorageFull, match="no room"):
        put(store, b"c" * 600)
    assert store.get(second.sha256) == second


def test_an_asset_beyond_the_whole_budget_is_refused(store: AssetStore) -> None:
    with pytest.raises(StorageFull, match="asset-budget"), store.upload("a" * 64, 1001, "audio/wav", 0):
        pass


def test_a_finished_file_is_adopted_once(store: AssetStore) -> None:
    for _ in range(2):
        path = store.work_folder() / "stem.wav"
        path.write_bytes(b"stem")
        assert store.adopt(path, "audio/wav").sha256 == digest(b"stem")
        assert not path.exists()
    assert store.size_bytes == 4


def test_what_is_learnt_stays_beside_the_asset(store: AssetStore) -> None:
    asset = put(store, b"abc")
    store.learn(asset.sha256, audio_format={"sample_rate_hz": 44100})
    assert store.facts(asset.sha256)["audio_format"] == {"sample_rate_hz": 44100}
    assert store.get(asset.sha256) == asset


def test_abandoned_uploads_are_removed_and_fresh_ones_kept(store: AssetStore, tmp_path: Path) -> None:
    for content in (b"old!", b"new!"):
        with store.upload(digest(content), 4, "audio/wav", 0) as upload:
            upload.append([content[:2]])
    os.utime(tmp_path / "incoming" / f"{digest(b'old!')}.part", (0, 0))
    store.remove_abandoned_uploads()
    assert store.committed_bytes(digest(b"old!")) == 0
    assert store.committed_bytes(digest(b"new!")) == 2
