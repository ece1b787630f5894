#include "engine/max_min.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <random>

namespace trainyard::engine {
namespace {

using program::Use;

struct Instance {
  std::vector<BytesPerSecond> links;
  std::vector<std::vector<Use>> flows;
};

std::vector<double> rates(const Instance& instance) {
  MaxMin solver(instance.links);
  std::vector<std::int32_t> slots;
  for (const auto& uses : instance.flows) slots.push_back(solver.add(uses));
  solver.solve();
  std::vector<double> rates;
  for (const std::int32_t slot : slots) rates.push_back(solver.rate(slot).value());
  return rates;
}

// Every flow crosses one to all links, as `weight` like flows.
Instance random_instance(std::mt19937_64& random, int most_weight) {
  Instance instance;
  const auto draw = [&](int low, int high) {
    return std::uniform_int_distribution<int>(low, high)(random);
  };
  const int links = draw(1, 8);
  for (int i = 0; i < links; ++i) instance.links.emplace_back(draw(1, 1000));
  const int flows = draw(1, 20);
  for (int i = 0; i < flows; ++i) {
    std::vector<Use> uses;
    const double weight = draw(1, most_weight);
    const int always = draw(0, links - 1);
    for (int link = 0; link < links; ++link) {
      if (link == always || draw(0, 2) == 0) uses.push_back({link, weight});
    }
    instance.flows.push_back(uses);
  }
  return instance;
}

// The same with every flow as often as it weighs.
Instance expanded(const Instance& folded) {
  Instance instance{.links = folded.links};
  for (auto uses : folded.flows) {
    const double weight = uses.front().weight;
    for (Use& use : uses) use.weight = 1;
    for (double copies = 0; copies < weight; ++copies) instance.flows.push_back(uses);
  }
  return instance;
}

// Every flow crosses a full link on which no rate is higher, and no link carries more than it can.
void check_certificate(const Instance& instance, const std::vector<double>& rate) {
  constexpr double tolerance = 1e-12;
  std::vector<double> used(instance.links.size(), 0);
  std::vector<double> highest(instance.links.size(), 0);
  for (std::size_t f = 0; f < rate.size(); ++f) {
    for (const Use& use : instance.flows[f]) {
      const auto link = static_cast<std::size_t>(use.link);
      used[link] += use.weight * rate[f];
      highest[link] = std::max(highest[link], rate[f]);
    }
  }
  for (std::size_t l = 0; l < used.size(); ++l) {
    REQUIRE(used[l] <= instance.links[l].value() * (1 + tolerance));
  }
  for (std::size_t f = 0; f < rate.size(); ++f) {
    const auto& uses = instance.flows[f];
    REQUIRE(std::any_of(uses.begin(), uses.end(), [&](const Use& use) {
      const auto link = static_cast<std::size_t>(use.link);
      return used[link] >= instance.links[link].value() * (1 - tolerance) &&
             highest[link] <= rate[f] * (1 + tolerance);
    }));
  }
}

}  // namespace

TEST_CASE("n flows on one link get an n-th each", "[engine]") {
  for (const std::size_t n : {1U, 2U, 7U, 1000U}) {
    const Instance instance{{BytesPerSecond(10)}, {n, {Use{0, 1}}}};
    for (const double rate : rates(instance)) {
      CHECK(rate == Approx(10.0 / static_cast<double>(n)).epsilon(1e-12));
    }
  }
}

TEST_CASE("a trunk that is full leaves the rest of the ports to local flows", "[engine]") {
  // Links 0 to 3 are ports of 10, link 4 their trunk; flow 4 stays on port 0.
  Instance instance{{4, BytesPerSecond(10)}, {}};
  instance.links.emplace_back(12);
  for (std::int32_t port = 0; port < 4; ++port) instance.flows.push_back({{port, 1}, {4, 1}});
  instance.flows.push_back({{0, 1}});
  CHECK(rates(instance) == std::vector<double>{3, 3, 3, 3, 7});
  instance.links[4] = BytesPerSecond(32);
  CHECK(rates(instance) == std::vector<double>{5, 9, 9, 9, 5});
}

// Bertsekas and Gallager, Data Networks, 2nd edition, section 6.5.2: a session over every link of a
// chain gets the least of their shares.
TEST_CASE("a flow over a chain of links gets its share of the narrowest", "[engine]") {
  const Instance instance{{BytesPerSecond(6), BytesPerSecond(2), BytesPerSecond(4)},
                          {{{0, 1}, {1, 1}, {2, 1}}, {{0, 1}}, {{1, 1}}, {{2, 1}}}};
  CHECK(rates(instance) == std::vector<double>{1, 5, 1, 3});
}

TEST_CASE("a weight takes as much of a link as so many flows", "[engine]") {
  // Four folded flows cross the trunk, one each their port.
  const Instance folded{{BytesPerSecond(10), BytesPerSecond(12)}, {{{0, 1}, {1, 4}}}};
  CHECK(rates(folded) == std::vector<double>{3});
  // Two of them and a single one: weights never give priority.
  const Instance mixed{{BytesPerSecond(12)}, {{{0, 2}}, {{0, 1}}}};
  CHECK(rates(mixed) == std::vector<double>{4, 4});
}

TEST_CASE("weighted flows get what their copies would get one by one", "[engine]") {
  std::mt19937_64 random(1);
  for (int round = 0; round < 300; ++round) {
    const Instance folded = random_instance(random, 9);
    const auto once = rates(folded);
    const auto each = rates(expanded(folded));
    std::size_t copy = 0;
    for (std::size_t f = 0; f < once.size(); ++f) {
      for (double copies = 0; copies < folded.flows[f].front().weight; ++copies, ++copy) {
        REQUIRE(once[f] == Approx(each[copy]).epsilon(1e-12));
      }
    }
  }
}

TEST_CASE("every flow crosses a full link on which no rate is higher", "[engine]") {
  std::mt19937_64 random(2);
  for (int round = 0; round < 300; ++round) {
    const Instance instance = random_instance(random, 5);
    check_certificate(instance, rates(instance));
  }
}

TEST_CASE("coming and going flows get the rates of solving from nothing", "[engine]") {
  std::mt19937_64 random(3);
  for (int round = 0; round < 40; ++round) {
    const Instance all = random_instance(random, 5);
    MaxMin solver(all.links);
    std::vector<std::int32_t> slots(all.flows.size(), -1);
    for (int change = 0; change < 40; ++change) {
      const std::size_t f = random() % all.flows.size();
      if (slots[f] < 0) {
        slots[f] = solver.add(all.flows[f]);
      } else {
        solver.remove(slots[f]);
        slots[f] = -1;
      }
      solver.solve();
      Instance now{all.links, {}};
      std::vector<double> incremental;
      for (std::size_t i = 0; i < slots.size(); ++i) {
        if (slots[i] < 0) continue;
        now.flows.push_back(all.flows[i]);
        incremental.push_back(solver.rate(slots[i]).value());
      }
      const auto fresh = rates(now);
      for (std::size_t i = 0; i < fresh.size(); ++i) {
        REQUIRE(incremental[i] == Approx(fresh[i]).epsilon(1e-12));
      }
    }
  }
}

// As FairNetwork does it: rates of settled flows are taken at once, and nothing is solved where
// nobody is touched.
TEST_CASE("flows that have their links for themselves need no solving", "[engine]") {
  std::mt19937_64 random(4);
  std::int64_t skipped = 0;
  for (int round = 0; round < 60; ++round) {
    const Instance all = random_instance(random, 5);
    MaxMin solver(all.links);
    std::vector<std::int32_t> slots(all.flows.size(), -1);
    std::vector<double> rate(all.flows.size(), 0);
    for (int change = 0; change < 60; ++change) {
      bool dirty = false;
      // Several at one moment, the fewer the more often someone is alone.
      for (int at_once = round % 3; at_once >= 0; --at_once) {
        const std::size_t f = random() % std::min<std::size_t>(all.flows.size(), 4);
        if (slots[f] < 0) {
          slots[f] = solver.add(all.flows[f]);
          if (solver.settled(slots[f])) {
            rate[f] = solver.rate(slots[f]).value();
          } else {
            dirty = true;
          }
        } else {
          if (!solver.remove(slots[f])) dirty = true;
          slots[f] = -1;
        }
      }
      if (dirty) {
        for (const std::int32_t changed : solver.solve()) {
          const auto f = std::find(slots.begin(), slots.end(), changed) - slots.begin();
          rate.at(static_cast<std::size_t>(f)) = solver.rate(changed).value();
        }
      } else {
        ++skipped;
      }
      Instance now{all.links, {}};
      std::vector<double> known;
      for (std::size_t i = 0; i < slots.size(); ++i) {
        if (slots[i] < 0) continue;
        now.flows.push_back(all.flows[i]);
        known.push_back(rate[i]);
      }
      const auto fresh = rates(now);
      for (std::size_t i = 0; i < fresh.size(); ++i) {
        REQUIRE(known[i] == Approx(fresh[i]).epsilon(1e-12));
      }
    }
  }
  CHECK(skipped > 100);
}

TEST_CASE("a flow alone on its links is settled with the least of them, others are not",
          "[engine]") {
  const std::vector<Use> both{{0, 2}, {1, 1}};
  const std::vector<Use> first{{0, 1}};
  MaxMin solver({BytesPerSecond(12), BytesPerSecond(7)});
  const std::int32_t alone = solver.add(both);
  CHECK(solver.settled(alone));
  CHECK(solver.rate(alone) == BytesPerSecond(6));
  CHECK(solver.solve().empty());
  const std::int32_t late = solver.add(first);
  CHECK_FALSE(solver.settled(late));
  solver.solve();
  CHECK(solver.settled(late));
  CHECK(solver.rate(alone) == BytesPerSecond(4));
}

TEST_CASE("removing tells whether someone else's rate may change", "[engine]") {
  const std::vector<Use> left{{0, 1}};
  const std::vector<Use> right{{1, 1}};
  const std::vector<Use> both{{0, 1}, {1, 1}};
  MaxMin solver({BytesPerSecond(10), BytesPerSecond(10)});
  const std::int32_t first = solver.add(left);
  const std::int32_t second = solver.add(right);
  const std::int32_t across = solver.add(both);
  solver.solve();
  CHECK(solver.rate(first) == BytesPerSecond(5));
  CHECK_FALSE(solver.remove(across));
  solver.solve();
  CHECK(solver.rate(first) == BytesPerSecond(10));
  CHECK(solver.remove(first));
  CHECK(solver.remove(second));
  CHECK(solver.solve().empty());
}

TEST_CASE("only flows that share links with what changed are solved again", "[engine]") {
  const std::vector<Use> left{{0, 1}};
  const std::vector<Use> right{{1, 1}};
  MaxMin solver({BytesPerSecond(1), BytesPerSecond(1)});
  const std::int32_t far = solver.add(left);
  const std::int32_t near = solver.add(right);
  const std::int32_t beside = solver.add(right);
  CHECK(solver.solve() == std::vector{near, beside});
  CHECK(solver.rate(far) == BytesPerSecond(1));
  CHECK(solver.solve().empty());
}

TEST_CASE("a flow that crosses nothing is never held back", "[engine]") {
  MaxMin solver({BytesPerSecond(1)});
  const std::int32_t flow = solver.add({});
  solver.solve();
  CHECK(std::isinf(solver.rate(flow).value()));
  solver.remove(flow);
}

}  // namespace trainyard::engine
