"""The plan of a published run, as a scenario writes it."""

from __future__ import annotations

from typing import Any

from .degrees import Degrees
from .tables import Row

SHARDING = {"": "none", "0": "none", "1": "optimizer", "2": "gradients", "3": "parameters",
            "2-like FSDP": "optimizer"}
RECOMPUTE = {"full": "full", "none": "none", "none?": "none", "selective": "selective",
             "per-op selective": "selective", "selective (layernorm, moe)": "selective"}
# Recomputation where a table is silent, by the beginning of the source.
SILENT_RECOMPUTE = [("mlperf", "none"), ("mcore", "none"), ("llama3_herd", "none"),
                    ("llama1", "selective"), ("moezoo", "selective"), ("deepseek", "selective"),
                    ("megascale", "selective"), ("gcp", "full"), ("aws", "full")]
LARGE_MOE = ("DeepSeekV3", "Kimi_K2", "Qwen3_235B")
BEFORE_FP8 = ("A100", "V100", "Trainium1")
# Software that counts embedding and head as layers when it cuts a model.
COUNTS_ENDS = ("mbridge", "mlperf", "torchtitan", "moezoo", "llama3_herd", "deepseek")


def precision(text: str) -> str:
    """Precision of matrix products. fp16 counts as bf16: the same peak, the same bytes."""
    lower = text.lower()
    if "fp4" in lower:
        return "fp4"
    return "fp8" if "fp8" in lower else "bf16"


def plan(row: Row, degrees: Degrees, model: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """(plan, assumptions)."""
    notes: list[str] = []
    result = {"tensor": degrees.tensor, "pipeline": degrees.pipeline,
              "data": degrees.data, "micro_batch": degrees.micro_batch,
              "precision": chosen_precision(row, degrees, notes)}
    batch(degrees, result, notes)
    pipeline(row, degrees, model, result, notes)
    sharding(row, degrees, result, notes)
    context(row, degrees, result)
    experts(row, degrees, model, result, notes, domain(row))
    result["recompute"] = recompute(row, notes)
    if degrees.tensor > 1 and row.text("sp") == "0" and "experts" not in model:
        result["sequence_parallel"] = False
    words = row.text("overlap_notes").lower().replace("-", "")
    if degrees.tensor > 1 and ("asynctp" in words or "tpcommoverlap" in words):
        result["overlap_tensor"] = True
    if degrees.tensor > 1 and not row.text("sp"):
        notes.append("sp: on")
    return result, notes


def chosen_precision(row: Row, degrees: Degrees, notes: list[str]) -> str:
    text = degrees.precision
    if precision(text) != "bf16" and row.text("accelerator").startswith(BEFORE_FP8):
        notes.append("precision: bf16, the accelerator has none narrower")
        return "bf16"
    if not text and row.text("accelerator").startswith(BEFORE_FP8):
        return "bf16"
    if not text and row.source.startswith("mlperf"):
        notes.append("precision: fp8")
        return "fp8"
    if "not stated" in text or text == "fp16":
        notes.append("precision: 16 bits")
    return precision(text)


def batch(degrees: Degrees, result: dict[str, Any], notes: list[str]) -> None:
    """Whole micro-batches: a batch that does not divide is played as the nearest that does."""
    unit = degrees.micro_batch * degrees.data
    number = max(1, round(degrees.global_batch / unit))
    result["global_batch"] = number * unit
    if number * unit != degrees.global_batch:
        notes.append(f"batch: {number * unit} for {degrees.global_batch}, time in proportion")


def pipeline(row: Row, degrees: Degrees, model: dict[str, Any], result: dict[str, Any],
             notes: list[str]) -> None:
    if degrees.pipeline == 1:
        return
    micro_batches = result["global_batch"] // (degrees.micro_batch * degrees.data)
    chunks = degrees.chunks
    if row.source == "deepseek_v3":
        result["schedule"] = "dualpipe"
    elif chunks > 1 and micro_batches % degrees.pipeline:
        notes.append(f"schedule: 1f1b, {micro_batches} micro-batches do not interleave")
        chunks = 1
    elif chunks > 1:
        result.update({"schedule": "interleaved", "chunks": chunks})
    pieces = degrees.pipeline * chunks
    if model["layers"] % pieces and ((model["layers"] + 2) % pieces == 0
                                     or row.source.startswith(COUNTS_ENDS)):
        result["count_ends"] = True


def sharding(row: Row, degrees: Degrees, result: dict[str, Any], notes: list[str]) -> None:
    kind = SHARDING[degrees.sharding]
    if not degrees.sharding and degrees.data > 1 and not row.source.startswith("mlperf"):
        notes.append("zero: 0")
    if kind == "gradients" and degrees.pipeline > 1:
        kind = "optimizer"
    if kind == "none":
        return
    result["sharding"] = kind
    if kind == "parameters" and degrees.pipeline > 1:
        result["reshard"] = False  # torchtitan's default with a pipeline
    words = row.text("overlap_notes")
    peers = degrees.data * degrees.context
    for text, group in (("zero1 in node of 8", 8), ("zero1 group of 4", 4)):
        if text in words and group < peers:
            result["shard_over"] = group
    if "mp=PURE" in words:
        result["gradient_precision"] = "bf16"


def context(row: Row, degrees: Degrees, result: dict[str, Any]) -> None:
    if degrees.context == 1:
        return
    result["context"] = degrees.context
    if "all-to-all" in row.text("overlap_notes"):
        result["context_kind"] = "ulysses"
    elif row.source.startswith(("torchtitan", "llama3_herd")):
        result["context_kind"] = "all_gather"


def domain(row: Row) -> int:
    """Accelerators that a token reaches without leaving its node."""
    return 64 if row.text("accelerator").startswith("GB") else row.count("accel_per_node") or 8


def experts(row: Row, degrees: Degrees, model: dict[str, Any], result: dict[str, Any],
            notes: list[str], node_of: int) -> None:
    """Megatron's expert ranks are tensor ranks too; the plan's `expert` counts peers only."""
    if "experts" not in model:
        return
    if degrees.expert > 1:
        result["expert"] = max(1, degrees.expert // degrees.tensor)
        peers = degrees.data * degrees.context
        if result["expert"] > peers:
            result["expert"] = peers
            notes.append(f"ep: {peers}, all that the degrees leave")
    if "tokendrop" in row.text("model"):
        result["capacity_factor"] = 1.0
    if "natural routing" in row.text("notes"):
        result["expert_imbalance"] = 1.3
        notes.append("expert_imbalance: 1.3")
    # DeepEP and HybridEP send a token once to each node that has experts of its.
    nodes = -(-result.get("expert", 1) * degrees.tensor // node_of)
    if nodes > 1 and row.source.startswith(("mbridge", "moezoo", "deepseek")):
        limit = 4 if "DeepSeek" in row.text("model") else nodes
        result["expert_nodes"] = min(limit, nodes)


def recompute(row: Row, notes: list[str]) -> str:
    text = row.text("recompute")
    if text in RECOMPUTE:
        return RECOMPUTE[text]
    kind = "none"
    for start, value in SILENT_RECOMPUTE:
        if row.source.startswith(start):
            kind = value
    if row.source.startswith("mbridge") and row.text("model").startswith(LARGE_MOE):
        kind = "selective"
    if row.text("accelerator").startswith("TPU"):
        kind = "full"
    notes.append(f"recompute: {kind}")
    return kind
