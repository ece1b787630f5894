"""Parallel degrees and batch of a published run: as printed, else known, borrowed or assumed."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field

from .machines import base_node
from .tables import Row

# Megatron-LM examples/sc21/run_table_1.sh: layers of a virtual stage, recalled; as stages.
SC21_CHUNKS = {"GPT 76.1B": 3, "GPT 145.6B": 2, "GPT 310.1B": 2, "GPT 529.6B": 3}


@dataclass
class Degrees:
    tensor: int = 1
    pipeline: int = 1
    chunks: int = 1
    data: int = 1
    context: int = 1
    expert: int = 1  # ranks that divide the experts, tensor ranks included
    micro_batch: int = 1
    global_batch: int = 1
    sharding: str = ""  # as the column zero
    precision: str = ""
    assumptions: list[str] = field(default_factory=list)

    @property
    def ranks(self) -> int:
        return self.tensor * self.pipeline * self.data * self.context


def degrees(row: Row, rows: list[Row]) -> Degrees | None:
    """Degrees of a run. None: nothing is known of them, the simulator has to search."""
    batch = row.count("global_batch_seqs")
    if row.text("tp") and not impossible(row):
        found = printed(row)
    elif (known := whole_plan(row)) is not None:
        found = known
    elif row.source.startswith("mlperf"):
        found = borrowed(row, rows)
    else:
        return None
    if found is not None and batch:
        found.global_batch = batch
    return found


def impossible(row: Row) -> bool:
    """Whether more pieces are printed than the model has layers: a default of another run."""
    pieces = (row.count("pp") or 1) * (row.count("vp") or 1)
    return pieces > (row.count("layers") or pieces) + 2


def printed(row: Row) -> Degrees:
    """What the row says, with its gaps filled."""
    result = Degrees(tensor=row.count("tp") or 1, pipeline=row.count("pp") or 1,
                     chunks=row.count("vp") or 1, context=row.count("cp") or 1,
                     expert=row.count("ep") or 1, sharding=row.text("zero"),
                     precision=row.text("precision"))
    notes = result.assumptions
    if row.source == "megatron_sc21_table1" and row.text("model") in SC21_CHUNKS:
        result.chunks = SC21_CHUNKS[row.text("model")]
        notes.append(f"vp: {result.chunks}, run_table_1.sh of the paper's software, recalled")
    if row.source == "llama3_herd_t4":
        result.chunks = 8
        notes.append("vp: 8, one layer a chunk")
    if not row.text("vp") and row.source == "torchtitan_3d405" \
            and "Interleaved" in row.text("overlap_notes"):
        result.chunks = 2
        notes.append("vp: 2")
    if not row.text("vp") and row.source.startswith("mlperf") and result.pipeline > 1:
        result.chunks = 6
        notes.append("vp: 6, as in runs of other rounds")
    if "overlap-param-gather" in row.text("overlap_notes") or row.source == "aws_trn1":
        result.sharding = "1"
        notes.append("zero: 1")
    group = result.tensor * result.pipeline * result.context
    result.data = row.count("dp") or max(1, row.accelerators // group)
    if result.ranks != row.accelerators:
        if row.accelerators % group == 0:
            result.data = row.accelerators // group
            notes.append(f"dp: {result.data}, what the accelerators leave")
        else:
            notes.append(f"accelerators: {result.ranks}, the product of the degrees")
    micro_batch(row, result)
    return result


def micro_batch(row: Row, result: Degrees) -> None:
    printed_size = row.count("micro_batch")
    if printed_size:
        result.micro_batch = printed_size
        return
    size = 1
    if row.source == "mcore_h100_weak" and result.pipeline == 1:
        size = 2
    if row.source.endswith("llama31_8b"):
        size = 2
    batch = row.count("global_batch_seqs") or result.data
    result.micro_batch = max(1, math.gcd(size, max(1, batch // result.data)))
    result.assumptions.append(f"micro_batch: {result.micro_batch}")


def whole_plan(row: Row) -> Degrees | None:
    """Plans that a paper or the kind of machine gives where a table has none."""
    batch = row.count("global_batch_seqs") or 0
    n = row.accelerators
    if row.source == "deepseek_v3":
        return Degrees(pipeline=16, data=128, expert=64, global_batch=15360, sharding="1",
                       precision="fp8", assumptions=["plan: arXiv 2412.19437 section 3.2"])
    if row.source == "megascale_12288":
        return Degrees(tensor=8, pipeline=8, chunks=6, data=n // 64, global_batch=6144,
                       sharding="1", precision="bf16",
                       assumptions=["plan and batch: arXiv 2402.15627 section 6.1"])
    if row.source == "llama1_65b":
        return Degrees(tensor=8, data=n // 8, global_batch=batch, sharding="3", precision="bf16",
                       assumptions=["plan: tensor 8, parameters sharded; nothing published"])
    if row.source == "gcp_maxtext":
        each = 1 if "405" in row.text("model") else 2
        return Degrees(data=n, micro_batch=each, global_batch=each * n, sharding="3",
                       precision=row.text("precision"),
                       assumptions=[f"plan: parameters sharded over all; {each} sequences a chip"])
    if row.text("accelerator").startswith("TPU"):
        # Few sequences a chip: gathering all weights would take longer than computing.
        tensor = 1 if batch >= 3 * n else 8
        data = n // tensor
        return Degrees(tensor=tensor, data=data, micro_batch=max(1, batch // data),
                       global_batch=batch, sharding="3", precision="fp8",
                       assumptions=[f"plan: tensor {tensor}, parameters sharded over the rest"])
    if "Gaudi" in row.text("accelerator") and row.source.endswith("gpt3"):
        for pipeline in (8, 6, 4, 12, 2, 1):
            data = n // (8 * pipeline)
            if data and batch % data == 0 and n % (8 * pipeline) == 0:
                return Degrees(tensor=8, pipeline=pipeline, data=data, global_batch=batch,
                               sharding="1", precision="fp8",
                               assumptions=[f"plan: tensor 8, pipeline {pipeline}, fp8"])
    return None


def borrowed(row: Row, rows: list[Row]) -> Degrees | None:
    """The plan of the published run of the same benchmark that is most alike."""
    donors = [other for other in rows if benchmark(other) == benchmark(row)
              and other.text("tp") and other.text("dp") and not impossible(other)]
    if not donors:
        return None
    donor = min(donors, key=lambda other: distance(row, other))
    result = printed(donor)
    batch = row.count("global_batch_seqs") or result.data
    group = result.tensor * result.pipeline
    contexts = sorted((1, 2, 4, 8, 16), key=lambda c: (abs(math.log2(c / result.context)), -c))
    for context in contexts:
        data, rest = divmod(row.accelerators, group * context)
        if data and not rest and batch % data == 0:
            break
    else:
        return None
    result.context, result.data = context, data
    result.precision = row.text("precision") or result.precision
    each = batch // data
    result.micro_batch = math.gcd(result.micro_batch, each)
    result.assumptions = [
        f"plan: of {donor.id}, {donor.accelerators} {donor.text('accelerator')}: tensor "
        f"{result.tensor}, pipeline {result.pipeline}, context {context}, "
        f"micro_batch {result.micro_batch}"]
    return result


def benchmark(row: Row) -> str:
    found = re.fullmatch(r"mlperf_v[\d.]+_(.*)", row.source)
    return found.group(1) if found else ""


def distance(row: Row, other: Row) -> tuple[bool, float, float, str]:
    """How unlike two runs of a benchmark are: chip, size, and round."""
    version = re.compile(r"v([\d.]+)_")
    age = abs(float(version.search(row.source)[1]) - float(version.search(other.source)[1]))
    return (base_node(row) != base_node(other),
            abs(math.log(row.accelerators / other.accelerators)), age, other.id)
