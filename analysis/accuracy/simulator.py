"""Turns rows into jobs of a scenario, plays them and collects what comes out."""

from __future__ import annotations

import json
import re
import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from . import degrees as degrees_
from . import machines, models, plans, software
from .tables import Row

# Nodes whose host keeps activations at the rate of a chip-to-chip link.
OFFLOADING = ("gb200_nvl72", "gb300_nvl72")
BATCH = 400  # jobs of a scenario: a wrong one costs only these another run


@dataclass
class Job:
    """A row as the simulator takes it."""

    row: Row
    model: dict[str, Any]
    machine: machines.Machine
    chips: int
    plan: dict[str, Any]
    software: str
    assumptions: list[str]
    scale: float = 1.0  # published batch over the batch that is played
    offloaded: bool = False  # activations that do not fit are kept by the host


@dataclass
class Prediction:
    """What the simulator says of a row, or why it says nothing. Times in s."""

    id: str
    seconds: float | None = None
    reason: str = ""
    fits: bool = True
    model_flop: float = 0.0  # of the published batch
    peak: float = 0.0  # dense FLOP/s of an accelerator in the plan's precision
    memory_bytes: float = 0.0
    software: str = ""
    node: str = ""
    tokens_per_second: float | None = None  # of an accelerator
    assumptions: list[str] = field(default_factory=list)


@dataclass
class Options:
    """How to play. `extra` is merged into every job's plan; `profiles` renames software."""

    program: Path
    platforms: list[Path] = field(default_factory=list)
    processes: int = 2
    use_software: bool = True
    profiles: dict[str, str] = field(default_factory=dict)
    extra: dict[str, Any] = field(default_factory=dict)


def job(row: Row, context: list[Row], releases: software.Releases) -> Job | str:
    """The job of a row, or why there is none. `context`: all rows, to borrow from."""
    name, notes = software.profile(row, releases)
    model, more = models.model(row, name)
    notes = notes + more
    found = degrees_.degrees(row, context)
    if found is None:
        machine = machines.machine(row, 1, row.accelerators)
        size = row.count("global_batch_seqs") or row.accelerators
        plan = {"search": True, "global_batch": size,
                "precision": plans.precision(row.text("precision"))}
        notes.append("plan: searched")
        scale, chips = 1.0, row.accelerators
    else:
        machine = machines.machine(row, found.tensor, found.ranks)
        plan, more = plans.plan(row, found, model)
        notes += found.assumptions + more
        scale, chips = found.global_batch / plan["global_batch"], found.ranks
    if machine is None:
        return f"no such accelerator: {row.text('accelerator')}"
    if chips % machine.accelerators:
        return f"{chips} accelerators are not whole nodes of {machine.accelerators}"
    return Job(row, model, machine, chips, plan, name, notes + machine.assumptions, scale)


def scenario(jobs: list[Job], options: Options) -> dict[str, Any]:
    """A step scenario of all jobs, with equal models and nodes defined once."""
    names: dict[str, str] = {}
    entries: dict[str, Any] = {}
    platforms: dict[str, dict[str, Any]] = {"models": {}, "nodes": {}}
    for job_ in jobs:
        text = json.dumps(job_.model, sort_keys=True)
        name = names.setdefault(text, f"model {len(names) + 1}")
        platforms["models"][name] = job_.model
        if job_.machine.definition:
            platforms["nodes"][job_.machine.name] = job_.machine.definition
        for kind, definitions in job_.machine.others.items():
            platforms.setdefault(kind, {}).update(definitions)
        entry = {"model": name, "node": job_.machine.name, "chips": job_.chips,
                 "plan": {**job_.plan, **options.extra}}
        if options.use_software:
            entry["software"] = options.profiles.get(job_.software, job_.software)
        entries[job_.row.id] = entry
    return {"format": 1, "title": "Published step times", "platforms": platforms,
            "jobs": entries}


def simulate(rows: list[Row], program: Path | str, platforms: list[Path] | None = None,
             processes: int = 2, extra: dict[str, Any] | None = None,
             context: list[Row] | None = None, **more: Any) -> dict[str, Prediction]:
    """Predictions of rows by id. `context`: rows to borrow plans and releases from."""
    options = Options(Path(program), list(platforms or []), processes, extra=extra or {}, **more)
    return predict(rows, options, context)


