#!/usr/bin/env python3
"""Of inline functions both in a library of -O2 and in one of -Og, bench has the copy of -O2: they run
in loops that are measured (docs/decisions/0100).

usage: fast_copies_test.py LINK_MAP    as GNU ld writes it"""
import pathlib
import re
import sys
import unittest

FAST = {"libpcbench_core.a", "libpcbench_transports.a"}
FAST_FILES = re.compile(r"(limits|placement)\.cpp")  # what measures the machine, in the libraries of -Og
SECTION = re.compile(r"^ \.text\.(?:unlikely\.|startup\.|hot\.)?(_Z\S+)\s+0x\S+\s+0x(\S+)\s+"
                     r"\S*?(libpcbench\w*\.a)\((\S+)\)", re.M)


def copies(part):
    """{function: whether each copy of it in PART of a link map is a fast one}"""
    found = {}
    for function, size, library, source in SECTION.findall(part):
        if int(size, 16):
            found.setdefault(function, set()).add(library in FAST or bool(FAST_FILES.match(source)))
    return found


def judged(link_map):
    """(functions of which there was a fast and a slow copy, those of them that the program has slow)"""
    discarded, kept = link_map.split("Discarded input sections", 1)[1].split("Memory Configuration", 1)
    left_out, program = copies(discarded), copies(kept)
    both = [one for one in program if one in left_out and program[one] | left_out[one] == {True, False}]
    return both, [one for one in both if program[one] == {False}]


class FastCopies(unittest.TestCase):
    def setUp(self):
        self.map = pathlib.Path(LINK_MAP).read_text(errors="replace")

    def test_the_program_has_the_fast_copy_of_each_function_that_is_in_both(self):
        both, slow = judged(self.map)
        self.assertGreater(len(both), 50)
        self.assertEqual(slow, [])

    def test_a_slow_copy_is_noticed(self):
        names = {"libpcbench_core.a": "libpcbench.a", "libpcbench.a": "libpcbench_core.a"}
        swapped = re.sub(r"libpcbench(_core)?\.a", lambda found: names[found[0]], self.map)
        self.assertNotEqual(judged(swapped)[1], [])


if __name__ == "__main__":
    LINK_MAP = sys.argv.pop(1)
    unittest.main()
