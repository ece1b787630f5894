#include "program/labels.hpp"

namespace trainyard::program {

Labels::Labels(std::vector<std::string>& texts) : texts_(texts) {
  texts_.emplace_back();
  known_.emplace("", 0);
}

std::int32_t Labels::operator()(std::string_view text) {
  if (const auto found = known_.find(text); found != known_.end()) return found->second;
  const auto number = static_cast<std::int32_t>(texts_.size());
  texts_.emplace_back(text);
  known_.emplace(text, number);
  return number;
}

}  // namespace trainyard::program
