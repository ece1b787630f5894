#!/usr/bin/python3
"""Checks result files against their description, docs/results.md: every variable that is there is
documented and every documented one is there, with its type, shape, unit and presence. And that they
open in xarray, and hold nothing of the machine and the moment.

usage: format_test.py TRAINYARD PROJECT   (the program; the project's folder)
"""

import functools
import getpass
import hashlib
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import h5py
import numpy as np
import xarray as xr

TRAINYARD, PROJECT = Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve()
RESULT = "a-name-for-the-result.h5"

STEP = {
    "format": 1, "title": "Steps", "jobs": {"a": {
        "model": "llama3_8b", "node": "dgx_h100", "chips": 16,
        "plan": {"tensor": 8, "micro_batches": 2}}}}

FLEET = {
    "format": 1, "title": "A fleet with all there is",
    "horizon": {"from": "2024-01-01", "to": "2024-01-20", "bin": "2 d"},
    "sites": {"austin": {"use": "giga_texas", "power": {
        "house": {"from": "2024-01-03", "limit": "400 kW"},
        "cut": {"from": "2024-01-16", "limit": "200 kW"}}}, "buffalo": {"use": "giga_newyork"}},
    "deliveries": {
        "d": {"node": "dgx_h100", "accelerators": 512, "owner": "tesla", "site": "austin",
              "arrives": "2024-01-02", "install": "3 d"},
        "e": {"node": "dojo_tray", "accelerators": 300, "owner": "xai", "site": "buffalo",
              "arrives": "2024-01-02", "install": "3 d"}},
    "jobs": {
        "fsd": {"model": "fsd_video", "owner": "tesla", "sites": ["austin"], "chips": "all",
                "plan": {"tensor": 8, "micro_batches": 4}},
        "voice": {"model": "llama3_8b", "owner": "tesla", "sites": ["austin"], "chips": 64,
                  "priority": 1, "plan": {"tensor": 8, "micro_batches": 4},
                  "until": "1e10 tokens"}}}

VARIANTS = {"variants": {"now": {}, "late": {"/deliveries/d/arrives": "+5 d"}}, "baseline": "now"}

# Scenario, and what the page calls such a file.
FILES = {
    "fleet": (FLEET, {"always", "fleet"}),
    "variants": ({**FLEET, **VARIANTS}, {"always", "fleet", "fleet with variants"}),
    "one variant": ({**FLEET, "variants": {"now": {}}}, {"always", "fleet", "fleet with variants"}),
    "step": (STEP, {"always", "step"}),
    "step variants": ({**STEP, "variants": {"few": {}, "many": {"/jobs/a/chips": 32}}},
                      {"always", "step"}),
}


def documented():
    """Rows of the page's tables of variables, by name; and its attributes, name -> type."""
    variables, attributes = {}, {}
    for line in (PROJECT / "docs" / "results.md").read_text().splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 6 and re.fullmatch(r"`\w+`", cells[0]):
            name = cells[0].strip("`")
            assert name not in variables, f"{name} is documented twice"
            variables[name] = dict(zip(["type", "shape", "unit", "presence"], cells[1:]))
        elif (len(cells) == 3 and re.fullmatch(r"`\w+`", cells[0])
              and cells[1] in ("text", "integer")):
            attributes[cells[0].strip("`")] = cells[1]
    return variables, attributes


def axes(shape, variants):
    """["time", "site"] of "[(variant), time, site]"."""
    names = [name.strip() for name in shape.strip("[]").split(",")]
    return [name.strip("()") for name in names if variants or not name.startswith("(")]


def of_each_file(test):
    """A test of one file as a test of all: `test(self, file, kinds, path)`."""
    @functools.wraps(test)
    def of_all(self):
        for name, path in self.paths.items():
            with self.subTest(name), h5py.File(path) as file:
                test(self, file, FILES[name][1], path)
    return of_all


