"""Compiled loops of the readers. Imported inside functions only: Numba takes most of a second to load."""

from __future__ import annotations

import numpy as np
from numba import njit

POWERS = np.array([float(f"1e{exponent}") for exponent in range(-330, 309)])    # [exponent + 330]; 0 below the least double
LEAST, MOST = -290, 280     # exponents whose product with 19 digits stays a normal double

NEWLINE, RETURN = 10, 13
PLUS, MINUS, POINT, SMALL_E, BIG_E = 43, 45, 46, 101, 69
_48 = np.uint8(48)
_9 = np.uint8(9)
_10 = np.uint64(10)


_ZEROS = np.uint64(0x3030303030303030)              # eight "0"
_SEVENTIES = np.uint64(0x4646464646464646)          # lifts what is above "9" to 0x80 and more
_TOPS = np.uint64(0x8080808080808080)
_PLACES = np.uint64(sum(place << (61 - 8 * place) for place in range(8)))      # times 2**(8 k), its top three bits are k
_ONE, _SEVEN, _EIGHT, _SIXTY_ONE, _SIXTY_FOUR = (np.uint64(value) for value in (1, 7, 8, 61, 64))
_TENS = np.array([10**power for power in range(9)], np.uint64)


def eights_of(data: np.ndarray) -> np.ndarray:
    """(n - 7,) uint64, the 8 bytes that begin at each of (n,) bytes, least byte first; a view."""
    return np.ndarray((len(data) - 7,), "<u8", data, 0, (1,))


@njit("uint64(uint64)", cache=True, nogil=True)
def _eight_digits(digits):  # type: ignore[no-untyped-def]
    """The number whose eight decimal digits are the bytes of `digits`, the first in the least byte: pairs, fours, then all."""
    pairs = digits * np.uint64(10) + (digits >> np.uint64(8))
    low = (pairs & np.uint64(0x000000FF000000FF)) * np.uint64(0x000F424000000064)
    high = ((pairs >> np.uint64(16)) & np.uint64(0x000000FF000000FF)) * np.uint64(0x0000271000000001)
    return ((low + high) >> np.uint64(32)) & np.uint64(0xFFFFFFFF)


# Said beforehand, so that nothing is inferred in every process: the compiled loop is loaded as it lies in the cache.
_SIGNATURE = (
    "UniTuple(int64, 4)(Array(uint8, 1, 'C', readonly=True), Array(uint64, 1, 'A', readonly=True, aligned=False),"
    " int64, int64, int64, int64, float64[::1],"
    " float32[:, ::1], uint8[::1], int64[::1], int64[::1], int64[::1], boolean[::1], boolean[::1])"
)


