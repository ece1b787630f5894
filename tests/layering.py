"""Checks that sim/ keeps to the table of sim/README.md: python3 layering.py SIM

Folders include only lower levels, third parties stay in their folder, every source is built, no
file outgrows 400 lines. Prints every violation; exit code 1 if there is one.
"""
import fnmatch
import re
import sys
from pathlib import Path

LONGEST = 400  # lines
# How the headers of the table's third parties begin.
HEADERS = {
    'boost': ('boost/',),
    'glpk': ('glpk.h',),
    'hdf5': ('hdf5', 'H5'),
    'nettle': ('nettle/',),
    'nlohmann': ('nlohmann/',),
    'simgrid': ('simgrid/', 'xbt/'),
    'valijson': ('valijson/',),  # the tests' only: in no row
}
INCLUDE = re.compile(r'\s*#\s*include\s*(["<])([^">]+)[">]')
ROW = re.compile(r'\|\s*(\d+)\s*\|([^|]*)\|[^|]*\|([^|]*)\|')


class Unit:
    """A row of the table: a folder, or files of sim/ itself."""

    def __init__(self, level, names, third_parties):
        self.level = level
        self.names = names
        self.third_parties = third_parties

    def __str__(self):
        return f'{self.names[0]} (level {self.level})'


def read_table(readme):
    units = []
    for line in readme.read_text(encoding='utf-8').splitlines():
        row = ROW.fullmatch(line.strip())
        if row:
            third = {word for word in HEADERS if word in row[3].lower()}
            units.append(Unit(int(row[1]), re.findall(r'`([^`]+)`', row[2]), third))
    return units


class Layering:
    def __init__(self, sim):
        self.sim = sim
        self.units = read_table(sim / 'README.md')
        self.files = sorted(p for p in sim.rglob('*') if p.suffix in ('.cpp', '.hpp'))
        self.violations = []

    def complain(self, path, line, problem):
        place = f'{path.relative_to(self.sim)}:{line}' if line else str(path.relative_to(self.sim))
        self.violations.append(f'{place}: {problem}')

    def unit_of(self, name):
        """The row of a path below sim/, or None."""
        first = Path(name).parts[0]
        for unit in self.units:
            if any(fnmatch.fnmatchcase(first, pattern) for pattern in unit.names):
                return unit
        return None

    def includes(self, path):
        """(line, quoted, name) for each #include of a file."""
        for number, line in enumerate(path.read_text(encoding='utf-8').splitlines(), 1):
            found = INCLUDE.match(line)
            if found:
                yield number, found[1] == '"', found[2]

    def brought(self, path, seen):
        """Third parties that a header includes, directly or through ours."""
        if path in seen or not path.exists():
            return set()
        seen.add(path)
        parties = set()
        for _, quoted, name in self.includes(path):
            parties |= self.brought(self.sim / name, seen) if quoted else parties_of(name)
        return parties

    def check_include(self, path, unit, line, name):
        target = self.unit_of(name)
        if not (self.sim / name).exists() and not (self.sim / f'{name}.in').exists():
            self.complain(path, line, f'"{name}" is no file of sim/')
        elif target is None:
            self.complain(path, line, f'"{name}" is in no row of README.md')
        elif target is not unit:
            if target.level >= unit.level:
                self.complain(path, line, f'{unit} must not include {target}: "{name}"')
            for party in sorted(self.brought(self.sim / name, set())):
                self.complain(path, line, f'"{name}" brings {party} out of {target}')

    def check_includes(self, path, unit):
        for line, quoted, name in self.includes(path):
            if quoted:
                self.check_include(path, unit, line, name)
                continue
            for party in sorted(parties_of(name) - unit.third_parties):
                self.complain(path, line, f'{unit} must not include {party}: <{name}>')

    def check_built(self, path):
        relative = path.relative_to(self.sim)
        folder = self.sim / relative.parts[0] if len(relative.parts) > 1 else self.sim
        listing = folder / 'CMakeLists.txt'
        text = listing.read_text(encoding='utf-8') if listing.exists() else ''
        if str(path.relative_to(folder)) not in re.split(r'[\s()]+', text):
            self.complain(path, None, f'not listed in {listing.relative_to(self.sim)}')

    def check_links(self):
        for listing in sorted(self.sim.rglob('CMakeLists.txt')):
            text = listing.read_text(encoding='utf-8')
            for name, body in re.findall(r'trainyard_folder\((\w+)([^)]*)\)', text):
                unit = self.unit_of(name) or self.unit_of(f'{name}.cpp')
                uses = re.search(r'\bUSES\b(.*?)(?:\bTHIRD_PARTY\b|$)', body, re.DOTALL)
                for used in uses[1].split() if uses else []:
                    target = self.unit_of(used) or self.unit_of(f'{used}.cpp')
                    if unit is None or target is None or target.level >= unit.level:
                        self.complain(listing, None, f'{name} must not use {used}')

    def check_table(self):
        for unit in self.units:
            for name in unit.names:
                if not any(self.sim.glob(name)) and not any(self.sim.glob(f'{name}.in')):
                    self.complain(self.sim / 'README.md', None, f'{name} does not exist')
        owners = [party for unit in self.units for party in unit.third_parties]
        for party in sorted({party for party in owners if owners.count(party) > 1}):
            self.complain(self.sim / 'README.md', None, f'{party} has more than one folder')

    def check(self):
        self.check_table()
        self.check_links()
        for path in self.files:
            unit = self.unit_of(path.relative_to(self.sim))
            if unit is None:
                self.complain(path, None, 'in no row of README.md')
                continue
            self.check_includes(path, unit)
            if path.suffix == '.cpp':
                self.check_built(path)
            lines = len(path.read_text(encoding='utf-8').splitlines())
            if lines > LONGEST:
                self.complain(path, None, f'{lines} lines: split it')
        return self.violations


def parties_of(header):
    return {party for party, starts in HEADERS.items() if header.startswith(starts)}


def main():
    layering = Layering(Path(sys.argv[1]).resolve())
    if len(layering.files) < 2 or not layering.units:
        sys.exit(f'{sys.argv[1]}: no sources, or no table in README.md')
    violations = layering.check()
    for violation in violations:
        print(violation)
    sys.exit(1 if violations else 0)


main()
