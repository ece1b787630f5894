"""Shapes of models whose rows leave them blank, with where each comes from."""

from __future__ import annotations

from typing import Any

from .tables import Row

# name -> (cells to fill, why)
Shape = tuple[dict[str, Any], str]

# GPT of the BigScience experiments on V100, by parameters in billions.
GPT = {
    "104": ({"layers": 64, "hidden": 11600, "heads": 80}, "tr8b: 64 x 11,600, 80 heads"),
    "52": ({"layers": 64, "hidden": 8192, "heads": 64}, "64 x 8,192 by the parameters"),
    "39": ({"layers": 48, "hidden": 8192, "heads": 64}, "48 x 8,192 by the parameters"),
    "18": ({"layers": 40, "hidden": 6144, "heads": 48}, "40 x 6,144 by the parameters"),
}

# nanotron: shapes of Llama 3 with as many key heads as heads and 131,072 words give the
# parameters printed (1.342, 3.574, 8.858 and 79.99 billion).
NANOTRON = {
    "1.34": {"layers": 16, "hidden": 2048, "heads": 32, "ffn": 8192, "tied": True},
    "3.57": {"layers": 28, "hidden": 3072, "heads": 24, "ffn": 8192, "tied": True},
    "8.86": {"layers": 32, "hidden": 4096, "heads": 32, "ffn": 14336, "tied": False},
    "80.0": {"layers": 80, "hidden": 8192, "heads": 64, "ffn": 28672, "tied": False},
}

# AWS Neuron examples: sequence of the tutorials, shapes by the parameters.
TRAINIUM = {
    "GPT3-23B": {"layers": 28, "hidden": 8192, "heads": 64, "ffn": 32768, "vocab": 50304,
                 "seq": 2048},
    "GPT3-46B": {"layers": 56, "hidden": 8192, "heads": 64, "ffn": 32768, "vocab": 50304,
                 "seq": 2048},
    "GPT3-175B": {"layers": 96, "hidden": 12288, "heads": 96, "ffn": 49152, "vocab": 50304,
                  "seq": 2048},
    "Llama2-7B": {"layers": 32, "hidden": 4096, "heads": 32, "ffn": 11008, "vocab": 32000,
                  "gated_ffn": 1, "seq": 4096},
    "Llama2-13B": {"layers": 40, "hidden": 5120, "heads": 40, "ffn": 13824, "vocab": 32000,
                   "gated_ffn": 1, "seq": 4096},
}

# Hybrids of Mamba, attention and experts, as mixtures of experts with about equal parameters and
# the work for a token that published TFLOP/s and tokens/s say. Every second layer has experts; the
# feed-forward of the others stands for Mamba's products. Attention, which few layers have, is
# spread over all.
HYBRID = {"head_size": 128, "kv_heads": 2, "moe_every": 2, "gated_ffn": False,
          "experts": 128, "experts_per_token": 6, "shared_experts": 1, "vocabulary": 131072}
HYBRIDS: dict[str, Shape] = {
    "Nemotron_3_Nano": (
        # 52 layers: 23 Mamba (2688 x 10304 and 4096 x 2688), 6 attention, 23 of 128 experts.
        {**HYBRID, "layers": 46, "hidden": 2688, "heads": 4, "ffn": 9000, "expert_ffn": 1856,
         "shared_ffn": 4160},
        "hybrid of 52 layers as 46, every second with experts"),
    "Nemotron_3_5_Lightning": (
        {**HYBRID, "layers": 46, "hidden": 2688, "heads": 4, "ffn": 15000, "expert_ffn": 1856,
         "shared_ffn": 6050},
        "unknown, Nemotron 3 Nano with 1.26 times the work, as its TFLOP/s to tokens/s say"),
    "Nemotron_3_Super": (
        # 512 experts, 22 a token, on a latent of 1,024: 128 of 4,096 have the same parameters,
        # 5.5 a token the same work and traffic.
        {**HYBRID, "layers": 80, "hidden": 4096, "heads": 4, "ffn": 18560, "expert_ffn": 2688,
         "shared_ffn": 4640},
        "hybrid of 88 layers (120B, 12B active) as 80, latent experts as a quarter of whole ones"),
    "Nemotron_3_Ultra": (
        {**HYBRID, "layers": 96, "hidden": 8192, "heads": 8, "ffn": 32000, "expert_ffn": 5120,
         "shared_ffn": 9926},
        "unknown (about 500B, 50B active), Nemotron 3 Super scaled to it"),
    "DeepSeekV4 Flash": (
        {"layers": 43, "hidden": 4096, "heads": 64, "attention_kind": "mla", "q_lora_rank": 1024,
         "kv_lora_rank": 512, "qk_nope_head_size": 128, "qk_rope_head_size": 64,
         "v_head_size": 128, "experts": 256, "experts_per_token": 6, "expert_ffn": 2048,
         "shared_experts": 1, "shared_ffn": 6882, "gated_ffn": True, "vocabulary": 129280},
        "unknown (about 284B, 13B active), 43 layers of 256 experts, dense attention"),
}


def filled(row: Row) -> tuple[dict[str, Any], list[str]]:
    """(cells that are blank in a row and what they are taken to be, assumptions)."""
    parameters = row.text("params_b")
    if row.source.startswith("bigscience") and not row.text("layers"):
        cells, why = GPT[parameters]
        return {**cells, "ffn": 4 * cells["hidden"]}, [f"shape: {why}"]
    if row.source.startswith("nanotron"):
        cells = NANOTRON[parameters]
        why = "shape: that of Llama 3 with all key heads and 131,072 words gives the parameters"
        return {**cells, "vocab": 131072, "gated_ffn": 1}, [why]
    if row.source.startswith("aws_trn1"):
        return TRAINIUM[row.text("model")], ["shape and sequence: Neuron's tutorials, by the name"]
    if row.source.startswith("bloom"):
        return bloom(row)
    return {}, []


def bloom(row: Row) -> tuple[dict[str, Any], list[str]]:
    """Heads and layers of the BLOOM trials: as many layers as the parameters and stages allow."""
    cells: dict[str, Any] = {}
    notes = []
    hidden = row.count("hidden")
    if not row.text("heads"):
        cells["heads"] = {14400: 80, 13824: 64, 12288: 96}[hidden]
        notes.append(f"heads: {cells['heads']}")
    if not row.text("layers"):
        stages = row.count("pp")
        layers = (row.number("params_b") * 1e9 - row.count("vocab") * hidden) / (12 * hidden**2)
        cells["layers"] = max(1, round(layers / stages)) * stages
        notes.append(f"layers: {cells['layers']}, the multiple of pp nearest to the parameters")
    return cells, notes
