#!/usr/bin/python3
"""Checks scenarios against the schema file as editors do, with python3-jsonschema.

usage: schema_test.py SCENARIOS TRAINYARD   (the folder of scenarios; the program)
"""

import json
import re
import subprocess
import sys
import unittest
from pathlib import Path

import jsonschema

SCENARIOS = Path()
TRAINYARD = ""


def without_comments(text):
    """JSON with // and /* */ comments as JSON: strings are stepped over, comments blanked."""
    part = re.compile(r'("(?:[^"\\]|\\.)*")|//[^\n]*|/\*.*?\*/', re.DOTALL)
    return part.sub(lambda match: match.group(1) or " ", text)


class Schema(unittest.TestCase):
    def setUp(self):
        self.path = SCENARIOS / "schema" / "scenario.schema.json"
        self.schema = json.loads(self.path.read_text())
        self.validator = jsonschema.Draft7Validator(self.schema)

    def test_it_is_a_schema_of_draft_7(self):
        jsonschema.Draft7Validator.check_schema(self.schema)

    def test_it_is_what_the_program_prints(self):
        printed = subprocess.run([TRAINYARD, "schema"], capture_output=True, check=True).stdout
        self.assertEqual(self.path.read_bytes(), printed,
                         "write it again: trainyard schema > scenarios/schema/scenario.schema.json")

    def test_every_scenario_obeys_it(self):
        paths = sorted(SCENARIOS.glob("*.json"))
        self.assertTrue(paths)
        for path in paths:
            document = json.loads(without_comments(path.read_text()))
            errors = [error.message for error in self.validator.iter_errors(document)]
            self.assertEqual(errors, [], path)

    def test_every_scenario_names_it(self):
        for path in SCENARIOS.glob("*.json"):
            document = json.loads(without_comments(path.read_text()))
            self.assertEqual((path.parent / document["$schema"]).resolve(), self.path.resolve())

    def test_it_refuses_what_is_misspelled(self):
        for path in SCENARIOS.glob("*.json"):
            document = json.loads(without_comments(path.read_text()))
            for key in document:
                renamed = {k + ("x" if k == key else ""): v for k, v in document.items()}
                self.assertFalse(self.validator.is_valid(renamed), key)
            if "jobs" not in document:  # of workloads alone
                continue
            for job in document["jobs"].values():
                kind = "model" if "model" in job else "collective"
                job[kind + "l"] = job.pop(kind)
            self.assertFalse(self.validator.is_valid(document))


if __name__ == "__main__":
    SCENARIOS, TRAINYARD = Path(sys.argv[1]), sys.argv[2]
    unittest.main(argv=sys.argv[:1])
