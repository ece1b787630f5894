"""Platform files are rewritten block by block, the rest of their text kept."""

import json
import sys
import unittest
from pathlib import Path

ANALYSIS = Path(sys.argv.pop(1)).resolve()
sys.path.insert(0, str(ANALYSIS))
PLATFORMS = ANALYSIS.parent / "platforms"

from calibration import platform_files as files  # noqa: E402

TEXT = """{
  "summary": "a chip",
  // Kept as it is.
  "kernel": {
    "units": {"value": 4, "status": "verified", "source": "here"},
    "gemm_efficiency": {
      "bf16": {"value": 0.5, "status": "assumed", "source": "there"}
    },
    "launch": {"value": "3 us", "status": "assumed", "source": "a guess"}
  },
  "power": {
    "max": {"value": "1 W", "status": "assumed", "source": "none"}
  }
}
"""


class PlatformFiles(unittest.TestCase):
    def test_values_of_a_kernel_block_are_read_with_those_nested_in_it(self):
        self.assertEqual(
            files.kernel_values(TEXT),
            {"units": 4, "gemm_efficiency/bf16": 0.5, "launch": "3 us"})

    def test_a_kernel_block_is_replaced_and_nothing_else(self):
        fact = files.Fact(7, "verified", 'says "so"')
        text = files.with_kernel(TEXT, {"units": fact, "inner": {"a": files.Fact(0.12345, "x", "")}})
        self.assertEqual(files.kernel_values(text), {"units": 7, "inner/a": 0.1235})
        self.assertIn("// Kept as it is.", text)
        self.assertEqual(text.split('"power"')[1], TEXT.split('"power"')[1])
        self.assertEqual(files.fact_under(text, "units"), fact)

    def test_one_fact_is_replaced(self):
        text = files.with_value(TEXT, "launch", files.Fact("5 us", "secondary", "fitted"))
        self.assertEqual(files.fact_under(text, "launch"), files.Fact("5 us", "secondary", "fitted"))
        self.assertEqual(files.kernel_values(text)["units"], 4)

    def test_what_is_not_there_is_an_error(self):
        with self.assertRaisesRegex(ValueError, "no fact under speed"):
            files.with_value(TEXT, "speed", files.Fact(1, "assumed", ""))
        with self.assertRaisesRegex(ValueError, 'no "kernel" block'):
            files.with_kernel("{}", {})
        self.assertIsNone(files.fact_under(TEXT, "speed"))


class Profiles(unittest.TestCase):
    def test_a_software_profile_has_at_most_six_numbers_each_with_a_source(self):
        profiles = sorted((PLATFORMS / "software").glob("*.json"))
        self.assertGreater(len(profiles), 10)
        for path in profiles:
            data = json.loads(path.read_text(encoding="utf-8"))
            numbers = {key: fact for key, fact in data.items() if isinstance(fact, dict)}
            self.assertLessEqual(len(numbers), 6, path.name)
            for key, fact in numbers.items():
                self.assertTrue(fact["source"], f"{path.name}: {key}")

    def test_every_accelerator_has_a_kernel_block_that_the_calibration_can_read(self):
        for path in sorted((PLATFORMS / "accelerators").glob("*.json")):
            values = files.kernel_values(path.read_text(encoding="utf-8"))
            self.assertGreater(values["sustained"], 0, path.name)
            self.assertLessEqual(values["sustained"], 1, path.name)


if __name__ == "__main__":
    unittest.main()
