"""The model of a published run as a definition of a scenario, and its number of parameters."""

from __future__ import annotations

import re
from typing import Any

from . import shapes
from .tables import Row

FILLER = {"summary": "of a published step time"}
# DeepSeek-V2 and -V3: arXiv 2405.04434 and 2412.19437, config.json of the models.
LATENT = {"attention_kind": "mla", "q_lora_rank": 1536, "kv_lora_rank": 512,
          "qk_nope_head_size": 128, "qk_rope_head_size": 64, "v_head_size": 128}
HEAD_SIZE = {"qwen3-moe": 128, "gpt-oss": 64}
DROPOUT = {"megatron_lm_2021", "megatron_lm_2022", "megatron_deepspeed_2022"}  # software whose defaults have it


def stands_in(row: Row) -> bool:
    """Whether the model is only one of equal work, for an architecture that is not modelled."""
    return row.text("model").startswith(("Nemotron_3", "DeepSeekV4"))


def model(row: Row, software: str) -> tuple[dict[str, Any], list[str]]:
    """(definition of the model, assumptions)."""
    name = re.sub(r" \(.*", "", row.text("model"))
    if name in shapes.HYBRIDS:
        shape, why = shapes.HYBRIDS[name]
        return {**FILLER, "kind": "moe_transformer", "tied_head": False,
                "sequence": row.count("seq"), **shape}, [f"shape: {why}"]
    cells, assumptions = shapes.filled(row)

    def cell(key: str) -> Any:
        value = row.count(key)
        return cells.get(key) if value is None else value

    definition: dict[str, Any] = {
        **FILLER, "kind": "moe_transformer" if cell("experts") else "dense_transformer",
        "layers": cell("layers"), "hidden": cell("hidden"), "heads": cell("heads"),
        "gated_ffn": bool(cell("gated_ffn")), "sequence": cell("seq")}
    definition["vocabulary"] = cell("vocab") or vocabulary(row, assumptions)
    attention(row, definition, cell)
    family(row, definition, assumptions, software, cells)
    if cell("experts"):
        experts(row, definition, assumptions, cell)
    else:
        definition["ffn"] = cell("ffn") or 4 * cell("hidden")
    if "LoRA" in row.text("model"):
        definition["lora"] = {"rank": 16, "on": ["query key value", "attention output"]}
    return definition, assumptions


def vocabulary(row: Row, assumptions: list[str]) -> int:
    words = 64000 if row.source.startswith("megascale") else 51200
    assumptions.append(f"vocab: {words:,}")
    return words


def attention(row: Row, definition: dict[str, Any], cell: Any) -> None:
    if row.text("family") == "deepseek-mla":
        definition.update(LATENT)
        return
    definition["kv_heads"] = cell("kv_heads") or definition["heads"]
    size = HEAD_SIZE.get(row.text("family"), definition["hidden"] // definition["heads"])
    definition["head_size"] = size


def family(row: Row, definition: dict[str, Any], assumptions: list[str], software: str,
           cells: dict[str, Any]) -> None:
    """Tied heads, learned positions and dropout."""
    kind = row.text("family")
    old = kind in ("gpt", "mpt", "bloom-gpt")
    # Megatron-Core's scaling runs: only untied do the parameters come out.
    old = old and not row.source.startswith("mcore")
    definition["tied_head"] = cells.get("tied", old)
    if kind == "gpt" or kind == "mpt":
        definition["positions"] = definition["sequence"]
    if software in DROPOUT and not row.source.startswith("bloom"):
        definition["dropout"] = True
        assumptions.append("dropout: on")


def experts(row: Row, definition: dict[str, Any], assumptions: list[str], cell: Any) -> None:
    definition.update({"experts": cell("experts"), "experts_per_token": cell("topk"),
                       "expert_ffn": cell("moe_ffn")})
    if row.text("family") != "deepseek-mla":
        return
    second = cell("experts") == 160  # DeepSeek-V2
    kimi = "Kimi" in row.text("model")
    definition["shared_experts"] = 2 if second else 1
    definition["ffn"] = cell("ffn")
    whole = definition["layers"] > 10
    definition["dense_layers"] = 3 if whole and not second and not kimi else 1
    if not whole:
        assumptions.append("dense layers: 1 of the 4")
    prediction = row.source.startswith("mbridge") and "w/o MTP" not in row.text("model")
    if prediction and not kimi:
        definition["layers"] += 1
        assumptions.append("multi-token prediction: one layer more, without its head")


def parameters(definition: dict[str, Any]) -> float:
    """Parameters of a definition, without norms and biases."""
    hidden, layers = definition["hidden"], definition["layers"]
    gates = 3 if definition["gated_ffn"] else 2
    if definition.get("attention_kind") == "mla":
        heads = definition["heads"]
        queries, latent = definition["q_lora_rank"], definition["kv_lora_rank"]
        nope, rope = definition["qk_nope_head_size"], definition["qk_rope_head_size"]
        out = definition["v_head_size"]
        block = hidden * queries + queries * heads * (nope + rope) + hidden * (latent + rope) \
            + latent * heads * (nope + out) + heads * out * hidden
    else:
        width = definition["heads"] * definition["head_size"]
        block = 2 * hidden * width + 2 * hidden * definition["kv_heads"] * definition["head_size"]
    total = layers * block
    dense = layers
    if "experts" in definition:
        first = definition.get("dense_layers", 0)
        dense -= (layers - first) // definition.get("moe_every", 1)
    total += dense * gates * hidden * definition.get("ffn", 0)
    if "experts" in definition:
        inner = definition["experts"] * definition["expert_ffn"] + definition.get(
            "shared_experts", 0) * definition.get("shared_ffn", definition["expert_ffn"])
        total += (layers - dense) * (gates * hidden * inner + hidden * definition["experts"])
    ends = 1 if definition["tied_head"] else 2
    return total + hidden * (ends * definition["vocabulary"] + definition.get("positions", 0))
