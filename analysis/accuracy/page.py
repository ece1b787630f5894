"""The page about accuracy: tables, targets, the worst rows, assumptions and pictures."""

from __future__ import annotations

import collections
import math
import re
from dataclasses import dataclass
from pathlib import Path

from . import parameters
from .simulator import Prediction
from .statistics import Point, by_group, percent, summary, tau_of_all, table
from .tables import Row


@dataclass(frozen=True)
class Target:
    """What a set of groups is meant to reach: mean and largest error, rank correlation."""

    label: str
    groups: str  # regular expression of whole names
    mean: float
    largest: float = math.inf
    tau: float = -1.0


TARGETS = [
    Target("Korthikanti et al. 2022, table 5", "korthikanti_table5", 0.04, 0.09),
    Target("Megatron-LM SC21, table 1", "megatron_sc21_table1", 0.05),
    Target("vTrain, 2-8 A100", "vtrain_single", 0.10),
    Target("llm-foundry, A100 and H100", "llmfoundry_.*", 0.08),
    Target("SimuMax, dense on 8 B200", "simumax_b200_dense", 0.06),
    Target("MLPerf GPT-3 on H100", "mlperf_gpt3 dgx_h100", 0.10),
    Target("Megatron-Bridge on H100", "mbridge_h100", 0.10),
    Target("Megatron-Bridge on B200", "mbridge_b200", 0.10),
    Target("Megatron-Bridge on GB200", "mbridge_gb200", 0.10),
    Target("BLOOM on 384 A100", "bloom_tr11", 0.12, tau=0.6),
]
WORST = 3  # rows shown of a source
SHAPE = [("model", ""), ("global_batch_seqs", "batch "), ("micro_batch", "micro "), ("tp", "tp "),
         ("pp", "pp "), ("vp", "vp "), ("dp", "dp "), ("cp", "cp "), ("ep", "ep "),
         ("recompute", "recompute "), ("precision", ""), ("n_accel", "on ")]


def targets(points: list[Point]) -> list[list[str]]:
    lines = [["what", "rows", "mean", "target", "max", "target", "tau of all", "within a model",
              "target", "reached"]]
    for target in TARGETS:
        chosen = [point for point in points if not point.fitted
                  and re.fullmatch(target.groups, point.group)]
        if not chosen:
            continue
        s = summary(chosen)
        tau = tau_of_all(chosen)
        ok = s.mean_with_failed <= target.mean and s.largest <= target.largest \
            and (target.tau < 0 or tau >= target.tau)
        lines.append([target.label, str(s.rows), percent(s.mean_with_failed),
                      percent(target.mean), percent(s.largest),
                      percent(target.largest) if target.largest < math.inf else "-",
                      "-" if math.isnan(tau) else f"{tau:.2f}",
                      "-" if math.isnan(s.tau) else f"{s.tau:.2f}",
                      f"{target.tau:.1f}" if target.tau >= 0 else "-", "yes" if ok else "no"])
    return lines


def worst(points: list[Point]) -> list[list[str]]:
    lines = [["source", "id", "error", "measured s", "predicted s", "run"]]
    for name, members in by_group(points).items():
        members = [point for point in members if point.error is not None]
        members.sort(key=lambda point: (-abs(point.error), point.row.id))
        lines += [[name, point.row.id, percent(point.error, True), f"{point.measured:.4g}",
                   f"{point.predicted:.4g}", configuration(point.row)]
                  for point in members[:WORST]]
    return lines


def configuration(row: Row) -> str:
    return ", ".join(label + row.text(key) for key, label in SHAPE if row.text(key))


def assumptions(rows: list[Row], predictions: dict[str, Prediction]) -> list[list[str]]:
    """How often what was assumed, by source. Long lists of borrowed plans are one line."""
    counts: collections.Counter[tuple[str, str]] = collections.Counter()
    for row in rows:
        for text in predictions[row.id].assumptions:
            text = re.sub(r"^plan: of r\d+,.*", "plan: of the most similar published run", text)
            counts[(row.source, text)] += 1
    return [["source", "assumed", "rows"]] + [
        [source, text, str(number)] for (source, text), number in sorted(counts.items())]