@njit(_SIGNATURE, cache=True, nogil=True)
def read_lines(data, eights, size, dim, word_end, blank, powers, vectors, words, lengths, starts, ends, good, gaps):  # type: ignore[no-untyped-def]
    """Lines of a word and `dim` numbers, parsed in one pass. Returns (lines, bytes of words, bytes read, lines that end in CRLF).

    data: (size + 8 or more,) uint8, whole lines in its first `size` bytes, and a newline after them; eights: the 8 bytes that begin
    at each of its bytes, as `eights_of` gives them. A word ends at the first
    byte `word_end`; numbers stand apart by one or more `blank`. vectors: (lines, dim) float32 out; where it is full, reading
    stops before the end. words: uint8 out, the words of good lines one after the other, `lengths` bytes each. starts, ends: the
    bytes of each line without its LF. good[line] is False where a line is anything else, or where a number might be rounded
    wrongly: the caller reads such a line the slow way. gaps[line] is True where several blanks stand for one.

    A number of up to 18 digits times a power of ten is made in double precision with a relative error below 2**-50. Where both
    ends of that interval round to the same float32, so does the number itself; else the line is left to the caller.
    """
    at, line, filled, returns, room = 0, 0, 0, 0, len(vectors)
    while at < size and line < room:
        start = at
        while data[at] != word_end and data[at] != NEWLINE:
            at += 1
        word_stop, fits, dimension = at, at > start and data[at] == word_end, 0
        at += fits                                                             # past the one byte after the word
        several = fits and data[at] == blank
        while fits and dimension < dim:
            gap = at
            if data[at] == blank:
                at += 1
                while data[at] == blank:
                    at += 1
                    several = True
            if at == gap and dimension > 0:
                fits = False
                break
            negative = data[at] == MINUS
            if negative or data[at] == PLUS:
                at += 1
            mantissa, exponent, first = np.uint64(0), 0, at
            digit = data[at] - _48
            while digit <= _9:
                mantissa = mantissa * _10 + np.uint64(digit)
                at += 1
                digit = data[at] - _48
            seen = at - first
            if data[at] == POINT:
                at += 1
                first = at
                # Up to eight digits at once: the first byte that is none shows in the top bit of its place.
                chunk = eights[at]
                others = ((chunk + _SEVENTIES) | (chunk - _ZEROS)) & _TOPS
                if others == 0:
                    mantissa = mantissa * _TENS[8] + _eight_digits(chunk - _ZEROS)
                    at += 8
                    digit = data[at] - _48
                    while digit <= _9:
                        mantissa = mantissa * _10 + np.uint64(digit)
                        at += 1
                        digit = data[at] - _48
                else:
                    count = (((others & (~others + _ONE)) >> _SEVEN) * _PLACES) >> _SIXTY_ONE
                    if count:
                        mantissa = mantissa * _TENS[count] + _eight_digits((chunk - _ZEROS) << (_SIXTY_FOUR - _EIGHT * count))
                        at += np.int64(count)  # type: ignore[assignment]
                exponent = first - at
                seen += at - first
            if seen == 0:
                fits = False
                break
            if seen > 18:                                                      # the product may have run over: again, with care
                at = gap
                while data[at] == blank or data[at] == MINUS or data[at] == PLUS:
                    at += 1
                mantissa, exponent, digits, past_point = np.uint64(0), 0, 0, False
                while data[at] - _48 <= _9 or data[at] == POINT:
                    if data[at] == POINT:
                        if past_point:
                            break
                        past_point = True
                    elif digits < 18:
                        mantissa = mantissa * _10 + np.uint64(data[at] - _48)
                        digits += mantissa != 0
                        exponent -= past_point
                    else:
                        exponent += not past_point
                    at += 1
            if data[at] == SMALL_E or data[at] == BIG_E:
                at += 1
                down = data[at] == MINUS
                if down or data[at] == PLUS:
                    at += 1
                power, first = 0, at
                digit = data[at] - _48
                while digit <= _9:
                    if power < 10_000:
                        power = power * 10 + digit
                    at += 1
                    digit = data[at] - _48
                if at == first:
                    fits = False
                    break
                exponent += -power if down else power
            value = float(mantissa)
            if mantissa != 0:
                if exponent <= 0 and exponent >= -22:                          # 10**22 is the last power that a double holds
                    value = value / powers[330 - exponent]
                elif exponent < LEAST or exponent > MOST:
                    fits = False
                    break
                else:
                    value = value * powers[330 + exponent]
                if seen > 15 or exponent > 0 or exponent < -22:
                    spread = value * 8.9e-16                                   # 2**-50
                    if np.float32(value - spread) != np.float32(value + spread):
                        fits = False
                        break
                if value > 3.4e38 or value < 1.2e-38:                          # beyond float32, or where it thins out
                    fits = False
                    break
            vectors[line, dimension] = -value if negative else value
            dimension += 1
        while data[at] == blank or data[at] == RETURN:
            if data[at] == RETURN and data[at + 1] != NEWLINE:
                fits = False
            at += 1
        fits = fits and data[at] == NEWLINE
        while data[at] != NEWLINE:
            at += 1
        starts[line], ends[line], good[line], gaps[line], lengths[line] = start, at, fits, several, 0
        returns += at > start and data[at - 1] == RETURN
        if fits:
            for byte in range(start, word_stop):
                words[filled] = data[byte]
                filled += 1
            lengths[line] = word_stop - start
        line += 1
        at += 1
    return line, filled, min(at, size), returns
