// Whole schedules against those that other simulators computed from the same jobs. The first 300
// jobs of each are in data/; all of them are tested where the research data lies beside the
// repository.
#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "scheduling/floor.hpp"
#include "scheduling/trace.hpp"

namespace trainyard::scheduling {
namespace {

constexpr std::size_t excerpt = 300;  // jobs; their files have one row more

struct Golden {
  std::vector<TestJob> jobs;
  std::vector<std::vector<double>> starts;  // [policies, jobs]
};

// HeliosArtifact: job, submit_s, gpus, duration_s, fifo_start_s, sjf_start_s.
Golden read_helios(const std::string& path) {
  Golden golden{{}, std::vector<std::vector<double>>(2)};
  for (const std::vector<std::string>& row : rows(path)) {
    golden.jobs.push_back(
        test_job(golden.jobs.size(), std::stod(row[1]), std::stoll(row[2]), std::stod(row[3])));
    for (std::size_t i = 0; i < 2; ++i) golden.starts[i].push_back(std::stod(row[4 + i]));
  }
  return golden;
}

// AccaSim: job_id, submit_s, procs, run_s, requested_s, fifo_start_s, sjf_start_s, ebf_start_s. 25
// jobs have a run time of -1: they end when they start.
Golden read_accasim(const std::string& path) {
  Golden golden{{}, std::vector<std::vector<double>>(3)};
  for (const std::vector<std::string>& row : rows(path)) {
    TestJob job = test_job(golden.jobs.size(), std::stod(row[1]), std::stoll(row[2]),
                           std::max(std::stod(row[3]), 0.0));
    job.candidate.estimate = Seconds(std::stod(row[4]));
    golden.jobs.push_back(std::move(job));
    for (std::size_t i = 0; i < 3; ++i) golden.starts[i].push_back(std::stod(row[5 + i]));
  }
  return golden;
}

// Of the jobs that start before `until`, how many do not start when the file says.
std::int64_t differing(const std::vector<Outcome>& outcomes, const std::vector<double>& starts,
                       double until = never) {
  std::int64_t count = 0;
  for (std::size_t i = 0; i < starts.size(); ++i) {
    if (starts[i] < until && outcomes[i].started != starts[i]) ++count;
  }
  return count;
}

double mean_wait(const std::vector<Outcome>& outcomes, const std::vector<TestJob>& jobs) {
  double sum = 0;
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    sum += outcomes[i].started - jobs[i].candidate.submitted.value();
  }
  return sum / static_cast<double>(jobs.size());
}

std::string in_excerpts(const std::string& file) {
  return std::string(PROJECT_DIR) + "/tests/scheduling/data/" + file;
}

// Where the complete files are, if they are.
std::string complete(const std::string& file) {
  return std::string(PROJECT_DIR) + "/../shared/traces/" + file;
}

const std::string helios_16 = "philly_2869ce_16nodes_helios_golden.csv";
const std::string helios_8 = "philly_11cb48_8nodes_helios_golden.csv";
const std::string accasim = "hpc2n_accasim_golden.csv";

// Whoever starts before the first job that is left out does so whatever comes later.
void check_excerpt(const Golden& golden, const Pool& pool,
                   const std::vector<std::string>& policies) {
  REQUIRE(golden.jobs.size() == excerpt + 1);
  const double until = golden.jobs.back().candidate.submitted.value();
  for (std::size_t i = 0; i < policies.size(); ++i) {
    CAPTURE(policies[i]);
    CHECK(differing(play(policies[i], pool, golden.jobs), golden.starts[i], until) == 0);
  }
}

void skip(const std::string& file) {
  WARN("skipped: no " << complete(file));
}

}  // namespace

TEST_CASE("the first jobs of Philly start when Helios starts them", "[scheduling]") {
  check_excerpt(read_helios(in_excerpts(helios_16)), pool(16, 8), {"fifo", "sjf"});
  check_excerpt(read_helios(in_excerpts(helios_8)), pool(8, 8), {"fifo", "sjf"});
}

TEST_CASE("the first jobs of HPC2N start when AccaSim starts them", "[scheduling]") {
  check_excerpt(read_accasim(in_excerpts(accasim)), pool(240, 1), {"fifo", "sjf"});
}

