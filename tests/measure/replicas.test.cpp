#include "measure/replicas.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

namespace trainyard::measure {
namespace {

// Two variants, two jobs.
Dataset result() {
  return {
      .axes = {{"variant", 2}, {"time", 1}, {"job", 2}},
      .variables = {{"variant", "", "", {"variant"}, std::vector<std::string>{"keep", "send"}},
                    {"job", "", "", {"job"}, std::vector<std::string>{"fsd", "grok"}},
                    {"fleet_ettr", "", "1", {"variant"}, std::vector<double>{0.9, 0.8}},
                    {"job_samples", "", "1", {"variant", "job"}, std::vector<double>{1, 2, 3, 4}},
                    {"power", "", "W", {"variant", "time"}, std::vector<double>{5, 6}}}};
}

const Variable& find(const Dataset& dataset, const std::string& name) {
  for (const Variable& variable : dataset.variables) {
    if (variable.name == name) return variable;
  }
  throw std::out_of_range(name);
}

double real(const Dataset& dataset, const std::string& name, std::size_t index) {
  return std::get<std::vector<double>>(find(dataset, name).values).at(index);
}

}  // namespace

TEST_CASE("quantities are the numbers without time, an element each", "[measure]") {
  const std::vector<Quantity> all = quantities(result());
  REQUIRE(all.size() == 3);
  CHECK(all[0].name == "fleet_ettr");
  CHECK(all[1].name == "job_samples/fsd");
  CHECK(all[1].values == std::vector<double>{1, 3});
  CHECK(all[2].values == std::vector<double>{2, 4});
  CHECK(values(all) == std::vector<double>{0.9, 0.8, 1, 3, 2, 4});
}

TEST_CASE("replicas give mean and Student's interval, and leave out what a replica has not",
          "[measure]") {
  Dataset dataset = result();
  constexpr double none = std::numeric_limits<double>::quiet_NaN();
  add_replicas(7, {{8, {0.8, 0.8, 2, 3, none, 4}}, {9, {0.7, 0.8, 3, 3, none, 4}}}, dataset);
  CHECK(std::get<std::vector<std::int64_t>>(find(dataset, "replica").values) ==
        std::vector<std::int64_t>{7, 8, 9});
  CHECK(real(dataset, "quantity_mean", 0) == Approx(0.8));
  // t(2) = 4.3027, deviation 0.1, three values.
  CHECK(real(dataset, "quantity_low", 0) == Approx(0.8 - 4.3027 * 0.1 / std::sqrt(3.0)));
  CHECK(real(dataset, "quantity_high", 1) == Approx(2 + 4.3027 * 1 / std::sqrt(3.0)));
  CHECK(real(dataset, "quantity_mean", 2) == 2);
  CHECK(std::get<std::vector<std::int64_t>>(find(dataset, "quantity_count").values) ==
        std::vector<std::int64_t>{3, 3, 1, 3, 3, 3});
  CHECK(real(dataset, "quantity_low", 3) == Approx(real(dataset, "quantity_high", 3)));
}

TEST_CASE("Student's intervals are those of the tables for many replicas", "[measure]") {
  // 97.5 % quantiles: 3.1824 for 3, 2.7764 for 4, 2.2622 for 9, 2.0452 for 29 degrees of freedom.
  for (const auto& [n, t] : {std::pair{4, 3.18245}, {5, 2.77645}, {10, 2.26216}, {30, 2.04523}}) {
    Dataset one{.variables = {{"fleet_ettr", "", "1", {}, std::vector<double>{0}}}};
    std::vector<Replica> others;
    for (int i = 1; i < n; ++i) others.push_back({i, {static_cast<double>(i)}});
    add_replicas(0, others, one);
    double squares = 0;
    for (int i = 0; i < n; ++i) squares += std::pow(i - (n - 1) / 2.0, 2);
    const double half = t * std::sqrt(squares / (n - 1) / n);
    CHECK(real(one, "quantity_high", 0) - real(one, "quantity_mean", 0) ==
          Approx(half).epsilon(5e-5));
  }
}

}  // namespace trainyard::measure
