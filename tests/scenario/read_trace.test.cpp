#include "scenario/read_trace.hpp"

#include <catch2/catch.hpp>

#include "base/digest.hpp"
#include "scenario/two_sites.hpp"

using namespace trainyard;
using namespace trainyard::scenario;
using namespace trainyard::scenario::test;

namespace {

const std::string data = project + "/tests/scenario/data/";

// A fleet whose jobs are those of a trace; `more` stands beside "file".
std::string with(const std::string& file, const std::string& more = "",
                 const std::string& members = R"("owner": "lab", "sites": ["austin"])") {
  return TwoSites{.job = "",
                  .more = R"("workloads": {"w": {)" + members + R"(, "trace": {"file": ")" + file +
                          "\"" + more + "}}}"}
      .text();
}

// The same of a file that is written beside the scenario.
std::string of(const std::string& rows, const std::string& more = "",
               const std::string& members = R"("owner": "lab", "sites": ["austin"])") {
  write("submit_s,duration_s,gpus\n" + rows, "rows.csv");
  return with("rows.csv", more, members);
}

std::string wrong(const std::string& rows, const std::string& more = "") {
  return problems(of(rows, more));
}

}  // namespace

TEST_CASE("jobs of Philly are read as they are", "[scenario]") {
  const auto world = world_of(with(data + "philly_first30.csv", R"(, "columns": {"owner": "vc"})"));
  REQUIRE(world.jobs.size() == 30);
  const fleet::Job& job = world.jobs[1];
  CHECK(job.name == "w/1");
  CHECK(world.owners.at(job.owner) == "6214e9");
  CHECK(job.from == new_year + Seconds(235696));
  CHECK(job.duration == Seconds(3256045));
  CHECK(job.gangs == std::vector<std::int64_t>{1});
  CHECK(!job.estimate);
  CHECK(job.model.empty());
  CHECK(job.restart == Seconds(0));
  CHECK(job.workload == 0);
  REQUIRE(job.options.size() == 1);
  CHECK(job.options[0].task == fleet::none);
  CHECK(job.chip_owners.size() == 1);
  CHECK(world.owners.at(job.chip_owners[0]) == "tesla");
  CHECK(world.workloads.at(0).name == "w");
  CHECK(world.workloads.at(0).left_out == 0);
  CHECK(world.workloads.at(0).source.starts_with("philly_first30.csv, sha256 "));
  CHECK(world.workloads.at(0).source.size() == 27 + 64);
}

TEST_CASE("a trace is known by its name and digest, not by its folder", "[scenario]") {
  const auto world = world_of(of("0,60,8\n"));
  CHECK(world.workloads.at(0).source ==
        "rows.csv, sha256 " + sha256("submit_s,duration_s,gpus\n0,60,8\n"));
}

TEST_CASE("jobs of HPC2N have names, users and requested times", "[scenario]") {
  const auto world = world_of(with(data + "hpc2n_first22.swf", R"(, "invalid": "zero")"));
  REQUIRE(world.jobs.size() == 22);
  const fleet::Job& job = world.jobs[10];
  CHECK(job.name == "w/16");
  CHECK(world.owners.at(job.owner) == "5");
  CHECK(job.from == new_year + Seconds(347726));
  CHECK(job.duration == Seconds(0));
  CHECK(job.gangs == std::vector<std::int64_t>{8});
  CHECK(job.estimate == Seconds(345600));
}

TEST_CASE("jobs without a run time are refused, left out, or take none", "[scenario]") {
  const std::string swf = data + "hpc2n_first22.swf";
  CHECK(
      problems(with(swf)) ==
      "tests/scenario/data/hpc2n_first22.swf:34:1: /workloads/w/trace/file: job 16 has a run time "
      "below zero, as jobs have that never ran (4 such rows: lines 34, 36, 37, 39); \"invalid\": "
      "\"skip\" leaves such rows out, \"zero\" takes them as 0 s");
  const auto skipped = world_of(with(swf, R"(, "invalid": "skip")"));
  CHECK(skipped.jobs.size() == 18);
  CHECK(skipped.workloads.at(0).left_out == 4);
  CHECK(skipped.workloads.at(0).notes ==
        std::vector<std::string>{"4 rows left out: a run time below zero, as jobs have that never "
                                 "ran (lines 34, 36, 37, 39)"});
}

TEST_CASE("what is wrong with rows is said once for each kind", "[scenario]") {
  CHECK(wrong("0,x,8\n0,1,8\n0,y,8\n") ==
        "rows.csv:2:1: /workloads/w/trace/file: job 0 has a duration that is no number: \"x\" (2 "
        "such rows: lines 2, 4); correct it; \"invalid\": \"skip\" leaves such rows out");
  CHECK(
      wrong("0,1,8\n0,1\n-1,1,8\n,1,8\n0,1,0\n0,1,2.5\n0,1,a\n0,1e300,8\n0,1,72\n") ==
      "rows.csv:3:1: /workloads/w/trace/file: job 1 has too few fields: 2 of 3; correct it; "
      "\"invalid\": \"skip\" leaves such rows out\n"
      "rows.csv:4:1: /workloads/w/trace/file: job 2 has a submit time that is no number from zero: "
      "\"-1\" (2 such rows: lines 4, 5); correct it; \"invalid\": \"skip\" leaves such rows out\n"
      "rows.csv:6:1: /workloads/w/trace/file: job 4 has a size that is no whole number above zero: "
      "\"0\" (3 such rows: lines 6, 7, 8); correct it; \"invalid\": \"skip\" leaves such rows "
      "out\n"
      "rows.csv:9:1: /workloads/w/trace/file: job 7 has a duration of more than 50 years: "
      "\"1e300\"; correct it; \"invalid\": \"skip\" leaves such rows out\n"
      "rows.csv:10:1: /workloads/w/trace/file: job 8 has more accelerators than are ever delivered "
      "for it: 72 of 64; correct it; \"invalid\": \"skip\" leaves such rows out");
  std::string many;
  for (int i = 0; i < 1000; ++i) many += "0,-1,8\n";
  CHECK(wrong(many) ==
        "rows.csv:2:1: /workloads/w/trace/file: job 0 has a run time below zero, as jobs have that "
        "never ran (1000 such rows: lines 2, 3, 4, 5, 6, ...); \"invalid\": \"skip\" leaves such "
        "rows out, \"zero\" takes them as 0 s");
}

