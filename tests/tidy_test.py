#!/usr/bin/env python3
"""Each rule of tidy.py lets a good file pass and rejects a bad one. A rule that cannot fail is no rule."""
import unittest

import tidy

GOOD_HEADER = "// ring: hands messages over.\n"
ATOMIC = "src/wait/event.h"


def broken(rule, tree):
    """{rule name: [lines]} of what RULE says of TREE."""
    found = {}
    for _, line, name, _ in rule(tree):
        found.setdefault(name, []).append(line)
    return found


def function(lines):
    return "\n".join(["int f() {"] + ["  g();"] * (lines - 2) + ["}", ""])


class Tidy(unittest.TestCase):
    def rejects(self, rule, name, path, text, line=None, **others):
        found = broken(rule, {path: text, **others})
        self.assertIn(name, found, text)
        if line is not None:
            self.assertEqual(found[name], [line])

    def accepts(self, rule, path, text, **others):
        self.assertEqual(broken(rule, {path: text, **others}), {}, text)

    def test_a_file_may_be_300_lines_long(self):
        self.accepts(tidy.sizes, "src/a/a.cpp", "x\n" * 300)
        self.rejects(tidy.sizes, "file_length", "src/a/a.cpp", "x\n" * 301)
        self.rejects(tidy.sizes, "file_length", "tests/a.py", "x\n" * 301)

    def test_documents_have_their_own_limits(self):
        self.rejects(tidy.sizes, "file_length", "README.md", "x\n" * 151)
        self.rejects(tidy.sizes, "file_length", "docs/decisions/0001-x.md", "x\n" * 41)
        self.accepts(tidy.sizes, "docs/decisions/0001-x.md", "x\n" * 40)

    def test_a_line_may_be_110_columns_wide(self):
        self.accepts(tidy.sizes, "src/a/a.h", "→" * 110)
        self.rejects(tidy.sizes, "columns", "src/a/a.h", "ok\n" + "x" * 111, 2)
        self.accepts(tidy.sizes, "README.md", "x" * 111)

    def test_a_function_may_be_70_lines_long(self):
        self.accepts(tidy.function_lengths, "a.cpp", function(70))
        self.rejects(tidy.function_lengths, "function_length", "a.cpp", "enum {\n};\n" + function(71), 3)
        body = "\n".join(["  g();"] * 70)
        for head in ("TEST(A, b) {", "  void f() const noexcept override {", "C::C(int a) : a_{a}, b_{1} {",
                     "template <class T>\nint f(\n    T a) {", "auto f = [](int a) {"):
            self.rejects(tidy.function_lengths, "function_length", "a.cpp", f"{head}\n{body}\n}}\n")
        self.accepts(tidy.function_lengths, "a.cpp", f"struct Long {{\n{body}\n}};\n")
        self.accepts(tidy.function_lengths, "a.cpp", 'auto s = "{(";\n' * 100)
        self.rejects(tidy.function_lengths, "function_length", "a.py", "def f():\n" + "    g()\n" * 70, 1)

    def test_includes_go_one_way(self):
        self.accepts(tidy.includes, "src/worker/a.h", '#include "wait/w.h"\n#include "worker/b.h"')
        self.rejects(tidy.includes, "include", "src/model/a.h", '#include "worker/w.h"', 1)
        self.rejects(tidy.includes, "include", "src/check/a.cpp", '#include "stats/summarize.h"', 1)
        self.rejects(tidy.includes, "include", "src/run/a.cpp", '#include "check/judge.h"', 1)
        self.rejects(tidy.includes, "include", "src/run/a.cpp", '#include "cli/app.h"', 1)
        self.rejects(tidy.includes, "include", "src/unheard_of/a.cpp", '#include "base/clock.h"', 1)

    def test_plan_sees_only_the_registries(self):
        self.accepts(tidy.includes, "src/plan/a.cpp", '#include "transport/registry.h"')
        self.rejects(tidy.includes, "include", "src/plan/a.cpp", '#include "transport/pipe.h"', 1)

    def test_libraries_stay_where_they_belong(self):
        self.accepts(tidy.includes, "src/report/a.cpp", "#include <nlohmann/json.hpp>")
        self.rejects(tidy.includes, "include", "src/run/a.cpp", "#include <nlohmann/json.hpp>", 1)
        self.rejects(tidy.includes, "include", "src/plan/a.cpp", "#include <CLI/CLI.hpp>", 1)

    def test_a_transport_does_not_include_another_one(self):
        registry = {"src/transport/registry.cpp": 'TransportRow{"pipe", "…"}, {"ring", "…"}'}
        pipe, ring = "src/transport/pipe.h", '#include "transport/ring.h"'
        self.accepts(tidy.includes, pipe, '#include "transport/parts/lock.h"', **registry)
        self.accepts(tidy.includes, "src/transport/registry.h", ring, **registry)
        self.rejects(tidy.includes, "include", pipe, ring, 1, **registry)

    def test_an_atomic_operation_names_its_order(self):
        self.accepts(tidy.atomics, ATOMIC, "a.load(std::memory_order_acquire);  // P2")
        self.rejects(tidy.atomics, "atomic_order", ATOMIC, "a.load();", 1)
        self.rejects(tidy.atomics, "atomic_order", ATOMIC, "p->fetch_add(1);", 1)

    def test_acquire_and_release_carry_a_label(self):
        for order in ("acquire", "release", "acq_rel", "seq_cst"):
            call = f"a.exchange(1, std::memory_order_{order});"
            self.rejects(tidy.atomics, "pairing", ATOMIC, call + "  // published", 1)
            self.accepts(tidy.atomics, ATOMIC, call + "  // P1 → C1: written")
            self.accepts(tidy.atomics, ATOMIC, "// P1 → C1: written\n" + call)
        call = "a.compare_exchange_weak(\n  e, 1, std::memory_order_acquire,\n  std::memory_order_relaxed);"
        self.accepts(tidy.atomics, ATOMIC, call + "  // L2; relaxed: nothing was read")
        self.accepts(tidy.atomics, ATOMIC, "// acquire: keeps order\na.load(std::memory_order_acquire);")
        self.rejects(tidy.atomics, "pairing", ATOMIC, "// P1\n\n\n\n\na.load(std::memory_order_acquire);", 6)

    def test_relaxed_says_why(self):
        self.accepts(tidy.atomics, ATOMIC, "a.load(std::memory_order_relaxed);  // relaxed: a guess")
        self.rejects(tidy.atomics, "pairing", ATOMIC, "a.load(std::memory_order_relaxed);  // a guess", 1)

    def test_a_label_has_a_partner(self):
        release = "a.store(1, std::memory_order_release);  // P1 → C1: written\n"
        acquire = "a.load(std::memory_order_acquire);  // C1\n"
        self.accepts(tidy.labels, ATOMIC, release + acquire)
        self.accepts(tidy.labels, ATOMIC, release, **{"src/wait/other.h": acquire})
        self.rejects(tidy.labels, "pairing", ATOMIC, release, 1)
        self.rejects(tidy.labels, "pairing", ATOMIC, acquire, 1)

    def test_what_is_banned_is_found(self):
        for name, path, text in (
            ("volatile", "a.h", "volatile int stop;"),
            ("fence", "a.cpp", "std::atomic_thread_fence(std::memory_order_acquire);"),
            ("glob", "src/CMakeLists.txt", "file(GLOB files *.cpp)"),
            ("machine_path", "docs/a.md", "see /" + "home/me/x"),
            ("white_space", "a.py", "x = 1 "),
            ("white_space", "scripts/a", "\tx"),
        ):
            self.rejects(tidy.banned, name, path, "fine\n" + text, 2)
        self.accepts(tidy.banned, "a.h", 'asm volatile("yield");  // not the volatile of old')

    def test_a_file_that_nobody_names_is_dead(self):
        self.accepts(tidy.dead_files, "src/a/a.cpp", "", **{"a/CMakeLists.txt": "  a.cpp\n"})
        self.rejects(tidy.dead_files, "dead_file", "src/a/a.cpp", "", **{"a/CMakeLists.txt": "  b_a.cpp\n"})
        self.accepts(tidy.dead_files, "src/a/a.h", '#include "a/a.h"')
        self.rejects(tidy.dead_files, "dead_file", "src/a/a.h", "")
        self.rejects(tidy.dead_files, "dead_file", "tests/a.py", "")

    def test_two_types_do_not_share_a_name(self):
        other = {"src/a/a.h": "class A {"}
        self.accepts(tidy.type_names, "src/b/b.h", "class A;\nclass B {", **other)
        for head in ("struct A", "class A final : public B", "class alignas(64) A", "enum class A : X"):
            self.rejects(tidy.type_names, "type_name", "src/b/b.h", head + " {", 1, **other)

    def test_a_header_says_what_it_is(self):
        self.accepts(tidy.documents, "src/a/a.h", GOOD_HEADER)
        self.rejects(tidy.documents, "header", "src/a/a.h", "#pragma once", 1)

    def test_a_transport_states_its_contract(self):
        others = {"src/transport/registry.cpp": '{"ring", "…"}', "README.md": "`ring`"}
        words = ("Promises", "Threads", "Owner", "Peer death", "Source")
        whole = GOOD_HEADER + "".join(f"// {word} …\n" for word in words)
        self.accepts(tidy.documents, "src/transport/ring.h", whole, **others)
        without = whole.replace("// Peer death …\n", "")
        self.rejects(tidy.documents, "header", "src/transport/ring.h", without, 1, **others)

    def test_the_readme_knows_every_row(self):
        stop = {"src/stop/pill.cpp": '.name = "pill",'}
        self.accepts(tidy.documents, "README.md", "`pill`", **stop)
        self.rejects(tidy.documents, "readme", "README.md", "pills", 1, **stop)


if __name__ == "__main__":
    unittest.main()
