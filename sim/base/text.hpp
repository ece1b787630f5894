// Small pieces of wording shared by all messages.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace trainyard {

// The known names closest to `name` (edit distance, at most three, best first; ties keep the
// order of `known`). Empty where nothing is near.
std::vector<std::string> nearest(std::string_view name, const std::vector<std::string>& known);

// `did you mean "a" or "b"?`, or `known: a, b, c` where nothing is near.
std::string suggestion(std::string_view name, const std::vector<std::string>& known);

}  // namespace trainyard
