// Documents that are wrong in one place, wherever that is: reading them ends in a scenario or in an
// InputError whose problems have a place, and never in anything else. And the schema accepts what
// the reader accepts.
#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <map>

#include "document/node.hpp"
#include "document/pointer.hpp"
#include "scenario/judge.hpp"
#include "scenario/reading.hpp"

using namespace trainyard;
using namespace trainyard::scenario;
using namespace trainyard::scenario::test;
using document::Kind;
using document::Node;

namespace {

// The object and arrays of a document, each with the pointer that leads to it.
void walk(const Node& node, const std::string& pointer, std::vector<std::string>& pointers) {
  if (!pointer.empty()) pointers.push_back(pointer);
  for (const auto& [key, member] : node.members) {
    walk(member, pointer + "/" + document::escaped(key), pointers);
  }
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    walk(node.items[i], pointer + "/" + std::to_string(i), pointers);
  }
}

std::vector<std::string> pointers_of(const Node& root) {
  std::vector<std::string> pointers;
  walk(root, "", pointers);
  return pointers;
}

Node& at(Node& root, const std::string& pointer) {
  return const_cast<Node&>(*document::find(root, pointer));
}

std::string parent_of(const std::string& pointer) {
  return pointer.substr(0, pointer.rfind('/'));
}

// Without the value; with its key misspelled (of an item of an array: twice).
std::string without(Node root, const std::string& pointer) {
  const Node* gone = document::find(root, pointer);
  Node& parent = at(root, parent_of(pointer));
  std::erase_if(parent.members, [&](const auto& member) { return &member.second == gone; });
  return document::canonical_text(root);
}

std::string renamed(Node root, const std::string& pointer) {
  Node& value = at(root, pointer);
  for (auto& [key, member] : at(root, parent_of(pointer)).members) {
    if (&member == &value) key += "x";
  }
  return document::canonical_text(root);
}

std::string with(Node root, const std::string& pointer, const Node& value) {
  at(root, pointer) = value;
  return document::canonical_text(root);
}

const std::vector<Node>& wrong_values() {
  static const std::vector<Node> values = [] {
    std::vector<Node> parsed;
    for (const char* text :
         {"null", "[]", "{}", "-1", "0", "1e308", "\"\"", "\"1 W\"", "true", "1.5", "[\"x\"]",
          "\"2024-06-01\"", "\"+1 d\"", "{\"value\": 7, \"status\": \"assumed\"}", "999999999",
          "\"1e300 W\""}) {
      parsed.push_back(document::parse(text, ""));
    }
    return parsed;
  }();
  return values;
}

// "" where the reader did what it should; else what went wrong.
class Judge {
 public:
  std::string of(const std::string& text) {
    ++read_;
    const std::string path = write(text, "mutated.json");
    try {
      read({.path = path}, files_);
    } catch (const InputError& error) {
      return of_problems(error, path);
    } catch (const std::exception& error) {
      return std::string("not an InputError: ") + error.what();
    }
    ++good_;
    return schema_accepts(text) ? "" : "the schema refuses what the reader accepts";
  }

  [[nodiscard]] int read_count() const { return read_; }
  [[nodiscard]] int good_count() const { return good_; }

 private:
  static std::string of_problems(const InputError& error, const std::string& path) {
    if (error.problems().empty()) return "no problem is told";
    std::map<std::string, int> told;
    for (const Problem& problem : error.problems()) {
      if (problem.place.file.empty() || problem.place.line < 1 || problem.place.column < 1) {
        return "no place: " + problem.text();
      }
      if (problem.place.file != path &&
          problem.place.file.find("/platforms/") == std::string::npos &&
          problem.place.file.find("/traces/") == std::string::npos) {
        return "a place elsewhere: " + problem.text();
      }
      if (problem.message.empty()) return "no message: " + problem.text();
      if (++told[problem.text()] > 1) return "told twice: " + problem.text();
    }
    return "";
  }

  Library files_ = library();
  int read_ = 0;
  int good_ = 0;
};

