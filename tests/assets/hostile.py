"""Files that somebody with bad intentions might upload, made by a seeded generator."""

import io
import random
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from PIL import Image

TRAP = "http://127.0.0.1:{port}/trap"


@dataclass(frozen=True)
class Hostile:
    """One file, and whether looking at its first bytes must already be enough to refuse it."""

    name: str
    content: bytes
    is_surely_refused: bool = True


def box(kind: bytes, *parts: bytes, size: int | None = None) -> bytes:
    """Return an ISO box; `size` lies about its length."""
    content = b"".join(parts)
    return struct.pack(">I4s", 8 + len(content) if size is None else size, kind) + content


def full_box(kind: bytes, *parts: bytes, flags: int = 0) -> bytes:
    """Return an ISO box with version 0 and flags."""
    return box(kind, struct.pack(">I", flags), *parts)


FTYP = box(b"ftyp", b"isom\0\0\2\0isomiso2avc1mp41")


def movie(*, url: str | None = None, handler: bytes = b"vide", data: bytes = bytes(400), extra: bytes = b"") -> bytes:
    """Return the skeleton of a film, its samples in another file when `url` is given."""
    reference = full_box(b"url ", url.encode() + b"\0") if url else full_box(b"url ", flags=1)
    stbl = box(b"stbl", full_box(b"stsd", struct.pack(">I", 0)))
    minf = box(b"minf", box(b"dinf", full_box(b"dref", struct.pack(">I", 1), reference)), stbl)
    mdhd = full_box(b"mdhd", struct.pack(">IIIIHH", 0, 0, 1000, 5000, 0, 0))
    hdlr = full_box(b"hdlr", bytes(4), handler, bytes(13))
    moov = box(b"moov", full_box(b"mvhd", bytes(96)), box(b"trak", box(b"mdia", mdhd, hdlr, minf)), extra)
    return FTYP + moov + box(b"mdat", data)


def zip_of(name: str = "a.txt") -> bytes:
    """Return a small archive."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr(name, "x" * 50)
    return target.getvalue()


def png_claiming(width: int, height: int) -> bytes:
    """Return a PNG whose header claims a size that its few bytes do not hold."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = zlib.compress(bytes(200_000), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def picture(kind: str = "JPEG") -> bytes:
    """Return a real picture."""
    target = io.BytesIO()
    Image.new("RGB", (64, 64), "#88AA66").save(target, kind)
    return target.getvalue()


def hostile_files(real_video: bytes, *, port: int = 9, seed: int = 20261121) -> Iterator[Hostile]:
    """Yield more than five hundred files."""
    chance = random.Random(seed)
    yield from _texts(port)
    yield from _archives_and_programs(chance)
    yield from _lying_boxes(chance, port)
    yield from _polyglots(real_video, port)
    yield from _pictures(chance)
    yield from _damaged(chance, real_video)


def _texts(port: int) -> Iterator[Hostile]:
    trap = TRAP.format(port=port)
    playlist = f"#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\n{trap}/a.ts\n#EXT-X-ENDLIST\n"
    texts = {
        "hls": playlist,
        "hls_file": "#EXTM3U\n#EXTINF:5,\nfile:///etc/passwd\n",
        "hls_concat": f"#EXTM3U\n#EXTINF:5,\nconcat:{trap}|file:///etc/passwd\n",
        "ffconcat": f"ffconcat version 1.0\nfile '{trap}'\n",
        "concat": "file '/etc/passwd'\n",
        "dash": f'<?xml version="1.0"?><MPD><BaseURL>{trap}</BaseURL></MPD>',
        "dash_bare": f"<MPD><BaseURL>{trap}</BaseURL></MPD>",
        "sdp": "v=0\no=- 0 0 IN IP4 127.0.0.1\nc=IN IP4 127.0.0.1\nm=video 5004 RTP/AVP 96\n",
        "pls": f"[playlist]\nFile1={trap}\n",
        "asx": f'<asx version="3.0"><entry><ref href="{trap}"/></entry></asx>',
        "reference": f"[Reference]\nRef1={trap}\n",
        "smil": f'<smil><body><video src="{trap}"/></body></smil>',
        "svg": f'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><image href="{trap}"/></svg>',
        "svg_xml": '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        "html": "<!doctype html><html><script>alert(1)</script></html>",
        "html_bare": "<script>fetch('/accounts')</script>",
        "xml_entity": '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
        "php": "<?php system($_GET['c']); ?>",
        "shell": "#!/bin/sh\ncurl " + trap,
        "mvg": f"push graphic-context\nimage over 0,0 0,0 'url({trap})'\npop graphic-context",
        "eps": "%!PS-Adobe-3.0 EPSF-3.0\n(/etc/passwd) (r) file\n",
        "pdf": "%PDF-1.7\n1 0 obj<</OpenAction<</S/JavaScript/JS(app.alert(1))>>>>endobj",
        "json": '{"a": 1}',
        "path": "../../../../etc/passwd",
    }
    for name, text in texts.items():
        for dress, prefix in {"": "", "_bom": "\ufeff", "_blank": "\n \t", "_nul": "\0"}.items():
            yield Hostile(name + dress, (prefix + text).encode())
        yield Hostile(f"{name}_utf16", text.encode("utf-16"))
        yield Hostile(f"{name}_long", text.encode() + b"\n" * 70_000)


