#!/usr/bin/python3
"""Draws what a fleet did: throughput, chips by state, power against its limit.

usage: plot.py RESULT.h5 [-o DIR] [--variant NAME]

Writes DIR/throughput.png, DIR/chips.png and DIR/power.png. A result with several variants gives
three figures for each, the variant's name before ".png", unless --variant picks one.

What is read (every array may have a leading `variant` axis):
  time                                    int64, starts of the bins, CF time
  site, accelerator, state                text
  model_flop_rate[time, site, accelerator]   FLOP/s
  chips[time, site, accelerator, state]      number of accelerators
  power[time, site]                          W
  power_limit[time, site]                    W; infinite or NaN where there is no limit

Needs Debian's python3-matplotlib, python3-xarray and python3-h5netcdf.
"""

import argparse
import os
import sys
import warnings
from urllib.parse import quote

import matplotlib

matplotlib.use("Agg")  # no display is needed, and none is asked for

import matplotlib.dates as mdates  # noqa: E402
import matplotlib.pyplot as plt  # noqa: E402
import numpy as np  # noqa: E402
import xarray as xr  # noqa: E402

# xarray says this of dates that are not there, such as the end of a job that still runs.
warnings.filterwarnings("ignore", "invalid value encountered in cast", RuntimeWarning)

# Okabe and Ito, "Color Universal Design" (2008): told apart with every kind of colour vision. Black
# is kept for limits, grey for what is summed up or idle.
COLOURS = ["#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#F0E442"]
GREY = "#999999"
STATE_COLOURS = {"in storage": GREY, "installing": "#F0E442", "installed": "#E69F00",
                 "powered": "#56B4E9", "busy": "#0072B2"}

# Unit in the file -> (unit on the axis, its size in the file's unit).
FLOP_RATE_UNITS = {unit: ("EFLOP/s", 1e18) for unit in ("s-1", "1/s", "FLOP/s", "FLOP s-1")}
POWER_UNITS = {"W": ("MW", 1e6), "kW": ("MW", 1e3), "MW": ("MW", 1.0)}

DIMENSIONS = {
    "model_flop_rate": ("time", "site", "accelerator"),
    "chips": ("time", "site", "accelerator", "state"),
    "power": ("time", "site"),
    "power_limit": ("time", "site"),
}

BAD_RESULT, NO_FILE, CANNOT_WRITE = 65, 66, 73  # exit codes, as those of the simulator


class Failure(Exception):
    """What went wrong and the exit code that says so."""

    def __init__(self, code, message):
        super().__init__(message)
        self.code = code


def read(path):
    """The fleet result at `path` as an xarray.Dataset; Failure where it is none."""
    if not os.path.exists(path):
        raise Failure(NO_FILE, f"{path}: no such file")
    try:
        with xr.open_dataset(path, engine="h5netcdf") as file:
            data = file.load()
    except (OSError, ValueError, KeyError) as error:
        raise Failure(BAD_RESULT, f"{path}: not a result file ({error})") from error
    check(path, data)
    return data


def check(path, data):
    """Failure where a variable or an axis of DIMENSIONS is missing, or time is no time."""
    for name, dimensions in DIMENSIONS.items():
        if name not in data:
            raise Failure(BAD_RESULT, f"{path}: not a fleet result (no variable {name}); "
                                      "plot.py draws results of scenarios with a horizon")
        found = tuple(str(dimension) for dimension in data[name].dims)
        if found not in (dimensions, ("variant", *dimensions)):
            raise Failure(BAD_RESULT, f"{path}: {name} has the axes [{', '.join(found)}], "
                                      f"expected [{', '.join(dimensions)}]")
        for axis in found:
            if axis not in data.coords:
                raise Failure(BAD_RESULT, f"{path}: axis {axis} has no coordinates")
    if data.time.dtype.kind != "M" or data.time.size == 0:
        raise Failure(BAD_RESULT, f"{path}: time holds no dates (units "
                                  f"{data.time.attrs.get('units', 'missing')!r})")


def select(path, data, wanted):
    """[(name, dataset without variant axis)]; the name is "" where there are no variants."""
    if "variant" not in data.dims:
        if wanted is not None:
            raise Failure(BAD_RESULT, f"{path}: has no variants; leave out --variant")
        return [("", data)]
    names = [str(name) for name in data.variant.values]
    if wanted is not None and wanted not in names:
        raise Failure(BAD_RESULT, f"{path}: no variant {wanted!r}; known: {', '.join(names)}")
    return [(name, data.isel(variant=i)) for i, name in enumerate(names)
            if wanted in (None, name)]


def edges(data):
    """Starts of the bins and end of the last, shape [time + 1]; a lone bin is drawn a day wide."""
    starts = data.time.values
    width = starts[-1] - starts[-2] if starts.size > 1 else np.timedelta64(1, "D")
    return np.append(starts, starts[-1] + width)


def held(values):
    """Values [time] with the last repeated, [time + 1]: each holds from its edge to the next."""
    return np.append(values, values[-1])


def in_units(array, units):
    """Values of `array` in the axis's unit, and that unit; unknown units stay as they are."""
    found = array.attrs.get("units", "")
    label, size = units.get(found, (found, 1.0))
    return array.values / size, label


def stack(axes, moments, series, colours):
    """Stacked steps. series: {label: values [time]}; those never above zero are left out."""
    shown = {label: np.nan_to_num(values) for label, values in series.items()
             if np.any(np.nan_to_num(values) > 0)}
    base = np.zeros(len(moments))
    for label, values in shown.items():
        top = base + held(values)
        axes.fill_between(moments, base, top, step="post", label=label, color=colours[label],
                          linewidth=0)
        base = top
    if not shown:
        axes.text(0.5, 0.5, "zero throughout", transform=axes.transAxes, ha="center")
    axes.set_xlim(moments[0], moments[-1])


