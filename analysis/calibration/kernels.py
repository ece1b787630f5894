"""Fits what kernels reach on each chip: the "kernel" block of platforms/accelerators.

Chips with measurements get their own parameters; others those of the family that they belong to,
or, where one published best matrix product is all there is, that figure times what the measured
chips keep of theirs.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.optimize import minimize

from . import tables
from .platform_files import Block, Fact, accelerator_file, kernel_values
from .program import Pricer

TABLES = ["gemm_tn_measured.csv", "attention_fwd_measured.csv", "train_ops_simumax.csv",
          "mamf_best_matmul.csv"]  # fmt: skip


@dataclass(frozen=True)
class Kernel:
    """One chip's parameters; times in microseconds."""

    units: int
    gemm: dict[str, float]
    sustained: float = 1.0
    weight_gradient: float = 1.0
    attention: float = 0.5
    attention_backward: float = 1.0
    attention_portable: float = 1.0
    memory: float = 0.85
    tile: float = 0.1
    attention_block: float = 8.0
    launch: float = 3.0

    def block(self, status: str = "assumed", sources: dict[str, str] | None = None) -> Block:
        """As platform files write it."""
        why = sources or {}

        def fact(key: str, value: float | str) -> Fact:
            return Fact(value, why.get(key + "!", status), why.get(key, why.get("", "a guess")))

        return {
            "units": fact("units", self.units),
            "gemm_efficiency": {
                name: fact(f"gemm_{name}", value) for name, value in self.gemm.items()
            },
            "sustained": fact("sustained", self.sustained),
            "weight_gradient": fact("weight_gradient", self.weight_gradient),
            "attention_efficiency": fact("attention", self.attention),
            "attention_backward": fact("attention_backward", self.attention_backward),
            "attention_portable": fact("attention_portable", self.attention_portable),
            "memory_efficiency": fact("memory", self.memory),
            "tile": fact("tile", f"{self.tile:.3g} us"),
            "attention_block": fact("attention_block", f"{self.attention_block:.3g} us"),
            "launch": fact("launch", f"{self.launch:.3g} us"),
        }


def present(text: str) -> Kernel:
    """The parameters that a file has now."""
    values = kernel_values(text)

    def number(key: str, otherwise: float) -> float:
        value = values.get(key, otherwise)
        return float(value.split()[0]) if isinstance(value, str) else float(value)

    gemm = {k.split("/")[1]: float(v) for k, v in values.items() if k.startswith("gemm_eff")}
    return Kernel(
        units=int(number("units", 1)), gemm=gemm, sustained=number("sustained", 1),
        weight_gradient=number("weight_gradient", 1), attention=number("attention_efficiency", 0.5),
        attention_backward=number("attention_backward", 1.0),
        attention_portable=number("attention_portable", 1.0),
        memory=number("memory_efficiency", 0.85), tile=number("tile", 0.1),
        attention_block=number("attention_block", 8), launch=number("launch", 3),
    )  # fmt: skip


# Physical ranges: shares of peak or of bandwidth, and microseconds.
RANGES = {
    "gemm": (0.2, 0.99), "sustained": (0.5, 1.0), "weight_gradient": (0.6, 1.2),
    "attention": (0.15, 0.85), "attention_backward": (0.4, 1.2), "memory": (0.5, 0.95),
    "tile": (0.01, 8.0), "attention_block": (0.1, 20.0), "launch": (1.0, 60.0),
}  # fmt: skip


@dataclass(frozen=True)
class Fit:
    """A fit and its error on the rows that it did not see: mean and 90th percentile of |ln ratio|."""

    kernel: Kernel
    rows: int
    error: float
    p90: float

    def text(self) -> str:
        return f"{self.rows} rows, mean error on the other half {100 * self.error:.1f} %"


def _with(kernel: Kernel, names: list[str], values: np.ndarray, dtype: str) -> Kernel:
    changes: dict[str, object] = {}
    for name, value in zip(names, values, strict=True):
        low, high = RANGES[name]
        bounded = float(low + (high - low) / (1 + np.exp(-value)))
        if name == "gemm":
            changes["gemm"] = {**kernel.gemm, dtype: bounded}
        else:
            changes[name] = bounded
    return replace(kernel, **changes)


def _start(kernel: Kernel, names: list[str], dtype: str) -> np.ndarray:
    start = []
    for name in names:
        low, high = RANGES[name]
        value = kernel.gemm[dtype] if name == "gemm" else getattr(kernel, name)
        share = np.clip((value - low) / (high - low), 0.02, 0.98)
        start.append(np.log(share / (1 - share)))
    return np.array(start)


def fit(
    program: Path, platforms: Path, chip: str, rows: pd.DataFrame, kernel: Kernel,
    names: list[str], dtype: str = "bf16", weight: np.ndarray | None = None,
) -> Fit:  # fmt: skip
    """The named parameters that leave the smallest mean |ln(modelled/measured)|."""
    fitting, checking = tables.halves(rows)
    pricer = Pricer(program, platforms, chip, fitting)
    measured = fitting.seconds.to_numpy()

    def cost(values: np.ndarray) -> float:
        modelled = pricer.seconds(_with(kernel, names, values, dtype).block())
        return float(np.mean(np.abs(np.log(modelled / measured))))

    start = _start(kernel, names, dtype)
    simplex = np.vstack([start, *(start + 0.8 * np.eye(len(start)))])
    found = minimize(cost, start, method="Nelder-Mead",
                     options={"maxfev": 60 * len(names), "initial_simplex": simplex, "fatol": 1e-5})  # fmt: skip
    best = _with(kernel, names, found.x, dtype)
    other = Pricer(program, platforms, chip, checking).seconds(best.block())
    errors = np.abs(np.log(other / checking.seconds.to_numpy()))
    return Fit(best, len(rows), float(errors.mean()), float(np.quantile(errors, 0.9)))


