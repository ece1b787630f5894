"""The calibration tables: measured kernels, with the half that fits and the half that checks."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pandas as pd

# Chips with measured kernels, by the name of their platform file.
DEVICES = {
    "a100_80_sxm": "NVIDIA A100-SXM4-80GB",
    "h100_sxm": "NVIDIA H100 80GB HBM3",
    "h200_sxm": "NVIDIA H200",
    "b200_hgx": "NVIDIA B200",
    "gb200_gpu": "NVIDIA GB200",
    "l40s": "NVIDIA L40S",
}
SYSTEMS = {"a100_80_pcie": "a100_pcie", "b200_hgx": "b200_bf16_ceperm"}


def digest(folder: Path, names: list[str]) -> str:
    """First 12 digits of the SHA-256 of the tables, in order."""
    total = hashlib.sha256()
    for name in names:
        total.update((folder / name).read_bytes())
    return total.hexdigest()[:12]


def halves(rows: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Every other row, by the hash of its shape: one half fits, the other tells the error."""
    text = rows.drop(columns=["seconds"]).astype(str).agg(",".join, axis=1)
    odd = text.map(lambda t: hashlib.sha256(t.encode()).digest()[0] % 2).to_numpy() == 1
    return rows[~odd].reset_index(drop=True), rows[odd].reset_index(drop=True)


def products(folder: Path, chip: str, dtype: str) -> pd.DataFrame:
    """Products of inference libraries in a short run: m, n, k and `seconds`."""
    table = pd.read_csv(folder / "gemm_tn_measured.csv")
    rows = table[(table.device == DEVICES.get(chip)) & (table.dtype == dtype)]
    return pd.DataFrame(
        {"kind": "gemm", "precision": {"bfloat16": "bf16", "fp8": "fp8", "nvfp4": "fp4"}[dtype],
         "pass": "forward", "m": rows.m, "n": rows.n, "k": rows.k,
         "seconds": rows.time_ms * 1e-3}
    ).reset_index(drop=True)  # fmt: skip


def attention(folder: Path, chip: str) -> pd.DataFrame:
    """Causal attention, forward."""
    table = pd.read_csv(folder / "attention_fwd_measured.csv")
    rows = table[table.device == DEVICES.get(chip)]
    return pd.DataFrame(
        {"kind": "attention", "pass": "forward", "batch": rows.batch, "heads": rows.heads,
         "kv_heads": rows.kv_heads, "head_size": rows.head_dim, "sequence": rows.seq,
         "causal": "yes", "seconds": rows.time_ms * 1e-3}
    ).reset_index(drop=True)  # fmt: skip


def _shapes(rows: pd.DataFrame, keys: dict[str, str]) -> pd.DataFrame:
    found = {}
    for column, key in keys.items():
        found[column] = rows["shape"].str.extract(rf"\b{key}=(\d+)", expand=False).astype(float)
    return pd.DataFrame(found)


def training_products(folder: Path, chip: str) -> pd.DataFrame:
    """Products of a training library over and over, all three layouts; wgrad adds to fp32."""
    table = pd.read_csv(folder / "train_ops_simumax.csv")
    rows = table[(table.system == SYSTEMS.get(chip)) & (table.op == "matmul")]
    shapes = _shapes(rows, {"m": "m", "n": "n", "k": "k"})
    layout = rows["shape"].str.extract(r"layout=(\w+)", expand=False)
    passes = layout.map({"TN": "forward", "NN": "input_gradient", "NT": "weight_gradient"})
    work = 2 * shapes.m * shapes.n * shapes.k
    seconds = work / (rows.efficiency_vs_peak * rows.peak_tflops.astype(float) * 1e12)
    return shapes.assign(
        kind="gemm", precision="bf16", **{"pass": passes}, seconds=seconds
    ).dropna().reset_index(drop=True)


def training_attention(folder: Path, chip: str) -> pd.DataFrame:
    """Attention of a training library, forward and backward; efficiency there counts no mask."""
    table = pd.read_csv(folder / "train_ops_simumax.csv")
    rows = table[(table.system == SYSTEMS.get(chip)) & table.op.isin(["sdp_fwd", "sdp_bwd"])]
    keys = {"batch": "batch", "sequence": "seq_len", "heads": "head_num", "kv_heads": "kv_head_num",
            "query": "qk_head_dim", "value": "v_head_dim"}  # fmt: skip
    shapes = _shapes(rows, keys)
    size = (shapes["query"] + shapes["value"]) / 2
    backward = (rows.op == "sdp_bwd").to_numpy()
    work = 4 * shapes.batch * shapes.heads * shapes.sequence**2 * size
    work = work * np.where(backward, 2.5, 1)
    seconds = work / (rows.efficiency_vs_peak * rows.peak_tflops.astype(float) * 1e12)
    return shapes.drop(columns=["query", "value"]).assign(
        kind="attention", head_size=size, causal="yes", seconds=seconds,
        **{"pass": np.where(backward, "input_gradient", "forward")},
    ).dropna().reset_index(drop=True)  # fmt: skip
