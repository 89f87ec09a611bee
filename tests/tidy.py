#!/usr/bin/env python3
"""Is it still small, and does it keep its own rules? STYLE.md says why; this says where not.

usage: tests/tidy.py [ROOT]    prints violations as FILE:LINE: RULE: TEXT; exits with 1 where there is one

A tree is {path: text}; each rule is a generator over it, so that tidy_test.py can show each a bad tree.
"""
import ast
import re
import sys
from pathlib import Path

LINES, FUNCTION_LINES, COLUMNS = 300, 70, 110
DOCUMENT_LINES = {"README.md": 150, "docs/decisions/": 40}

# What a folder of src/ may include besides itself: whole folders, or single headers.
INCLUDES = {
    "base": "",
    "model": "base",
    "wait": "base model",
    "load": "base model",
    "codec": "base model",
    "worker": "base model codec wait load",
    "transport": "base model worker wait",
    "stop": "base model worker wait",
    "check": "base model",
    "history": "base model",
    "stats": "base model",
    "plan": "base model transport/registry.h transport/parts/capacity.h stop/registry.h check/judge.h",
    "run": "base model wait load worker transport stop plan",
    "report": "base model stats",
    "compare": "base model stats report",
    "doctor": "base wait worker report",
    "cli": "base model codec wait load worker transport stop check history stats plan run report compare "
           "doctor",
}
LIBRARIES = {
    "nlohmann/": "codec history plan report compare doctor cli",
    "CLI/": "cli",
    "valijson/": "",
    "boost/interprocess/": "base transport",
}

CODE = (".h", ".cpp", ".py", ".js", ".mjs", ".css")
TEXT = CODE + (".sh", ".txt", ".cmake", ".md", ".json", ".html", ".in", "")
SKIPPED = {".git", "build", "results", "__pycache__", "node_modules"}
LABEL = re.compile(r"\b[A-Z]\d{1,2}\b")
ARROW = re.compile(r"\b([A-Z]\d{1,2})(?: \([^)]*\))? → ([A-Z]\d{1,2})\b")
ORDER = re.compile(r"memory_order_(\w+)")
TYPE = re.compile(r"(?:class|struct|enum class|union) (?:alignas\([^)]*\) )?(\w+)(?: final)?(?: :[^;]*)? ?\{")
ATOMIC_CALL = re.compile(r"[.>](load|store|exchange|fetch_\w+|compare_exchange_\w+)\(")


def suffix(path):
    return Path(path).suffix


def sources(tree, *suffixes):
    return ((path, text.split("\n")) for path, text in tree.items() if suffix(path) in suffixes)


def split_comment(line):
    """A line of C++ as (code without string contents, comment)."""
    code = re.sub(r'"(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)\'', lambda m: '""' if m[0][0] == '"' else "' '", line)
    at = code.find("//")
    return (code, "") if at < 0 else (code[:at], code[at:])


def sizes(tree):
    for path, text in tree.items():
        count = len(text.splitlines())
        if suffix(path) in CODE and count > LINES:
            yield path, LINES + 1, "file_length", f"{count} lines, at most {LINES}"
        for prefix, most in DOCUMENT_LINES.items():
            if path.startswith(prefix) and count > most:
                yield path, most + 1, "file_length", f"{count} lines, at most {most}"
        for number, line in enumerate(text.split("\n"), 1):
            if len(line) > COLUMNS and suffix(path) not in (".md", ".json"):
                yield path, number, "columns", f"{len(line)} columns, at most {COLUMNS}"


NOT_A_FUNCTION = re.compile(r"^(if|for|while|switch|else|do|catch|try|namespace|class|struct|enum)\b|=\s*$")


def cpp_functions(lines):
    """(first line, line count) of every outermost function body, by counting braces of formatted code."""
    stack, head, head_line, last = [], "", 1, None
    for number, line in enumerate(lines, 1):
        code = split_comment(line)[0]
        for char in "" if code.lstrip().startswith("#") else code:
            if char == "{":
                text = re.sub(r"^\s*(public|private|protected):", "", head).strip()
                text = re.sub(r"^template <.*?>\s+(?=\w|\[)", "", text)
                goes_on = last is not None and text[:1] in ("", ",")  # after a member's {initializer}
                is_function = goes_on or ("(" in text and not NOT_A_FUNCTION.search(text))
                stack.append((is_function, last if goes_on else head_line))
                head, last = "", None
            elif char == "}":
                if stack:
                    is_function, first = stack.pop()
                    last = first if is_function and not any(f for f, _ in stack) else None
                    if last is not None:
                        yield first, number - first + 1
                head = ""
            elif char == ";":
                head, last = "", None
            else:
                if not head.strip() and not char.isspace():
                    head_line = number
                head += char
        head += " "


