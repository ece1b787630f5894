// Work in processes of its own: a process makes at most one SimGrid Engine, and test programs run
// many test cases.
#pragma once

#include <cstring>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/isolated.hpp"

namespace trainyard::support {

using Numbers = std::vector<double>;

// work(0), work(1), ... each in a process of its own, two at a time. What is thrown there comes
// back as IsolatedError with its text.
inline std::vector<Numbers> in_children(std::size_t count,
                                        const std::function<Numbers(std::size_t)>& work) {
  engine::IsolatedServer server(
      [&work](std::string_view question) {
        const Numbers numbers = work(std::stoul(std::string(question)));
        return std::string(reinterpret_cast<const char*>(numbers.data()),
                           numbers.size() * sizeof(double));
      },
      2);
  std::vector<std::string> questions;
  for (std::size_t i = 0; i < count; ++i) questions.push_back(std::to_string(i));
  std::vector<Numbers> answers;
  for (const std::string& bytes : server.ask(questions)) {
    Numbers& numbers = answers.emplace_back(bytes.size() / sizeof(double));
    if (!bytes.empty()) std::memcpy(numbers.data(), bytes.data(), bytes.size());
  }
  return answers;
}

inline Numbers in_child(const std::function<Numbers()>& work) {
  return in_children(1, [&work](std::size_t) { return work(); }).front();
}

}  // namespace trainyard::support
