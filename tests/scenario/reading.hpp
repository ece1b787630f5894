// For tests of scenarios: small documents written into a temporary folder and read back from it.
#pragma once

#include <fstream>
#include <regex>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "output/folder.hpp"
#include "scenario/scenario.hpp"

namespace trainyard::scenario::test {

inline const std::string project = PROJECT_DIR;

inline Library library() {
  return Library({project + "/platforms"});
}

// One folder for all documents of a test program.
inline const output::Folder& folder() {
  static const output::Folder folder;
  return folder;
}

inline std::string write(const std::string& text, const std::string& name = "a.json") {
  std::string path = folder() / name;
  std::ofstream(path, std::ios::binary) << text;
  return path;
}

// Every `from` becomes `to`.
inline std::string replaced(std::string text, const std::string& from, const std::string& to) {
  for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size()) {
    text.replace(at, from.size(), to);
  }
  return text;
}

inline Scenario read_text(const std::string& text, const std::vector<std::string>& overrides = {}) {
  Library files = library();
  return read({.path = write(text), .overrides = overrides}, files);
}

// All problems as the user sees them, files named without the folder; "" where there is none.
inline std::string problems(const std::string& text,
                            const std::vector<std::string>& overrides = {}) {
  try {
    read_text(text, overrides);
  } catch (const InputError& error) {
    return replaced(replaced(error.what(), folder() / "", ""), project + "/", "");
  }
  return "";
}

// The same without the places in front, where the pointer says enough.
inline std::string complaints(const std::string& text,
                              const std::vector<std::string>& overrides = {}) {
  return std::regex_replace(problems(text, overrides), std::regex("(^|\n)[^ \n]+:\\d+:\\d+: "),
                            "$1");
}

// A step scenario in five lines; `job` stands in the fifth, after "model" and "node".
inline std::string step_document(const std::string& job, const std::string& more = "") {
  return R"({
  "format": 1,
  "title": "One step",
  )" + (more.empty() ? "" : more + ",") +
         R"(
  "jobs": {"a": {)" +
         job + R"(}}
})";
}

inline const std::string good_job =
    R"("model": "llama3_8b", "node": "dgx_h100", "chips": 64, "plan": {"tensor": 8, "micro_batches": 1})";

// A step scenario that defines one platform object itself.
inline std::string platform(const std::string& kind, const std::string& name,
                            const std::string& members) {
  return step_document(good_job,
                       "\"platforms\": {\"" + kind + "\": {\"" + name + "\": {" + members + "}}}");
}

// A step scenario whose job has this plan.
inline std::string planned(
    const std::string& plan,
    const std::string& job = R"("model": "llama3_8b", "node": "dgx_h100", "chips": 64)") {
  return step_document(job + ", \"plan\": {" + plan + "}");
}

inline const std::string a_pool = R"("owner": "tesla", "site": "austin", "arrives": "2024-01-02")";
inline const std::string a_delivery =
    R"("node": "dgx_h100", "accelerators": 64, "owner": "tesla", "site": "austin", "arrives": "2024-01-02")";
inline const std::string a_job =
    R"("model": "llama3_8b", "owner": "tesla", "sites": ["austin"], "chips": "all")";

// A fleet of one site, one delivery and one job, each on a line of its own.
struct Fleet {
  std::string horizon = R"("from": "2024-01-01", "to": "2024-03-01", "bin": "1 d")";
  std::string site = R"("use": "giga_texas")";
  std::string delivery = a_delivery;
  std::string job = a_job;
  std::string plan = R"("tensor": 8, "micro_batches": 4)";
  std::string more;

  [[nodiscard]] std::string text() const {
    return "{\n  \"format\": 1, \"title\": \"A fleet\",\n  \"horizon\": {" + horizon +
           "},\n  \"sites\": {\"austin\": {" + site + "}},\n  \"deliveries\": {\"d\": {" +
           delivery + "}},\n  \"jobs\": {\"j\": {" + job + ",\n    \"plan\": {" + plan + "}}}" +
           (more.empty() ? "" : ",\n  " + more) + "\n}";
  }
};

}  // namespace trainyard::scenario::test
