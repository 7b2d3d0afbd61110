# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the fixtures of test_npz.c with numpy itself. Run by hand when one is added: python3 make_npz.py

Number k of every good array is (7k² - 13k + 19) / 16: exact in float32, and (times 16) an integer.
"""
import io
import os
import struct
import zipfile

import numpy as np

HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "npz")


def numbers(*shape):
    k = np.arange(int(np.prod(shape)), dtype=np.float64)
    return ((7 * k * k - 13 * k + 19) / 16).reshape(shape)


def path(name):
    return os.path.join(HERE, name)


def write(name, data):
    with open(path(name), "wb") as out:
        out.write(data)


def npy(array, version=(1, 0)):
    out = io.BytesIO()
    np.lib.format.write_array(out, array, version=version)
    return out.getvalue()


def with_header(dictionary, data=b"", version=(1, 0)):
    text = dictionary.encode() + b"\n"
    return b"\x93NUMPY" + bytes(version) + struct.pack("<H" if version[0] == 1 else "<I", len(text)) + text + data


def zipped(entries, method=zipfile.ZIP_STORED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as z:
        for name, data in entries:
            z.writestr(zipfile.ZipInfo(name), data, method)
    return out.getvalue()


def declare(archive, size):
    """The same archive, whose directory and local header claim another uncompressed size of the first entry."""
    archive = bytearray(archive)
    at = archive.index(b"PK\x01\x02")
    struct.pack_into("<I", archive, at + 24, size)
    struct.pack_into("<I", archive, 22, size)
    return bytes(archive)


cube = numbers(2, 3, 4)
np.savez(path("kinds.npz"), f4=numbers(2, 3).astype("<f4"), f8=numbers(5), i8=(16 * numbers(2, 2)).astype("<i8"),
         i4=(16 * numbers(3)).astype("<i4"), b1=np.array([True, False, True]), fortran=np.asfortranarray(numbers(2, 3)),
         cube=cube, cube_fortran=np.asfortranarray(cube), scalar=np.array(2.385), empty=np.zeros((0, 3)))
np.savez_compressed(path("deflated.npz"), a=numbers(40, 50), b=numbers(7).astype("<f4"))
np.savez(path("none.npz"))
np.save(path("alone.npy"), numbers(2, 3))
write("version2.npy", npy(numbers(2, 3), (2, 0)))
write("version3.npy", npy(numbers(2, 3), (3, 0)))

good = npy(numbers(2, 3))
head = "{'descr': '<f8', 'fortran_order': False, 'shape': %s, }"
write("bad-magic.npz", b"v_store_V,v_in_V\n")
write("bad-short.npy", good[:30])
write("bad-start.npy", good[:9])
write("bad-truncated.npy", good[:-10])
write("bad-longer.npy", good + b"12345678")
write("bad-lying.npy", with_header(head % "(4, 3)", numbers(2, 3).tobytes()))
write("bad-huge.npy", with_header(head % "(1099511627776, 1099511627776)"))
write("bad-large.npy", with_header(head % "(134217729,)"))
write("bad-digits.npy", with_header(head % "(99999999999999999999,)"))
write("bad-negative.npy", with_header(head % "(-3,)"))
write("bad-tuple.npy", with_header(head % "(3)", numbers(3).tobytes()))
write("bad-rank.npy", with_header(head % "(1, 1, 1, 1, 1, 1, 1, 1, 1)", numbers(1).tobytes()))
write("bad-object.npy", npy(np.array([{"a": 1}, None], dtype=object)))
write("bad-endian.npy", npy(numbers(2, 3).astype(">f8")))
write("bad-unsigned.npy", npy(np.arange(3, dtype="u1")))
write("bad-complex.npy", npy(numbers(3).astype("c16")))
write("bad-text.npy", npy(np.array(["tt", "ff"])))
write("bad-structure.npy", npy(np.zeros(2, dtype=[("x", "<f8"), ("y", "<f8")])))
write("bad-version.npy", with_header(head % "(3,)", numbers(3).tobytes(), (4, 0)))
write("bad-header-length.npy", b"\x93NUMPY\x02\x00" + struct.pack("<I", 1 << 31) + b"{")
write("bad-key.npy", with_header("{'descr': '<f8', 'fortran': False, 'shape': (3,), }", numbers(3).tobytes()))
write("bad-twice.npy", with_header("{'shape': (3,), 'descr': '<f8', 'shape': (2,), }", numbers(3).tobytes()))
write("bad-missing.npy", with_header("{'descr': '<f8', 'shape': (3,)}", numbers(3).tobytes()))
write("bad-code.npy", with_header("{'descr': '<f8', 'fortran_order': __import__('os'), 'shape': (3,)}", numbers(3).tobytes()))
write("bad-end.npy", with_header(head % "(3,)" + " ; x", numbers(3).tobytes()))
write("bad-nul.npy", with_header(head % "(3,)" + "\0", numbers(3).tobytes()))
write("bad-integer.npy", npy(np.array([7, 2**53 + 1])))

archive = zipped([("q.npy", good)])
write("bad-truncated.npz", archive[:len(archive) // 2])
write("bad-crc.npz", archive.replace(good, good[:-1] + b"\x41"))
write("bad-entry.npz", zipped([("q.npy", good), ("read\nme.txt", b"text")]))
write("bad-dtype.npz", zipped([("q.npy", good), ("k.npy", npy(numbers(3).astype(">f8")))]))
write("bad-same.npz", zipped([("q.npy", good), ("q.npy", good)]))
write("bad-method.npz", zipped([("q.npy", good)], zipfile.ZIP_BZIP2))
bomb = with_header(head % "(50000000,)", bytes(4000))
write("bad-bomb.npz", declare(zipped([("q.npy", bomb)], zipfile.ZIP_DEFLATED), len(bomb) - 4000 + 400000000))
short = with_header(head % "(600,)", bytes(4000))
write("bad-missing-bytes.npz", declare(zipped([("q.npy", short)], zipfile.ZIP_DEFLATED), len(short) + 800))
more = with_header(head % "(400,)", bytes(4000))
write("bad-more-bytes.npz", declare(zipped([("q.npy", more)], zipfile.ZIP_DEFLATED), len(more) - 800))
packed = bytearray(zipped([("q.npy", npy(numbers(20, 20)))], zipfile.ZIP_DEFLATED))
packed[30 + len("q.npy")] |= 6  # the first deflated byte: a block of the type that there is not
write("bad-deflate.npz", bytes(packed))