def _archives_and_programs(chance: random.Random) -> Iterator[Hostile]:
    starts = {
        "zip": zip_of(),
        "apk": zip_of("AndroidManifest.xml"),
        "zip_slip": zip_of("../../etc/cron.d/x"),
        "gzip": b"\x1f\x8b\x08" + bytes(200),
        "bzip2": b"BZh91AY&SY" + bytes(200),
        "xz": b"\xfd7zXZ\0" + bytes(200),
        "zstd": b"\x28\xb5\x2f\xfd" + bytes(200),
        "7z": b"7z\xbc\xaf\x27\x1c" + bytes(200),
        "rar": b"Rar!\x1a\x07\x01\0" + bytes(200),
        "tar": bytes(257) + b"ustar\x0000" + bytes(300),
        "elf": b"\x7fELF\x02\x01\x01" + bytes(200),
        "exe": b"MZ\x90\0" + bytes(200),
        "class": b"\xca\xfe\xba\xbe" + bytes(200),
        "wasm": b"\0asm\x01\0\0\0" + bytes(200),
        "sqlite": b"SQLite format 3\0" + bytes(200),
        "gif": b"GIF89a\x01\0\x01\0\x80\0\0" + bytes(30),
        "bmp": b"BM" + bytes(80),
        "tiff": b"II*\0" + bytes(80),
        "psd": b"8BPS\0\x01" + bytes(80),
        "ico": b"\0\0\x01\0\x01\0" + bytes(80),
        "jp2": b"\0\0\0\x0cjP  \r\n\x87\n" + bytes(80),
        "ogg": b"OggS\0\x02" + bytes(100),
        "flac": b"fLaC\0\0\0\x22" + bytes(100),
        "mp3": b"ID3\x04\0\0\0\0\0\0" + bytes(100),
        "wav": b"RIFF\x24\0\0\0WAVEfmt " + bytes(40),
        "flv": b"FLV\x01\x05\0\0\0\x09" + bytes(100),
        "ts": (b"\x47\x40\0\x10" + bytes(184)) * 4,
        "wmv": b"\x30\x26\xb2\x75\x8e\x66\xcf\x11" + bytes(100),
        "rtsp": b"rtsp://127.0.0.1/a",
        "empty": b"",
        "nul": bytes(5_000),
    }
    for name, content in starts.items():
        yield Hostile(name, content)
    for length in [*range(1, 40), 63, 64, 65, 500, 4_095, 4_096, 4_097, 70_000]:
        yield Hostile(f"noise_{length}", b"\x01" + chance.randbytes(length))


