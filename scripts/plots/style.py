"""How every figure looks, and how it is written."""
import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402  the backend is chosen first
from matplotlib.ticker import FuncFormatter, NullFormatter  # noqa: E402

from .documents import duration, si, size  # noqa: E402

# Okabe and Ito's colours, which colour-blind readers can tell apart, without the yellow; marks say it again.
COLORS = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#555555"]
MARKS = "osD^vP*X"
LINES = ["-", "--", ":", "-."]
GOOD, BAD, UNSURE, SHADE = "#009E73", "#D55E00", "#777777", "#EFE9DF"

plt.rcParams.update({
    "figure.dpi": 110,
    "savefig.dpi": 110,
    "font.size": 9,
    "font.family": "DejaVu Sans",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": "#E4E4E4",
    "grid.linewidth": 0.7,
    "axes.titlesize": 10,
    "axes.titlelocation": "left",
    "legend.frameon": False,
    "svg.hashsalt": "pcbench",
    "svg.fonttype": "none",
    "figure.constrained_layout.use": True,
})


def looks(index):
    """Colour, mark and line of series INDEX; unlike for as many as anybody can tell apart."""
    turn = index // len(COLORS)
    return {
        "color": COLORS[index % len(COLORS)],
        "marker": MARKS[(index + turn) % len(MARKS)],
        "linestyle": LINES[turn % len(LINES)]
    }


def figure(document, title, width, height, rows=1, columns=1, **more):
    """A figure whose title says what and whose foot where it was measured, and its axes (a 2-D array)."""
    fig, axes = plt.subplots(rows, columns, figsize=(width, height), squeeze=False, **more)
    fig.suptitle(title, x=0.01, ha="left", fontsize=12, fontweight="bold")
    fig.supxlabel(foot(document), x=0.01, ha="left", fontsize=7, color="#666666")
    return fig, axes


def foot(document):
    tool, environment = document.get("tool") or {}, document.get("environment") or {}
    cpu = environment.get("cpu", {})
    parts = [
        document.get("name"),
        f"{cpu['model']}, {cpu.get('usable_cpus')} CPUs" if cpu.get("model") else None,
        environment.get("kernel"),
        f"pcbench {tool['version']} {tool['git_commit'][:10]}" if tool else None,
        document.get("started_at"), "NOT COMPLETE" if document.get("complete") is False else None
    ]
    return " | ".join(str(part) for part in parts if part)


def _axis(axis, formatter, log, base):
    if log:
        (axis.axes.set_xscale if axis.axis_name == "x" else axis.axes.set_yscale)("log", base=base)
        axis.set_minor_formatter(NullFormatter())
    axis.set_major_formatter(FuncFormatter(lambda value, _: formatter(value)))


def rate_axis(axis, log=False, unit=""):
    _axis(axis, lambda value: si(value, unit), log, 10)


def time_axis(axis, log=False):
    _axis(axis, duration, log, 10)


def size_axis(axis, log=False):
    _axis(axis, size, log, 2)


def whiskers(axes, x, metric, horizontal=False, **look):
    """The median of METRIC with its 95 % interval, at X."""
    low, high = metric["ci95"] or (metric["median"], metric["median"])
    error = [[metric["median"] - low], [high - metric["median"]]]
    look.setdefault("linestyle", "none")
    if horizontal:
        axes.errorbar([metric["median"]], [x], xerr=error, capsize=2.5, elinewidth=1.2, markersize=5,
                      **look)
    else:
        axes.errorbar([x], [metric["median"]], yerr=error, capsize=2.5, elinewidth=1.2, markersize=5,
                      **look)


def beside(axes, **more):
    """A legend to the right of AXES, which covers nothing."""
    axes.legend(loc="upper left", bbox_to_anchor=(1.01, 1.02), fontsize=8, **more)


def save(fig, stem, forms):
    """Writes STEM in each of FORMS (png, svg), the same bytes for the same data."""
    fig.canvas.draw()
    fig.set_layout_engine("none")  # laid out is laid out
    for form in forms:
        fig.savefig(f"{stem}.{form}", **({"metadata": {"Date": None}} if form == "svg" else {}))
    plt.close(fig)
