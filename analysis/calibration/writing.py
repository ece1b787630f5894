"""Fits the kernels of every chip and writes them into platforms/accelerators."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from . import chips, tables
from .kernels import TABLES, Kernel, measured_chip, present
from .platform_files import accelerator_file, fact_under, with_kernel


def _sources(found: dict[str, str], like: str, digest: str) -> dict[str, str]:
    """Source and status ("key!") by parameter."""
    value, status, source = chips.MEMORY[like]
    why = {"memory": source, "memory!": status, "units": "streaming multiprocessors, data sheet",
           "units!": "verified"}  # fmt: skip
    for key, text in found.items():
        why[key] = f"{text}; analysis/calibrate.py, data {digest}"
        why[key + "!"] = "secondary"
    why[""] = "nothing measured; as NVIDIA chips of its time"
    return why


def _write(platforms: Path, name: str, kernel: Kernel, why: dict[str, str], write: bool) -> None:
    path = accelerator_file(platforms, name)
    block = kernel.block("assumed", why)
    # What steps fit, and no kernel tells, stays as it is.
    for key in ("sustained", "attention_portable"):
        kept = fact_under(path.read_text(), key)
        if kept and why.get(key + "!") != "secondary":
            block[key] = kept
    text = with_kernel(path.read_text(), block)
    if write:
        path.write_text(text)


def _derived(
    name: str, chip: chips.Chip, known: dict[str, Kernel], platforms: Path, best: dict[str, float]
) -> tuple[Kernel, dict[str, str]]:
    """A chip without measured kernels."""
    of = known[chip.like]
    own = present(accelerator_file(platforms, name).read_text())
    gemm = {dtype: of.gemm.get(dtype, of.gemm["bf16"]) for dtype in own.gemm}
    text = f"as {chip.like}, whose family it is"
    if chip.best:
        # What chips with both tables keep of their best product on the mean one.
        kept = known["h100_sxm"].gemm["bf16"] / best["NVIDIA H100 SXM"]
        share = min(0.97, best[chip.best] * kept)
        gemm = {dtype: value for dtype, value in chips.scaled(replace(of, gemm=gemm), share).items()}
        text = f"best product of {chip.best} ({best[chip.best]:.3f} of peak, mamf_best_matmul.csv)"
        text += f" times {kept:.2f}, what an H100 keeps of its; rest as {chip.like}"
    kernel = replace(of, units=chip.units, gemm=gemm, sustained=own.sustained,
                     memory=chips.MEMORY[chip.like][0])  # fmt: skip
    if chip.units <= 8:
        # Large matrix units take a tile every few microseconds: what fills theirs is hidden.
        kernel = replace(kernel, tile=0.02, attention_block=0.1)
        text += "; tiles of few large units assumed to fill without a gap"
    if chip.why:
        text += f"; {chip.why}"
    why = {"": text, "units": "data sheet, or matrix units of this size; recalled",
           "sustained": "see analysis/calibrate.py steps"}  # fmt: skip
    return kernel, why


def _backward_ratios(
    known: dict[str, Kernel], pcie: Kernel, found: dict[str, tuple[Kernel, dict[str, str]]]
) -> None:
    """Chips without training kernels take their backward ratios from those that have some."""
    b200 = known["b200_hgx"]
    for name in known:
        if name in tables.SYSTEMS:
            continue
        of = [pcie] if name.startswith("a100") else [b200] if name == "gb200_gpu" else [pcie, b200]
        text = "as " + " and ".join("A100 PCIe" if k is pcie else "B200" for k in of)
        known[name] = replace(
            known[name],
            weight_gradient=sum(k.weight_gradient for k in of) / len(of),
            attention_backward=sum(k.attention_backward for k in of) / len(of),
        )
        found[name][1].update({"weight_gradient": text, "attention_backward": text})


def run(program: Path, platforms: Path, data: Path, write: bool) -> None:
    """Fits, prints, writes."""
    folder = data / "calibration"
    digest = tables.digest(folder, TABLES)
    known: dict[str, Kernel] = {}
    print(f"data {digest}")
    kernels_of: dict[str, tuple[Kernel, dict[str, str]]] = {}
    for name, units in chips.UNITS.items():
        before = present(accelerator_file(platforms, name).read_text())
        kernel, found, fits = measured_chip(program, platforms, folder, name, before.sustained)
        kernel = replace(kernel, units=units, memory=chips.MEMORY[name][0])
        known[name] = kernel
        kernels_of[name] = (kernel, found)
        for what, fit in fits:
            print(f"{name:14}{what:28}{fit.rows:6} rows, error {100 * fit.error:5.1f} %,"
                  f" p90 {100 * fit.p90:5.1f} %", flush=True)  # fmt: skip
    kernel, found, fits = measured_chip(program, platforms, folder, "a100_80_pcie", 1.0,
                                        known["a100_80_sxm"])  # fmt: skip
    for what, fit in fits:
        print(f"{'a100_80_pcie':14}{what:28}{fit.rows:6} rows, error {100 * fit.error:5.1f} %")
    _write(platforms, "a100_80_pcie", kernel, _sources(found, "a100_80_sxm", digest), write)
    _backward_ratios(known, kernel, kernels_of)
    for name, (_, found) in kernels_of.items():
        _write(platforms, name, known[name], _sources(found, name, digest), write)
    best = chips.best_products(folder)
    for name, chip in chips.OTHERS.items():
        if name != "a100_80_pcie":
            kernel, why = _derived(name, chip, known, platforms, best)
            _write(platforms, name, kernel, why, write)
