#include "scenario/read_jobs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <set>

#include "base/date.hpp"
#include "base/digest.hpp"
#include "base/text.hpp"
#include "document/pointer.hpp"
#include "scenario/read_deliveries.hpp"
#include "scenario/read_model.hpp"
#include "scenario/read_task.hpp"

namespace trainyard::scenario {

using document::Object;
using document::Presence;

namespace {

// "1e10 samples", "6e12 tokens" as samples.
std::optional<double> read_until(Object& object, const model::Model* model) {
  const auto text = object.text(
      "until", {.doc = "Target such as \"1e10 samples\" or \"6e12 tokens\"; left out: runs on",
                .presence = Presence::optional});
  if (!text || object.describing()) return std::nullopt;
  double amount = 0;
  const auto [rest, error] = std::from_chars(text->data(), text->data() + text->size(), amount);
  const std::string unit(rest, text->data() + text->size());
  if (error != std::errc() || (unit != " samples" && unit != " tokens")) {
    object.problem("until", fmt::format("\"{}\" is no target", *text),
                   "write a number and a unit, such as \"1e10 samples\" or \"6e12 tokens\"");
    return std::nullopt;
  }
  if (!std::isfinite(amount) || amount <= 0) {
    object.problem("until", "a target must be above zero", "");
    return std::nullopt;
  }
  if (unit == " samples" || model == nullptr) return amount;
  if (model->tokens_per_sample <= 0) {
    object.problem("until", fmt::format("{} counts samples, not tokens", model->name),
                   "write the target in samples");
    return std::nullopt;
  }
  return amount / model->tokens_per_sample;
}

class JobReader {
 public:
  JobReader(Object& object, const Definitions& definitions, fleet::World& world, TaskList& tasks,
            fleet::Job job)
      : object_(object),
        definitions_(definitions),
        world_(world),
        tasks_(tasks),
        job_(std::move(job)) {}

  void read();

 private:
  void place();
  void schedule();
  // Otherwise what arrives is not known, and no job is at fault for it.
  [[nodiscard]] bool deliveries_hold() const { return !definitions_.faulty.contains("deliveries"); }
  [[nodiscard]] std::set<std::string> delivered() const;
  [[nodiscard]] std::int64_t most_nodes() const;
  void choose_node();
  void check_chips();