TEST_CASE("rows of a CSV trace are counted also where one is left out", "[scenario]") {
  const auto world = world_of(of("0,x,8\n0,1,8\n", R"(, "invalid": "skip")"));
  REQUIRE(world.jobs.size() == 1);
  CHECK(world.jobs[0].name == "w/1");
}

TEST_CASE("second zero of a trace may be another date", "[scenario]") {
  const auto world = world_of(of("60,1,8\n", R"(, "starts": "2024-01-05")"));
  CHECK(world.jobs.at(0).from == new_year + Seconds(4 * 86400 + 60));
}

TEST_CASE("only what is submitted in a time is taken", "[scenario]") {
  const auto world = world_of(of("0,1,8\n86400,1,8\n172800,1,8\n345600,1,8\n9e9,1,8\n",
                                 R"(, "from": "2024-01-02", "to": "2024-01-03")"));
  REQUIRE(world.jobs.size() == 1);
  CHECK(world.jobs[0].name == "w/1");
  CHECK(world.workloads.at(0).left_out == 4);
  CHECK(world.workloads.at(0).notes ==
        std::vector<std::string>{
            "4 rows left out: a submit time outside \"from\" and \"to\" (lines 2, 4, 5, 6)"});
  const auto late = world_of(of("0,1,8\n9e9,1,8\n"));
  CHECK(late.workloads.at(0).notes ==
        std::vector<std::string>{"1 row left out: a submit time after the horizon's end (line 3)"});
  CHECK(
      wrong("0,1,8\n", R"(, "from": "2024-01-03", "to": "2024-01-02")")
          .find("/workloads/w/trace/to: is not after \"from\"; exchange the two, or correct one") !=
      std::string::npos);
}

TEST_CASE("only some owners' jobs may be taken", "[scenario]") {
  const std::string philly = data + "philly_first30.csv";
  const std::string columns = R"(, "columns": {"owner": "vc"}, "only": )";
  const auto world = world_of(with(philly, columns + R"(["7f04ca"])"));
  CHECK(!world.jobs.empty());
  for (const fleet::Job& job : world.jobs) CHECK(world.owners.at(job.owner) == "7f04ca");
  CHECK(world.workloads.at(0).left_out + static_cast<std::int64_t>(world.jobs.size()) == 30);
  CHECK(complaints(with(philly, columns + R"(["7f04ca", "nobody"])")) ==
        "/workloads/w/trace/only: no row is of \"nobody\"; correct the name, or leave it out");
}

TEST_CASE("somebody owns the jobs", "[scenario]") {
  CHECK(problems(of("0,1,8\n0,1,8\n", "", R"("sites": ["austin"])")) ==
        "rows.csv:2:1: /workloads/w/trace/file: job 0 has no owner (2 such rows: lines 2, 3); give "
        "the workload an \"owner\"");
}

TEST_CASE("a trace is a file that can be read, of a known format", "[scenario]") {
  CHECK(replaced(complaints(with("none.csv")), folder() / "", "") ==
        "/workloads/w/trace/file: \"none.csv\" cannot be read; name a file that is there");
  write("", "rows.txt");
  CHECK(
      complaints(with("rows.txt")) ==
      "/workloads/w/trace/file: \"rows.txt\" does not tell its format; add \"format\": \"csv\" or "
      "\"swf\"");
  write("submit_s,duration_s,gpus\n0,1,8\n", "rows.txt");
  CHECK(world_of(with("rows.txt", R"(, "format": "csv")")).jobs.size() == 1);
  CHECK(complaints(of("")) == "/workloads/w/trace/file: the trace has no rows; name another one");
  write("a,b\n", "other.csv");
  CHECK(problems(with("other.csv")) ==
        "other.csv:1:1: /workloads/w/trace/file: the header has no submit_s, no duration_s, no "
        "gpus; it has a, b: say under \"columns\" which is which");
}

TEST_CASE("a trace's job has the options with room for it", "[scenario]") {
  const std::string both = R"("owner": "lab", "sites": ["west", "austin"])";
  const std::string text = replaced(of("0,1,48\n0,1,8\n", "", both),
                                    R"("accelerators": 64, "owner": "tesla", "site": "west")",
                                    R"("accelerators": 32, "owner": "tesla", "site": "west")");
  const auto world = world_of(text);
  CHECK(world.jobs.at(0).options.size() == 1);
  CHECK(world.jobs.at(0).options.at(0).site == 0);
  CHECK(world.jobs.at(1).options.size() == 2);
}
