"""Bytes in order, whatever they are packed in; and that no archive chooses a path, swells without end or hides what it holds."""

from __future__ import annotations

import gzip
import hashlib
import io
import lzma
import random
import zipfile
import zlib

import pytest

from embeddings.errors import BadFile
from embeddings.formats import stream
from embeddings.formats.stream import Stream, WhichMember, members


def archive(path, *files, method=zipfile.ZIP_DEFLATED):
    with zipfile.ZipFile(path, "w", method) as made:
        for name, data in files:
            made.writestr(name, data)
    return path


def everything(path, member=""):
    with Stream(path, member) as opened:
        data = b"".join(iter(lambda: opened.read(7), b""))
        return data, opened.sha256()


def test_head_leaves_the_bytes_to_be_read(tmp_path):
    (tmp_path / "a").write_bytes(b"0123456789" * 10)
    with Stream(tmp_path / "a") as opened:
        assert opened.head(5) == b"01234" and opened.head(3) == b"012"
        view = bytearray(8)
        assert opened.readinto(memoryview(view)) == 8 and bytes(view) == b"01234567"
        assert opened.read(4) == b"8901" and len(opened.read(1000)) == 88 and opened.read(1) == b""
        assert opened.consumed == opened.total == 100


@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzip"])
def test_the_sum_is_of_the_file_on_disk_however_it_was_read(tmp_path, pack):
    packed = pack(b"some bytes " * 1000)
    (tmp_path / "a").write_bytes(packed)
    assert everything(tmp_path / "a") == (b"some bytes " * 1000, hashlib.sha256(packed).hexdigest())
    with Stream(tmp_path / "a") as barely:
        barely.read(3)
        assert barely.sha256() == hashlib.sha256(packed).hexdigest()
    path = archive(tmp_path / "z", ("v.txt", b"the 1\n"))
    assert everything(path) == (b"the 1\n", hashlib.sha256(path.read_bytes()).hexdigest())


def test_a_gzip_file_inside_a_zip_is_unpacked_as_well(tmp_path):
    path = archive(tmp_path / "z.zip", ("v.txt.gz", gzip.compress(b"the 1 2\n")))
    with Stream(path) as opened:
        assert opened.read() == b"the 1 2\n" and opened.packed == "zip, gzip" and opened.member == "v.txt.gz"


def test_a_zip_inside_a_gzip_is_refused(tmp_path):
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as made:
        made.writestr("v.txt", "the 1\n")
    (tmp_path / "a.gz").write_bytes(gzip.compress(inner.getvalue()))
    with pytest.raises(BadFile, match="Unpack the outer one first"):
        Stream(tmp_path / "a.gz")


def test_an_archive_of_several_files_asks_which(tmp_path):
    path = archive(tmp_path / "glove.zip", ("glove.50d.txt", b"a 1\n"), ("glove.100d.txt", b"b 2\n"), ("__MACOSX/x", b""), (".hidden", b""))
    with pytest.raises(WhichMember, match=r"glove.zip holds several files: 'glove.50d.txt' \(4 bytes\), 'glove.100d.txt'") as told:
        Stream(path)
    assert told.value.members == (("glove.50d.txt", 4), ("glove.100d.txt", 4)) == tuple(members(path))
    assert everything(path, "glove.50d.txt")[0] == b"a 1\n"
    assert everything(path, "*100d*")[0] == b"b 2\n"
    with pytest.raises(WhichMember, match="holds no '300d'; there are"):
        Stream(path, "300d")
    with pytest.raises(WhichMember, match="holds several files"):
        Stream(path, "glove*")


def test_a_member_can_be_chosen_in_an_archive_alone(tmp_path):
    (tmp_path / "a.txt").write_bytes(b"the 1\n")
    with pytest.raises(BadFile, match=r"a.txt is no zip archive; '\*300d\*' cannot be chosen"):
        Stream(tmp_path / "a.txt", "*300d*")


def test_names_inside_an_archive_are_never_paths(tmp_path):
    outside = tmp_path / "outside.txt"
    path = archive(tmp_path / "inner" / ".." / "slip.zip", (str(outside), b"the 1 2\n")) if (tmp_path / "inner").mkdir() is None else None
    with Stream(path) as opened:
        assert opened.read() == b"the 1 2\n"
    assert not outside.exists()


def test_a_bomb_is_given_up(tmp_path, monkeypatch):
    monkeypatch.setattr(stream, "SWELLS_AFTER", 1 << 20)
    (tmp_path / "bomb.gz").write_bytes(gzip.compress(b"the 1 2\n" * (1 << 20)))
    with pytest.raises(BadFile, match="swells to more than 200 times its size"):
        everything_of_large(tmp_path / "bomb.gz")


def everything_of_large(path):
    with Stream(path) as opened:
        while opened.read(1 << 16):
            pass


def test_an_archive_under_a_password_or_with_a_broken_sum_is_told(tmp_path):
    path = archive(tmp_path / "broken.zip", ("v.txt", b"the 1 2\n" * 100), method=zipfile.ZIP_STORED)
    data = bytearray(path.read_bytes())
    data[60] ^= 1
    path.write_bytes(data)
    with pytest.raises(BadFile, match=r"broken.zip \(v.txt\) is damaged"):
        everything(path)
    locked = bytearray(archive(tmp_path / "locked.zip", ("v.txt", b"the 1 2\n")).read_bytes())
    locked[6] |= 1  # the flag of an encrypted member, here and in the directory
    locked[locked.index(b"PK\1\2") + 8] |= 1
    (tmp_path / "locked.zip").write_bytes(locked)
    with pytest.raises(BadFile, match=r"locked.zip \(v.txt\) cannot be unpacked as zip: .*encrypted"):
        Stream(tmp_path / "locked.zip")


