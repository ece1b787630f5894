// What both scales read of a job, and the question to the step scale that it makes.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>

#include "document/reader.hpp"
#include "parallelism/plan.hpp"
#include "scenario/definitions.hpp"
#include "scenario/read_measured.hpp"
#include "step/task.hpp"

namespace trainyard::scenario {

// Far beyond anything built.
inline constexpr double most_accelerators = 1e8;

struct Common {
  std::string model;
  std::string node;
  std::optional<std::int64_t> chips;  // of a step
  std::string software;
  parallelism::Request request;  // without what was measured, which depends on the node
  MeasuredTables measured;
  std::set<std::string> given;  // members of the plan that software has a say in
  bool has_plan = false;        // without a fault
  hardware::Faults faults;
};

// Of a fleet's job and of one with branches, what it is placed on is read elsewhere: "node" and
// "chips".
enum class Scale { step, fleet, joint };
Common read_common(document::Object& object, Scale scale, const Definitions& definitions);

// A plan in the place of the one that was read.
void read_plan_into(document::Object plan, const Definitions& definitions, Common& common);

// None where the model or the node is unknown or at fault, which was reported.
std::optional<step::Task> make_task(const Common& common, const Definitions& definitions);

// Where the plan is to be searched, finds it for so many nodes; an objection where nothing fits.
std::vector<step::Objection> settle_plan(step::Task& task, std::int64_t nodes);

// The same without a model.
std::optional<step::Task> make_bare_task(const Common& common, const Definitions& definitions);

// Jobs get whole nodes: a number that is none would leave chips that no result shows. `member` of
// the job gives the number.
std::vector<step::Objection> whole_nodes(const std::string& member, std::int64_t chips,
                                         const hardware::Node& node);

void report(document::Object& object, const std::vector<step::Objection>& objections);

// True where the task can run on the nodes; reports what is wrong.
bool check(document::Object& object, const step::Task& task, std::int64_t nodes);

// Faults by name: what is broken among the nodes of a step.
hardware::Faults read_faults(document::Object& object);

}  // namespace trainyard::scenario
