// One layer on one rank, pass by pass: what it computes and exchanges, in order. The step's roles
// are put together from these, and estimates sum them up.
#pragma once

#include <string>
#include <vector>

#include "base/units.hpp"
#include "collective/collective.hpp"
#include "hardware/node.hpp"
#include "model/model.hpp"
#include "parallelism/plan.hpp"
#include "program/channel.hpp"
#include "program/program.hpp"

namespace trainyard::program {

struct Item {
  enum class Kind : std::uint8_t {
    compute,   // for `time`
    exchange,  // and wait for it
    offer,     // and go on
    join,      // wait for what was offered
  };
  Kind kind = Kind::compute;
  Activity activity = Activity::gemm;
  const std::string* name = nullptr;  // of the operator
  Seconds time;
  double starts = 1;  // kernels, or groups of kernels, that the host starts for it
  Channel channel = Channel::tensor;
  collective::Operation operation = collective::Operation::all_reduce;
  Bytes buffer;
};
using Items = std::vector<Item>;

struct Passes {
  Items forward;
  Items backward;        // both gradients, operator by operator
  Items input_gradient;  // recomputation included
  Items weight_gradient;
};

Passes passes(const model::Layer& layer, const parallelism::Plan& plan,
              const hardware::Accelerator& accelerator);

// Of a layer that was measured. Nothing is exchanged within it: the times have that in them.
Passes passes(const parallelism::LayerTime& time, parallelism::Recompute recompute);

}  // namespace trainyard::program
