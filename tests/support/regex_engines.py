# SPDX-License-Identifier: Apache-2.0
"""The libraries that look for secrets, PCRE2 and Vectorscan, called from Python. Each is None where it is not installed."""
import ctypes
import ctypes.util

DOLLAR_ENDONLY, JIT_COMPLETE = 0x10, 1


def load(*names):
    for name in names:
        try:
            return ctypes.CDLL(name)
        except OSError:
            pass
    return None


class Pcre2:
    """Patterns over bytes, as drydock compiles them: no UTF, $ only at the end, JIT."""

    def __init__(self, lib):
        self.lib = lib
        lib.pcre2_compile_8.restype = ctypes.c_void_p
        lib.pcre2_compile_8.argtypes = [ctypes.c_char_p, ctypes.c_size_t, ctypes.c_uint32, ctypes.c_void_p, ctypes.c_void_p,
                                        ctypes.c_void_p]
        lib.pcre2_jit_compile_8.argtypes = [ctypes.c_void_p, ctypes.c_uint32]
        lib.pcre2_match_data_create_from_pattern_8.restype = ctypes.c_void_p
        lib.pcre2_match_data_create_from_pattern_8.argtypes = [ctypes.c_void_p, ctypes.c_void_p]
        lib.pcre2_match_8.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t, ctypes.c_size_t, ctypes.c_uint32,
                                      ctypes.c_void_p, ctypes.c_void_p]
        lib.pcre2_get_ovector_pointer_8.restype = ctypes.POINTER(ctypes.c_size_t)
        lib.pcre2_get_ovector_pointer_8.argtypes = [ctypes.c_void_p]
        self.patterns = []  # they live as long as the test

    def compile(self, pattern):
        """(find, None), or (None, what is wrong). find(bytes) gives the groups of each match, group 0 first."""
        code, at = ctypes.c_int(), ctypes.c_size_t()
        re = self.lib.pcre2_compile_8(pattern, len(pattern), DOLLAR_ENDONLY, ctypes.byref(code), ctypes.byref(at), None)
        if not re:
            return None, f"error {code.value} at {at.value}"
        if self.lib.pcre2_jit_compile_8(re, JIT_COMPLETE):
            return None, "no JIT"
        data = self.lib.pcre2_match_data_create_from_pattern_8(re, None)

        def find(text):
            at = 0
            while at <= len(text):
                n = self.lib.pcre2_match_8(re, text, len(text), at, 0, data, None)
                if n < -1:
                    raise RuntimeError(f"pcre2_match: {n}")
                if n < 1:
                    return
                v = self.lib.pcre2_get_ovector_pointer_8(data)
                yield [text[v[2 * i]:v[2 * i + 1]] if v[2 * i] <= len(text) else b"" for i in range(n)]
                at = max(v[1], at + 1)
        return find, None


class HsError(ctypes.Structure):
    _fields_ = [("message", ctypes.c_char_p), ("expression", ctypes.c_int)]


class Vectorscan:
    """All patterns in one database of mode block with flags 0."""
    EVENT = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_uint, ctypes.c_ulonglong, ctypes.c_ulonglong, ctypes.c_uint,
                             ctypes.c_void_p)

    def __init__(self, lib):
        self.lib, self.database, self.scratch = lib, ctypes.c_void_p(), ctypes.c_void_p()

    def compile(self, patterns):
        """What is wrong as (number of the pattern, why), or None."""
        n, error = len(patterns), ctypes.POINTER(HsError)()
        texts, flags, ids = (ctypes.c_char_p * n)(*patterns), (ctypes.c_uint * n)(), (ctypes.c_uint * n)(*range(n))
        if self.lib.hs_compile_multi(texts, flags, ids, ctypes.c_uint(n), ctypes.c_uint(1), None,
                                     ctypes.byref(self.database), ctypes.byref(error)):
            return error.contents.expression, error.contents.message.decode()
        self.lib.hs_alloc_scratch(self.database, ctypes.byref(self.scratch))
        return None

    def find(self, text):
        """Numbers of the patterns that match somewhere."""
        found = set()
        event = self.EVENT(lambda i, _start, _end, _flags, _context: found.add(i) or 0)
        self.lib.hs_scan(self.database, text, ctypes.c_uint(len(text)), ctypes.c_uint(0), self.scratch, event, None)
        return found


def pcre2():
    lib = load("libpcre2-8.so.0", ctypes.util.find_library("pcre2-8") or "libpcre2-8.so")
    return Pcre2(lib) if lib else None


def vectorscan():
    lib = load("libhs.so.5", ctypes.util.find_library("hs") or "libhs.so")
    return Vectorscan(lib) if lib else None