class Files(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.variables, cls.attributes = documented()
        assert len(cls.variables) > 30 and len(cls.attributes) > 5, "the page's tables have changed"
        cls.folder = tempfile.TemporaryDirectory(prefix="a-place-for-results.")
        cls.addClassCleanup(cls.folder.cleanup)
        cls.paths = {}
        for name, (scenario, _) in FILES.items():
            folder = Path(cls.folder.name, name)
            folder.mkdir()
            (folder / "a-name-for-the-scenario.json").write_text(json.dumps(scenario))
            subprocess.run([TRAINYARD, "run", "a-name-for-the-scenario.json", "-o", RESULT, "-q",
                            "--seed", "5"], cwd=folder, check=True)
            cls.paths[name] = folder / RESULT


class Description(Files):
    @of_each_file
    def test_variables_are_those_of_the_page(self, file, kinds, _path):
        expected = {name for name, row in self.variables.items()
                    if kinds & {kind.strip() for kind in row["presence"].split(";")}}
        self.assertEqual(set(file), expected)

    @of_each_file
    def test_types(self, file, _kinds, _path):
        kinds = {"real": np.dtype("<f8"), "integer": np.dtype("<i8"), "bare axis": np.dtype(">f4")}
        for name, data in file.items():
            kind = self.variables[name]["type"]
            if kind == "text":
                text = h5py.check_string_dtype(data.dtype)
                self.assertEqual((text.encoding, text.length), ("utf-8", None), name)
            else:
                self.assertEqual(data.dtype, kinds[kind], name)

    @of_each_file
    def test_shapes(self, file, kinds, _path):
        for name, data in file.items():
            expected = axes(self.variables[name]["shape"], "fleet with variants" in kinds)
            if h5py.h5ds.is_scale(data.id):
                self.assertEqual(expected, [name])
            else:
                self.assertEqual([dim[0].name.strip("/") for dim in data.dims], expected, name)
                self.assertEqual(data.shape, tuple(len(file[axis]) for axis in expected), name)

    @of_each_file
    def test_units_and_names(self, file, _kinds, _path):
        for name, data in file.items():
            row = self.variables[name]
            self.assertEqual(data.attrs.get("units", "-"), row["unit"], name)
            if row["type"] != "bare axis":
                self.assertTrue(data.attrs["long_name"], name)

    @of_each_file
    def test_attributes_are_those_of_the_page(self, file, _kinds, _path):
        found = {name: "text" if isinstance(value, str) else "integer"
                 for name, value in file.attrs.items()}
        self.assertEqual(found, self.attributes)

    @of_each_file
    def test_states_and_activities_are_those_of_the_page(self, file, _kinds, _path):
        page = (PROJECT / "docs" / "results.md").read_text()
        for axis in {"state", "use", "activity"} & set(file):
            for name in file[axis].asstr():
                self.assertIn(f"| `{name}` |", page)

    @of_each_file
    def test_only_the_documented_values_are_not_finite(self, file, _kinds, _path):
        page = (PROJECT / "docs" / "results.md").read_text()
        rows = re.findall(r"^\| (`.*`) \| (?:NaN|infinity) \|", page, re.MULTILINE)
        allowed = set(re.findall(r"`(\w+)`", " ".join(rows)))
        for name, data in file.items():
            if self.variables[name]["type"] == "real" and name not in allowed:
                self.assertTrue(np.isfinite(data[...]).all(), name)


class InXarray(Files):
    def open(self, name):
        data = xr.open_dataset(self.paths[name], engine="h5netcdf")
        self.addCleanup(data.close)
        return data

    def test_every_file_opens(self):
        for name in FILES:
            self.open(name).load()

    def test_times_decode_to_dates(self):
        data = self.open("fleet")
        self.assertEqual(data.time.values[0], np.datetime64("2024-01-01"))
        self.assertEqual(data.time.values[-1], np.datetime64("2024-01-19"))
        self.assertEqual(len(data.time), 10)
        started = data.job_started.sel(job="voice").values
        self.assertTrue(np.datetime64("2024-01-05") <= started <= np.datetime64("2024-01-08"))
        self.assertTrue(np.isnat(data.job_finished.sel(job="fsd").values))
        self.assertEqual(data.allocation_start.dtype.kind, "M")

    def test_values_are_found_by_name(self):
        data = self.open("variants")
        self.assertEqual(list(data.variant.values), ["now", "late"])
        chips = data.chips.sel(variant="now", site="austin", accelerator="h100_sxm")
        self.assertEqual(float(chips.isel(time=-1).sum()), 512)
        # 400 kW hold 39 nodes of 8.4 kW at PUE 1.2; one more than half of them is left by the cut.
        busy = data.chips.sel(variant="now", site="austin", accelerator="h100_sxm", state="busy")
        self.assertEqual(float(busy.max()), 39 * 8)
        self.assertEqual(float(busy.isel(time=-1)), 19 * 8)

    def test_the_variant_axis_is_there_with_variants_only(self):
        self.assertNotIn("variant", self.open("fleet").dims)
        self.assertEqual(self.open("one variant").dims["variant"], 1)
        self.assertEqual(self.open("variants").dims["variant"], 2)
        self.assertNotIn("variant", self.open("step").dims)

    def test_a_variant_is_the_same_as_alone(self):
        alone, among = self.open("fleet"), self.open("variants").sel(variant="now")
        for name in alone.data_vars:
            if set(alone[name].dims) & {"time", "job"}:
                np.testing.assert_array_equal(alone[name].values, among[name].values, name)

    def test_sums_agree(self):
        data = self.open("variants").load()
        length = data.bin_length
        np.testing.assert_allclose(data.energy, data.power * length, rtol=1e-12)
        np.testing.assert_allclose(data.model_flop_rate.sum(["site", "accelerator"]),
                                   data.owner_model_flop_rate.sum("owner"), rtol=1e-12)
        np.testing.assert_allclose(data.model_flop_rate.sum(["site", "accelerator"]),
                                   data.job_model_flop_rate.sum("job"), rtol=1e-12)
        np.testing.assert_allclose((data.job_samples_per_second * length).sum("time"),
                                   data.job_samples + data.job_lost_samples, rtol=1e-9)
        np.testing.assert_allclose(data.step_time.sum("activity"),
                                   data.step_duration / np.timedelta64(1, "s")
                                   if data.step_duration.dtype.kind == "m" else data.step_duration,
                                   rtol=1e-12)
        self.assertTrue((data.power <= data.power_limit * (1 + 1e-12)).all())


class Provenance(Files):
    @of_each_file
    def test_the_scenario_is_in_the_file_with_its_digest(self, file, _kinds, _path):
        text = file.attrs["scenario_json"]
        self.assertEqual(hashlib.sha256(text.encode()).hexdigest(),
                         file.attrs["scenario_sha256"])
        resolved = json.loads(text)
        self.assertEqual(resolved["title"], file.attrs["title"])
        self.assertIn("h100_sxm", resolved["platforms"]["accelerators"])
        self.assertEqual(file.attrs["seed"], 5)
        self.assertEqual(file.attrs["result_format"], 1)

    @of_each_file
    def test_inputs_stand_in_the_scenario(self, file, _kinds, _path):
        resolved = json.loads(file.attrs["scenario_json"])
        self.assertGreater(file["input"].shape[0], 10)
        for pointer, value, status, source in zip(*(
                file[f"input_{column}"].asstr()[...]
                for column in ("pointer", "value", "status", "source"))):
            at = resolved
            for key in pointer.split("/")[1:]:
                at = at[key.replace("~1", "/").replace("~0", "~")]
            self.assertEqual(value, str(at["value"]))
            self.assertEqual((status, source), (at["status"], at.get("source", "")))

    @of_each_file
    def test_the_weakest_input_is_named(self, file, _kinds, _path):
        order = ["verified", "secondary", "assumed"]
        weakest = max(file["input_status"].asstr()[...], key=order.index)
        self.assertEqual(file.attrs["weakest_input"], weakest)

    def test_the_resolved_scenario_makes_the_same_result(self):
        for name in ["fleet", "step"]:
            again = Path(self.folder.name, name, "again.json")
            with h5py.File(self.paths[name]) as file:
                again.write_text(file.attrs["scenario_json"])
            subprocess.run([TRAINYARD, "run", again, "-o", again.with_suffix(".h5"), "-q",
                            "--seed", "5"], check=True)
            self.assertEqual(again.with_suffix(".h5").read_bytes(), self.paths[name].read_bytes())

    @of_each_file
    def test_nothing_of_the_machine_and_the_moment_is_in_the_file(self, _file, _kinds, path):
        content = path.read_bytes()
        for word in [socket.gethostname(), str(PROJECT), str(TRAINYARD.parent),
                     self.folder.name, "a-place-for-results", "a-name-for", os.getcwd()]:
            if len(word) > 3:
                self.assertNotIn(word.encode(), content, word)
        user = getpass.getuser()
        if user not in ("root", "user") and len(user) > 3:
            self.assertNotIn(user.encode(), content)


# xarray warns of the NaN in times that did not happen.
unittest.main(argv=sys.argv[:1], warnings="ignore")
