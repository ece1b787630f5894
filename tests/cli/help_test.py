#!/usr/bin/python3
"""Help, versions and lists: what a newcomer tries first. Examples are run as they are printed."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from program import PROJECT, TRAINYARD, Test, main  # noqa: E402

VERBS = ["run", "check", "step", "kernels", "list", "schema"]


class Help(Test):
    def test_overview_names_every_verb(self):
        for way in ["--help", "-h", "help"]:
            text = self.succeed(way)
            for verb in VERBS:
                self.assertRegex(text, rf"(?m)^  {verb} +\w")

    def test_every_verb_has_usage_and_options(self):
        for verb in VERBS:
            text = self.succeed(verb, "--help")
            self.assertTrue(text.startswith(f"Usage: trainyard {verb}"), text)
            self.assertIn("--help", text)
            self.assertIn("Example:\n  trainyard " + verb, text)

    def test_every_example_works(self):
        self.write("products.csv", "m,n,k\n8192,8192,8192\n")
        path = f"{TRAINYARD.parent}:{os.environ['PATH']}"
        for verb in VERBS:
            example = self.succeed(verb, "--help").split("Example:\n  ")[1]
            done = subprocess.run(["sh", "-c", example], cwd=self.folder, capture_output=True,
                                  text=True, env={**os.environ, "PATH": path}, timeout=100)
            self.assertEqual(done.returncode, 0, example + done.stderr)
        self.assertEqual(self.names(), ["fleet.json", "products.csv", "scenario.schema.json",
                                        "step.json", "three-sites.h5"])

    def test_lines_of_help_fit_a_terminal(self):
        for verb in VERBS:
            for line in self.succeed(verb, "--help").splitlines():
                if not line.startswith("  trainyard"):
                    self.assertLessEqual(len(line), 100, line)


class Version(Test):
    def test_it_names_the_program_its_commit_and_the_libraries(self):
        self.assertRegex(self.succeed("--version"),
                         r"^trainyard \d+\.\d+\.\d+ \(git \S+\)\n"
                         r"SimGrid \d+\.\d+(\.\d+)?, HDF5 \d+\.\d+\.\d+, result format \d+\n$")


class Check(Test):
    def test_json_counts_what_was_read(self):
        self.assertEqual(json.loads(self.succeed("check", "fleet.json", "--json")),
                         {"title": "A small fleet", "variants": 1, "sites": 1, "deliveries": 1,
                          "jobs": 2})
        self.assertEqual(json.loads(self.succeed("check", "step.json", "--json"))["steps"], 1)

    def test_quiet_prints_nothing(self):
        self.assertEqual(self.succeed("check", "fleet.json", "--quiet"), "")


class List(Test):
    KINDS = ["accelerators", "nodes", "fabrics", "sites", "wan", "models", "software", "failures",
             "storage", "topologies", "architectures", "schedules", "collectives", "policies",
             "placements"]

    def test_json_has_the_same_names(self):
        listed = json.loads(self.succeed("list", "--json"))
        self.assertEqual(list(listed), self.KINDS)
        self.assertIn("H100", listed["accelerators"]["h100_sxm"])
        self.assertEqual(list(json.loads(self.succeed("list", "--kind", "sites", "--json"))),
                         ["sites"])

    def test_everything_has_a_line(self):
        text = self.succeed("list")
        for kind in self.KINDS:
            self.assertIn(kind, text)
        for path in PROJECT.glob("platforms/*/*.json"):
            self.assertRegex(text, rf"(?m)^ +{re.escape(path.stem)}  +\S")

    def test_one_kind_alone(self):
        for kind in self.KINDS:
            text = self.succeed("list", "--kind", kind)
            self.assertTrue(text.startswith(kind))
            self.assertGreaterEqual(len(text.splitlines()), 2)
        self.assertNotIn("dgx_h100", self.succeed("list", "--kind", "models"))

    def test_own_platforms_are_listed_too(self):
        (self.folder / "own" / "models").mkdir(parents=True)
        (self.folder / "own" / "models" / "mine.json").write_text('{"summary": "my own model"}')
        self.assertRegex(self.succeed("list", "--kind", "models", "--platforms", "own"),
                         r"mine +my own model")


class Schema(Test):
    def test_it_is_json(self):
        self.assertEqual(json.loads(self.succeed("schema"))["title"], "Trainyard scenario")


class Check(Test):
    def test_it_counts_what_it_read(self):
        self.assertEqual(self.succeed("check", "step.json"), "ok: 1 steps\n")
        self.assertEqual(self.succeed("check", "fleet.json"),
                         "ok: 1 variants, 1 sites, 1 deliveries, 2 jobs\n")

    def test_it_writes_nothing(self):
        self.succeed("check", "fleet.json")
        self.assertEqual(self.names(), ["fleet.json", "step.json"])


main()
