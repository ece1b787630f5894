#include "cli/json_summary.hpp"

#include <cmath>
#include <utility>

#include "document/node.hpp"
#include "report/totals.hpp"
#include "report/view.hpp"

namespace trainyard::cli {
namespace {

using document::Kind;
using document::Node;

Node number(double value) {
  Node node;
  // JSON has no infinity and no NaN.
  if (!std::isfinite(value)) return node;
  node.kind = Kind::number;
  node.number = value;
  return node;
}

Node text(std::string value) {
  Node node;
  node.kind = Kind::string;
  node.string = std::move(value);
  return node;
}

Node object(std::vector<Node::Member> members = {}) {
  Node node;
  node.kind = Kind::object;
  node.members = std::move(members);
  return node;
}

Node places(const report::View& view, std::size_t variant) {
  Node sites = object();
  for (std::size_t s = 0; s < view.names("site").size(); ++s) {
    const report::SiteTotals site = report::site_totals(view, variant, s);
    Node chips = object();
    for (std::size_t a = 0; a < view.names("accelerator").size(); ++a) {
      const report::PlaceTotals place = report::place_totals(view, variant, s, a);
      if (place.none()) continue;
      chips.members.emplace_back(view.names("accelerator")[a],
                                 object({{"chips_at_end", number(place.chips)},
                                         {"in_storage_at_end", number(place.in_storage)},
                                         {"stored_chip_days", number(place.stored_days)},
                                         {"ready_chip_days", number(place.ready_days)},
                                         {"busy_chip_days", number(place.busy_days)},
                                         {"model_flop", number(place.work)}}));
    }
    sites.members.emplace_back(view.names("site")[s],
                               object({{"power_peak_watts", number(site.peak_power)},
                                       {"energy_joules", number(site.energy)},
                                       {"energy_cost_usd", number(site.cost)},
                                       {"accelerators", std::move(chips)}}));
  }
  return sites;
}

Node owners(const report::View& view, std::size_t variant) {
  Node all = object();
  for (std::size_t o = 0; o < view.names("owner").size(); ++o) {
    const report::OwnerTotals totals = report::owner_totals(view, variant, o);
    all.members.emplace_back(view.names("owner")[o],
                             object({{"model_flop", number(totals.work)},
                                     {"chip_days", number(totals.chip_days)},
                                     {"idle_chip_days", number(totals.idle_days)}}));
  }
  return all;
}

Node jobs(const report::View& view, std::size_t variant) {
  Node all = object();
  for (std::size_t j = 0; j < view.names("job").size(); ++j) {
    all.members.emplace_back(
        view.names("job")[j],
        object({{"samples", number(view.at("job_samples", {variant, j}))},
                {"started_unix_seconds", number(view.at("job_started", {variant, j}))},
                {"finished_unix_seconds", number(view.at("job_finished", {variant, j}))}}));
  }
  return all;
}

Node step(const measure::StepRow& row) {
  Node spent = object();
  for (std::size_t a = 0; a < program::activities; ++a) {
    spent.members.emplace_back(std::string(program::activity_names[a]) + "_seconds",
                               number(row.answer.spent[a].value()));
  }
  return object({{"variant", text(row.variant)},
                 {"job", text(row.job)},
                 {"accelerator", text(row.accelerator)},
                 {"chips", number(static_cast<double>(row.chips))},
                 {"left_over", number(static_cast<double>(row.answer.left_over))},
                 {"tensor", number(static_cast<double>(row.answer.tensor))},
                 {"pipeline", number(static_cast<double>(row.answer.pipeline))},
                 {"data", number(static_cast<double>(row.answer.data))},
                 {"micro_batches", number(static_cast<double>(row.answer.micro_batches))},
                 {"step_seconds", number(row.answer.duration.value())},
                 {"samples", number(row.answer.samples)},
                 {"tokens", number(row.answer.tokens)},
                 {"model_flop", number(row.answer.model_work.value())},
                 {"mfu", number(row.answer.mfu)},
                 {"memory_bytes", number(row.answer.memory.total().value())},
                 {"memory_capacity_bytes", number(row.answer.capacity.value())},
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
  return document::canonical_text(object({{"steps", steps(rows)}}));
}

std::string json_summary(const RunResult& result, const std::string& path, double cpu_seconds) {
  Node root = object({{"result", text(path)}, {"cpu_seconds", number(cpu_seconds)}});
  if (!result.steps.empty()) {
    root.members.emplace_back("steps", steps(result.steps));
    return document::canonical_text(root);
  }
  const report::View view(result.dataset);
  Node variants = object();
  for (std::size_t v = 0; v < view.variants().size(); ++v) {
    variants.members.emplace_back(
        view.variants()[v],
        object({{"sites", places(view, v)}, {"owners", owners(view, v)}, {"jobs", jobs(view, v)}}));
  }
  root.members.emplace_back("variants", std::move(variants));
  return document::canonical_text(root);
}

}  // namespace trainyard::cli
