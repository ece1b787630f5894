#!/usr/bin/python3
"""Runs plot.py on synthetic fleet results.

usage: plot_test.py PLOT_PY [FOLDER]   (with FOLDER the pictures stay there, to be looked at)
"""

import contextlib
import importlib.util
import io
import sys
import tempfile
import types
import unittest
from pathlib import Path

import h5py
import numpy as np

PLOT = None  # plot.py as a module: its imports take a second, so they are done once
SITES = ["austin", "memphis", "never used"]
ACCELERATORS = ["H100-SXM", "D1"]
STATES = ["in_storage", "installing", "installed", "powered", "busy"]
KINDS = ["chips", "power", "throughput"]
DAYS = 540


def fleet():
    """{name: (axes, unit, values)} of a fleet: 12,000 H100 held in Austin, 3,000 D1 in Memphis."""
    day = np.arange(DAYS)
    chips = np.zeros((DAYS, len(SITES), len(ACCELERATORS), len(STATES)), np.int64)
    for site, kind, number, start in ((0, 0, 12000, 60), (1, 1, 3000, 200)):
        stage = np.clip((day - start) // 40, -1, 3) + 1  # 0 in storage ... 4 busy
        chips[day, site, kind, stage] = number
        chips[day[stage == 4], site, kind, 3] = number // 10
        chips[day[stage == 4], site, kind, 4] -= number // 10
    busy = chips[..., 4].astype(float)
    limit = np.full((DAYS, len(SITES)), np.inf)
    limit[:, 1] = np.where(day < 300, 8e6, 50e6)
    return {
        "model_flop_rate": (["time", "site", "accelerator"], "s-1", busy * [4e14, 1.2e14]),
        "chips": (["time", "site", "accelerator", "state"], "1", chips),
        "power": (["time", "site"], "W",
                  (chips[..., 3:].sum(axis=-1) * [1050.0, 800.0]).sum(axis=-1)),
        "power_limit": (["time", "site"], "W", limit),
    }


def write(path, variables, coordinates):
    with h5py.File(path, "w", track_order=True) as file:
        for name, values in coordinates.items():
            file[name] = values
            file[name].make_scale(name)
        for name, (axes, unit, values) in variables.items():
            file[name] = values
            file[name].attrs["units"] = unit
            for i, axis in enumerate(axes):
                file[name].dims[i].attach_scale(file[axis])
        file["time"].attrs["units"] = "seconds since 1970-01-01 00:00:00"


def coordinates(days=DAYS):
    return {"time": 1704067200 + 86400 * np.arange(days, dtype=np.int64),
            "site": SITES, "accelerator": ACCELERATORS, "state": STATES}


class Plot(unittest.TestCase):
    folder = None

    def setUp(self):
        if self.folder is None:
            temporary = tempfile.TemporaryDirectory()
            self.addCleanup(temporary.cleanup)
            self.folder = Path(temporary.name)
        self.result = self.folder / "result.h5"

    def run_plot(self, *arguments):
        with contextlib.redirect_stdout(io.StringIO()), \
             contextlib.redirect_stderr(io.StringIO()) as errors:
            code = PLOT.main([str(argument) for argument in arguments])
        return types.SimpleNamespace(returncode=code, stderr=errors.getvalue())

    def check_pictures(self, folder, names):
        self.assertEqual(sorted(path.name for path in folder.iterdir()),
                         sorted(f"{name}.png" for name in names))
        for path in folder.iterdir():
            self.assertEqual(path.read_bytes()[:4], b"\x89PNG")

    def check_refused(self, run, code, message):
        self.assertEqual(run.returncode, code, run.stderr)
        self.assertIn(message, run.stderr)

    def test_three_pictures_of_a_fleet(self):
        write(self.result, fleet(), coordinates())
        run = self.run_plot(self.result, "-o", self.folder / "one")
        self.assertEqual((run.returncode, run.stderr), (0, ""))
        self.check_pictures(self.folder / "one", KINDS)

    def test_variants_give_three_pictures_each_or_the_chosen_ones(self):
        variables = {name: (["variant", *axes], unit, np.stack([values, values * 2]))
                     for name, (axes, unit, values) in fleet().items()}
        write(self.result, variables, {"variant": ["keep", "a/b, late"], **coordinates()})
        self.assertEqual(self.run_plot(self.result, "-o", self.folder / "all").returncode, 0)
        self.check_pictures(self.folder / "all", [f"{kind}.{name}" for kind in KINDS
                                                  for name in ("keep", "a%2Fb, late")])
        self.run_plot(self.result, "-o", self.folder / "keep", "--variant", "keep")
        self.check_pictures(self.folder / "keep", [f"{kind}.keep" for kind in KINDS])
        self.check_refused(self.run_plot(self.result, "--variant", "kep"), 65,
                           "no variant 'kep'; known: keep, a/b, late")

    def test_many_series_are_summed_up(self):
        sites = [f"site {i}" for i in range(9)]
        variables = {name: (axes, unit, np.repeat(values[:, :1], 9, axis=1))
                     for name, (axes, unit, values) in fleet().items()}
        write(self.result, variables, {**coordinates(), "site": sites})
        run = self.run_plot(self.result, "-o", self.folder / "many")
        self.assertEqual((run.returncode, run.stderr), (0, ""))

    def test_an_idle_fleet_of_one_bin_is_drawn(self):
        variables = {name: (axes, unit, values[:1] * 0 if name != "power_limit" else values[:1])
                     for name, (axes, unit, values) in fleet().items()}
        write(self.result, variables, coordinates(days=1))
        run = self.run_plot(self.result, "-o", self.folder / "idle")
        self.assertEqual((run.returncode, run.stderr), (0, ""))
        self.check_pictures(self.folder / "idle", KINDS)

    def test_other_files_are_refused(self):
        self.check_refused(self.run_plot(self.folder / "none.h5"), 66, "none.h5: no such file")
        (self.folder / "text.h5").write_text("no HDF5")
        self.check_refused(self.run_plot(self.folder / "text.h5"), 65, "not a result file")
        variables = fleet()
        del variables["chips"]
        write(self.result, variables, coordinates())
        self.check_refused(self.run_plot(self.result), 65, "not a fleet result (no variable chips)")

    def test_other_axes_are_refused(self):
        variables = fleet()
        variables["power"] = (["site", "time"], "W", variables["power"][2].T)
        write(self.result, variables, coordinates())
        self.check_refused(self.run_plot(self.result), 65, "power has the axes [site, time]")

    def test_a_folder_that_cannot_be_made_is_told(self):
        write(self.result, fleet(), coordinates())
        self.check_refused(self.run_plot(self.result, "-o", self.result / "x"), 73, "cannot write")


def load(path):
    spec = importlib.util.spec_from_file_location("plot", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


if __name__ == "__main__":
    PLOT = load(sys.argv.pop(1))
    if len(sys.argv) > 1 and Path(sys.argv[1]).is_dir():
        Plot.folder = Path(sys.argv.pop(1))
    unittest.main()
