#include "measure/bins.hpp"

#include <algorithm>
#include <cmath>

#include "base/check.hpp"

namespace trainyard::measure {

Bins::Bins(Instant from, Instant to, Seconds bin)
    : from_(from),
      to_(to),
      bin_(bin),
      size_(static_cast<std::size_t>(std::ceil((to - from) / bin * (1 - 1e-12)))) {
  EXPECT(to > from && bin > Seconds(0));
}

Instant Bins::start(std::size_t bin) const {
  return from_ + bin_ * static_cast<double>(bin);
}

Seconds Bins::length(std::size_t bin) const {
  return std::min(start(bin + 1), to_) - start(bin);
}

std::size_t Bins::bin_of(Instant time) const {
  if (time <= from_) return 0;
  auto bin = static_cast<std::size_t>((time - from_) / bin_);
  while (bin > 0 && start(bin) > time) --bin;
  return bin;
}

}  // namespace trainyard::measure