def refused(rows: list[Row], predictions: dict[str, Prediction]) -> list[list[str]]:
    counts: collections.Counter[tuple[str, str]] = collections.Counter()
    for row in rows:
        found = predictions[row.id]
        if found.seconds is None:
            counts[(row.source, re.sub(r"[:(].*", "", found.reason).strip())] += 1
    return [["source", "why", "rows"]] + [
        [source, text, str(number)] for (source, text), number in sorted(counts.items())]


def markdown(lines: list[list[str]]) -> str:
    if len(lines) == 1:
        return "None.\n"
    cells = [[cell.replace("|", "\\|") for cell in line] for line in lines]
    rule = ["---"] * len(cells[0])
    return "".join("| " + " | ".join(line) + " |\n" for line in [cells[0], rule, *cells[1:]])


@dataclass(frozen=True)
class Material:
    """What the page is made of."""

    rows: list[Row]
    predictions: dict[str, Prediction]
    points: list[Point]
    coverage: tuple[int, float]
    pictures: dict[str, str]  # group -> file
    picture_folder: str
    version: str
    remarks: str
    usual: list[Point]  # the same rows with the usual software for all
    platforms: Path


def text(material: Material) -> str:
    """The whole page."""
    points = material.points
    held_out = [row for row in material.rows if row.held_out]
    predicted = sum(material.predictions[row.id].seconds is not None for row in held_out)
    tested, inside = material.coverage
    headline = summary([point for point in points if not point.fitted])
    parts = [
        "# Accuracy",
        "Step times that the simulator predicts, against published ones. `analysis/validate.py` "
        f"writes this page; this one is of version `{material.version}`.",
        "Error is predicted over measured, less 1; means are of its absolute value. Tau is "
        "Kendall's rank correlation of throughput between runs of the same model. *Fitted* rows "
        "are those that a parameter may have been fitted to: half of the open rows, chosen by a "
        "hash of their ids, of no table that only tests. Headline figures are of the other rows.",
        f"**{headline.rows} rows that nothing was fitted to: mean {percent(headline.mean)}, median "
        f"{percent(headline.median)}, p90 {percent(headline.p90)}; {headline.failed} refused "
        "for memory or without a prediction.**",
        "## Targets",
        "On rows that nothing was fitted to. Rows that ran and are refused for memory, or have no "
        "prediction, count as 100 %.",
        markdown(targets(points)),
        "## By source", markdown(table(points)),
        "## What is still wrong and why", material.remarks.strip() or "Nothing written yet.",
        "## What was fitted",
        "A software profile is a version of a framework, not a publication, and has at most six "
        "numbers. Each fitted number says in its file to how many rows, with what error and in "
        "which range.",
        markdown(parameters.counts(material.platforms)),
        markdown(parameters.by_profile(material.platforms)),
        "With one software for all runs, on rows that nothing was fitted to:",
        markdown(parameters.with_usual_software(points, material.usual)),
        "## Error bands",
        "`platforms/confidence.json` has the 10th, 50th and 90th percentile of measured over "
        "predicted, by accelerator and software, from rows that nothing was fitted to and whose "
        "architecture is modelled. With bands "
        f"made from half of these, {percent(inside)} of the {tested} other ones lie inside "
        "(80 % would be perfect).",
        "## Held-out runs",
        f"{predicted} of {len(held_out)} are predicted (`predictions.csv`); others say why not.",
        "## Worst rows", markdown(worst(points)),
        "## Without a prediction", markdown(refused(material.rows, material.predictions)),
        "## Assumed where a table is silent",
        markdown(assumptions(material.rows, material.predictions)),
        "## Pictures",
        "The grey band is 10 % to either side.",
        "\n".join(f"![{group}]({material.picture_folder}/{file})"
                  for group, file in material.pictures.items())]
    return "\n\n".join(part.rstrip("\n") for part in parts) + "\n"
