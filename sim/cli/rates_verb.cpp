#include <fmt/format.h>

#include <cstdio>

#include "cli/json.hpp"
#include "cli/options.hpp"
#include "rates.hpp"
#include "report/rate_text.hpp"

namespace trainyard::cli {
namespace {

namespace po = boost::program_options;

using document::Node;

std::string json_text(const std::vector<measure::RateRow>& rows) {
  Node list;
  list.kind = document::Kind::array;
  for (const measure::RateRow& row : rows) {
    std::vector<Node::Member> members;
    if (!row.variant.empty()) members.push_back({"variant", json(row.variant)});
    members.push_back({"job", json(row.job)});
    members.push_back({"accelerator", json(row.accelerator)});
    members.push_back({"node", json(row.node)});
    members.push_back({"site", json(row.site)});
    members.push_back({"chips", json(row.chips)});
    members.push_back({"samples_per_accelerator", json(row.samples())});
    members.push_back({"tokens_per_accelerator", json(row.tokens())});
    members.push_back({"rate_low", json(row.low())});
    members.push_back({"rate_high", json(row.high())});
    members.push_back({"family", json(row.band.family)});
    members.push_back({"objection", json(row.objection)});
    list.items.push_back(json_object(std::move(members)));
  }
  return document::canonical_text(json_object({{"rates", list}}));
}

}  // namespace

int rates_verb(const Arguments& arguments) {
  Options options(
      "Usage: trainyard rates SCENARIO [-o FILE.h5] [--json] [options]\n"
      "Plays a step of each job on every kind of node at every site where it may run, and prints\n"
      "what one accelerator trains a second.",
      "trainyard rates scenarios/three-sites.json");
  options.add_scenario();
  options.add()("output,o", po::value<std::string>()->value_name("FILE"),
                "write the matrix to this HDF5 file, too");
  options.add()("processes", po::value<int>()->value_name("N"),
                "steps played at once; default: the processors available");
  options.add()("json", "print JSON");
  if (!options.parse(arguments)) return 0;
  RatesRequest request{.scenario = options.scenario(), .platforms = options.platforms()};
  if (options.has("output")) request.result = options.get<std::string>("output");
  request.processes = processes(options);
  const std::vector<measure::RateRow> rows = rates(request);
  fmt::print("{}", options.has("json") ? json_text(rows) + "\n" : report::rate_text(rows));
  return 0;
}

}  // namespace trainyard::cli
