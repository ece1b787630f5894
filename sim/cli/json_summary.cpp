#include "cli/json_summary.hpp"

#include <limits>
#include <utility>

#include "cli/json.hpp"
#include "document/node.hpp"
#include "report/bandwidth.hpp"
#include "report/step_parts.hpp"
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
    Node uses = json_object();
    for (std::size_t use = 0; use < view.names("use").size(); ++use) {
      uses.members.emplace_back(view.names("use")[use],
                                json(report::chip_time(view, variant, s, use)));
    }
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
                                            {"chip_seconds", std::move(uses)},
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
    const auto number = [&](const char* name) { return json(view.at(name, {variant, j})); };
    all.members.emplace_back(
        view.names("job")[j],
        json_object({{"samples", number("job_samples")},
                     {"samples_factor_low", number("job_rate_low")},
                     {"samples_factor_high", number("job_rate_high")},
                     {"submitted_unix_seconds", number("job_submitted")},
                     {"started_unix_seconds", number("job_started")},
                     {"finished_unix_seconds", number("job_finished")},
                     {"queued_seconds", number("job_queued")},
                     {"interruptions", number("job_interruptions")},
                     {"preemptions", number("job_preemptions")},
                     {"mean_time_to_interrupt_seconds", number("job_mean_time_to_interrupt")},
                     {"ettr", number("job_ettr")},
                     {"goodput", number("job_goodput")}}));
  }
  return all;
}

Node workloads(const report::View& view, std::size_t variant) {
  Node all = json_object();
  for (const std::string& name : view.names("workload")) {
    const report::WorkloadTotals totals = report::workload_totals(view, variant, name);
    all.members.emplace_back(name,
                             json_object({{"jobs", json(totals.jobs)},
                                          {"finished", json(totals.finished)},
                                          {"mean_wait_seconds", json(totals.mean_wait)},
                                          {"median_wait_seconds", json(totals.median_wait)},
                                          {"p99_wait_seconds", json(totals.p99_wait)},
                                          {"mean_completion_seconds", json(totals.mean_completion)},
                                          {"makespan_seconds", json(totals.makespan)}}));
  }
  return all;
}

Node whole(const report::View& view, std::size_t variant) {
  const auto number = [&](const char* name) { return json(view.at(name, {variant})); };
  return json_object({{"chip_seconds", number("fleet_chip_time")},
                      {"utilisation", number("fleet_utilisation")},
                      {"held", number("fleet_held")},
                      {"goodput", number("fleet_goodput")},
                      {"ettr", number("fleet_ettr")},
                      {"mean_queued_seconds", number("fleet_mean_queued")}});
}

Node list_of(std::vector<Node> items) {
  Node list;
  list.kind = Kind::array;
  list.items = std::move(items);
  return list;
}

Node spent(const report::Spent& spent) {
  Node all = json_object();
  for (std::size_t a = 0; a < program::activities; ++a) {
    all.members.emplace_back(std::string(program::activity_names[a]) + "_seconds",
                             json(spent[a].value()));
  }
  return all;
}

Node groups(const report::Spent& spent) {
  const auto seconds = [&](report::Group group) {
    return json(report::spent_on(spent, group).value());
  };
  return json_object({{"compute_seconds", seconds(report::Group::compute)},
                      {"exposed_communication_seconds", seconds(report::Group::communication)},
                      {"memory_stream_seconds", seconds(report::Group::memory_stream)},
                      {"bubble_seconds", seconds(report::Group::bubble)},
                      {"input_seconds", seconds(report::Group::input)},
                      {"optimizer_seconds", seconds(report::Group::optimizer)}});
}

Node memory(const parallelism::Memory& memory) {
  return json_object({{"parameters_bytes", json(memory.parameters.value())},
                      {"gradients_bytes", json(memory.gradients.value())},
                      {"optimizer_bytes", json(memory.optimizer.value())},
                      {"activations_bytes", json(memory.activations.value())},
                      {"working_bytes", json(memory.working.value())}});
}

// null for a training step.
Node collective(const measure::StepRow& row) {
  if (!row.exchange) return {};
  const auto bandwidth = report::bandwidth(*row.exchange, row.answer.ranks, row.answer.duration);
  return json_object(
      {{"operation", json(std::string(report::operation_name(row.exchange->operation)))},
       {"buffer_bytes", json(row.exchange->buffer.value())},
       {"algorithm_bandwidth_bytes_per_second",
        bandwidth ? json(bandwidth->algorithm.value()) : Node{}},
       {"bus_bandwidth_bytes_per_second", bandwidth ? json(bandwidth->bus.value()) : Node{}}});
}

Node plan(const measure::StepRow& row) {
  const step::Answer& answer = row.answer;
  return json_object({{"variant", json(row.variant)},
                      {"job", json(row.job)},
                      {"accelerator", json(row.accelerator)},
                      {"chips", json(row.chips)},
                      {"ranks", json(answer.ranks)},
                      {"left_over", json(answer.left_over)},
                      {"tensor", json(answer.tensor)},
                      {"context", json(answer.context)},
                      {"pipeline", json(answer.pipeline)},
                      {"data", json(answer.data)},
                      {"expert", json(answer.expert)},
                      {"micro_batches", json(answer.micro_batches)}});
}

