#!/usr/bin/python3
"""Checks that a result file opens in h5py and in xarray as its users expect.

usage: read_result.py WRITE_SAMPLE   (the program of that name; its dataset is in sample.cpp)
"""

import math
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import h5py
import numpy as np
import xarray as xr

WRITE_SAMPLE = ""
ORDER = ["time", "site", "power", "power_limit", "wait", "chips", "note", "allocation_job",
         "allocation_chips", "allocation_rate", "duration", "verdict", "percentile", "allocation"]
SHAPES = {"time": (3,), "power": (3, 2), "wait": (2, 2), "allocation_rate": (0, 2),
          "allocation_job": (0,), "duration": (), "verdict": ()}


def write(folder, name):
    path = Path(folder, name)
    subprocess.run([WRITE_SAMPLE, path], check=True)
    return path


class Result(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.path = write(folder.name, "sample.h5")

    def test_same_dataset_gives_the_same_bytes(self):
        self.assertEqual(self.path.read_bytes(), write(self.folder, "again.h5").read_bytes())

    def test_nothing_is_left_beside_it(self):
        self.assertEqual([path.name for path in Path(self.folder).iterdir()], ["sample.h5"])


class InH5py(Result):
    def setUp(self):
        super().setUp()
        self.file = h5py.File(self.path)
        self.addCleanup(self.file.close)

    def test_datasets_come_in_the_order_of_creation(self):
        names = []
        self.file.id.links.iterate(names.append, idx_type=h5py.h5.INDEX_CRT_ORDER)
        self.assertEqual([name.decode() for name in names], ORDER)

    def test_shapes(self):
        self.assertEqual({name: self.file[name].shape for name in SHAPES}, SHAPES)

    def test_attributes_are_text_and_numbers(self):
        self.assertEqual(dict(self.file.attrs), {
            "Conventions": "CF-1.10", "title": "Grünheide läuft", "comment": "", "seed": 42,
            "step": 0.5})
        self.assertIsInstance(self.file.attrs["title"], str)
        self.assertEqual(self.file["power"].attrs["units"], "W")
        self.assertEqual(self.file["power"].attrs["long_name"], "power drawn")
        self.assertNotIn("units", self.file["note"].attrs)

    def test_every_variable_has_the_scales_of_its_axes(self):
        for name, dimensions in {"power": ["time", "site"], "wait": ["site", "percentile"],
                                 "allocation_rate": ["allocation", "site"]}.items():
            scales = [self.file[name].dims[i][0].name for i in range(len(dimensions))]
            self.assertEqual(scales, ["/" + dimension for dimension in dimensions])

    def test_numbers_are_chunked_shuffled_and_deflated_at_level_1(self):
        power = self.file["power"]
        self.assertEqual((power.chunks, power.shuffle, power.compression, power.compression_opts),
                         ((3, 2), True, "gzip", 1))
        self.assertTrue(math.isnan(power.fillvalue))

    def test_text_is_utf8_of_variable_length(self):
        kind = h5py.check_string_dtype(self.file["site"].dtype)
        self.assertEqual((kind.encoding, kind.length), ("utf-8", None))

    def test_no_times_are_kept(self):
        self.assertFalse(self.file["power"].id.get_create_plist().get_obj_track_times())


class InXarray(Result):
    def setUp(self):
        super().setUp()
        self.data = xr.open_dataset(self.path, engine="h5netcdf")
        self.addCleanup(self.data.close)

    def test_dimensions_and_coordinates(self):
        self.assertEqual(dict(self.data.sizes),
                         {"time": 3, "site": 2, "percentile": 2, "allocation": 0})
        self.assertEqual(set(self.data.coords), {"time", "site"})
        self.assertNotIn("percentile", self.data)

    def test_time_is_decoded(self):
        expected = np.array(["2024-01-01", "2024-01-02", "2024-01-03"], "datetime64[ns]")
        np.testing.assert_array_equal(self.data.time.values, expected)

    def test_durations_stay_numbers(self):
        self.assertEqual(self.data.wait.dtype, np.float64)
        self.assertEqual(float(self.data.duration), 259200)

    def test_text_is_str(self):
        self.assertEqual(list(self.data.site.values), ["austin", "Grünheide"])
        self.assertEqual(list(self.data.note.values), ["", "late"])
        self.assertIsInstance(self.data.verdict.item(), str)

    def test_values_missing_values_and_infinities(self):
        np.testing.assert_array_equal(
            self.data.power, [[1e6, 2e6], [math.nan, 4e6], [5e6, 6e6]])
        self.assertTrue(np.isinf(self.data.power_limit.sel(site="Grünheide")[1:]).all())
        self.assertEqual(self.data.chips.dtype, np.int64)

    def test_units(self):
        self.assertEqual(self.data.power.attrs, {"long_name": "power drawn", "units": "W"})
        self.assertEqual(self.data.attrs["Conventions"], "CF-1.10")

    def test_empty_axes(self):
        self.assertEqual(self.data.allocation_rate.shape, (0, 2))
        self.assertEqual(self.data.allocation_job.values.tolist(), [])
        self.assertEqual(len(self.data.allocation_chips.to_dataframe()), 0)


if __name__ == "__main__":
    WRITE_SAMPLE = sys.argv.pop(1)
    unittest.main()
