// For tests of jobs: a fleet of two sites with 64 chips each, H100 in austin, H200 in the west.
#pragma once

#include <string>

#include "scenario/reading.hpp"

namespace trainyard::scenario::test {

struct TwoSites {
  std::string job =
      R"("model": "llama3_8b", "owner": "tesla", "sites": ["austin", "west"], "chips": 32)";
  std::string plan = R"("tensor": 8, "micro_batches": 4)";
  std::string jobs;  // after the job "j"
  std::string more;
  std::string deliveries;

  [[nodiscard]] std::string text() const {
    return R"({
  "format": 1, "title": "Two sites",
  "horizon": {"from": "2024-01-01", "to": "2024-03-01", "bin": "1 d"},
  "sites": {"austin": {"use": "giga_texas"}, "west": {"use": "palo_alto"}},
  "deliveries": {)" +
           deliveries +
           R"("d": {"node": "dgx_h100", "accelerators": 64, "owner": "tesla", "site": "austin",
                        "arrives": "2024-01-02"},
                  "e": {"node": "dgx_h200", "accelerators": 64, "owner": "tesla", "site": "west",
                        "arrives": "2024-01-02"}},
  "jobs": {)" +
           named() + "}" + (more.empty() ? "" : ",\n  " + more) + "\n}";
  }

 private:
  [[nodiscard]] std::string named() const {
    if (job.empty()) return jobs;
    const std::string divided = plan.empty() ? "" : ", \"plan\": {" + plan + "}";
    return "\"j\": {" + job + divided + "}" + (jobs.empty() ? "" : ",\n" + jobs);
  }
};

inline fleet::World world_of(const std::string& text) {
  return read_text(text).worlds.at(0);
}

// The job "j" and `more` members.
inline fleet::Job job_with(const std::string& more, TwoSites fleet = {}) {
  fleet.job += more;
  return world_of(fleet.text()).jobs.at(0);
}

inline std::string wrong_with(const std::string& more, TwoSites fleet = {}) {
  fleet.job += more;
  return complaints(fleet.text());
}

inline constexpr Instant new_year{1704067200};  // 2024-01-01

}  // namespace trainyard::scenario::test
