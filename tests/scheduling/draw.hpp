// Random whole numbers for tests, the same on every machine.
#pragma once

#include <cstddef>
#include <cstdint>
#include <random>

namespace trainyard::scheduling {

class Draw {
 public:
  explicit Draw(std::uint64_t seed) : bits_(seed) {}
  // From `low` to `high`, both included.
  std::int64_t whole(std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(bits_() % static_cast<std::uint64_t>(high - low + 1));
  }
  std::size_t below(std::size_t count) { return bits_() % count; }

 private:
  std::mt19937_64 bits_;
};

}  // namespace trainyard::scheduling
