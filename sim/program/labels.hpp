// The texts that instructions and bodies name by number, for timelines.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace trainyard::program {

// Numbers texts; 0 is the empty one.
class Labels {
 public:
  explicit Labels(std::vector<std::string>& texts);
  std::int32_t operator()(std::string_view text);

 private:
  std::vector<std::string>& texts_;
  std::map<std::string, std::int32_t, std::less<>> known_;
};

}  // namespace trainyard::program
