// One job on several kinds of nodes or at several sites. A *section* is a run of pipeline stages on
// nodes of one kind at one site; a *branch* is a pipeline of such sections, repeated for its
// data-parallel replicas; branches train copies of the model and keep them equal, every step or
// now and then (*sync*).
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/units.hpp"
#include "hardware/footprint.hpp"
#include "hardware/node.hpp"
#include "parallelism/plan.hpp"

namespace trainyard::step {

struct Section {
  std::string name;
  hardware::Node node;
  std::int64_t nodes = 0;
  std::size_t site = 0;  // of the wide area
  std::int64_t stages = 1;
  // The branch's, whose `pipeline` counts the stages of all sections, with this section's tensor
  // degree, precision and software.
  parallelism::Request request;
  std::set<std::string> own;  // members of the plan that it was given for itself
};

struct Branch {
  std::string name;
  // Digest of what follows, but for the site where there is only one; equal branches are played
  // once. Empty: equal to none.
  std::string identity;
  std::vector<Section> sections;
  bool own_plan = false;  // not the job's
};

// How branches keep their copies of the model equal.
enum class Method {
  synchronous,   // gradients are summed every step
  local,         // each trains by itself; every so many steps what they learnt is averaged: DiLoCo
                 // (Douillard et al., arXiv 2311.08105), in fragments: arXiv 2501.18512
  asynchronous,  // the same without waiting for each other, through one that keeps the model
};

// How gradients cross sites: summed inside each branch first, then between branches, or in rings
// through all ranks of all branches.
enum class Crossing { hierarchical, flat };

struct Sync {
  Method method = Method::synchronous;
  Crossing crossing = Crossing::hierarchical;
  bool overlap = true;  // a part is sent as soon as its gradients are made
  // Sent together, at least; none: what the links on the way carry in ten times their latency, so
  // that little time goes to waiting for it.
  std::optional<Bytes> chunk;
  double bits = 32;            // of a parameter's gradient on the way between branches
  std::int64_t streams = 1;    // TCP streams of an accelerator to another site
  std::int64_t every = 1;      // local: inner steps between two exchanges of the same parameter
  std::int64_t fragments = 1;  // local: parts of the model, exchanged in turn
  std::int64_t delay = 0;      // local: steps that go on before what was exchanged is needed
  std::int64_t quorum = 1;     // asynchronous: branches whose part an outer step waits for
  Seconds grace;               // asynchronous: it waits so much longer for others
};

struct Joint {
  std::vector<Branch> branches;
  Sync sync;
  hardware::WideArea wide;
  double wan_share = 1;  // of the bandwidth of links between sites that is left to the job
};

// Of all sections.
std::int64_t nodes_of(const Joint& joint);

// The wide area with what is left of its links to the job.
hardware::WideArea shared(const Joint& joint);

}  // namespace trainyard::step
