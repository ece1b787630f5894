#!/usr/bin/python3
"""`trainyard compare`: variants of a result, two results, and what cannot be compared."""

import json
import sys
from pathlib import Path

import h5py

sys.path.insert(0, str(Path(__file__).parent))
from program import FLEET, Test, main, varied  # noqa: E402

LATE = {"/sites/austin/power/house/from": "+10 d"}


class Compare(Test):
    def result(self, name, scenario, *options):
        self.write("x.json", scenario)
        self.succeed("run", "x.json", "-o", name, "--quiet", *options)

    def compared(self, *files):
        return json.loads(self.succeed("compare", *files, "--json"))["comparisons"]

    def test_variants_are_compared_with_the_baseline(self):
        self.result("a.h5", varied(FLEET, {"now": {}, "late": LATE, "same": {}}, "now"))
        late, same = self.compared("a.h5")
        self.assertEqual((late["first"], late["second"]), ("now", "late"))
        differences = {one["quantity"]: one for one in late["differences"]}
        work = differences["fleet_work"]
        self.assertLess(work["second"], work["first"])
        self.assertEqual(work["verdict"], "differs")  # the same chips: the model's error cancels
        self.assertEqual(work["low"], work["high"])
        with h5py.File(self.folder / "a.h5") as file:
            for v, side in enumerate(("first", "second")):
                self.assertAlmostEqual(work[side] * 1e21 / file["fleet_work"][v], 1, places=12)
        start = differences["job_started/voice"]
        self.assertAlmostEqual(start["second"] - start["first"], 9 * 86400)
        self.assertEqual((same["second"], same["differences"]), ("same", []))
        text = self.succeed("compare", "a.h5")
        self.assertIn("== late, against now\n", text)
        self.assertRegex(text, r"model work kept +\S+ ZFLOP +\S+ ZFLOP +-\d")

    def test_two_results_are_compared_by_variant(self):
        self.result("a.h5", FLEET)
        self.result("b.h5", FLEET, "--set", "/sites/austin/power/house/from=+10 d")
        comparison, = self.compared("a.h5", "b.h5")
        self.assertEqual((comparison["first"], comparison["second"]), ("a.h5", "b.h5"))
        self.assertIn("fleet_work", [one["quantity"] for one in comparison["differences"]])
        comparison, = self.compared("a.h5", "a.h5")
        self.assertEqual(comparison["differences"], [])
        self.result("c.h5", varied(FLEET, {"x": {}, "y": LATE}, "x"))
        self.result("d.h5", varied(FLEET, {"y": {}, "z": {}}, "y"))
        comparison, = self.compared("c.h5", "d.h5")
        self.assertEqual(comparison["first"], "c.h5: y")

    def test_results_of_single_steps_are_compared(self):
        self.succeed("run", "step.json", "-o", "a.h5", "--quiet")
        self.succeed("run", "step.json", "-o", "b.h5", "--quiet",
                     "--set", "/platforms/nodes/dgx_h100/nic/bandwidth=x0.25")
        comparison, = self.compared("a.h5", "b.h5")
        first = comparison["differences"][0]
        self.assertEqual(first["quantity"], "step_duration/a")
        self.assertGreater(first["second"], first["first"])

    def test_what_cannot_be_compared_is_refused(self):
        self.result("a.h5", FLEET)
        self.result("c.h5", varied(FLEET, {"x": {}, "y": {}}, "x"))
        self.assertEqual(self.refused(2, "compare", "a.h5"),
                         "a.h5: it has one variant; give a second file to compare it with\n")
        self.assertIn("compare files with variants of the same names",
                      self.refused(2, "compare", "a.h5", "c.h5"))
        self.assertIn("give one or two result files", self.refused(2, "compare"))
        self.assertIn("give one or two result files",
                      self.refused(2, "compare", "a.h5", "a.h5", "a.h5"))
        self.assertEqual(self.refused(66, "compare", "none.h5"),
                         "none.h5: cannot read the result (No such file or directory); "
                         "check the name\n")
        self.assertIn("it is no HDF5 file", self.refused(66, "compare", "fleet.json"))
        with h5py.File(self.folder / "a.h5", "r+") as file:
            file.attrs["result_format"] = 0
        self.assertIn("its format is 0", self.refused(66, "compare", "a.h5", "c.h5"))


if __name__ == "__main__":
    main()
