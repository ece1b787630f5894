// Streams of random draws by the names of what they belong to, so that a delivery or a cause draws
// the same in every variant of a scenario (common random numbers).
#pragma once

#include <cstdint>
#include <string_view>

#include "base/random.hpp"

namespace trainyard::fleet {

// 64-bit FNV-1a (Fowler, Noll, Vo) of the texts, spread.
inline std::uint64_t stream(std::string_view kind, std::string_view name,
                            std::uint64_t number = 0) {
  constexpr std::uint64_t basis = 0xcbf29ce484222325;
  constexpr std::uint64_t prime = 0x100000001b3;
  std::uint64_t hash = basis ^ mixed(number);
  for (const std::string_view text : {kind, name}) {
    for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * prime;
    hash *= prime;
  }
  return mixed(hash);
}

}  // namespace trainyard::fleet
