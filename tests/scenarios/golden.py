#!/usr/bin/python3
"""Plays golden scenarios and compares excerpts of their results with what is kept.

usage: golden.py [--update] TRAINYARD CASE...

A case is a folder here, with scenario.json (without one, the shipped scenario of the case's name is
played) and expected.json. Numbers agree to 1e-9 relative: mathematical libraries differ in the last
digits. --update writes expected.json again: look at its difference as at code.
"""

import json
import math
import subprocess
import sys
import tempfile
from pathlib import Path

import h5py
import numpy as np

HERE = Path(__file__).resolve().parent
TOLERANCE = 1e-9
DAY = 86400


def scenario_of(case):
    own = HERE / case / "scenario.json"
    return own if own.exists() else HERE.parents[1] / "scenarios" / f"{case}.json"


def texts(dataset):
    return [text.decode() for text in dataset[...].ravel()]


def plain(value):
    """A number as JSON has it: NaN, which JSON lacks, is null."""
    number = float(value)
    return None if math.isnan(number) else number


def steps(file):
    """Every column of every step."""
    rows = {}
    for name in sorted(file):
        if not name.startswith("step_"):
            continue
        data = file[name]
        if data.dtype.kind == "O":
            rows[name] = texts(data)
        elif data.ndim == 2:
            rows[name] = [[plain(value) for value in row] for row in data[...]]
        else:
            rows[name] = [plain(value) for value in data[...]]
    return rows


def by_name(names, numbers):
    """{name: number}, where the number is not zero."""
    found = {}
    for name, number in zip(names, numbers):
        if plain(number) != 0:
            found[name] = plain(number)
    return found


def fleet(file):
    """Totals over time by variant."""
    sites, chips, owners, jobs, states = (
        texts(file[name]) for name in ("site", "accelerator", "owner", "job", "state"))
    length = file["bin_length"][...]
    places = [f"{site}/{chip}" for site in sites for chip in chips]

    def values(name, variant):
        data = file[name][...]
        return data[variant] if "variant" in file else data

    def integral(name, variant):
        return np.tensordot(length, values(name, variant), axes=1)

    totals = {}
    for v, variant in enumerate(texts(file["variant"]) if "variant" in file else [""]):
        states_days = integral("chips", v).reshape(len(places), len(states)) / DAY
        totals[variant] = {
            "model_flop": by_name(places, integral("model_flop_rate", v).ravel()),
            "owner_model_flop": by_name(owners, integral("owner_model_flop_rate", v)),
            "chip_days": {place: by_name(states, row)
                          for place, row in zip(places, states_days) if row.any()},
            "energy": by_name(sites, values("energy", v).sum(axis=0)),
            "energy_cost": by_name(sites, values("energy_cost", v).sum(axis=0)),
            "power_peak": by_name(sites, values("power", v).max(axis=0)),
            "job_samples": by_name(jobs, values("job_samples", v)),
            "job_lost_samples": by_name(jobs, values("job_lost_samples", v)),
            "job_started": by_name(jobs, values("job_started", v)),
            "job_finished": by_name(jobs, values("job_finished", v)),
        }
    return {"totals": totals, "allocations": file["allocation"].shape[0],
            "steps": file["step"].shape[0]}


def played(trainyard, case):
    with tempfile.TemporaryDirectory() as folder:
        result = Path(folder, "result.h5")
        subprocess.run([trainyard, "run", scenario_of(case), "-o", result, "--quiet"], check=True)
        with h5py.File(result) as file:
            return fleet(file) if "time" in file else steps(file)


def differences(found, kept, where=""):
    if isinstance(kept, dict) and isinstance(found, dict):
        for key in [*kept, *(key for key in found if key not in kept)]:
            if key not in found or key not in kept:
                yield f"{where}/{key}: only {'kept' if key in kept else 'found'}"
            else:
                yield from differences(found[key], kept[key], f"{where}/{key}")
    elif isinstance(kept, list) and isinstance(found, list):
        if len(kept) != len(found):
            yield f"{where}: {len(found)} rows, kept {len(kept)}"
        for i, (new, old) in enumerate(zip(found, kept)):
            yield from differences(new, old, f"{where}/{i}")
    elif isinstance(kept, (int, float)) and isinstance(found, (int, float)):
        if not math.isclose(found, kept, rel_tol=TOLERANCE, abs_tol=0):
            yield f"{where}: {found!r}, kept {kept!r}, {found / kept - 1 if kept else found:+.2e}"
    elif found != kept:
        yield f"{where}: {found!r}, kept {kept!r}"


def main(arguments):
    update = "--update" in arguments
    trainyard, *cases = (argument for argument in arguments if argument != "--update")
    wrong = 0
    for case in cases:
        found = played(trainyard, case)
        expected = HERE / case / "expected.json"
        if update:
            expected.write_text(json.dumps(found, indent=1) + "\n")
            continue
        lines = list(differences(found, json.loads(expected.read_text())))
        wrong += len(lines)
        for line in lines[:50]:
            print(f"{case}{line}")
        if lines:
            print(f"{case}: {len(lines)} differences; if they are meant: golden.py --update "
                  f"{trainyard} {case}")
    return 1 if wrong else 0


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1:]))