// A document in which every part of the format stands once.
std::string everything() {
  return R"({
  "$schema": "schema/scenario.schema.json", "format": 1, "title": "Everything", "seed": 7,
  "notes": ["a note"], "baseline": "b",
  "platforms": {
    "accelerators": {"c": {"use": "h100_sxm", "peak": {"bf16": "1 PFLOP/s"}}},
    "fabrics": {"f": {"summary": "s", "kind": "rail_leaf_spine", "switch_latency": "1 us",
                      "nodes_per_leaf": 4, "oversubscription": 2}},
    "nodes": {"n": {"use": "dgx_h100", "accelerator": "c", "fabric": "f",
                    "price": {"value": "1 USD", "status": "verified", "source": "s"}}},
    "models": {"m": {"use": "llama3_8b", "layers": 8},
               "v": {"use": "fsd_video", "layers": 8}}},
  "horizon": {"from": "2024-01-01", "to": "2024-02-01", "bin": "1 d"},
  "sites": {"s": {"use": "memphis", "planned_draw": "rated", "pue": 1.3,
                  "power": {"p": {"from": "2024-01-01", "limit": "5 MW"},
                            "q": {"from": "2024-01-05", "limit": "6 MW"}},
                  "cooling": {"c": {"from": "2024-01-01", "limit": "5 MW"}},
                  "when_short": "slow", "slowest": 0.5,
                  "outages": {"o": {"from": "2024-01-04", "lasts": "1 h"}},
                  "trip": {"above": "7 MW", "lasts": "1 d"},
                  "storage": {"use": "tectonic", "per_node": "10 GB/s"}},
            "t": {"use": "palo_alto"}},
  "wan": {"w": {"summary": "s", "ends": ["s", "t"], "distance": "1 km", "latency": "1 ms",
                "bandwidth": "1 Gb/s", "outages": {"o": {"from": "2024-01-04", "lasts": "1 h"}}}},
  "deliveries": {
    "d": {"node": "n", "accelerators": 64, "owner": "o", "site": "s", "arrives": "2024-01-02",
          "install": "1 d", "ordered": "2023-11-01", "shipping": "10 d", "retires": "2030-01-01",
          "slip": {"kind": "exponential", "mean": "2 d"}, "install_slip": "1 h"},
    "e": {"size": {"cost": "10 MUSD"}, "mix": {"dgx_h100": 0.5, "n": "rest"}, "owner": "o",
          "site": "t", "arrives": "2024-01-02"}},
  "moves": {"m": {"delivery": "d", "accelerators": 16, "at": "2024-01-20", "site": "t",
                  "owner": "p", "transit": "1 d", "install": "1 d"}},
  "failures": {"use": "meta_rsc1", "factor": 2, "rack_nodes": 2, "crews": 1, "causes": {
    "x": {"component": "GPU", "rate": "1e-5 1/h", "per": "accelerator", "shape": 0.8,
          "effect": "straggler", "slow": 0.5, "takes": "node",
          "detect": {"kind": "uniform", "from": "1 s", "to": "1 min"},
          "repair": {"kind": "lognormal", "median": "1 h", "sigma": 1}},
    "y": {"component": "software", "rate": "1e-5 1/h", "per": "node", "takes": "nothing",
          "detect": {"kind": "weibull", "scale": "1 min", "shape": 2}}}},
  "scheduling": {"policy": "fair_share", "placement": "pods", "prefer": "cost", "half_life": "1 d",
                 "shares": {"o": 1, "p": 2}},
  "jobs": {
    "i": {"model": "m", "owner": "o", "sites": ["s"], "chips": 32, "chips_of": ["o"],
          "priority": 1, "from": "2024-01-03", "until": "1e9 tokens", "restart": "1 min",
          "checkpoint_every": "1 h",
          "plan": {"tensor": 4, "pipeline": 2, "data": 4, "micro_batch": 1, "global_batch": 32,
                   "schedule": "gpipe", "precision": "bf16", "recompute": "full",
                   "gradient_collective": "ring", "order": "tensor-pipeline-data",
                   "sequence_parallel": false, "overlap_gradients": false}},
    "k": {"model": "v", "owner": "o", "sites": ["t"], "node": "dgx_h100", "chips": "all",
          "plan": {"tensor": 8, "data": "fill", "micro_batches": 2}},
    "l": {"model": "m", "owner": "o", "sites": ["t", "s"], "nodes": ["dgx_h100", "n"],
          "gangs": [32, 16], "spares": 8, "until": "500 steps", "deadline": "2024-01-20",
          "estimate": "9 d", "checkpoint_every": "daly",
          "checkpoint": {"size": "1 GB", "write": "1 s", "mode": "asynchronous", "to": "local_disk",
                         "replicate_to": "t"},
          "after": {"i": {"carries": "1 GB"}, "x": {}}, "data": {"size": "1 PB", "home": "s"},
          "plan": {"tensor": 4, "data": 4, "global_batch": 32}},
    "x": {"duration": "5 h", "owner": "o", "sites": ["t"], "chips": 3}},
  "workloads": {
    "a": {"owner": "o", "sites": ["s"], "node": "n", "chips_of": ["o"], "priority": 1,
          "restart": "1 min", "checkpoint_every": "2 h",
          "process": {"every": "1 d", "gpus": {"8": 0.5, "16": 0.5}, "count": 3,
                      "duration": {"kind": "lognormal", "median": "1 h", "sigma": 1},
                      "until": "2024-01-20"}},
    "b": {"sites": ["t"], "trace": {"file": "traces/two.csv", "format": "csv",
          "starts": "2024-01-05", "from": "2024-01-01", "to": "2024-01-20", "only": ["o"],
          "invalid": "skip", "columns": {"submit": "t", "duration": "d", "gpus": "n",
                                         "owner": "vc"}}}},
  "variants": {"b": {}, "late": {"/deliveries/d/arrives": "+5 d", "/sites/s/power/p/limit": "x1.1"}}
})";
}

