"""Golden values of the statistics, from scipy 1.10.1. Once: /usr/bin/python3 make_scipy.py > scipy.json"""
import json
import math

import numpy as np
from scipy import stats

random = np.random.default_rng(20240607)


def pratt_sum(d):
    """Sum of the positive ranks, with zeros ranked and then left out."""
    d = np.asarray(d)
    return float(stats.rankdata(np.abs(d))[d > 0].sum())


def signed_rank():
    cases = []
    for n in (1, 5, 8, 12, 16, 24, 40):
        d = np.round(random.normal(0.3, 1, n), 6)
        result = stats.wilcoxon(d, mode="exact")
        cases.append({"d": d.tolist(), "p": result.pvalue})
    for n in (6, 9, 11):  # ties and zeros: every flip of signs, counted
        d = random.integers(-2, 5, n).astype(float)
        flips = [np.array([1 if mask >> i & 1 else -1 for i in range(n)]) for mask in range(2**n)]
        sums = np.array([pratt_sum(np.abs(d) * flip) for flip in flips])
        seen = pratt_sum(d)
        p = min(1.0, 2 * min(np.mean(sums >= seen - 1e-9), np.mean(sums <= seen + 1e-9)))
        cases.append({"d": d.tolist(), "p": float(p)})
    return cases


def rank_sum():
    cases = []
    for n, m in ((1, 1), (4, 4), (5, 9), (10, 10), (20, 15)):
        a, b = np.round(random.lognormal(0, 0.1, n), 6), np.round(random.lognormal(0.1, 0.1, m), 6)
        p = stats.mannwhitneyu(a, b, method="exact").pvalue
        cases.append({"a": a.tolist(), "b": b.tolist(), "p": p, "exact": True})
    for n, m in ((4, 5), (6, 6)):  # ties: every choice, counted
        a, b = random.integers(0, 5, n).astype(float), random.integers(1, 6, m).astype(float)
        result = stats.permutation_test(
            (a, b), lambda x, y: stats.rankdata(np.concatenate([x, y]))[: len(x)].sum(), n_resamples=np.inf,
            vectorized=False)
        cases.append({"a": a.tolist(), "b": b.tolist(), "p": result.pvalue, "exact": True})
    for n, m in ((60, 60), (20, 30)):  # large, the second with ties: normal approximation
        a, b = random.normal(0, 1, n), random.normal(0.3, 1, m)
        a, b = (np.round(a, 6), np.round(b, 6)) if n == 60 else (np.round(a, 1), np.round(b, 1))
        p = stats.mannwhitneyu(a, b, method="asymptotic", use_continuity=True).pvalue
        cases.append({"a": a.tolist(), "b": b.tolist(), "p": p, "exact": False})
    return cases


def kolmogorov_smirnov():
    cases = []
    for n, m in ((3, 4), (10, 10), (16, 16), (40, 24)):
        a, b = np.round(random.normal(0, 1, n), 6), np.round(random.normal(0, 3, m), 6)
        result = stats.ks_2samp(a, b, method="exact")
        cases.append({"a": a.tolist(), "b": b.tolist(), "distance": result.statistic, "p": result.pvalue})
    return cases


def sign_interval():
    cases = []
    for n, level in ((6, 0.95), (10, 0.95), (25, 0.99), (40, 0.95)):
        values = np.round(random.normal(0, 1, n), 6)
        outside = int(stats.binom.ppf((1 - level) / 2, n, 0.5))
        while stats.binom.cdf(outside, n, 0.5) > (1 - level) / 2:
            outside -= 1
        ordered = np.sort(values)
        interval = [ordered[outside], ordered[n - 1 - outside]]
        cases.append({"values": values.tolist(), "level": level, "interval": interval})
    return cases


def runs():
    """Wald-Wolfowitz about the median, by its definition."""
    cases = []
    for n in (12, 30):
        values = np.round(np.cumsum(random.normal(0, 1, n)), 6)
        above = values[values != np.median(values)] > np.median(values)
        n1, n2 = int(above.sum()), int((~above).sum())
        seen = 1 + int((above[1:] != above[:-1]).sum())
        mean = 1 + 2 * n1 * n2 / (n1 + n2)
        variance = (mean - 1) * (mean - 2) / (n1 + n2 - 1)
        p = 2 * stats.norm.sf(abs(seen - mean) / math.sqrt(variance))
        cases.append({"values": values.tolist(), "p": p})
    return cases

golden = {"signed_rank": signed_rank(), "rank_sum": rank_sum(), "kolmogorov_smirnov": kolmogorov_smirnov(),
          "sign_interval": sign_interval(), "runs": runs()}
blocks = (f'"{name}": [\n ' + ",\n ".join(map(json.dumps, cases)) + "]" for name, cases in golden.items())
print("{" + ",\n".join(blocks) + "}")
