"""Which chip takes its parameters from where, and what no table says."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from .kernels import Kernel


@dataclass(frozen=True)
class Chip:
    """A chip without kernels measured: whose parameters it takes, and what is known to differ."""

    like: str
    units: int
    best: str = ""  # its name in mamf_best_matmul.csv: products reach that share, less what chips
    #                 with both tables lose from it to the mean product
    sustained: float | None = None  # None: of `like`
    why: str = ""


# Streaming multiprocessors of measured chips: data sheets.
UNITS = {"a100_80_sxm": 108, "h100_sxm": 132, "h200_sxm": 132, "b200_hgx": 148,
         "gb200_gpu": 152, "l40s": 142}  # fmt: skip

OTHERS = {
    "a100_40_sxm": Chip("a100_80_sxm", 108),
    "a100_80_pcie": Chip("a100_80_sxm", 108, why="300 W"),
    "h800_sxm": Chip("h100_sxm", 132),
    "h100_96_hbm2e": Chip("h100_sxm", 132, why="500 W instead of 700 W"),
    "h200_nvl": Chip("h200_sxm", 132, why="600 W instead of 700 W"),
    "b300": Chip("b200_hgx", 148),
    "gb300_gpu": Chip("gb200_gpu", 152),
    "v100_32_sxm": Chip("a100_80_sxm", 80),
    "mi300x": Chip("h100_sxm", 304, "AMD MI300X"),
    "mi325x": Chip("h100_sxm", 304, "AMD MI325X"),
    "mi350x": Chip("b200_hgx", 256, "AMD MI355X"),
    "mi355x": Chip("b200_hgx", 256, "AMD MI355X"),
    "gaudi2": Chip("a100_80_sxm", 2, "Intel Gaudi 2"),
    "gaudi3": Chip("h100_sxm", 8, "Intel Gaudi 3"),
    "tpu_v4": Chip("a100_80_sxm", 8),
    "tpu_v5e": Chip("a100_80_sxm", 4),
    "tpu_v5p": Chip("a100_80_sxm", 8),
    "tpu_v6e": Chip("h100_sxm", 2),
    "trainium1": Chip("a100_80_sxm", 1),
    "dojo_d1": Chip("a100_80_sxm", 354),
}

# Share of memory bandwidth that streaming kernels reach, by whose parameters a chip takes.
MEMORY = {
    "a100_80_sxm": (0.88, "secondary", "0.91 on A100 PCIe: SimuMax, train_ops_simumax.csv"),
    "h100_sxm": (0.85, "assumed", "between A100 (0.91) and B200 (0.67); range 0.75-0.92"),
    "h200_sxm": (0.80, "assumed", "between H100 and B200; range 0.70-0.90"),
    "b200_hgx": (0.70, "secondary", "0.67 on B200: SimuMax, train_ops_simumax.csv; range 0.60-0.85"),
    "gb200_gpu": (0.70, "secondary", "as B200"),
    "l40s": (0.80, "assumed", "range 0.70-0.90"),
}


def best_products(folder: Path) -> dict[str, float]:
    """Share of the dense bf16 peak of the best product found, by name in the table."""
    table = pd.read_csv(folder / "mamf_best_matmul.csv")
    table = table[table.dtype == "bf16"]
    return {row.accelerator: row.efficiency_pct / 100 for row in table.itertuples()}


def scaled(kernel: Kernel, efficiency: float) -> dict[str, float]:
    """Product efficiencies of `kernel` moved so that bf16 reaches `efficiency`."""
    ratio = efficiency / kernel.gemm["bf16"]
    return {name: min(0.97, value * ratio) for name, value in kernel.gemm.items()}