def function_lengths(tree):
    for path, text in tree.items():
        if suffix(path) in (".h", ".cpp"):
            found = dict(cpp_functions(text.split("\n")))
        elif suffix(path) == ".py":
            nodes = ast.walk(ast.parse(text))
            functions = (ast.FunctionDef, ast.AsyncFunctionDef)
            found = {n.lineno: n.end_lineno - n.lineno + 1 for n in nodes if isinstance(n, functions)}
        else:
            continue
        for line, count in found.items():
            if count > FUNCTION_LINES:
                yield path, line, "function_length", f"{count} lines, at most {FUNCTION_LINES}"


def transport_rows(tree):
    return re.findall(r'\{\s*"(\w+)",', tree.get("src/transport/registry.cpp", ""))


def include_error(folder, path, target, rows):
    to = target.split("/")[0]
    if folder not in INCLUDES:
        return f"src/{folder} is not in the include table"
    if to != folder and to in INCLUDES and not {to, target} & set(INCLUDES[folder].split()):
        return f"{folder}/ may not include {target}"
    stem = Path(target).stem
    if folder == "transport" == to and stem in rows and Path(path).stem not in ("registry", stem):
        return f"a transport may not include another one: {target}"
    return None


def includes(tree):
    rows = transport_rows(tree)
    for path, lines in sources(tree, ".h", ".cpp"):
        for number, line in enumerate(lines, 1):
            match = re.match(r'#include ["<]([^">]+)[">]', line)
            if not match or not path.startswith("src/"):
                continue
            folder = path.split("/")[1]
            error = include_error(folder, path, match[1], rows) if line[9] == '"' else None
            for library, folders in LIBRARIES.items():
                if match[1].startswith(library) and folder not in folders.split():
                    error = f"{folder}/ may not use {library.rstrip('/')}"
            if error:
                yield path, number, "include", error


def statement(lines, index):
    """First and last index of the statement around INDEX, as a formatter lays it out."""
    def ends(i):
        code = split_comment(lines[i])[0].strip()
        return code == "" or code.endswith((";", "{", "}", ":"))
    first = last = index
    while first > 0 and not ends(first - 1):
        first -= 1
    while last + 1 < len(lines) and not ends(last):
        last += 1
    return first, last


def comment_with(pattern, lines, index):
    """The statement's comment if PATTERN is in it, else that of the three lines above; "" if in neither."""
    first, last = statement(lines, index)
    for begin, end in ((first, last + 1), (max(0, first - 3), first)):
        text = " ".join(split_comment(line)[1] for line in lines[begin:end])
        if pattern.search(text):
            return text
    return ""


def atomics(tree):
    """Every atomic operation names its order and carries a label, or its reason where it has no partner."""
    for path, lines in sources(tree, ".h", ".cpp"):
        if not path.startswith("src/"):
            continue
        for i, line in enumerate(lines):
            code = split_comment(line)[0]
            first, last = statement(lines, i)
            whole = " ".join(split_comment(s)[0] for s in lines[first:last + 1])
            if ATOMIC_CALL.search(code) and "memory_order" not in whole:
                yield path, i + 1, "atomic_order", "an atomic operation names its memory order"
            for order in ORDER.findall(code):
                reason = re.compile("relaxed" if order == "relaxed" else rf"{LABEL.pattern}|\b{order}: ")
                if comment_with(reason, lines, i):
                    continue
                if order == "relaxed":
                    yield path, i + 1, "pairing", "relaxed without a comment that says why it is enough"
                else:
                    yield path, i + 1, "pairing", f"{order} without a label: // P1 → C1: what becomes visible"


