#!/usr/bin/python3
"""`trainyard rates`: the matrix of a fleet's jobs and places, as text, JSON and a file."""

import json
import math
import sys
from pathlib import Path

import h5py

sys.path.insert(0, str(Path(__file__).parent))
from program import FLEET, STEP, Test, main, varied  # noqa: E402


class Rates(Test):
    def rates(self, *arguments):
        return json.loads(self.succeed("rates", *arguments, "--json"))["rates"]

    def test_the_rate_of_a_job_is_that_of_its_step(self):
        for name in ("fsd", "voice"):
            row, = [row for row in self.rates("fleet.json") if row["job"] == name]
            step, = self.steps("fleet.json", "--job", name)
            self.assertEqual(row["chips"], step["chips"])
            rate = step["samples"] / step["step_seconds"] / step["chips"]
            self.assertAlmostEqual(row["samples_per_accelerator"], rate, delta=1e-12 * rate)
            self.assertEqual(row["site"], "austin")
            self.assertEqual(row["objection"], "")
        self.assertIsNone([row for row in self.rates("fleet.json")
                           if row["job"] == "fsd"][0]["tokens_per_accelerator"])

    def test_the_file_holds_what_is_printed(self):
        rows = self.rates("fleet.json", "-o", "rates.h5")
        with h5py.File(self.folder / "rates.h5") as file:
            self.assertEqual([name.decode() for name in file["job"][...]], ["fsd", "voice"])
            matrix = file["samples_per_accelerator"]
            self.assertEqual([dim[0].name for dim in matrix.dims],
                             ["/job", "/accelerator", "/site"])
            self.assertEqual([row["samples_per_accelerator"] for row in rows],
                             list(matrix[...].ravel()))
            self.assertTrue(math.isnan(file["tokens_per_accelerator"][0, 0, 0]))
            self.assertIn("scenario_sha256", file.attrs)

    def test_single_steps_and_variants_have_rates_too(self):
        row, = self.rates("step.json")
        self.assertEqual((row["job"], row["site"]), ("a", ""))
        self.write("x.json", varied(STEP, {"a": {}, "b": {"/jobs/a/chips": 32}}, "a"))
        self.assertEqual([(row["variant"], row["chips"]) for row in self.rates("x.json")],
                         [("a", 16), ("b", 32)])

    def test_the_table_is_for_people(self):
        text = self.succeed("rates", "fleet.json")
        self.assertTrue(text.startswith("Rates of one accelerator, a second.\n\njob "))
        self.assertRegex(text, r"voice +h100_sxm +austin +64 ")

    def test_a_file_that_cannot_be_written_is_refused_first(self):
        self.assertIn("cannot write the result", self.refused(73, "rates", "fleet.json", "-o",
                                                              "no/folder.h5"))


if __name__ == "__main__":
    main()
