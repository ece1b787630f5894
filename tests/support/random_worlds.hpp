// Small fleets drawn at random from a seed, for laws that hold in every fleet.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "support/worlds.hpp"

namespace trainyard::worlds {

// Random numbers that are the same on every machine (the library's distributions are not).
class Draw {
 public:
  explicit Draw(std::uint64_t seed) : bits_(seed) {}
  // From `low` to `high`, both included.
  std::int64_t whole(std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(bits_() % static_cast<std::uint64_t>(high - low + 1));
  }
  std::size_t below(std::size_t count) { return bits_() % count; }
  bool once_in(std::size_t count) { return below(count) == 0; }
  template <class T>
  T any(const std::vector<T>& of) {
    return of[below(of.size())];
  }

 private:
  std::mt19937_64 bits_;
};

// Nodes of 8 and of 4 chips; the tasks that jobs on each may have.
std::vector<hardware::Node> random_nodes();

std::vector<step::Task> random_tasks();

// Limits are often what a whole number of nodes draws, as a person would write it.
fleet::Site random_site(const std::string& name, const fleet::World& world, Draw& draw);

fleet::Delivery random_delivery(const fleet::World& world, Draw& draw);

fleet::Job random_job(const std::string& name, const fleet::World& world, Draw& draw);

// Up to three sites, ten deliveries and eight jobs over 60 days and a few hours.
fleet::World random_world(std::uint64_t seed);

// One of each effect, often enough that every fleet sees some.
std::vector<fleet::Cause> random_causes(Draw& draw);

// Saves its state in one of the ways there are, has spares, and may run elsewhere as well.
void trouble(fleet::Job& job, const fleet::World& world, Draw& draw);

// The same with failures, short power that slows clocks, outages, and a workload of short jobs.
fleet::World troubled_world(std::uint64_t seed);

}  // namespace trainyard::worlds