def _lying_boxes(chance: random.Random, port: int) -> Iterator[Hostile]:
    for url in (
        TRAP.format(port=port),
        "file:///etc/passwd",
        "/etc/passwd",
        "../secret.mov",
        "concat:a|b",
        "tcp://127.0.0.1",
    ):
        yield Hostile(f"dref_{url}", movie(url=url))
        yield Hostile(f"dref_late_{url}", FTYP + box(b"free", bytes(50)) + movie(url=url)[len(FTYP) :])
    for claimed in (0, 1, 2, 7, 9, 1 << 20, 10_000_000_000 & 0xFFFFFFFF, 0x7FFFFFFF, 0xFFFFFFFF):
        yield Hostile(f"ftyp_{claimed}", box(b"ftyp", b"isom\0\0\2\0isom", size=claimed))
        yield Hostile(f"moov_{claimed}", FTYP + box(b"moov", bytes(64), size=claimed))
        yield Hostile(f"mdat_{claimed}", FTYP + box(b"mdat", bytes(64), size=claimed))
    for claimed in (10_000_000_000, 1 << 40, 1 << 62, (1 << 63) + 5, (1 << 64) - 1, 0, 15):
        large = struct.pack(">I4sQ", 1, b"mdat", claimed) + bytes(64)
        yield Hostile(f"large_mdat_{claimed}", FTYP + large)
        yield Hostile(f"large_moov_{claimed}", FTYP + large.replace(b"mdat", b"moov"))
    for brand in (b"heic", b"avif", b"mif1", b"M4A ", b"M4B ", b"heix", b"msf1"):
        yield Hostile(f"brand_{brand.decode()}", box(b"ftyp", brand, bytes(4), brand) + movie()[len(FTYP) :])
    yield Hostile("reference_movie", movie(extra=box(b"rmra", bytes(40))))
    yield Hostile("compressed_index", movie(extra=box(b"cmov", bytes(40))))
    yield Hostile("sound_only", movie(handler=b"soun"))
    yield Hostile("no_handler", movie(handler=b"text"))
    yield Hostile("many_boxes", FTYP + box(b"free") * 30_000)
    nested = b""
    for _ in range(2_000):
        nested = box(b"trak", nested)
    yield Hostile("deep_boxes", FTYP + box(b"moov", nested) + box(b"mdat", bytes(20)))
    for number in range(80):
        inside = b"".join(
            box(chance.choice([b"trak", b"mdia", b"edts", b"elst", b"stsd"]), chance.randbytes(20)) for _ in range(9)
        )
        yield Hostile(
            f"nonsense_{number}", FTYP + box(b"moov", inside) + box(b"mdat", bytes(9)), is_surely_refused=False
        )


def _polyglots(real_video: bytes, port: int) -> Iterator[Hostile]:
    script = f"<script src='{TRAP.format(port=port)}'></script>".encode()
    bodies = {"video": real_video, "jpeg": picture(), "png": picture("PNG"), "webp": picture("WEBP")}
    for name, body in bodies.items():
        yield Hostile(f"{name}_zip", body + zip_of())
        yield Hostile(f"{name}_zip_comment", body + zip_of()[:-2] + b"\x09\0# comment")
        yield Hostile(f"{name}_html", body + b"<html>" + script)
        yield Hostile(f"{name}_script_tail", body + script + b" " * 100)
        yield Hostile(f"{name}_php", body + b"<?php echo 1; ?>")
        yield Hostile(f"{name}_svg", body + b"<svg onload=alert(1)>")
    for name, inner in {
        "html": b"<html><body>" + script,
        "svg": b"<svg onload='x'>",
        "pdf": b"%PDF-1.4\n1 0 obj",
    }.items():
        yield Hostile(f"free_{name}", FTYP + box(b"free", inner) + movie()[len(FTYP) :])
        yield Hostile(
            f"jpeg_comment_{name}", b"\xff\xd8\xff\xfe" + struct.pack(">H", len(inner) + 2) + inner + picture()[2:]
        )


def _pictures(chance: random.Random) -> Iterator[Hostile]:
    for width, height in (
        (65_535, 65_535),
        (1 << 20, 1 << 20),
        (0x7FFFFFFF, 0x7FFFFFFF),
        (30_000, 30_000),
        (1, 1 << 30),
    ):
        yield Hostile(f"bomb_{width}x{height}", png_claiming(width, height), is_surely_refused=False)
    for kind in ("JPEG", "PNG", "WEBP"):
        whole = picture(kind)
        for number in range(15):
            cut = whole[: chance.randrange(12, len(whole) - 1)]
            yield Hostile(f"{kind}_cut_{number}", cut, is_surely_refused=False)
            at = chance.randrange(12, len(whole))
            yield Hostile(
                f"{kind}_flip_{number}", whole[:at] + chance.randbytes(8) + whole[at + 8 :], is_surely_refused=False
            )


def _damaged(chance: random.Random, real_video: bytes) -> Iterator[Hostile]:
    for number in range(40):
        yield Hostile(f"video_cut_{number}", real_video[: chance.randrange(1, len(real_video) - 1)])
    for number in range(60):
        damaged = bytearray(real_video)
        for _ in range(chance.randrange(1, 60)):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        yield Hostile(f"video_flips_{number}", bytes(damaged), is_surely_refused=False)
