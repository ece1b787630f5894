// Bandwidths of a collective played alone, as nccl-tests defines them, so that they compare with
// what it prints. Source: github.com/NVIDIA/nccl-tests, doc/PERFORMANCE.md.
#pragma once

#include <optional>
#include <string_view>

#include "base/units.hpp"
#include "step/task.hpp"

namespace trainyard::report {

std::string_view operation_name(collective::Operation operation);

struct Bandwidth {
  BytesPerSecond algorithm;  // buffer over time
  // What each rank's link must carry, whatever the number of ranks n: algorithm bandwidth times
  // 2 (n - 1) / n for all_reduce, (n - 1) / n for reduce_scatter, all_gather and all_to_all, 1 for
  // broadcast.
  BytesPerSecond bus;
};

// None where it takes no time: a rank alone exchanges nothing.
std::optional<Bandwidth> bandwidth(const step::Exchange& exchange, std::int64_t ranks,
                                   Seconds duration);

}  // namespace trainyard::report
