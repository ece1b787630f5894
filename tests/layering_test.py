"""Does layering.py see what it is there for? python3 layering_test.py LAYERING_PY SIM

Plants one violation at a time into a copy of sim/ and expects it to be named.
"""
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path


def append(path, text):
    with path.open('a', encoding='utf-8') as file:
        file.write(text)


def include(path, header):
    return lambda sim: append(sim / path, f'#include {header}\n')


def new_file(path, text=''):
    return lambda sim: (sim / path).write_text(text, encoding='utf-8')


def replace(path, old, new):
    def plant(sim):
        text = (sim / path).read_text(encoding='utf-8')
        assert old in text, f'{path} has no {old}'
        (sim / path).write_text(text.replace(old, new), encoding='utf-8')

    return plant


PLANTS = {
    'a higher level': (
        include('model/model.cpp', '"fleet/world.hpp"'),
        'model/model.cpp:', 'model (level 1) must not include fleet (level 7): "fleet/world.hpp"'),
    'a neighbour of the same level': (
        include('pipeline/schedule.hpp', '"collective/ring.hpp"'),
        'pipeline (level 2) must not include collective (level 2)'),
    'a higher level from a sub-folder': (
        include('hardware/fabric/star.cpp', '"program/program.hpp"'),
        'hardware/fabric/star.cpp:', 'hardware (level 1) must not include program (level 3)'),
    'a folder that includes the verbs': (
        include('report/view.cpp', '"simulate.hpp"'),
        'report (level 10) must not include simulate.* (level 11)'),
    'a verb that includes the command line': (
        include('simulate.cpp', '"cli/options.hpp"'),
        'simulate.* (level 11) must not include cli (level 12)'),
    'a file that is not there': (
        include('model/model.cpp', '"model/nothing.hpp"'), '"model/nothing.hpp" is no file'),
    'a third party outside its folder': (
        include('fleet/yard.cpp', '<simgrid/s4u.hpp>'),
        'fleet (level 7) must not include simgrid: <simgrid/s4u.hpp>'),
    'SimGrid by another of its headers': (
        include('fleet/yard.cpp', '<xbt/log.h>'), 'fleet (level 7) must not include simgrid'),
    'JSON outside its folder': (
        include('scenario/scenario.cpp', '<nlohmann/json.hpp>'),
        'scenario (level 9) must not include nlohmann'),
    'HDF5 outside its folder': (
        include('report/view.cpp', '<hdf5.h>'), 'report (level 10) must not include hdf5'),
    'options outside their folder': (
        include('simulate.cpp', '<boost/program_options.hpp>'), 'must not include boost'),
    'a digest outside its folder': (
        include('step/task.cpp', '<nettle/sha2.h>'), 'step (level 5) must not include nettle'),
    'a third party of the tests': (
        include('document/schema.cpp', '<valijson/schema.hpp>'), 'must not include valijson'),
    'a third party in a header that others include': (
        include('engine/isolated.hpp', '<simgrid/s4u.hpp>'),
        '"engine/isolated.hpp" brings simgrid out of engine (level 4)'),
    'the same through another header': (
        include('engine/timeline.hpp', '"engine/simgrid.hpp"'),
        '"engine/timeline.hpp" brings simgrid out of engine (level 4)'),
    'a source that is not built': (
        new_file('fleet/forgotten.cpp'), 'fleet/forgotten.cpp: not listed in fleet/CMakeLists.txt'),
    'a source of a sub-folder that is not built': (
        new_file('hardware/fabric/forgotten.cpp'), 'not listed in hardware/CMakeLists.txt'),
    'a file beside the folders that is not built': (
        new_file('steps.more.cpp'), 'steps.more.cpp: not listed in CMakeLists.txt'),
    'a folder that the table does not know': (
        lambda sim: (sim / 'money').mkdir() or (sim / 'money/price.hpp').write_text(''),
        'money/price.hpp: in no row of README.md'),
    'a row without a folder': (
        replace('README.md', '| 2 | `kernel`', '| 2 | `gone`, `kernel`'), 'gone does not exist'),
    'a third party of two folders': (
        replace('README.md', '| HDF5 |', '| HDF5, SimGrid |'), 'simgrid has more than one folder'),
    'a library that links upwards': (
        replace('model/CMakeLists.txt', 'USES base', 'USES base fleet'),
        'model/CMakeLists.txt: model must not use fleet'),
    'a file of 401 lines': (new_file('base/long.hpp', '\n' * 401), 'base/long.hpp: 401 lines'),
}


def run(layering, sim):
    return subprocess.run([sys.executable, '-I', '-B', layering, str(sim)], capture_output=True,
                          text=True, check=False)


def main():
    layering, real = sys.argv[1], Path(sys.argv[2])
    failures = []
    with tempfile.TemporaryDirectory() as folder:
        for number, (name, (plant, *expected)) in enumerate(PLANTS.items()):
            sim = Path(folder) / str(number)
            shutil.copytree(real, sim)
            plant(sim)
            told = run(layering, sim)
            missing = [text for text in expected if text not in told.stdout]
            if told.returncode != 1 or missing:
                failures.append(f'{name}: exit {told.returncode}, misses {missing}\n{told.stdout}'
                                f'{told.stderr}')
        empty = Path(folder) / 'empty'
        empty.mkdir()
        (empty / 'README.md').write_text('no table', encoding='utf-8')
        told = run(layering, empty)
        if told.returncode == 0:
            failures.append('an empty folder passes')
    print('\n'.join(failures) or f'{len(PLANTS)} violations were seen')
    sys.exit(1 if failures else 0)


main()