def predict(rows: list[Row], options: Options,
            context: list[Row] | None = None) -> dict[str, Prediction]:
    context = rows if context is None else context
    releases = software.Releases(context)
    jobs, result = [], {}
    for row in rows:
        made = job(row, context, releases)
        if isinstance(made, str):
            result[row.id] = Prediction(row.id, reason=made)
        else:
            jobs.append(made)
    flags = ["--memory", "ignore"] if "--memory" in help_text(options.program) else []
    for start in range(0, len(jobs), BATCH):
        result.update(play(jobs[start:start + BATCH], options, flags))
    for kind in ("selective", "full", "offload"):
        tighter = [found for job_ in jobs if not result[job_.row.id].fits
                   and (found := recomputing(job_, kind))]
        if tighter:
            result.update(play(tighter, options, flags))
    return {row.id: result[row.id] for row in rows}


def recomputing(job_: Job, kind: str) -> Job | None:
    """The job with more recomputation, where the row says nothing of it and it does not fit."""
    said = job_.row.text("recompute")
    offloads = job_.machine.base in OFFLOADING
    if said or job_.plan.get("recompute") == kind or "search" in job_.plan:
        return None
    if (kind == "full" and offloads) or (kind == "offload" and not offloads):
        return None
    notes = [note for note in job_.assumptions if not note.startswith("recompute")]
    if kind == "offload":
        job_.plan["recompute"] = "none"
        job_.offloaded = True
        job_.assumptions = [*notes, "activations: some kept by the host beside computing, or it "
                                    "would not fit"]
        return job_
    job_.plan["recompute"] = kind
    job_.assumptions = [*notes, f"recompute: {kind}, or it would not fit"]
    return job_


def help_text(program: Path) -> str:
    return subprocess.run([program, "step", "--help"], capture_output=True, text=True,
                          check=True).stdout


def play(jobs: list[Job], options: Options, flags: list[str]) -> dict[str, Prediction]:
    """Plays jobs of one scenario. Those objected to are dropped, and the rest is played again."""
    reasons: dict[str, str] = {}
    steps: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "steps.json"
        while left := [job_ for job_ in jobs if job_.row.id not in reasons]:
            file.write_text(json.dumps(scenario(left, options)), encoding="utf-8")
            command = [str(options.program), "step", str(file), "--json",
                       "--processes", str(options.processes), *flags]
            for platforms in options.platforms:
                command += ["--platforms", str(platforms)]
            run = subprocess.run(command, capture_output=True, text=True, check=False)
            if run.returncode == 0:
                steps = {step["job"]: step for step in json.loads(run.stdout)["steps"]}
                break
            found = objections(run.stderr, left)
            if not found:
                raise RuntimeError(f"{' '.join(command)}: {run.returncode}\n{run.stderr[:2000]}")
            reasons.update(found)
    return {job_.row.id: prediction(job_, steps.get(job_.row.id), reasons.get(job_.row.id, ""))
            for job_ in jobs}


def objections(errors: str, jobs: list[Job]) -> dict[str, str]:
    """{id: message} of the jobs that the program objects to. Empty if it objects to anything
    else, such as a platform file: then no job is to blame."""
    found: dict[str, str] = {}
    names = {job_.row.id for job_ in jobs}
    for line in filter(None, errors.splitlines()):
        place = re.search(r"/jobs/([^/: ]+)[^:]*: (.*)", line)
        if not place or place[1] not in names:
            return {}
        found.setdefault(place[1], place[2])
    return found


def prediction(job_: Job, step: dict[str, Any] | None, reason: str) -> Prediction:
    row = job_.row
    result = Prediction(row.id, reason=reason, software=job_.software, node=job_.machine.base,
                        assumptions=job_.assumptions)
    if step is None:
        result.reason = reason or "not played"
        result.fits = "memory" not in result.reason
        return result
    result.fits = bool(step.get("fits", True)) or job_.offloaded
    result.memory_bytes = step["memory_bytes"]
    if not step["step_seconds"]:
        result.reason = "no finite time"
        return result
    result.seconds = step["step_seconds"] * job_.scale
    result.model_flop = step["model_flop"] * job_.scale
    result.peak = step["model_flop"] / (step["mfu"] * step["step_seconds"] * step["ranks"])
    result.tokens_per_second = step["tokens_per_second"] / step["ranks"]
    return result