def largest(series, count):
    """The `count` series of the largest sums in their order; the others summed into one."""
    if len(series) <= count:
        return dict(series)
    ranked = sorted(series, key=lambda label: -np.nansum(series[label]))
    kept = {label: values for label, values in series.items() if label in ranked[:count]}
    others = ranked[count:]
    kept[f"{len(others)} others"] = np.nansum([series[label] for label in others], axis=0)
    return kept


def panels(count, title, variant):
    """A figure of `count` panels above each other over one time axis."""
    figure, axes = plt.subplots(count, 1, sharex=True, squeeze=False, layout="constrained",
                                figsize=(10, 2.2 + 2.4 * count))
    figure.suptitle(f"{title}: {variant}" if variant else title)
    return figure, axes[:, 0]


def finish(figure, all_axes, label, order=()):
    """Units on the vertical axes, dates below, one legend at the right: `order` is that of the
    stack from below, for figures whose panels do not all show the same series."""
    entries = {}
    for axes in all_axes:
        axes.set_ylabel(label)
        axes.set_ylim(bottom=0)
        axes.grid(alpha=0.3)
        axes.set_axisbelow(True)
        handles, labels = axes.get_legend_handles_labels()
        entries.update(zip(labels, handles))
    locator = mdates.AutoDateLocator()
    all_axes[-1].xaxis.set_major_locator(locator)
    all_axes[-1].xaxis.set_major_formatter(mdates.ConciseDateFormatter(locator))
    all_axes[-1].set_xlabel("date (UTC)")
    if entries:
        names = [name for name in order if name in entries] or list(entries)
        names.reverse()  # a legend reads from above
        all_axes[0].legend([entries[name] for name in names], names, loc="upper left",
                           bbox_to_anchor=(1.01, 1), frameon=False)
    return figure


def throughput(data, variant):
    """Model FLOP rate over time, stacked by site and accelerator."""
    values, unit = in_units(data.model_flop_rate, FLOP_RATE_UNITS)
    series = {f"{site}, {accelerator}": values[:, i, j]
              for i, site in enumerate(data.site.values)
              for j, accelerator in enumerate(data.accelerator.values)}
    series = {label: rate for label, rate in series.items() if np.any(np.nan_to_num(rate) > 0)}
    series = largest(series, len(COLOURS))
    figure, axes = panels(1, "Throughput by site and accelerator", variant)
    stack(axes[0], edges(data), series, dict(zip(series, COLOURS + [GREY])))
    return finish(figure, axes, f"model FLOP rate ({unit})")


def chips(data, variant):
    """Number of chips over time, one panel per site, stacked by state."""
    values = data.chips.sum("accelerator").values  # [time, site, state]
    states = [str(state).replace("_", " ") for state in data.state.values]
    spare = iter(COLOURS[2:])
    colours = {state: STATE_COLOURS.get(state) or next(spare, GREY) for state in states}
    sites = [i for i in range(data.site.size) if np.any(values[:, i] > 0)] or [0]
    figure, axes = panels(len(sites), "Chips by state", variant)
    for panel, i in zip(axes, sites):
        panel.set_title(str(data.site.values[i]), loc="left", fontsize="medium")
        stack(panel, edges(data), dict(zip(states, values[:, i].T)), colours)
    return finish(figure, axes, "chips", states)


def power(data, variant):
    """Power over time, one panel per site, with the limit as a line where there is one."""
    drawn, unit = in_units(data.power, POWER_UNITS)
    limit, _ = in_units(data.power_limit, POWER_UNITS)
    limit = np.where(np.isfinite(limit), limit, np.nan)
    sites = [i for i in range(data.site.size)
             if np.any(np.nan_to_num(drawn[:, i]) > 0) or np.any(limit[:, i] > 0)] or [0]
    figure, axes = panels(len(sites), "Power against its limit", variant)
    for panel, i in zip(axes, sites):
        panel.set_title(str(data.site.values[i]), loc="left", fontsize="medium")
        stack(panel, edges(data), {"power": drawn[:, i]}, {"power": COLOURS[0]})
        if np.any(np.isfinite(limit[:, i])):
            panel.step(edges(data), held(limit[:, i]), where="post", color="black",
                       linestyle="--", label="limit")
    return finish(figure, axes, f"power ({unit})")


def save(figure, folder, kind, variant):
    # Quoted, since a variant may be named with "/"; blanks and commas are common and harmless.
    name = f"{kind}.{quote(variant, safe=' ,+')}.png" if variant else f"{kind}.png"
    path = os.path.join(folder, name)
    try:
        os.makedirs(folder, exist_ok=True)
        figure.savefig(path, dpi=120)
    except OSError as error:
        raise Failure(CANNOT_WRITE, f"{path}: cannot write ({error.strerror})") from error
    finally:
        plt.close(figure)
    print(path)


def main(arguments):
    """The exit code; `arguments` without the program's name."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("result", metavar="RESULT.h5", help="result of a fleet scenario")
    parser.add_argument("-o", dest="folder", metavar="DIR", default=".",
                        help="where the pictures go (default: current folder)")
    parser.add_argument("--variant", metavar="NAME", help="draw this one only")
    options = parser.parse_args(arguments)
    try:
        data = read(options.result)
        for variant, chosen in select(options.result, data, options.variant):
            for draw in (throughput, chips, power):
                save(draw(chosen, variant), options.folder, draw.__name__, variant)
    except Failure as failure:
        print(failure, file=sys.stderr)
        return failure.code
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
