#include "output/sample.hpp"

#include <limits>
#include <random>

namespace trainyard::output {

Dataset sample() {
  constexpr double none = std::numeric_limits<double>::quiet_NaN();
  constexpr double unlimited = std::numeric_limits<double>::infinity();
  using Numbers = std::vector<double>;
  using Integers = std::vector<std::int64_t>;
  using Texts = std::vector<std::string>;
  return {
      .axes = {{"time", 3}, {"site", 2}, {"percentile", 2}, {"allocation", 0}},
      .variables =
          {{"time",
            "start of the bin",
            "seconds since 1970-01-01 00:00:00",
            {"time"},
            Integers{1704067200, 1704153600, 1704240000}},
           {"site", "site", "", {"site"}, Texts{"austin", "Grünheide"}},
           {"power", "power drawn", "W", {"time", "site"}, Numbers{1e6, 2e6, none, 4e6, 5e6, 6e6}},
           {"power_limit",
            "power allowed",
            "W",
            {"time", "site"},
            Numbers{9e6, 9e6, 9e6, unlimited, unlimited, unlimited}},
           {"wait", "time from arrival to start", "s", {"site", "percentile"}, Numbers{1, 2, 3, 4}},
           {"chips", "accelerators", "1", {"site"}, Integers{12000, 8}},
           {"note", "remark of the user", "", {"site"}, Texts{"", "late"}},
           {"allocation_job", "job of the allocation", "", {"allocation"}, Texts{}},
           {"allocation_chips", "accelerators held", "1", {"allocation"}, Integers{}},
           {"allocation_rate", "useful work", "s-1", {"allocation", "site"}, Numbers{}},
           {"duration", "simulated time", "s", {}, Numbers{259200}},
           {"verdict", "in one word", "", {}, Texts{"keep"}}},
      .attributes = {{"Conventions", "CF-1.10"},
                     {"title", "Grünheide läuft"},
                     {"comment", ""},
                     {"seed", std::int64_t{42}},
                     {"step", 0.5}}};
}

Dataset noise(std::size_t n) {
  std::mt19937_64 bits(7);
  std::vector<double> values(n);
  for (double& value : values) value = static_cast<double>(bits()) / 3.0;
  return {.axes = {{"index", n}},
          .variables = {{"value", "noise", "1", {"index"}, std::move(values)}},
          .attributes = {}};
}

}  // namespace trainyard::output
