#include "cli/json_summary.hpp"

#include <utility>

#include "cli/json.hpp"
#include "document/node.hpp"
#include "report/totals.hpp"
#include "report/view.hpp"

namespace trainyard::cli {
namespace {

using document::Kind;
using document::Node;

Node places(const report::View& view, std::size_t variant) {
  Node sites = json_object();
  for (std::size_t s = 0; s < view.names("site").size(); ++s) {
    const report::SiteTotals site = report::site_totals(view, variant, s);
    Node chips = json_object();
    for (std::size_t a = 0; a < view.names("accelerator").size(); ++a) {
      const report::PlaceTotals place = report::place_totals(view, variant, s, a);
      if (place.none()) continue;
      chips.members.emplace_back(view.names("accelerator")[a],
                                 json_object({{"chips_at_end", json(place.chips)},
                                              {"in_storage_at_end", json(place.in_storage)},
                                              {"stored_chip_days", json(place.stored_days)},
                                              {"ready_chip_days", json(place.ready_days)},
                                              {"busy_chip_days", json(place.busy_days)},
                                              {"model_flop", json(place.work)}}));
    }
    sites.members.emplace_back(view.names("site")[s],
                               json_object({{"power_peak_watts", json(site.peak_power)},
                                            {"energy_joules", json(site.energy)},
                                            {"energy_cost_usd", json(site.cost)},
                                            {"accelerators", std::move(chips)}}));
  }
  return sites;
}

Node owners(const report::View& view, std::size_t variant) {
  Node all = json_object();
  for (std::size_t o = 0; o < view.names("owner").size(); ++o) {
    const report::OwnerTotals totals = report::owner_totals(view, variant, o);
    all.members.emplace_back(view.names("owner")[o],
                             json_object({{"model_flop", json(totals.work)},
                                          {"chip_days", json(totals.chip_days)},
                                          {"idle_chip_days", json(totals.idle_days)}}));
  }
  return all;
}

Node jobs(const report::View& view, std::size_t variant) {
  Node all = json_object();
  for (std::size_t j = 0; j < view.names("job").size(); ++j) {
    all.members.emplace_back(
        view.names("job")[j],
        json_object({{"samples", json(view.at("job_samples", {variant, j}))},
                     {"started_unix_seconds", json(view.at("job_started", {variant, j}))},
                     {"finished_unix_seconds", json(view.at("job_finished", {variant, j}))}}));
  }
  return all;
}

Node step(const measure::StepRow& row) {
  Node spent = json_object();
  for (std::size_t a = 0; a < program::activities; ++a) {
    spent.members.emplace_back(std::string(program::activity_names[a]) + "_seconds",
                               json(row.answer.spent[a].value()));
  }
  return json_object({{"variant", json(row.variant)},
                      {"job", json(row.job)},
                      {"accelerator", json(row.accelerator)},
                      {"chips", json(row.chips)},
                      {"left_over", json(row.answer.left_over)},
                      {"tensor", json(row.answer.tensor)},
                      {"pipeline", json(row.answer.pipeline)},
                      {"data", json(row.answer.data)},
                      {"micro_batches", json(row.answer.micro_batches)},
                      {"step_seconds", json(row.answer.duration.value())},
                      {"samples", json(row.answer.samples)},
                      {"tokens", json(row.answer.tokens)},
                      {"model_flop", json(row.answer.model_work.value())},
                      {"mfu", json(row.answer.mfu)},
                      {"memory_bytes", json(row.answer.memory.total().value())},
                      {"memory_capacity_bytes", json(row.answer.capacity.value())},
                      {"spent", std::move(spent)}});
}

Node steps(const std::vector<measure::StepRow>& rows) {
  Node list;
  list.kind = Kind::array;
  for (const measure::StepRow& row : rows) list.items.push_back(step(row));
  return list;
}

}  // namespace

std::string json_steps(const std::vector<measure::StepRow>& rows) {
  return document::canonical_text(json_object({{"steps", steps(rows)}}));
}

std::string json_summary(const RunResult& result, const std::string& path, double cpu_seconds) {
  Node root = json_object({{"result", json(path)}, {"cpu_seconds", json(cpu_seconds)}});
  if (!result.steps.empty()) {
    root.members.emplace_back("steps", steps(result.steps));
    return document::canonical_text(root);
  }
  const report::View view(result.dataset);
  Node variants = json_object();
  for (std::size_t v = 0; v < view.variants().size(); ++v) {
    variants.members.emplace_back(view.variants()[v], json_object({{"sites", places(view, v)},
                                                                   {"owners", owners(view, v)},
                                                                   {"jobs", jobs(view, v)}}));
  }
  root.members.emplace_back("variants", std::move(variants));
  return document::canonical_text(root);
}

}  // namespace trainyard::cli
