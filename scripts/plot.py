#!/usr/bin/python3
"""Draws what the JSON files of bench hold: each plot as PNG and SVG.

usage: scripts/plot FILE... [--out FOLDER] [--only PLOT] [--form png|svg]

FILE is a report of `bench run`, or the JSON of `bench ab`, `bench compare` or `bench history trend`, or that
packed by gzip (.gz). Pictures go to FOLDER (results/plots), named after the file. A plot whose data is not
in the file is left out, and why is said. Exit status: 0; 2 for wrong usage, no file of ours, no matplotlib;
7 where nothing can be written.
"""
import argparse
import sys
from pathlib import Path

from plots import documents

REMEDY = """error: this Python ({}) has no matplotlib
  hint: apt-get install python3-matplotlib, and run this script with Debian's own /usr/bin/python3"""


def plots():
    """{kind of document: {plot: function}}, in the order they are drawn."""
    from plots import distribution, judgement, throughput
    return {
        "report": {
            "summary": throughput.summary,
            "scaling": throughput.scaling,
            "heatmap": throughput.heatmap,
            "latency": distribution.latency,
            "payload": distribution.payload,
            "rounds": distribution.rounds,
            "series": distribution.series,
            "faults": judgement.faults,
            "environment": judgement.environment,
        },
        "comparison": {
            "forest": judgement.forest,
            "environment": judgement.environment
        },
        "trend": {
            "trend": judgement.trend
        },
    }


def draw(path, folder, only, forms, table):
    """Draws all of one file; returns the stems written."""
    from plots import style
    kind, document = documents.read(path)
    written = []
    for name, make in table[kind].items():
        if only and name not in only:
            continue
        try:
            stem = folder / f"{Path(path).name.split('.')[0]}-{name}"
            style.save(make(document), stem, forms)
            written.append(stem)
            print(stem, *(f".{form}" for form in forms))
        except documents.NotDrawn as reason:
            print(f"{path}: no {name}: {reason}")
    return written


def main(arguments):
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("files", nargs="+", metavar="FILE",
                        help="JSON of bench run, ab, compare or history trend")
    parser.add_argument("--out", default="results/plots", metavar="FOLDER", help="default: %(default)s")
    parser.add_argument("--only", action="append", metavar="PLOT", help="only this plot; repeatable")
    parser.add_argument("--form", action="append", choices=("png", "svg"), help="only this; default: both")
    options = parser.parse_args(arguments)
    try:
        table = plots()
    except ModuleNotFoundError as error:
        if error.name not in ("matplotlib", "numpy"):
            raise
        sys.exit(print(REMEDY.format(sys.executable), file=sys.stderr) or 2)
    names = sorted({name for row in table.values() for name in row})
    for name in options.only or []:
        if name not in names:
            parser.error(f"there is no plot {name!r}; there are {', '.join(names)}")
    try:
        folder = Path(options.out)
        folder.mkdir(parents=True, exist_ok=True)
        for path in options.files:
            draw(path, folder, options.only, options.form or ("png", "svg"), table)
    except documents.BadDocument as error:
        sys.exit(print(f"error: {error}", file=sys.stderr) or 2)
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        what = f"no {error} where there must be one" if isinstance(error, KeyError) else error
        sys.exit(print(f"error: {path}: not as bench writes it: {what}", file=sys.stderr) or 2)
    except OSError as error:
        sys.exit(print(f"error: {error.filename}: {error.strerror}", file=sys.stderr) or 7)


if __name__ == "__main__":
    main(sys.argv[1:])
