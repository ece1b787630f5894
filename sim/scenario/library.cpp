#include "scenario/library.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <set>

#include "base/error.hpp"

namespace trainyard::scenario {

namespace fs = std::filesystem;

Library::Library(std::vector<std::string> folders) : folders_(std::move(folders)) {
  for (const std::string& folder : folders_) {
    if (!fs::is_directory(folder)) {
      throw FileError(
          fmt::format("{}: no such folder of platform files; give the folder that holds "
                      "accelerators/, nodes/, ... with --platforms",
                      folder));
    }
  }
}

std::vector<std::string> Library::names(const std::string& kind) const {
  std::set<std::string> names;
  for (const std::string& folder : folders_) {
    std::error_code none;
    for (const auto& entry : fs::directory_iterator(fs::path(folder) / kind, none)) {
      if (entry.path().extension() == ".json" && entry.is_regular_file(none)) {
        names.insert(entry.path().stem().string());
      }
    }
  }
  return {names.begin(), names.end()};
}

std::string Library::path(const std::string& kind, const std::string& name) const {
  // A name is a file's stem, never a way out of the folder.
  if (name.find('/') != std::string::npos) return "";
  for (const std::string& folder : folders_) {
    const fs::path path = fs::path(folder) / kind / (name + ".json");
    std::error_code none;  // such as a name too long for any file
    if (fs::is_regular_file(path, none)) return path.string();
  }
  return "";
}

std::string Library::file(const std::string& name) const {
  for (const std::string& folder : folders_) {
    const fs::path path = fs::path(folder) / name;
    std::error_code none;
    if (fs::is_regular_file(path, none)) return path.string();
  }
  return "";
}

const document::Node* Library::find(const std::string& kind, const std::string& name) {
  const std::string file = path(kind, name);
  if (file.empty()) return nullptr;
  const auto known = read_.find(file);
  if (known != read_.end()) return &known->second;
  return &read_.emplace(file, document::parse_file(file)).first->second;
}

}  // namespace trainyard::scenario
