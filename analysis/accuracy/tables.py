"""Rows of the step-time tables, as published, and which of them may be used for fitting."""

from __future__ import annotations

import csv
import hashlib
from dataclasses import dataclass, field
from pathlib import Path

OPEN = ["megatron_a100", "vtrain_single_node_a100", "llmfoundry_mpt_fsdp",
        "megatron_bridge_nvidia", "mlperf_pretraining", "mlperf_llama2_lora",
        "bloom_jeanzay_a100", "bigscience_v100", "simumax_b200", "torchtitan",
        "moe_zoo_qwen3", "misc"]
HELD_OUT = "heldout_inputs"

# Tables that only ever test: nothing may be fitted to them.
NEVER_FITTED = {"megatron_a100", "bloom_jeanzay_a100", "mlperf_pretraining", "simumax_b200"}


@dataclass(frozen=True)
class Row:
    """One published run. Cells are texts as printed; an empty one is not published."""

    id: str
    file: str
    cells: dict[str, str] = field(hash=False)

    def text(self, name: str) -> str:
        value = self.cells.get(name) or ""
        return "" if value.strip() == "n/a" else value.strip()

    def number(self, name: str) -> float | None:
        """The number in a cell, or None where there is none."""
        try:
            return float(self.text(name))
        except ValueError:
            return None

    def count(self, name: str) -> int | None:
        number = self.number(name)
        return None if number is None else int(number)

    @property
    def source(self) -> str:
        return self.text("source")

    @property
    def accelerators(self) -> int:
        return self.count("n_accel") or 1

    @property
    def held_out(self) -> bool:
        return self.file == HELD_OUT


def missing(folder: Path) -> list[str]:
    """Files of tables that the folder lacks."""
    files = [f"{name}.csv" for name in OPEN + [HELD_OUT]]
    return [file for file in files if not (folder / file).is_file()]


def read(folder: Path, names: list[str] | None = None) -> list[Row]:
    """Rows of the named tables of a folder, in their order."""
    rows = []
    for name in OPEN + [HELD_OUT] if names is None else names:
        with open(folder / f"{name}.csv", encoding="utf-8", newline="") as file:
            rows += [Row(cells["id"], name, cells) for cells in csv.DictReader(file)]
    return rows


def fit_half(row_id: str) -> bool:
    """Whether a row with this id is in the half that may be fitted, whatever its table."""
    return hashlib.sha256(row_id.encode()).digest()[0] % 2 == 0


def fitted(row: Row) -> bool:
    """Whether parameters may be fitted to this row."""
    return not row.held_out and row.file not in NEVER_FITTED and fit_half(row.id)


def measured_seconds(row: Row) -> float | None:
    """Published time of a step in s, from tokens a second where only those are published.

    tokens_per_s_per_accel is global batch x sequence / (accelerators x seconds).
    """
    seconds = row.number("iter_time_s")
    if seconds:
        return seconds
    rate, batch = row.number("tokens_per_s_per_accel"), row.number("global_batch_seqs")
    sequence = row.number("seq")
    if rate and batch and sequence:
        return batch * sequence / (row.accelerators * rate)
    return None


def measured_from_rates(row: Row, model_flop: float, peak: float) -> float | None:
    """Time of a step in s where only TFLOP/s or MFU are published.

    model_flop is that of a step by the simulator's count (three forward passes, nothing
    recomputed), peak the dense FLOP/s of an accelerator in the precision of the run. The
    source's own count may differ by several per cent.
    """
    rate = row.number("tflops_per_accel")
    if rate:
        return model_flop / (row.accelerators * rate * 1e12)
    utilisation = row.number("mfu_pct")
    if utilisation and peak:
        return model_flop / (row.accelerators * peak * utilisation / 100)
    return None
