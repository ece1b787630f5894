#include "report/step_detail.hpp"

#include <catch2/catch.hpp>
#include <sstream>

#include "report/steps.hpp"

namespace trainyard::report {
namespace {

StepDetail two_stages() {
  StepDetail step{.row = examples::row()};
  step.stages = {examples::stage(0, 0.5, 16e9), examples::stage(1, 0.25, 12e9)};
  step.stages[0].memory.working = Bytes(1.5e9);
  step.links = {
      {.kind = "nic out", .links = 96, .bytes = Bytes(1.2e12), .mean = 0.125, .busiest = 0.5}};
  return step;
}

constexpr const char* stages_and_links =
    "\n"
    "  time goes to           average   share  stage 1   share\n"
    "  compute                 1.25 s  62.5 %   1.75 s  87.5 %\n"
    "    matrix products          1 s  50.0 %   1.75 s  87.5 %\n"
    "    attention             250 ms  12.5 %      0 s   0.0 %\n"
    "  exposed communication   500 ms  25.0 %      0 s   0.0 %\n"
    "    gradients             500 ms  25.0 %      0 s   0.0 %\n"
    "  bubble                  250 ms  12.5 %   250 ms  12.5 %\n"
    "    waiting for a stage   125 ms   6.2 %   250 ms  12.5 %\n"
    "    done before others    125 ms   6.2 %      0 s   0.0 %\n"
    "\n"
    "  memory of a chip by stage, of 75.2 GB (* fullest)\n"
    "  stage  parameters  gradients  optimizer  activations  working      all   %\n"
    "  0*          16 GB        0 B        0 B          0 B   1.5 GB  17.5 GB  23\n"
    "  1           12 GB        0 B        0 B          0 B      0 B    12 GB  16\n"
    "\n"
    "  links    count  bytes a step  used, mean  busiest\n"
    "  nic out     96        1.2 TB      12.5 %   50.0 %\n";

std::string after_heading(const std::string& text) {
  return text.substr(text.find("\n\n") + 1);
}

std::vector<std::string> stages_of(const std::string& text) {
  std::vector<std::string> stages;
  std::istringstream lines(text.substr(text.find("\n  stage ") + 1));
  std::string line;
  std::getline(lines, line);
  while (std::getline(lines, line) && !line.empty()) {
    stages.push_back(line.substr(2, line.find(' ', 2) - 2));
  }
  return stages;
}

}  // namespace

TEST_CASE("a step in detail shows the stage that bounds, memory by stage, and links", "[report]") {
  CHECK(after_heading(step_details({two_stages()})) == stages_and_links);
}

TEST_CASE("one stage bounds nothing, and has its memory shown", "[report]") {
  StepDetail step = two_stages();
  step.stages.resize(1);
  const std::string text = step_details({step});
  CHECK(text.find("stage 0") == std::string::npos);
  CHECK(stages_of(text) == std::vector<std::string>{"0*"});
}

TEST_CASE("sixteen stages are shown, of more both ends, the fullest and the one that bounds",
          "[report]") {
  StepDetail step = two_stages();
  step.stages.clear();
  for (std::int64_t s = 0; s < 16; ++s) {
    step.stages.push_back(examples::stage(s, s == 9 ? 0.1 : 0.5, s == 7 ? 2e9 : 1e9));
  }
  CHECK(stages_of(step_details({step})).size() == 16);
  for (std::int64_t s = 16; s < 126; ++s) step.stages.push_back(examples::stage(s, 0.5, 1e9));
  CHECK(stages_of(step_details({step})) == std::vector<std::string>{"0", "1", "2", "3", "...", "7*",
                                                                    "...", "9", "...", "122", "123",
                                                                    "124", "125"});
}

TEST_CASE("an explanation names the bottleneck and sorts what helps by gain", "[report]") {
  StepDetail step = two_stages();
  step.faster = {{"memory", "tiers", Seconds(2)},
                 {"chip", "peaks", Seconds(1.6)},
                 {"scale-up", "links", Seconds(2.5)}};
  CHECK(explanation(step) ==
        "  bottleneck: matrix products, 50.0 % of the step\n"
        "  10 % faster         samples/s      gain\n"
        "  chip         peaks         30  +25.00 %\n"
        "  memory       tiers         24   +0.00 %\n"
        "  scale-up     links       19.2  -20.00 %\n");
  CHECK(after_heading(step_details({step})) ==
        std::string(stages_and_links) + "\n" + explanation(step));
}

TEST_CASE("an explanation counts tokens where the model has them", "[report]") {
  StepDetail step = two_stages();
  step.row.answer.tokens = 98304;
  step.faster = {{"chip", "peaks", Seconds(2)}};
  CHECK(explanation(step).find("tokens/s") != std::string::npos);
  CHECK(explanation(step).find("49152") != std::string::npos);
}

TEST_CASE("exposed communication names the busiest links", "[report]") {
  StepDetail step = two_stages();
  examples::spend(step.row.answer.spent, program::Activity::gradient_wait, 1.5);
  step.faster = {{"chip", "peaks", Seconds(2)}};
  CHECK(explanation(step).starts_with(
      "  bottleneck: the gradient exchange, 75.0 % of the step\n"
      "  of the links played the busiest are of the kind \"nic out\", 50.0 % used\n"));
}

TEST_CASE("a collective in detail has links and what would speed it up", "[report]") {
  StepDetail step{.row = examples::collective(), .stages = {{.stage = 0, .ranks = 16}}};
  step.links = two_stages().links;
  step.faster = {{"scale-out", "interfaces", Seconds(0.005)}};
  CHECK(after_heading(step_details({step})) ==
        "\n"
        "  links    count  bytes a step  used, mean  busiest\n"
        "  nic out     96        1.2 TB      12.5 %   50.0 %\n"
        "\n"
        "  bottleneck: the exchange, 100.0 % of the step\n"
        "  of the links played the busiest are of the kind \"nic out\", 50.0 % used\n"
        "  10 % faster              bus bandwidth       gain\n"
        "  scale-out    interfaces       375 GB/s  +100.00 %\n");
}

TEST_CASE("no number is printed where none is defined", "[report]") {
  StepDetail step{.row = examples::collective(), .stages = {{}}, .links = {}, .faster = {{}}};
  step.row.answer = {};
  step.links = {{.kind = "nic out", .mean = 0 / Seconds(0).value()}};
  CHECK(step_details({step}).find("nan") == std::string::npos);
  step.row.exchange.reset();
  step.row.answer.mfu = 0 / Seconds(0).value();
  const std::string text = step_details({step});
  CHECK(text.find("nan") == std::string::npos);
  CHECK(text.find("inf") == std::string::npos);
}

TEST_CASE("a step in detail fits 80 columns", "[report]") {
  StepDetail step = two_stages();
  step.stages[0].stage = 125;
  step.stages[0].memory = {Bytes(15.29e9), Bytes(15.29e9), Bytes(15.29e9), Bytes(15.29e9),
                           Bytes(15.29e9)};
  step.row.answer.tokens = 1.234567e9;
  step.row.answer.samples = 1.234567e6;
  step.faster = {{"scale-up", "links in a node, tile edges included", Seconds(1.234)}};
  std::istringstream lines(step_details({step}));
  for (std::string line; std::getline(lines, line);) {
    INFO(line);
    CHECK(line.size() <= 80);
  }
}

}  // namespace trainyard::report