  Object& object_;
  const Definitions& definitions_;
  fleet::World& world_;
  TaskList& tasks_;
  fleet::Job job_;
  Common common_;
  bool placed_ = false;
};

void JobReader::place() {
  const std::string owner = object_.text("owner", {.doc = "Whose job it is"}).value_or("nobody");
  job_.owner = owner_index(world_, owner);
  auto chip_owners = object_.texts(
      "chips_of",
      {.doc = "Owners whose chips it may use; default: its own", .presence = Presence::optional});
  if (chip_owners.empty()) chip_owners = {owner};
  for (const std::string& name : chip_owners) {
    job_.chip_owners.push_back(owner_index(world_, name));
  }
  const std::size_t before = object_.problem_count();
  const auto sites = object_.texts("sites", {.doc = "The one site it runs at"});
  if (object_.describing()) return;
  if (sites.size() != 1) {
    if (object_.problem_count() == before) {
      object_.problem("sites", fmt::format("{} sites are named; a job runs at one", sites.size()),
                      "name one site, or write a job for each");
    }
    return;
  }
  const auto site = site_index(object_, "sites", sites.front(), world_);
  placed_ = site.has_value();
  job_.site = site.value_or(0);
}

void JobReader::schedule() {
  job_.priority = object_
                      .integer("priority", {.doc = "Larger is served first; default 0",
                                            .presence = Presence::optional,
                                            .minimum = -1e6,
                                            .maximum = 1e6})
                      .value_or(0);
  job_.from = object_
                  .date("from", {.doc = "When it is ready to start; default: the horizon's start",
                                 .presence = Presence::optional})
                  .value_or(world_.from);
  job_.checkpoint_every =
      object_
          .optional_quantity<Seconds>(
              "checkpoint_every",
              {.doc = "Interval of checkpoints: the job grows, and falls back, to these; default "
                      "\"1 h\"",
               .minimum = 1,
               .maximum = 366 * 86400.0})
          .value_or(Seconds(3600));
  job_.restart =
      object_
          .optional_quantity<Seconds>(
              "restart", {.doc = "Lost whenever its chips change; default \"10 min\" (assumed: "
                                 "loading a checkpoint and starting the framework)",
                          .minimum = 0,
                          .maximum = 366 * 86400.0})
          .value_or(Seconds(600));
  if (!object_.describing() && job_.from >= world_.to) {
    object_.problem("from",
                    fmt::format("{} is not before the horizon's end, {}", date_text(job_.from),
                                date_text(world_.to)),
                    "start it earlier, or move the horizon");
  }
}

// Kinds of node that are delivered to the job's site for owners it may use.
std::set<std::string> JobReader::delivered() const {
  std::set<std::string> kinds;
  for (const fleet::Delivery& delivery : world_.deliveries) {
    if (delivery.site != job_.site) continue;
    if (std::find(job_.chip_owners.begin(), job_.chip_owners.end(), delivery.owner) ==
        job_.chip_owners.end()) {
      continue;
    }
    kinds.insert(world_.nodes[delivery.node].name);
  }
  return kinds;
}

std::int64_t JobReader::most_nodes() const {
  std::int64_t nodes = 0;
  for (const fleet::Delivery& delivery : world_.deliveries) {
    const bool usable = std::find(job_.chip_owners.begin(), job_.chip_owners.end(),
                                  delivery.owner) != job_.chip_owners.end();
    if (usable && delivery.site == job_.site && delivery.node == job_.node) nodes += delivery.nodes;
  }
  return nodes;
}

// An idle job is an answer too: a variant may send a site's chips elsewhere. So what is wrong is
// only a job whose kind of chips its site never gets while it gets others, or an unnamed kind.
void JobReader::choose_node() {
  const std::set<std::string> kinds = delivered();
  const std::string& site = world_.sites[job_.site].place.name;
  if (common_.node.empty()) {
    if (kinds.size() == 1) common_.node = *kinds.begin();
    if (!deliveries_hold()) return;
    if (kinds.empty()) {
      object_.problem("sites", fmt::format("no chips of its owners are delivered to \"{}\"", site),
                      "add a delivery, name the \"node\" it waits for, or choose another site");
    } else if (kinds.size() > 1) {
      object_.problem("", fmt::format("\"{}\" gets several kinds of node", site),
                      fmt::format("add \"node\": one of {}", fmt::join(kinds, ", ")));
    }
  } else if (deliveries_hold() && !kinds.empty() && !kinds.contains(common_.node) &&
             definitions_.node_index.contains(common_.node)) {
    object_.problem("node",
                    fmt::format("no {} of its owners is delivered to \"{}\"", common_.node, site),
                    fmt::format("use one of {}, or add a delivery", fmt::join(kinds, ", ")));
  }
}

void JobReader::check_chips() {
  auto task = make_task(common_, definitions_);
  if (!task) return;
  job_.node = definitions_.node_index.at(common_.node);
  job_.tokens_per_sample = task->model.tokens_per_sample;
  const std::int64_t most = deliveries_hold() ? most_nodes() : 0;
  const std::int64_t each = task->node.accelerators;
  if (job_.accelerators && most > 0 && *job_.accelerators > most * each) {
    object_.problem("chips",
                    fmt::format("{} accelerators, but only {} are ever delivered for it",
                                *job_.accelerators, most * each),
                    fmt::format("use at most {}, or \"all\"", most * each));
    return;
  }
  if (job_.accelerators) check_whole_nodes(object_, *job_.accelerators, task->node);
  const std::int64_t asked = job_.accelerators ? (*job_.accelerators + each - 1) / each : most;
  if (asked > 0) settle_plan(object_, *task, asked);
  // Without chips there is nothing to fit; the plan itself is still checked.
  if (task->request.search) {
    if (asked > 0) return;
  } else if (asked == 0) {
    report(object_, step::objections(*task));
  } else {
    check(object_, *task, asked);
  }
  job_.task = tasks_.add(*task);
}

void JobReader::read() {
  common_ = read_common(object_, Scale::fleet);
  place();
  schedule();
  const auto model = definitions_.models.find(common_.model);
  job_.model = common_.model;
  job_.target_samples =
      read_until(object_, model == definitions_.models.end() ? nullptr : &model->second);
  if (object_.describing() || !placed_) return;
  if (common_.chips) job_.accelerators = common_.chips->integer;
  choose_node();
  if (common_.chips && common_.has_plan) check_chips();
  world_.jobs.push_back(std::move(job_));
}

}  // namespace

void read_jobs(Object& root, const Definitions& definitions, fleet::World& world, TaskList& tasks) {
  root.each("jobs", {.doc = "Training jobs by name"}, [&](const std::string& name, Object object) {
    JobReader(object, definitions, world, tasks, {.name = name}).read();
  });
}

}  // namespace trainyard::scenario
