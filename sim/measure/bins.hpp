// The horizon cut into bins: piecewise-constant values in, averages and sums by bin out.
#pragma once

#include <algorithm>
#include <cstddef>

#include "base/units.hpp"

namespace trainyard::measure {

class Bins {
 public:
  Bins(Instant from, Instant to, Seconds bin);

  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] Instant start(std::size_t bin) const;
  [[nodiscard]] Seconds length(std::size_t bin) const;  // the last may be shorter

  // Calls visit(bin, overlap) for every bin that [begin, end) overlaps.
  template <class Visit>
  void each(Instant begin, Instant end, Visit visit) const {
    if (end <= begin || end <= from_ || begin >= to_) return;
    for (std::size_t bin = bin_of(begin); bin < size_ && start(bin) < end; ++bin) {
      const Instant first = std::max(begin, start(bin));
      const Instant last = std::min(end, start(bin) + length(bin));
      if (last > first) visit(bin, last - first);
    }
  }
  // The bin that holds a moment of the horizon.
  [[nodiscard]] std::size_t bin_of(Instant time) const;

 private:
  Instant from_;
  Instant to_;
  Seconds bin_;
  std::size_t size_;
};

}  // namespace trainyard::measure
