#include "cli/verbs.hpp"

#include <array>

namespace trainyard::cli {
namespace {

constexpr std::array rows{
    Verb{"run", "play a scenario into an HDF5 file", run_verb},
    Verb{"check", "validate a scenario without running it", check_verb},
    Verb{"step", "play single training steps and show where their time goes", step_verb},
    Verb{"rates", "play a step of each job wherever it may run, and compare the rates", rates_verb},
    Verb{"compare", "tell what differs between variants, or between results", compare_verb},
    Verb{"kernels", "price a list of kernels on an accelerator", kernels_verb},
    Verb{"list", "name every accelerator, node, fabric, site, model, schedule, collective",
         list_verb},
    Verb{"schema", "print the JSON Schema of scenarios", schema_verb},
};

}  // namespace

std::span<const Verb> verbs() {
  return rows;
}

}  // namespace trainyard::cli
