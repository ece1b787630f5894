// The only place that names SimGrid: what Trainyard uses of it, spelled for SimGrid 3.32. A later
// SimGrid (3.36, 4.x) that renames something is met here.
#pragma once

#include <memory>
#include <simgrid/kernel/resource/Model.hpp>
#include <simgrid/kernel/routing/NetPoint.hpp>
#include <simgrid/kernel/routing/NetZoneImpl.hpp>
#include <simgrid/s4u.hpp>
#include <string>
#include <vector>

// clang-format off: in 3.32 it leans on what s4u.hpp includes
#include <simgrid/version.h>
// clang-format on

namespace trainyard::engine::sg {

using Engine = simgrid::s4u::Engine;
using Model = simgrid::kernel::resource::Model;
using Link = simgrid::s4u::Link;
using Comm = simgrid::s4u::Comm;
using CommPtr = simgrid::s4u::CommPtr;
using Activity = simgrid::s4u::Activity;
using NetZoneImpl = simgrid::kernel::routing::NetZoneImpl;
using NetPoint = simgrid::kernel::routing::NetPoint;
using Route = simgrid::kernel::routing::Route;

// An Engine that takes nothing from our command line, prints nothing, and models networks as plain
// max-min sharing (CM02 without cross-traffic and TCP window effects). One per process at a time.
std::unique_ptr<Engine> make_engine();

}  // namespace trainyard::engine::sg
