// One variant's document to a World and its tasks.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "document/reader.hpp"
#include "scenario/scenario.hpp"

namespace trainyard::scenario {

inline constexpr double longest_horizon = 50 * 366 * 86400.0;  // seconds
// The end of a horizon that is not known to be good: nothing is held against it.
inline constexpr Instant after_all_dates{1e10};

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

// What reading a document needs to know beside it.
struct Origin {
  std::string folder;                // where paths that the document names begin
  std::optional<std::int64_t> seed;  // instead of the document's
};

// Reads the root of a resolved document. Problems go to the object's report; what is returned is
// valid when there were none.
VariantParts read_root(document::Object root, const document::Node* document, TaskList& tasks,
                       const Origin& origin);

}  // namespace trainyard::scenario
