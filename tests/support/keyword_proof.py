# SPDX-License-Identifier: Apache-2.0
"""Proves that each text which a pattern matches has one of some keywords in it, letters lower-cased.

What stands side by side and has few spellings is written out; a keyword is certain where each spelling has one. May say no
where the answer is yes, never the reverse."""
import re._constants as sre
import re._parser as parser

SPELLINGS_MAX = 512
CLASS_MAX = 8
REPEATS_MAX = 4


def _class(items):
    out = set()
    for op, value in items:
        if op is sre.LITERAL:
            out.add(chr(value).lower())
        elif op is sre.RANGE and value[1] - value[0] < 2 * CLASS_MAX:
            out |= {chr(c).lower() for c in range(value[0], value[1] + 1)}
        else:
            return None
    return out if len(out) <= CLASS_MAX else None


def _join(a, b):
    if a is None or b is None or len(a) * len(b) > SPELLINGS_MAX:
        return None
    return {x + y for x in a for y in b}


class Proof:
    def __init__(self, keywords):
        self.keywords = keywords

    def _all_have(self, spellings):
        return all(any(k in s for k in self.keywords) for s in spellings)

    def _repeat(self, low, high, items):
        spellings, certain = self._sequence(items, {""})
        if spellings is None or high > REPEATS_MAX:
            return None, certain and low > 0
        out, now = set(), {""}
        for i in range(high + 1):
            out |= now if i >= low else set()
            now = _join(now, spellings)
            if now is None:
                return None, certain and low > 0
        return out, certain and low > 0

    def _one(self, op, value, before):
        """(spellings of before and this, or None; is a keyword certain)"""
        if op is sre.SUBPATTERN:
            return self._sequence(value[3], before)
        if op is sre.BRANCH:
            parts = [self._sequence(b, before) for b in value[1]]
            certain = all(c for _, c in parts)
            together = None if any(s is None for s, _ in parts) else set().union(*(s for s, _ in parts))
            return (together if together is None or len(together) <= SPELLINGS_MAX else None), certain
        if op in (sre.MAX_REPEAT, sre.MIN_REPEAT):
            spellings, certain = self._repeat(*value)
            return _join(before, spellings), certain
        own = {chr(value).lower()} if op is sre.LITERAL else {""} if op is sre.AT else _class(value) if op is sre.IN else None
        return _join(before, own), False

    def _sequence(self, items, before):
        now, whole, certain = before, True, False
        for op, value in items:
            certain = certain or self._all_have(now)
            after, sure = self._one(op, value, now)
            certain = certain or sure
            if after is None:
                whole = False
                now = self._one(op, value, {""})[0] or {""}
            else:
                now = after
        return (now if whole else None), certain or self._all_have(now)


def certain(pattern, keywords):
    return Proof(keywords)._sequence(list(parser.parse(pattern)), {""})[1]
