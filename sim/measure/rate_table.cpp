#include "measure/rate_table.hpp"

#include <algorithm>
#include <limits>

#include "measure/cube.hpp"
#include "measure/names.hpp"

namespace trainyard::measure {
namespace {

constexpr double nothing = std::numeric_limits<double>::quiet_NaN();
constexpr const char* per_second = "s-1";

struct Lists {
  NameList variants;
  NameList jobs;
  NameList accelerators;
  NameList sites;
};

Lists lists(const std::vector<RateRow>& rows) {
  Lists lists;
  for (const RateRow& row : rows) {
    lists.variants.add(row.variant);
    lists.jobs.add(row.job);
    lists.accelerators.add(row.accelerator);
    lists.sites.add(row.site);
  }
  return lists;
}

void add_coordinate(const char* name, const char* description, const NameList& names,
                    Dataset& dataset) {
  dataset.axes.push_back({name, names.size()});
  dataset.variables.push_back(
      {.name = name, .description = description, .dimensions = {name}, .values = names.all()});
}

}  // namespace

double RateRow::samples() const {
  if (!objection.empty()) return nothing;
  return answer.samples / answer.duration.value() / static_cast<double>(chips);
}

double RateRow::tokens() const {
  if (!objection.empty() || answer.tokens <= 0) return nothing;
  return answer.tokens / answer.duration.value() / static_cast<double>(chips);
}

double RateRow::low() const {
  return !objection.empty() || band.family.empty() ? nothing : 1 / band.of.high;
}

double RateRow::high() const {
  return !objection.empty() || band.family.empty() ? nothing : 1 / band.of.low;
}

Dataset rate_tables(const std::vector<RateRow>& rows) {
  const Lists all = lists(rows);
  const bool with_variants = all.variants.all() != std::vector<std::string>{""};
  Dataset dataset;
  if (with_variants) {
    add_coordinate("variant", "variant of the scenario", all.variants, dataset);
  }
  add_coordinate("job", "job", all.jobs, dataset);
  add_coordinate("accelerator", "kind of accelerator", all.accelerators, dataset);
  add_coordinate("site", "site", all.sites, dataset);
  const std::vector<Axis> axes{{"variant", std::max<std::size_t>(all.variants.size(), 1)},
                               {"job", all.jobs.size()},
                               {"accelerator", all.accelerators.size()},
                               {"site", all.sites.size()}};
  Cube samples(
      {"samples_per_accelerator",
       "samples trained a second for each accelerator given; none: may not run", per_second},
      axes, nothing);
  Cube tokens({"tokens_per_accelerator",
               "tokens trained a second for each accelerator given; none: may not, or no tokens",
               per_second},
              axes, nothing);
  Cube low({"rate_low", "8 of 10 measured steps of the like had from this share of the rate", "1"},
           axes, nothing);
  Cube high({"rate_high", "to this", "1"}, axes, nothing);
  Cube chips({"rate_chips", "accelerators given", "1"}, axes, nothing);
  for (const RateRow& row : rows) {
    const std::initializer_list<std::size_t> at{
        all.variants.index(row.variant), all.jobs.index(row.job),
        all.accelerators.index(row.accelerator), all.sites.index(row.site)};
    if (!row.objection.empty() || samples.at(at) >= row.samples()) continue;
    samples.at(at) = row.samples();
    tokens.at(at) = row.tokens();
    low.at(at) = row.low();
    high.at(at) = row.high();
    chips.at(at) = static_cast<double>(row.chips);
  }
  for (Cube* cube : {&samples, &tokens, &low, &high, &chips}) {
    dataset.variables.push_back(std::move(*cube).variable());
    std::vector<std::string>& dimensions = dataset.variables.back().dimensions;
    if (!with_variants) dimensions.erase(dimensions.begin());
  }
  return dataset;
}

}  // namespace trainyard::measure
