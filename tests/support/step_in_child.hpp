// Steps played in processes of their own, for tests.
#pragma once

#include <cstddef>
#include <numeric>
#include <vector>

#include "engine/isolated.hpp"
#include "step/answer.hpp"

namespace trainyard::support {

struct StepCase {
  step::Task task;
  std::int64_t nodes = 1;
  step::Options options;
};

inline std::vector<step::Answer> in_children(const std::vector<StepCase>& cases) {
  engine::Isolated<std::size_t, step::Answer> isolated(
      [&cases](const std::size_t& i) {
        return step::play(cases[i].task, cases[i].nodes, cases[i].options);
      },
      2);
  std::vector<std::size_t> questions(cases.size());
  std::iota(questions.begin(), questions.end(), std::size_t{0});
  return isolated.ask(questions);
}

inline step::Answer in_child(const step::Task& task, std::int64_t nodes,
                             const step::Options& options = {}) {
  return in_children({StepCase{task, nodes, options}}).front();
}

}  // namespace trainyard::support
