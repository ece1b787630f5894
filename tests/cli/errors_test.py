#!/usr/bin/python3
"""What goes wrong by the user's doing: exit codes, messages on stderr, nothing on stdout."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from program import STEP, Test, main  # noqa: E402

USAGE, BAD_SCENARIO, FILE_MISSING, CANNOT_WRITE = 2, 65, 66, 73


class Usage(Test):
    def test_verbs(self):
        self.assertIn("Usage: trainyard VERB", self.refused(USAGE))
        self.assertIn('unknown verb "rnu"; did you mean "run"?', self.refused(USAGE, "rnu"))
        self.assertIn('unknown verb "frobnicate"; known: run, check, step, rates, compare, kernels, list, '
                      'schema',
                      self.refused(USAGE, "frobnicate"))

    def test_one_scenario(self):
        for verb in ["run", "check", "step"]:
            self.assertIn("give one scenario file", self.refused(USAGE, verb))
            self.assertIn("give one scenario file",
                          self.refused(USAGE, verb, "step.json", "fleet.json"))

    def test_options(self):
        for arguments, message in [
                (["run", "step.json", "--sett", "/a=1"], "unrecognised option '--sett'"),
                (["run", "step.json", "--qui"], "unrecognised option '--qui'"),
                (["run", "step.json", "-o"], "the required argument for option '--output'"),
                (["run", "step.json", "--processes", "0"], "--processes must be at least 1"),
                (["run", "step.json", "--processes", "two"], "'--processes' is invalid"),
                (["run", "step.json", "--seed", "-1"], "--seed must not be negative"),
                (["run", "step.json", "--seed", "1.5"], "'--seed' is invalid"),
                (["run", "step.json", "--set", "title=x"],
                 "--set title=x: not of the form /pointer=value"),
                (["run", "step.json", "--set", "/title"], "not of the form /pointer=value"),
                (["run", "step.json", "--set", "/title=[1"], "syntax error"),
                (["step", "step.json", "--chips", "-1"], "--chips must not be negative"),
                (["step", "step.json", "--job", "b"], '--job: unknown name "b"; did you mean "a"?'),
                (["step", "step.json", "--variant", "b"], '--variant: unknown name "b"'),
                (["step", "step.json", "--network", "ns3"],
                 'unknown network "ns3"; use fair or s4u'),
                (["step", "step.json", "--network", "s4u"],
                 "--network s4u cannot fold; add --full"),
                (["step", "step.json", "--contention", "maybe"],
                 '--contention: unknown "maybe"; use on or off'),
                (["step", "step.json", "--memory", "maybe"],
                 '--memory: unknown "maybe"; use check or ignore'),
                (["step", "step.json", "--network", "s4u", "--full", "--contention", "off"],
                 "--network s4u cannot leave contention out; use --network fair"),
                (["step", "fleet.json", "--trace", "x.json"],
                 "--trace: 2 steps are chosen; choose one with --job and --variant"),
                (["step", "step.json", "--trace"], "the required argument for option '--trace'"),
                (["list", "--kind", "node"], 'unknown kind "node"; did you mean "nodes"?'),
                (["list", "extra"], "too many positional options"),
                (["schema", "extra"], "too many positional options"),
        ]:
            self.assertIn(message, self.refused(USAGE, *arguments), arguments)
        self.assertEqual(self.names(), ["fleet.json", "step.json"])


class BadScenario(Test):
    def test_message_has_place_pointer_problem_and_remedy(self):
        self.write("bad.json", """{"format": 1, "title": "t", "jobs": {"a":
  {"model": "llama3_8b", "node": "dgx_h100", "chips": 8,
   "plan": {"tensor": 3, "micro_batches": 1}}}}""")
        for verb in ["run", "check", "step"]:
            self.assertEqual(self.refused(BAD_SCENARIO, verb, "bad.json"),
                             "bad.json:3:23: /jobs/a/plan/tensor: 3 does not divide 8 accelerators "
                             "per node (dgx_h100); use 1, 2, 4 or 8?\n")

    def test_all_problems_come_at_once_a_line_each(self):
        self.write("bad.json", {**STEP, "format": 2, "titel": "t", "seed": -1})
        self.assertEqual(len(self.refused(BAD_SCENARIO, "check", "bad.json").splitlines()), 3)

    def test_files_that_are_no_scenario(self):
        for name, text in [("empty.json", b""), ("blank.json", b" \n\n"), ("text.json", b"hello"),
                           ("binary.json", bytes(range(256))), ("zeros.json", bytes(1000)),
                           ("deep.json", b"[" * 100000), ("deep_object.json", b'{"a":' * 100000),
                           ("utf16.json", '{"format": 1}'.encode("utf-16")),
                           ("half.json", b'{"format": 1, "title": "half'),
                           ("list.json", b"[]"), ("long.json", b'"' + b"x" * 1000000 + b'"')]:
            self.write(name, text)
            message = self.refused(BAD_SCENARIO, "check", name)
            self.assertRegex(message, rf"^{name}:\d+:\d+: ", name)

    def test_step_asks_for_chips_that_hold_the_plan(self):
        message = self.refused(BAD_SCENARIO, "step", "step.json", "--chips", "4",
                               "--set", "/jobs/a/plan/pipeline=2")
        self.assertEqual(message, "step.json: /jobs/a/plan/pipeline: the plan takes 16 accelerators "
                         "(tensor 8 x pipeline 2 x data 1), there are 8; use smaller degrees, or "
                         "more chips\n")

    def test_an_override_is_named(self):
        message = self.refused(BAD_SCENARIO, "run", "step.json", "--set", "/jobs/a/chips=none")
        self.assertEqual(message, "--set /jobs/a/chips: /jobs/a/chips: \"none\" is a text, not a "
                         "whole number\n")


class FileMissing(Test):
    def test_scenario(self):
        for verb in ["run", "check", "step"]:
            self.assertEqual(self.refused(FILE_MISSING, verb, "nothing.json"),
                             "nothing.json: cannot be read (No such file or directory)\n")
            self.assertEqual(self.refused(FILE_MISSING, verb, "scenarios"),
                             "scenarios: cannot be read (Is a directory)\n")

    def test_scenario_that_may_not_be_read(self):
        options = self.unprivileged()
        (self.folder / "step.json").chmod(0)
        self.assertEqual(self.refused(FILE_MISSING, "check", "step.json", **options),
                         "step.json: cannot be read (Permission denied)\n")

    def test_platforms(self):
        self.assertIn("nowhere: no such folder of platform files",
                      self.refused(FILE_MISSING, "check", "step.json", "--platforms", "nowhere"))


class CannotWrite(Test):
    def test_places(self):
        (self.folder / "folder").mkdir()
        for name, message in [
                ("no/where.h5", "No such file or directory"), ("folder", "Is a directory"),
                ("step.json/x.h5", "cannot write the result"), ("/dev/full", "not a regular file"),
                ("/proc/x.h5", "cannot write the result"),
                ("x" * 300 + ".h5", "File name too long")]:
            text = self.refused(CANNOT_WRITE, "run", "step.json", "-o", name)
            self.assertIn(message, text)
            self.assertTrue(text.startswith(name + ": cannot write the result"), text)
        self.assertEqual(self.names(), ["fleet.json", "folder", "step.json"])

    def test_places_of_a_timeline(self):
        for name, message in [("no/where.json", "No such file or directory"), (".", "Is a directory"),
                              ("", "Is a directory"),
                              ("/dev/full", "not a regular file")]:
            text = self.refused(CANNOT_WRITE, "step", "step.json", "--trace", name)
            self.assertIn(message, text)
            self.assertTrue(text.startswith(name + ": cannot write the result"), text)
        self.assertEqual(self.names(), ["fleet.json", "step.json"])

    def test_folder_without_permission(self):
        options = self.unprivileged()
        (self.folder / "shut").mkdir(mode=0o555)
        message = self.refused(CANNOT_WRITE, "run", "step.json", "-o", "shut/x.h5", **options)
        self.assertEqual(message, "shut/x.h5: cannot write the result (Permission denied); get "
                         "permission to write there, or write elsewhere\n")
        self.assertEqual(list((self.folder / "shut").iterdir()), [])

    def test_result_without_permission(self):
        options = self.unprivileged()
        old = self.write("old.h5", b"old")
        old.chmod(0o444)
        self.assertIn("Permission denied",
                      self.refused(CANNOT_WRITE, "run", "step.json", "-o", "old.h5", **options))
        self.assertEqual(old.read_bytes(), b"old")
        self.assertEqual(self.names(), ["fleet.json", "old.h5", "step.json"])


main()