def test_an_empty_archive_and_a_missing_file_are_told(tmp_path):
    with pytest.raises(BadFile, match="is an empty archive"):
        Stream(archive(tmp_path / "empty.zip"))
    with pytest.raises(BadFile, match="cannot be read: No such file"):
        Stream(tmp_path / "nothing.txt")
    with pytest.raises(BadFile, match=r"is no file|cannot be read"):
        Stream(tmp_path)
    assert members(tmp_path / "empty.zip") == []


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED], ids=["stored", "deflated"])
@pytest.mark.parametrize("member", ["a.txt", "b.txt"])
def test_progress_through_an_archive_is_that_through_its_member(tmp_path, method, member):
    data = random.Random(0).randbytes(1 << 20)
    path = archive(tmp_path / "z.zip", ("a.txt", data), ("b.txt", data), method=method)
    with Stream(path, member) as opened:
        seen = [opened.consumed / opened.total]
        while opened.read(1 << 17):
            seen.append(opened.consumed / opened.total)
    assert seen[0] < 0.05 and seen == sorted(seen) and seen[-1] == 1
    assert all(abs(share - at / 8) < 0.05 for at, share in enumerate(seen))
    assert opened.total == path.stat().st_size


def test_two_files_of_one_name_in_an_archive_can_each_be_chosen(tmp_path):
    with pytest.warns(UserWarning, match="Duplicate name"):
        path = archive(tmp_path / "z.zip", ("a.txt", b"first 1\n"), ("b.txt", b"b 1\n"), ("a.txt", b"second 2\n"), ("a.txt (1)", b"c 1\n"))
    names = [name for name, _ in members(path)]
    assert names == ["a.txt (2)", "b.txt", "a.txt (3)", "a.txt (1)"]
    assert [everything(path, name)[0] for name in names] == [b"first 1\n", b"b 1\n", b"second 2\n", b"c 1\n"]
    with pytest.raises(WhichMember, match=r"holds no 'a.txt'; there are: 'a.txt \(2\)' \(8 bytes\)"):
        Stream(path, "a.txt")


@pytest.mark.parametrize(
    ("magic", "kind"),
    [
        (b"\x28\xb5\x2f\xfd", "zstd"), (b"\x04\x22\x4d\x18", "lz4"), (b"7z\xbc\xaf\x27\x1c", "7z"), (b"Rar!\x1a\x07\x01\0", "rar"),
        (b"\x1f\x9d\x90", r"compress \(.Z\)"), (b"LZIP\1", "lzip"),
    ],
)  # fmt: skip
def test_a_packing_that_is_not_read_is_named_with_the_cure(tmp_path, magic, kind):
    for name, data in (("plain", magic + bytes(50)), ("nested", gzip.compress(magic + bytes(50)))):
        (tmp_path / name).write_bytes(data)
        with pytest.raises(BadFile, match=f"{name} is packed as {kind}, which is not read here. Unpack it first."):
            Stream(tmp_path / name)


def test_a_fourth_packing_is_refused_with_the_cure(tmp_path):
    data = b"the 1 2\n"
    for _ in range(3):
        data = gzip.compress(data)
    (tmp_path / "three").write_bytes(data)
    assert everything(tmp_path / "three")[0] == b"the 1 2\n"
    (tmp_path / "four").write_bytes(gzip.compress(data))
    with pytest.raises(BadFile, match=r"four is packed 4 times over. Unpack it first\."):
        Stream(tmp_path / "four")


def test_a_packing_that_asks_for_much_memory_is_refused(tmp_path):
    small, large = ({"id": lzma.FILTER_LZMA2, "preset": 0, "dict_size": size} for size in (1 << 18, 1536 << 20))
    data = bytearray(lzma.compress(b"the 1 2\n", filters=[small]))
    at = data.index(b"\x21\1" + lzma._encode_filter_properties(small)) + 2  # after the mark of LZMA2: the size of its dictionary
    data[at : at + 1] = lzma._encode_filter_properties(large)
    end = 12 + (data[12] + 1) * 4 - 4  # of the block's header, before its sum
    data[end : end + 4] = zlib.crc32(bytes(data[12:end])).to_bytes(4, "little")
    (tmp_path / "greedy.xz").write_bytes(data)
    with pytest.raises(BadFile, match=r"greedy.xz takes too much memory to unpack, as its packing \(xz\) demands. Unpack it first."):
        everything(tmp_path / "greedy.xz")


def test_memory_that_runs_out_in_unpacking_is_told(tmp_path, monkeypatch):
    def out(self, size):
        raise MemoryError

    (tmp_path / "a.gz").write_bytes(gzip.compress(b"the 1 2\n" * 100))
    with Stream(tmp_path / "a.gz") as opened:
        opened.read(8)
        monkeypatch.setattr(gzip.GzipFile, "read", out)
        with pytest.raises(BadFile, match="a.gz takes too much memory to unpack"):
            opened.read(800)
