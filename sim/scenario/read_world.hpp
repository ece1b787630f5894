// One variant's document to a World and its tasks.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "document/reader.hpp"
#include "scenario/scenario.hpp"

namespace trainyard::scenario {

// The tasks of all variants; equal ones are kept once.
class TaskList {
 public:
  explicit TaskList(step::Room room = step::Room::checked) : room_(room) {}

  std::size_t add(step::Task task);
  [[nodiscard]] const std::vector<step::Task>& all() const { return tasks_; }
  // Of single steps.
  [[nodiscard]] step::Room room() const { return room_; }

 private:
  step::Room room_;
  std::vector<step::Task> tasks_;
  std::unordered_map<std::string, std::size_t> index_;  // by identity
};

struct VariantParts {
  std::optional<fleet::World> world;
  std::vector<StepJob> steps;
  std::string title;
  std::int64_t seed = 0;
  std::string baseline;
};

// Reads the root of a resolved document. Problems go to the object's report; what is returned is
// valid when there were none.
VariantParts read_root(document::Object root, const document::Node* document, TaskList& tasks);

}  // namespace trainyard::scenario
