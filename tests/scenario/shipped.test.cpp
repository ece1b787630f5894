// Every file that we ship is read, whether or not a scenario names it.
#include <catch2/catch.hpp>
#include <filesystem>

#include "document/node.hpp"
#include "scenario/judge.hpp"
#include "scenario/read_software.hpp"
#include "scenario/reading.hpp"

using namespace trainyard;
using namespace trainyard::scenario;
using namespace trainyard::scenario::test;

namespace {

std::vector<std::string> shipped_scenarios() {
  std::vector<std::string> paths;
  for (const auto& entry : std::filesystem::directory_iterator(project + "/scenarios")) {
    if (entry.path().extension() == ".json") paths.push_back(entry.path().string());
  }
  return paths;
}

// Whole nodes, and what the smallest fabrics hold.
std::string chips_for(const std::string& node) {
  if (node.ends_with("nvl72")) return "2952";
  if (node == "trn1_32") return "2976";
  return node == "tpu_v5e_chip" || node == "tpu_v6e_chip" ? "256" : "3000";
}

// The document's problems, with the model or node's name in front where it has any.
std::string verdict(const std::string& subject, const std::string& document) {
  const std::string found = problems(document);
  return found.empty() ? "" : subject + ": " + found;
}

}  // namespace

TEST_CASE("every shipped scenario reads and obeys the schema", "[scenario]") {
  REQUIRE(!shipped_scenarios().empty());
  for (const std::string& path : shipped_scenarios()) {
    CAPTURE(path);
    Library files = library();
    const Scenario scenario = read({.path = path}, files);
    CHECK(!scenario.title.empty());
    // Jobs of a trace ask the step scale nothing.
    CHECK((!scenario.tasks.empty() || !scenario.worlds.at(0).workloads.empty()));
    CHECK(schema_accepts(output::read(path)));
    CHECK(schema_accepts(scenario.resolved));
  }
}

TEST_CASE("every shipped node and accelerator reads and runs a small model", "[scenario]") {
  for (const std::string& node : library().names("nodes")) {
    const std::string chips = chips_for(node);
    CHECK(verdict(node, step_document(R"("model": "tiny", "node": ")" + node + R"(", "chips": )" +
                                          chips + R"(, "plan": {"micro_batches": 1})",
                                      R"("platforms": {"models": {"tiny": {"use": "llama3_8b",
      "layers": 1, "hidden": 64, "ffn": 64, "heads": 1, "kv_heads": 1, "vocabulary": 1000,
      "sequence": 128}}})")) == "");
  }
  // All accelerators, also those of which no node is made.
  for (const std::string& chip : library().names("accelerators")) {
    CHECK(verdict(chip, step_document(R"("model": "llama3_8b", "node": "n", "chips": 800,
      "plan": {"tensor": 8, "pipeline": 8, "micro_batches": 8, "recompute": "full"})",
                                      R"("platforms": {"nodes": {"n": {"use": "dgx_h100",
      "accelerator": ")" + chip + R"("}}})"))
              .find("unknown") == std::string::npos);
  }
}

TEST_CASE("every shipped software trains a model", "[scenario]") {
  CHECK(library().names("software").size() > 1);
  CHECK(library().find("software", usual_software) != nullptr);
  for (const std::string& software : library().names("software")) {
    CHECK(verdict(software, step_document(good_job + R"(, "software": ")" + software + "\"")) ==
          "");
  }
}

TEST_CASE("every shipped model reads", "[scenario]") {
  for (const std::string& model : library().names("models")) {
    CHECK(verdict(model, step_document(R"("model": ")" + model + R"(", "node": "dgx_b200",
      "chips": 8192, "plan": {"tensor": 4, "pipeline": 24, "micro_batches": 48,
      "recompute": "full", "sharding": "optimizer"})")) == "");
  }
}

TEST_CASE("every shipped fabric joins nodes", "[scenario]") {
  for (const std::string& fabric : library().names("fabrics")) {
    CHECK(verdict(fabric, step_document(R"("model": "llama3_8b", "node": "n", "chips": 16,
      "plan": {"tensor": 8, "micro_batches": 1, "recompute": "full"})",
                                        R"("platforms": {"nodes": {"n": {"use": "dgx_h100",
      "fabric": ")" + fabric + R"("}}})")) == "");
  }
}

