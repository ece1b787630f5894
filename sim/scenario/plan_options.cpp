#include "scenario/plan_options.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string_view>

#include "scenario/read_placement.hpp"

namespace trainyard::scenario {

using document::Object;
using step::Objection;

namespace {

std::string asked_text(const Asked& asked) {
  std::string text = fmt::format("{} accelerators", asked.gangs.back());
  if (asked.gangs.size() > 1) text = "the smallest gang has " + text;
  if (asked.spares > 0) text += fmt::format(" and {} spares", asked.spares);
  return text;
}

// One option: the plan there, or why it cannot be.
class Trial {
 public:
  Trial(step::Task question, const Asked& asked, std::int64_t most)
      : task(std::move(question)), asked_(asked), most_(most) {
    choose_sizes();
    if (sizes_.empty()) {
      // Without chips there is nothing to fit; the plan itself is still checked.
      if (!task.request.search) add(step::objections(task));
    } else if (task.request.search) {
      search();
    } else {
      add(wrong_with(task));
    }
  }

  [[nodiscard]] std::optional<double> batch() const;

  step::Task task;
  std::vector<Objection> objections;

 private:
  void choose_sizes();
  void search();
  void add(std::vector<Objection> more) {
    std::move(more.begin(), more.end(), std::back_inserter(objections));
  }
  [[nodiscard]] std::vector<Objection> wrong_with(const step::Task& planned) const;

  const Asked& asked_;
  std::int64_t most_;                // nodes that are ever there; 0: not known, or none
  std::vector<std::int64_t> sizes_;  // nodes of each gang that is possible, largest first
};

void Trial::choose_sizes() {
  const std::int64_t each = task.node.accelerators;
  if (asked_.gangs.empty() && most_ > 0) sizes_.push_back(most_);
  for (const std::int64_t gang : asked_.gangs) {
    if (most_ > 0 && gang + asked_.spares > most_ * each) continue;
    add(whole_nodes(asked_.member, gang, task.node));
    sizes_.push_back((gang + each - 1) / each);
  }
}

std::vector<Objection> Trial::wrong_with(const step::Task& planned) const {
  auto found = step::objections(planned);
  for (const std::int64_t nodes : sizes_) {
    if (!found.empty()) return found;
    found = step::objections(planned, nodes);
  }
  return found;
}

// The best plan of the largest gang that all gangs can follow.
void Trial::search() {
  std::vector<Objection> found;
  for (const std::int64_t nodes : sizes_) {
    step::Task planned = task;
    found = settle_plan(planned, nodes);
    if (found.empty()) found = wrong_with(planned);
    if (!found.empty()) continue;
    task = std::move(planned);
    return;
  }
  add(std::move(found));
}

std::optional<double> Trial::batch() const {
  const parallelism::Request& request = task.request;
  if (request.batch.global_batch) return static_cast<double>(*request.batch.global_batch);
  if (request.data) {
    return static_cast<double>(request.batch.micro_batch * *request.data) *
           static_cast<double>(request.batch.micro_batches.value_or(1));
  }
  std::optional<double> same;
  if (asked_.gangs.empty()) return same;
  for (const std::int64_t nodes : sizes_) {
    const auto plan = step::plan_on(task, nodes);
    if (!plan) return std::nullopt;
    const auto samples = static_cast<double>(plan->samples());
    if (same && *same != samples) return std::nullopt;
    same = samples;
  }
  return same;
}

// Once for each kind of node, which is named where there are several: sites differ in nothing but
// how many there are.
void report_all(Object& object, const std::vector<Trial>& trials) {
  std::set<std::string_view> kinds;
  for (const Trial& trial : trials) kinds.insert(trial.task.node.name);
  std::set<std::string_view> told;
  for (const Trial& trial : trials) {
    const std::string& kind = trial.task.node.name;
    if (!told.insert(kind).second) continue;
    std::vector<Objection> objections = trial.objections;
    for (Objection& objection : objections) {
      if (kinds.size() < 2 || objection.message.find(kind) != std::string::npos) continue;
      objection.message += fmt::format(" (on {})", kind);
    }
    report(object, objections);
  }
}

}  // namespace

std::vector<fleet::Option> with_room(Object& object, const Definitions& definitions,
                                     const fleet::World& world, const Asked& asked) {
  if (asked.gangs.empty() || !deliveries_hold(definitions)) return asked.options;
  const std::int64_t least = asked.gangs.back() + asked.spares;
  const auto most = [&](const fleet::Option& option) {
    return most_accelerators_of(world, {option}, asked.chip_owners);
  };
  const std::int64_t most_of_all = most_accelerators_of(world, asked.options, asked.chip_owners);
  if (most_of_all > 0 && least > most_of_all) {
    std::string remedy = fmt::format("use at most {}", most_of_all - asked.spares);
    if (asked.spares >= most_of_all) remedy = "use fewer, or add a delivery";
    if (asked.member == "chips" && object.has("model")) remedy += ", or \"all\"";
    object.problem(
        asked.member,
        fmt::format("{}, but only {} are ever delivered for it", asked_text(asked), most_of_all),
        remedy);
    return {};
  }
  std::vector<fleet::Option> options;
  for (const fleet::Option& option : asked.options) {
    if (most_of_all == 0 || most(option) >= least) options.push_back(option);
  }
  return options;
}

Planned plan_options(Object& object, const Definitions& definitions, const fleet::World& world,
                     Common common, const Asked& asked) {
  Planned planned;
  std::vector<Trial> failed;
  std::set<double> batches;
  bool batch_known = true;
  for (const fleet::Option& option : asked.options) {
    common.node = world.nodes[option.node].name;
    auto task = make_task(common, definitions);
    if (!task) continue;
    const std::int64_t most =
        deliveries_hold(definitions) ? most_nodes(world, option, asked.chip_owners) : 0;
    Trial trial(std::move(*task), asked, most);
    if (!trial.objections.empty()) {
      failed.push_back(std::move(trial));
      continue;
    }
    const auto batch = trial.batch();
    batch_known = batch_known && batch.has_value();
    batches.insert(batch.value_or(0));
    planned.options.push_back(option);
    planned.tasks.push_back(std::move(trial.task));
  }
  if (planned.options.empty()) report_all(object, failed);
  if (batch_known && batches.size() == 1) planned.batch = *batches.begin();
  return planned;
}

}  // namespace trainyard::scenario
