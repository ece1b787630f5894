// Schedules that other simulators computed: jobs and when they started, from files with one row for
// each job. Lines that begin with # say where they come from.
#pragma once

#include <fstream>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

namespace trainyard::scheduling {

// The rows of a file of comma-separated cells, without its header; none: there is no file.
inline std::vector<std::vector<std::string>> rows(const std::string& path) {
  std::ifstream file(path);
  std::vector<std::vector<std::string>> rows;
  bool in_header = true;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("#")) continue;
    if (!in_header) {
      std::vector<std::string> row;
      std::istringstream cells(line);
      for (std::string cell; std::getline(cells, cell, ',');) row.push_back(cell);
      rows.push_back(std::move(row));
    }
    in_header = false;
  }
  return rows;
}

}  // namespace trainyard::scheduling
