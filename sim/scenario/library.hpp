// Where names come from: the JSON files of `platforms/`, one folder a kind (accelerators, nodes,
// fabrics, sites, wan, models, software, failures, storage). A scenario may define more, or change
// some, under "platforms" or where it names them.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "document/node.hpp"

namespace trainyard::scenario {

inline const std::vector<std::string>& platform_kinds() {
  static const std::vector<std::string> kinds{"accelerators", "nodes",    "fabrics",
                                              "sites",        "wan",      "models",
                                              "software",     "failures", "storage"};
  return kinds;
}

class Library {
 public:
  // Folders are searched in order; the first that has a name wins. Throws FileError where one is
  // not there.
  explicit Library(std::vector<std::string> folders);

  // Sorted.
  [[nodiscard]] std::vector<std::string> names(const std::string& kind) const;
  // The file's tree, or nullptr. Throws InputError for a file that is no JSON.
  const document::Node* find(const std::string& kind, const std::string& name);
  // Path of a file beside the kinds' folders; "" where no folder has it.
  [[nodiscard]] std::string file(const std::string& name) const;

 private:
  [[nodiscard]] std::string path(const std::string& kind, const std::string& name) const;

  std::vector<std::string> folders_;
  std::map<std::string, document::Node> read_;  // by path
};

}  // namespace trainyard::scenario