const std::string& steps() {
  static const std::string text = step_document(
      R"("model": "fsd_video", "node": "dgx_h200", "chips": 64,
      "plan": {"tensor": 8, "micro_batches": 2})");
  return text;
}

// The unit tests take every n-th; with TRAINYARD_ALL_MUTATIONS in the environment it is every m-th.
std::size_t every(std::size_t n, std::size_t m = 1) {
  return std::getenv("TRAINYARD_ALL_MUTATIONS") == nullptr ? n : m;
}

// Every `stride`-th mutation.
void mutate(Judge& judge, const std::string& text, std::size_t stride) {
  const Node root = document::parse(text, "");
  const int good_before = judge.good_count();
  REQUIRE(judge.of(text).empty());
  REQUIRE(judge.good_count() == good_before + 1);
  std::size_t counter = 0;
  const auto check = [&](const std::string& what, const std::string& pointer, const auto& mutated) {
    if (counter++ % stride != 0) return;
    const std::string wrong = judge.of(mutated());
    if (!wrong.empty()) FAIL_CHECK(what << " at " << pointer << ": " << wrong);
  };
  for (const std::string& pointer : pointers_of(root)) {
    check("deletion", pointer, [&] { return without(root, pointer); });
    check("new key", pointer, [&] { return renamed(root, pointer); });
    for (const Node& value : wrong_values()) {
      check(document::canonical_text(value), pointer, [&] { return with(root, pointer, value); });
    }
  }
}

// The files that documents name; their paths are relative to where documents stand.
void lay_files() {
  for (const char* kind : {"traces", "profiles"}) {
    const std::filesystem::path files = folder() / kind;
    if (std::filesystem::exists(files)) continue;
    std::filesystem::copy(project + "/scenarios/" + kind, files);
  }
  write("t,d,n,vc\n0,60,8,o\n60,-1,8,o\n", "traces/two.csv");
}

}  // namespace

TEST_CASE("a document that is wrong anywhere is a scenario or an InputError with places",
          "[scenario]") {
  lay_files();
  Judge judge;
  mutate(judge, everything(), every(7, 3));
  mutate(judge, steps(), every(1));
  CHECK(judge.read_count() > 300);
}

TEST_CASE("the shipped scenarios, wrong anywhere, too", "[scenario]") {
  Judge judge;
  lay_files();
  for (const auto& entry : std::filesystem::directory_iterator(project + "/scenarios")) {
    if (entry.path().extension() != ".json") continue;
    // The stride shares no factor with the number of mutations: all kinds come by.
    mutate(judge, output::read(entry.path().string()), every(61, 29));
  }
  CHECK(judge.read_count() > 30);
}

TEST_CASE("a text that is cut off or spoilt anywhere is an InputError with places, or read",
          "[scenario]") {
  Judge judge;
  const std::string good = steps();
  for (std::size_t i = 0; i < good.size(); i += every(7)) {
    CAPTURE(i);
    CHECK(judge.of(good.substr(0, i)).empty());
    for (const char byte : {'\0', '"', '{', ']', ',', '\\', '\xff', '9'}) {
      std::string spoilt = good;
      spoilt[i] = byte;
      CAPTURE(byte);
      CHECK(judge.of(spoilt).empty());
    }
  }
}