// null where nothing was measured.
Node confidence(const measure::StepRow& row) {
  const step::Band& band = row.band;
  if (band.family.empty()) return {};
  const double seconds = row.answer.duration.value();
  return json_object({{"family", json(band.family)},
                      {"rows", json(band.of.rows)},
                      {"low_seconds", json(seconds * band.of.low)},
                      {"middle_seconds", json(seconds * band.of.middle)},
                      {"high_seconds", json(seconds * band.of.high)},
                      {"extrapolated", json(std::int64_t{band.extrapolated ? 1 : 0})}});
}

Node step(const measure::StepRow& row) {
  const step::Answer& answer = row.answer;
  const double seconds = answer.duration.value();
  const double none = std::numeric_limits<double>::quiet_NaN();
  Node all = plan(row);
  const Node measured = json_object({
      {"step_seconds", json(seconds)},
      {"confidence", confidence(row)},
      {"weakest_input", json(row.weakest_input)},
      {"samples", json(answer.samples)},
      {"samples_per_second", json(answer.samples / seconds)},
      {"tokens", json(answer.tokens)},
      {"tokens_per_second", json(answer.tokens / seconds)},
      {"model_flop", json(answer.model_work.value())},
      {"hardware_flop", json(answer.hardware_work.value())},
      {"mfu", json(row.exchange ? none : answer.mfu)},
      {"hfu", json(row.exchange ? none : answer.hfu)},
      {"energy_joules", json(answer.energy.value())},
      {"energy_joules_per_sample", json(answer.energy.value() / answer.samples)},
      {"energy_joules_per_token", json(answer.energy.value() / answer.tokens)},
      {"scale_out_bytes", json(answer.scale_out.value())},
      {"memory_bytes", json(answer.memory.total().value())},
      {"memory_capacity_bytes", json(answer.capacity.value())},
      {"fits", json(std::int64_t{answer.memory.total() <= answer.capacity ? 1 : 0})},
      {"memory", memory(answer.memory)},
      {"spent", spent(answer.spent)},
      {"groups", groups(answer.spent)},
      {"collective", collective(row)},
      {"played", json_object({{"ranks", json(answer.players)},
                              {"events", json(answer.events)},
                              {"exact", json(std::int64_t{answer.exact ? 1 : 0})}})},
  });
  all.members.insert(all.members.end(), measured.members.begin(), measured.members.end());
  return all;
}

Node steps(const std::vector<measure::StepRow>& rows) {
  std::vector<Node> items;
  for (const measure::StepRow& row : rows) items.push_back(step(row));
  return list_of(std::move(items));
}

Node stages(const std::vector<step::StageReport>& stages) {
  std::vector<Node> items;
  for (const step::StageReport& stage : stages) {
    items.push_back(json_object({{"stage", json(stage.stage)},
                                 {"ranks", json(stage.ranks)},
                                 {"spent", spent(stage.spent)},
                                 {"groups", groups(stage.spent)},
                                 {"memory_bytes", json(stage.memory.total().value())},
                                 {"memory", memory(stage.memory)}}));
  }
  return list_of(std::move(items));
}

Node links(const std::vector<step::LinkReport>& links) {
  std::vector<Node> items;
  for (const step::LinkReport& kind : links) {
    items.push_back(json_object({{"kind", json(kind.kind)},
                                 {"count", json(kind.links)},
                                 {"bytes", json(kind.bytes.value())},
                                 {"utilisation_mean", json(kind.mean)},
                                 {"utilisation_busiest", json(kind.busiest)}}));
  }
  return list_of(std::move(items));
}

// null where the step takes no time.
Node bottleneck(const report::StepDetail& step) {
  const auto found = report::bottleneck(step.row, step.links);
  if (!found) return {};
  return json_object({{"name", json(std::string(found->name))},
                      {"share", json(found->share)},
                      {"busiest_links", found->links ? json(found->links->kind) : Node{}}});
}

Node faster(const report::StepDetail& step) {
  Node all = json_object();
  for (const report::Faster& faster : report::by_gain(step)) {
    all.members.emplace_back(std::string(faster.name),
                             json_object({{"step_seconds", json(faster.duration.value())},
                                          {"gain", json(report::gain(step, faster))}}));
  }
  return all;
}

Node detail(const report::StepDetail& detail) {
  Node all = step(detail.row);
  if (!detail.stages.empty()) {
    all.members.emplace_back("bounding_stage",
                             json(detail.stages[report::bounding_stage(detail.stages)].stage));
    all.members.emplace_back("fullest_stage",
                             json(detail.stages[report::fullest_stage(detail.stages)].stage));
  }
  all.members.emplace_back("stages", stages(detail.stages));
  all.members.emplace_back("links", links(detail.links));
  all.members.emplace_back("bottleneck", bottleneck(detail));
  if (!detail.faster.empty()) all.members.emplace_back("ten_percent_faster", faster(detail));
  return all;
}

}  // namespace

std::string json_steps(const std::vector<report::StepDetail>& steps) {
  std::vector<Node> items;
  for (const report::StepDetail& step : steps) items.push_back(detail(step));
  return document::canonical_text(json_object({{"steps", list_of(std::move(items))}}));
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
    variants.members.emplace_back(view.variants()[v],
                                  json_object({{"fleet", whole(view, v)},
                                               {"sites", places(view, v)},
                                               {"owners", owners(view, v)},
                                               {"jobs", jobs(view, v)},
                                               {"workloads", workloads(view, v)}}));
  }
  root.members.emplace_back("variants", std::move(variants));
  return document::canonical_text(root);
}

}  // namespace trainyard::cli