# Names of chips in mamf_best_matmul.csv.
BEST = {"h100_sxm": "NVIDIA H100 SXM", "h200_sxm": "NVIDIA H200 SXM", "b200_hgx": "NVIDIA B200 SXM",
        "gb200_gpu": "NVIDIA GB200 SXM"}  # fmt: skip


def _narrow(
    program: Path, platforms: Path, folder: Path, chip: str, found: Kernel,
    fits: list[tuple[str, Fit]], sources: dict[str, str],
) -> Kernel:
    """fp8 and fp4. The tables of inference libraries time the cast of the inputs with the product,
    which we price by itself: where the best product found without it is published, fp8 reaches of
    its peak what bf16 does, as the two best do of theirs; fp4 keeps its table's ratio to fp8."""
    best = pd.read_csv(folder / "mamf_best_matmul.csv").set_index(["dtype", "accelerator"])
    table: dict[str, float] = {}
    for name, dtype in (("fp8", "fp8"), ("fp4", "nvfp4")):
        rows = tables.products(folder, chip, dtype)
        if name not in found.gemm or rows.empty:
            continue
        one = fit(program, platforms, chip, rows, found, ["gemm", "launch"], name)
        fits.append((f"{name} products, with casts", one))
        table[name] = one.kernel.gemm[name]
        sources[f"gemm_{name}"] = f"fitted: products in a short run, {one.text()}"
    gemm = {**found.gemm, **table}
    if chip in BEST and "fp8" in table:
        wide = BEST[chip] if ("bf16", BEST[chip]) in best.index else "NVIDIA H100 SXM"
        of = best.efficiency_pct
        gemm["fp8"] = gemm["bf16"] * of[("fp8", BEST[chip])] / of[("bf16", wide)]
        sources["gemm_fp8"] = (
            f"bf16 times the ratio of the best products of {BEST[chip]} (mamf_best_matmul.csv); "
            f"{table['fp8']:.3f} with the cast of the inputs")  # fmt: skip
    if "fp4" in table:
        gemm["fp4"] = min(0.95, table["fp4"] * gemm["fp8"] / table["fp8"])
        sources["gemm_fp4"] = f"fp8 times the ratio of the tables with casts, {table['fp4']:.3f} to {table['fp8']:.3f}"
    return replace(found, gemm=gemm)


def _training(
    program: Path, platforms: Path, folder: Path, chip: str, kernel: Kernel,
    fits: list[tuple[str, Fit]], sources: dict[str, str],
) -> Kernel:
    """Sustained clocks and the two backward ratios, from training kernels run over and over."""
    products = tables.training_products(folder, chip)
    plain = products[products["pass"] != "weight_gradient"].reset_index(drop=True)
    weights = products[products["pass"] == "weight_gradient"].reset_index(drop=True)
    attention = tables.training_attention(folder, chip)
    back = attention[attention["pass"] != "forward"].reset_index(drop=True)
    for name, rows in (("sustained", plain), ("weight_gradient", weights), ("attention_backward", back)):
        one = fit(program, platforms, chip, rows, kernel, [name])
        kernel = one.kernel
        fits.append((f"training: {name}", one))
        sources[name] = f"fitted: training kernels run over and over, {one.text()}"
    return kernel


def measured_chip(
    program: Path, platforms: Path, folder: Path, chip: str, sustained: float,
    like: Kernel | None = None,
) -> tuple[Kernel, dict[str, str], list[tuple[str, Fit]]]:
    """Parameters of a chip with measurements, what to say of them, and the fits.

    `like`: what it reaches in short runs, of a chip that has none measured itself.
    """
    kernel = present(accelerator_file(platforms, chip).read_text())
    fits: list[tuple[str, Fit]] = []
    sources: dict[str, str] = {}
    found = replace(like, sustained=sustained) if like else kernel
    if like is None:
        found = _short_runs(program, platforms, folder, chip, kernel, fits, sources)
    found = replace(found, sustained=sustained)
    if chip in tables.SYSTEMS:
        found = _training(program, platforms, folder, chip, found, fits, sources)
    return found, sources, fits


def _short_runs(
    program: Path, platforms: Path, folder: Path, chip: str, kernel: Kernel,
    fits: list[tuple[str, Fit]], sources: dict[str, str],
) -> Kernel:
    """Products and attention one after the other, as inference libraries measure them."""
    short = replace(kernel, sustained=1.0)
    first = fit(program, platforms, chip, tables.products(folder, chip, "bfloat16"), short,
                ["gemm", "tile", "launch"])  # fmt: skip
    fits.append(("bf16 products", first))
    found = first.kernel
    sources["gemm_bf16"] = f"fitted: products in a short run, {first.text()}"
    sources["tile"] = sources["launch"] = f"fitted with gemm_efficiency/bf16, {first.rows} rows"
    found = _narrow(program, platforms, folder, chip, found, fits, sources)
    rows = tables.attention(folder, chip)
    if not rows.empty:
        one = fit(program, platforms, chip, rows, found,
                  ["attention", "attention_block", "launch"])  # fmt: skip
        fits.append(("attention", one))
        found = replace(found, attention=one.kernel.attention,
                        attention_block=one.kernel.attention_block)  # fmt: skip
        sources["attention"] = f"fitted: causal, forward, {one.text()}"
        sources["attention_block"] = f"fitted with attention_efficiency, {one.rows} rows"
    return found
