"""The header of a .npy file, read without trusting it."""

from __future__ import annotations

import io
import math
from dataclasses import dataclass

import numpy as np

from embeddings.errors import BadFile
from embeddings.formats.stream import Stream

MAGIC = b"\x93NUMPY"
LARGEST = 16 << 10          # bytes of a header; one of numbers has 128


@dataclass(frozen=True)
class NpyHeader:
    """What the header says: dtype, shape and order, and where the numbers begin."""

    dtype: np.dtype
    shape: tuple[int, ...]
    fortran: bool
    begin: int

    @property
    def size(self) -> int:
        """Bytes of all numbers, by the header."""
        return math.prod(self.shape) * self.dtype.itemsize

    @property
    def told(self) -> str:
        """The array in words: float64 (400000, 300)."""
        return f"{self.dtype} {self.shape}"

    @classmethod
    def read(cls, stream: Stream) -> NpyHeader:
        """Of the file at its first byte, which is then at its first number. Raises BadFile; nothing is unpickled."""
        head = stream.head(LARGEST)
        if head[6:7] == b"\3":                                                 # 3 is 2 with UTF-8 in field names, which numbers have not
            head = head[:6] + b"\2" + head[7:]
        file = io.BytesIO(head)
        try:
            version = np.lib.format.read_magic(file)
            reader = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
            if version not in {(1, 0), (2, 0)}:
                raise ValueError(f"its version is {version[0]}.{version[1]}")
            shape, fortran, dtype = reader(file)
        except Exception as error:                                             # NumPy tells a damaged header in a dozen ways
            raise BadFile(f"{stream.told} is no .npy file that can be read: {str(error)[:200]}.") from error
        if dtype.hasobject:
            raise BadFile(
                f"{stream.told} holds Python objects as a pickle, which can run code when it is opened. It is not. "
                "Save the plain array: np.save('vectors.npy', np.array(vectors, dtype=np.float32)), and words with dtype=str."
            )
        if any(side < 0 for side in shape):
            raise BadFile(f"{stream.told} has the shape {shape} by its header, which no array has.")
        stream.read(file.tell())
        return cls(dtype, shape, fortran, file.tell())