def labels(tree):
    """Every label beside an atomic operation is one end of an arrow, and every arrow has both ends."""
    used, arrows = {}, {}
    for path, lines in sources(tree, ".h", ".cpp"):
        if not path.startswith("src/"):
            continue
        for i, line in enumerate(lines):
            for pair in ARROW.findall(split_comment(line)[1]):
                arrows.setdefault(pair, (path, i + 1))
            if any(order != "relaxed" for order in ORDER.findall(split_comment(line)[0])):
                for label in LABEL.findall(ARROW.sub(r"\1", comment_with(LABEL, lines, i))):
                    used.setdefault(label, (path, i + 1))
    for pair, place in arrows.items():
        for end in pair:
            if end not in used:
                yield *place, "pairing", f"{pair[0]} → {pair[1]}: no atomic operation carries {end}"
    paired = {end for pair in arrows for end in pair}
    for label in sorted(used.keys() - paired):
        yield *used[label], "pairing", f"{label} has no partner: no comment has an arrow from or to it"


BANNED = (
    ("volatile", (".h", ".cpp"), re.compile(r"(?<!asm )\bvolatile\b"), "use std::atomic"),
    ("fence", (".h", ".cpp"), re.compile(r"\batomic_\w+_fence\b"), "ThreadSanitizer does not model fences"),
    ("glob", (".txt", ".cmake"), re.compile(r"\bfile\s*\(\s*GLOB"), "list the files"),
    ("machine_path", TEXT, re.compile(r"(?<![\w.$}])/(work|root|home)/\w"), "a path of one machine"),
    ("white_space", TEXT, re.compile(r"\t|[ \r]$"), "a tab, or space at the end of the line"),
)


def banned(tree):
    for rule, suffixes, pattern, text in BANNED:
        for path, lines in sources(tree, *suffixes):
            for number, line in enumerate(lines, 1):
                if pattern.search(split_comment(line)[0] if rule in ("volatile", "fence") else line):
                    yield path, number, rule, text


def dead_files(tree):
    lists = "\n".join(text for path, text in tree.items() if path.endswith(("CMakeLists.txt", ".cmake")))
    included = {m for _, lines in sources(tree, ".h", ".cpp") for line in lines
                for m in re.findall(r'^#include "([^"]+)"', line)}
    for path in tree:
        name = Path(path).name
        if suffix(path) == ".cpp" and not re.search(rf"(?<![\w]){re.escape(Path(path).stem)}\b", lists):
            yield path, 1, "dead_file", "in no CMakeLists.txt"
        if suffix(path) == ".h" and not any(path == i or path.endswith("/" + i) for i in included):
            yield path, 1, "dead_file", "nobody includes it"
        if suffix(path) == ".py" and path.startswith("tests/") and name not in lists:
            yield path, 1, "dead_file", "in no CMakeLists.txt"


def type_names(tree):
    """One name, one type: the linker would silently take either's destructor for both (ODR)."""
    defined = {}
    for path, lines in sources(tree, ".h"):
        for number, line in enumerate(lines, 1):
            found = TYPE.match(line) if path.startswith("src/") else None
            if found and (first := defined.setdefault(found[1], path)) != path:
                yield path, number, "type_name", f"{found[1]} is defined in {first}, too"


def documents(tree):
    """Headers open with a sentence, a transport's with its contract; the README knows every row."""
    rows = transport_rows(tree)
    for path, lines in sources(tree, ".h"):
        if not lines[0].startswith("// "):
            yield path, 1, "header", "a header opens with a sentence that says what it is"
        if path.startswith("src/transport/") and path.count("/") == 2 and Path(path).stem in rows:
            for word in ("Promises", "Threads", "Owner", "Peer death", "Source"):
                if not any(line.startswith(f"// {word}") for line in lines):
                    yield path, 1, "header", f"a transport says its {word}"
    stops = "\n".join(text for path, text in tree.items() if path.startswith("src/stop/"))
    for name in rows + re.findall(r'\.name = "(\w+)"', stops):
        if f"`{name}`" not in tree.get("README.md", ""):
            yield "README.md", 1, "readme", f"does not mention `{name}`"


RULES = (sizes, function_lengths, includes, atomics, labels, banned, dead_files, type_names, documents)


def read_tree(root):
    paths = [p for p in Path(root).rglob("*") if not SKIPPED & set(p.relative_to(root).parts)]
    return {str(p.relative_to(root)): p.read_text(encoding="utf-8")
            for p in paths if p.is_file() and suffix(p) in TEXT}


def main(root):
    found = sorted(set(v for rule in RULES for v in rule(read_tree(root))))
    for path, line, rule, text in found:
        print(f"{path}:{line}: {rule}: {text}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else str(Path(__file__).resolve().parent.parent)))