TEST_CASE("315 and 11,897 jobs of Philly start when Helios starts them, all of them",
          "[scheduling]") {
  for (const auto& [file, nodes, count] :
       {std::tuple(helios_16, 16, 315), std::tuple(helios_8, 8, 11897)}) {
    const Golden golden = read_helios(complete(file));
    if (golden.jobs.empty()) return skip(file);
    CHECK(golden.jobs.size() == static_cast<std::size_t>(count));
    CHECK(differing(play("fifo", pool(nodes, 8), golden.jobs), golden.starts[0]) == 0);
    CHECK(differing(play("sjf", pool(nodes, 8), golden.jobs), golden.starts[1]) == 0);
  }
}

// 13 (fifo) and 6 (sjf) starts differ where AccaSim lets the jobs with a run time of -1 end before
// they start. Its backfill is not the textbook's (mean wait 3345.3 s), so that one is compared by
// the mean of an independent textbook implementation on the same jobs, to the digits it printed.
TEST_CASE("3,170 jobs of HPC2N start when AccaSim starts them; easy waits as in the textbook",
          "[scheduling]") {
  const Golden golden = read_accasim(complete(accasim));
  if (golden.jobs.empty()) return skip(accasim);
  CHECK(golden.jobs.size() == 3170);
  const Pool seth = pool(240, 1);
  CHECK(differing(play("fifo", seth, golden.jobs), golden.starts[0]) <= 13);
  CHECK(differing(play("sjf", seth, golden.jobs), golden.starts[1]) <= 6);
  CHECK(mean_wait(play("easy", seth, golden.jobs), golden.jobs) == Approx(3485.52).margin(0.01));
}

namespace {

// Philly from 2017-10-01 to 2017-11-30, without its four smallest virtual clusters, by cluster: the
// trace counts from 2017-09-04 10:30:41.
std::map<std::string, std::vector<TestJob>> two_months(
    const std::map<std::string, std::int64_t>& clusters) {
  const double from = 27 * 86400 - (10 * 3600 + 30 * 60 + 41);
  const double to = from + 61 * 86400;
  std::map<std::string, std::vector<TestJob>> jobs;
  for (const std::vector<std::string>& row : rows(complete("philly_jobs.csv"))) {
    const double submitted = std::stod(row[0]);
    if (submitted < from || submitted >= to || !clusters.contains(row[3])) continue;
    for (const std::string& name : {row[3], std::string("all")}) {
      jobs[name].push_back(
          test_job(jobs[name].size(), submitted, std::stoll(row[2]), std::stod(row[1])));
    }
  }
  return jobs;
}

std::map<std::string, std::int64_t> nodes_by_cluster() {
  std::map<std::string, std::int64_t> nodes;
  for (const std::vector<std::string>& row : rows(complete("philly_vc.csv"))) {
    nodes[row[0]] = std::stoll(row[1]);
  }
  return nodes;
}

}  // namespace

// Means that HeliosArtifact prints. Left out: fifo in one pool of 96 nodes, where it waits 965.243
// s and we 922.602. The mean depends on where seven jobs of 12 accelerators put their last four
// (922 to 1050 s by how one reads the artifact); everything else that it prints is the same.
TEST_CASE("68,503 jobs of Philly wait as long as with Helios", "[scheduling]") {
  const std::map<std::string, std::int64_t> clusters = nodes_by_cluster();
  const auto jobs = two_months(clusters);
  if (jobs.empty()) return skip("philly_jobs.csv");
  REQUIRE(jobs.at("all").size() == 68503);
  for (const auto& [policy, mean] : {std::pair("fifo", 104.611), std::pair("sjf", 62.746)}) {
    double sum = 0;
    for (const auto& [cluster, nodes] : clusters) {
      const std::vector<TestJob>& its = jobs.at(cluster);
      sum += mean_wait(play(policy, pool(nodes, 8), its), its) * static_cast<double>(its.size());
    }
    CHECK(sum / 68503 == Approx(mean).margin(0.0005));
  }
  const std::vector<TestJob>& all = jobs.at("all");
  CHECK(mean_wait(play("sjf", pool(96, 8), all), all) == Approx(270.344).margin(0.0005));
}

}  // namespace trainyard::scheduling