TEST_CASE("every shipped site reads, and the links between sites come with them", "[scenario]") {
  std::string sites;
  for (const std::string& site : library().names("sites")) {
    sites += "\"" + site + R"(": {"use": ")" + site + R"("},)";
  }
  Fleet fleet;
  const Scenario scenario = read_text(
      replaced(fleet.text(), R"("sites": {"austin")", R"("sites": {)" + sites + R"("austin")"));
  REQUIRE(scenario.worlds.size() == 1);
  CHECK(scenario.worlds[0].sites.size() == library().names("sites").size() + 1);
}

TEST_CASE("all shipped failures read, and every figure says where it is from", "[scenario]") {
  CHECK(library().names("failures").size() > 1);
  for (const std::string& name : library().names("failures")) {
    CAPTURE(name);
    Library files = library();
    const document::Node* summary = files.find("failures", name)->find("summary");
    CHECK((summary != nullptr && !summary->string.empty()));
    const std::string text = Fleet{.more = R"("failures": {"use": ")" + name + R"("})"}.text();
    CHECK(verdict(name, text) == "");
    const Scenario scenario = read_text(text);
    CHECK(schema_accepts(scenario.resolved));
    CHECK(!scenario.worlds.at(0).failures.empty());
    std::size_t rates = 0;
    for (const document::Mark& mark : scenario.marks) {
      if (!mark.pointer.starts_with("/failures/")) continue;
      CHECK(!mark.source.empty());
      rates += mark.pointer.ends_with("/rate") ? 1 : 0;
    }
    CHECK(rates == scenario.worlds.at(0).failures.causes.size());
  }
}

TEST_CASE("the failures of Llama 3 are those of its paper", "[scenario]") {
  const Scenario scenario =
      read_text(Fleet{.more = R"("failures": {"use": "llama3_405b"})"}.text());
  const fleet::Failures& failures = scenario.worlds.at(0).failures;
  CHECK(failures.causes.size() == 18);
  double all = 0;
  for (const fleet::Cause& cause : failures.causes) all += cause.rate.value();
  // 419 in 54 days of 16,384 GPUs; rates are printed with four digits.
  CHECK(all * 54 * 86400 * 16384 == Approx(419).epsilon(1e-4));
}

TEST_CASE("every shipped storage reads", "[scenario]") {
  CHECK(!library().names("storage").empty());
  for (const std::string& name : library().names("storage")) {
    const std::string text =
        Fleet{.site = R"("use": "giga_texas", "storage": {"use": ")" + name + R"("})"}.text();
    CHECK(verdict(name, text) == "");
    CHECK(schema_accepts(read_text(text).resolved));
    Library files = library();
    CHECK(files.find("storage", name)->find("summary") != nullptr);
  }
}

TEST_CASE("a link between sites of the library may be changed in part", "[scenario]") {
  const Scenario scenario = read_text(
      replaced(replaced(Fleet().text(), R"("sites": {"austin")",
                        R"("sites": {"west": {"use": "palo_alto"}, "austin")"),
               R"("jobs": {)", R"("wan": {"west-austin": {"bandwidth": "1 Gb/s"}}, "jobs": {)"));
  REQUIRE(scenario.worlds.at(0).wan.size() == 1);
  CHECK(scenario.worlds[0].wan[0].from == "west");
  CHECK(scenario.worlds[0].wan[0].bandwidth == BytesPerSecond(125e6));
  CHECK(scenario.worlds[0].wan[0].distance.value() > 2e6);
}

TEST_CASE("a scenario gets the links whose two ends are its sites, under its own names",
          "[scenario]") {
  const Scenario scenario =
      read_text(replaced(Fleet().text(), R"("sites": {"austin")",
                         R"("sites": {"west": {"use": "palo_alto"}, "austin")"));
  REQUIRE(scenario.worlds.at(0).wan.size() == 1);
  CHECK(scenario.worlds[0].wan[0].from == "west");
  CHECK(scenario.worlds[0].wan[0].to == "austin");
  CHECK(scenario.worlds[0].wan[0].distance.value() > 2e6);
}
