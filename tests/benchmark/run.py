#!/usr/bin/python3
"""Times whole commands of a release build: processor seconds and peak memory, least of three runs.

usage: run.py [PROGRAM]        default: build/release/trainyard

Children (steps are played in processes of their own) are counted. Peak memory is that of the largest
process. README.md beside this file keeps the figures.
"""

import os
import resource
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
SCENARIOS = os.path.join(ROOT, "scenarios")

CASES = [
    ("check a scenario", ["check", f"{SCENARIOS}/three-sites.json"]),
    ("three sites, whole process", ["run", f"{SCENARIOS}/three-sites.json", "-q", "-o", "{out}"]),
    ("chips to Memphis, 6 variants", ["run", f"{SCENARIOS}/chips-to-memphis.json", "-q", "-o", "{out}"]),
    ("405B on 16,384 H100, folded", ["step", f"{SCENARIOS}/llama3-405b-16k.json"]),
    ("405B on 131,072 H100, folded", ["step", f"{SCENARIOS}/llama3-405b-131k.json"]),
    ("175B on 1,024 ranks, a flow each collective, every rank",
     ["step", f"{SCENARIOS}/gpt3-175b-1k.json", "--variant", "1,024 ranks", "--full"]),
    ("175B on 16,384 ranks, merged, every rank",
     ["step", f"{SCENARIOS}/gpt3-175b-1k.json", "--variant", "16,384 ranks, 32 micro-batches, merged",
      "--full"]),
]


def measure(command):
    """(processor seconds, peak MB) of a command and its children."""
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        status = subprocess.run(command, stdout=subprocess.DEVNULL).returncode
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        os.write(writer, f"{status} {used.ru_utime + used.ru_stime} {used.ru_maxrss}".encode())
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as answer:
        status, seconds, kilobytes = answer.read().split()
    os.waitpid(pid, 0)
    if status != "0":
        sys.exit(f"failed with exit code {status}: {' '.join(command)}")
    return float(seconds), float(kilobytes) / 1024


def main():
    program = sys.argv[1] if len(sys.argv) > 1 else os.path.join(ROOT, "build/release/trainyard")
    with tempfile.TemporaryDirectory() as folder:
        out = os.path.join(folder, "result.h5")
        print(f"{'case':52} {'CPU s':>7} {'peak MB':>8}")
        for name, arguments in CASES:
            command = [program] + [argument.replace("{out}", out) for argument in arguments]
            runs = [measure(command) for _ in range(3)]
            print(f"{name:52} {min(run[0] for run in runs):7.2f} {min(run[1] for run in runs):8.0f}")


if __name__ == "__main__":
    main()
