// Policies that share time: an allocation says which share of its time each job should run by each
// of its choices, and in every round those run that are furthest behind their shares (Narayanan et
// al., "Heterogeneity-aware cluster scheduling policies for deep learning workloads" (Gavel), OSDI
// 2020, section 5). Chips that come free within a round wait for the next, as there.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "scheduling/policy.hpp"
#include "scheduling/shares.hpp"

namespace trainyard::scheduling {

class Rounds final : public Policy {
 public:
  Rounds(Seconds round, Allocate allocation) : round_(round), allocation_(allocation) {}
  void arrived(const Candidate& candidate) override;
  void withdrawn(std::size_t job) override { waiting_.erase(job); }
  void serve(Floor& floor) override;
  [[nodiscard]] std::optional<Instant> next_look() const override { return next_; }
  [[nodiscard]] std::size_t waiting() const override { return waiting_.size(); }

 private:
  // What a job has had since it came.
  struct Record {
    double rounds = 0;
    std::vector<double> by_choice;  // rounds [choices]
  };
  // A job by one of its choices, as a round weighs it.
  struct Option {
    double priority = 0;
    double share = 0;
    const Candidate* candidate = nullptr;
    std::size_t choice = 0;
  };
  using Jobs = std::map<std::size_t, const Candidate*>;

  [[nodiscard]] Jobs all(const Floor& floor) const;
  void count_jobs(const Jobs& jobs);
  void allocate(const Floor& floor, const Jobs& jobs);
  [[nodiscard]] std::vector<Option> options(const Jobs& jobs) const;
  void start(Floor& floor, const Option& option);
  void play(Floor& floor, const std::vector<Option>& options);
  void count_rounds(const Floor& floor);

  Seconds round_;
  Allocate allocation_;
  std::optional<Instant> next_;
  Jobs waiting_;
  std::map<std::size_t, Record> records_;
  // The allocation, and what it was made for.
  std::vector<Kind> kinds_;
  std::map<std::size_t, std::size_t> kind_by_job_;
  std::vector<std::int64_t> ready_;
  Shares shares_;
};

}  // namespace trainyard::scheduling
