// Seeded random numbers by counter: a draw depends on seed, stream and number alone, so entities
// draw from streams of their own and the order of events changes nothing.
#pragma once

#include <cstdint>

namespace trainyard {

// Spreads bits: the finaliser of SplitMix64 (Steele et al., doi 10.1145/2660193.2660195).
std::uint64_t mixed(std::uint64_t x);

// Uniform in (0, 1), both excluded.
double uniform(std::uint64_t seed, std::uint64_t stream, std::uint64_t number);

// The standard normal deviate below which a share `p` in (0, 1) lies. Wichura, Algorithm AS 241,
// doi 10.2307/2347330: relative error below 1e-15.
double normal_quantile(double p);

// The largest of `n` standard normal draws, in one draw.
double largest_normal(std::uint64_t seed, std::uint64_t stream, std::uint64_t number, double n);

}  // namespace trainyard
