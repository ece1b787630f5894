// Reader and schema are one description: what one refuses in a document's structure, so does the
// other. The file that editors use is what the program prints:
//   build/release/trainyard schema > scenarios/schema/scenario.schema.json
#include <catch2/catch.hpp>

#include "document/node.hpp"
#include "document/pointer.hpp"
#include "scenario/judge.hpp"
#include "scenario/reading.hpp"

using namespace trainyard;
using namespace trainyard::scenario;
using namespace trainyard::scenario::test;

namespace {

// Sets (or, with "", deletes) the value at `pointer`.
std::string changed(const std::string& text, const std::string& pointer, const std::string& value) {
  document::Node root = document::parse(text, "");
  if (!value.empty()) {
    document::set(root, pointer, document::parse(value, ""));
    return document::canonical_text(root);
  }
  const std::size_t slash = pointer.rfind('/');
  auto& parent = const_cast<document::Node&>(*document::find(root, pointer.substr(0, slash)));
  const auto gone = std::erase_if(parent.members, [&](const auto& member) {
    return document::escaped(member.first) == pointer.substr(slash + 1);
  });
  REQUIRE(gone == 1);
  return document::canonical_text(root);
}

std::string a_fleet() {
  Fleet fleet;
  fleet.site += R"(, "power": {"p": {"from": "2024-01-01", "limit": "1 MW"}})";
  fleet.more = R"("platforms": {"accelerators": {"c": {"use": "h100_sxm"}}})";
  return fleet.text();
}

std::string a_step() {
  return step_document(R"("model": "llama3_8b", "node": "dgx_h100", "chips": 8,
                          "plan": {"tensor": 8, "micro_batches": 1})");
}

struct Change {
  const char* pointer;
  const char* value;  // "" deletes
};

void refuse(const std::string& text, const std::vector<Change>& changes) {
  REQUIRE(problems(text).empty());
  REQUIRE(schema_accepts(text));
  for (const Change& change : changes) {
    CAPTURE(change.pointer, change.value);
    const std::string mutated = changed(text, change.pointer, change.value);
    CHECK(!problems(mutated).empty());
    CHECK(!schema_accepts(mutated));
  }
}

}  // namespace

TEST_CASE("the schema file is what the program prints", "[scenario]") {
  // In parentheses: both texts in a message would help nobody.
  CHECK((output::read(project + "/scenarios/schema/scenario.schema.json") == schema() + "\n"));
}

TEST_CASE("schema and reader refuse the same structures of a fleet", "[scenario]") {
  refuse(a_fleet(),
         {// Unknown keys, at every level.
          {"/titel", R"("x")"},
          {"/horizon/form", R"("2024-01-01")"},
          {"/sites/austin/pues", "1.1"},
          {"/sites/austin/power/p/limits", R"("1 MW")"},
          {"/deliveries/d/nod", R"("x")"},
          {"/failures", R"({"cause": {}})"},
          {"/failures", R"({"causes": {"c": {}}})"},
          {"/scheduling", R"({"policies": "fifo"})"},
          {"/moves", R"({"m": {}})"},
          {"/sites/austin/trips", "{}"},
          {"/deliveries/d/slip", R"({"kind": "normal"})"},
          {"/deliveries/d/slip", R"({"mean": "1 d"})"},
          {"/jobs/j/modell", R"("x")"},
          {"/jobs/j/plan/tensors", "8"},
          {"/platforms/accelerator", "{}"},
          {"/platforms/accelerators/c/peaks", "{}"},
          // Missing keys.
          {"/format", ""},
          {"/title", ""},
          {"/sites", ""},
          {"/deliveries", ""},
          {"/horizon/from", ""},
          {"/horizon/bin", ""},
          {"/sites/austin/use", ""},
          {"/deliveries/d/owner", ""},
          {"/deliveries/d/site", ""},
          {"/deliveries/d/arrives", ""},
          {"/jobs/j/model", ""},
          {"/jobs/j/owner", ""},
          {"/jobs/j/sites", ""},
          {"/jobs/j/plan", ""},
          {"/platforms/accelerators/c/use", ""},
          // Wrong kinds.
          {"/format", R"("1")"},
          {"/title", "5"},
          {"/horizon", "[]"},
          {"/horizon/from", "2024"},
          {"/sites", "[]"},
          {"/sites/austin", R"("giga_texas")"},
          {"/sites/austin/power/p/limit", "1000000"},
          {"/sites/austin/when_short", R"("wait")"},
          {"/scheduling", R"({"policy": "lottery"})"},
          {"/scheduling", R"({"policy": "fair_share", "shares": {"tesla": "1"}})"},
          {"/deliveries/d/accelerators", R"("64")"},
          {"/deliveries/d/accelerators", "64.5"},
          {"/jobs/j/sites", R"("austin")"},
          {"/jobs/j/chips", R"("most")"},
          {"/jobs/j/plan", "8"},
          {"/jobs/j/plan/tensor", R"("8")"},
          {"/jobs/j/plan/schedule", R"("2f2b")"},
          {"/jobs/j/plan/overlap_gradients", R"("yes")"},
          {"/platforms", "[]"},
          {"/platforms/accelerators/c", "5"},
          // Out of range, where that is one number's affair.
          {"/format", "2"},
          {"/sites/austin/pue", "0.9"},
          {"/deliveries/d/accelerators", "-8"},
          {"/jobs/j/plan/tensor", "0"}});
}

TEST_CASE("schema and reader refuse the same structures of a step scenario", "[scenario]") {
  refuse(a_step(), {{"/sites", "[]"},
                    {"/deliveries", "{}"},
                    {"/horizon", R"({"from": "2024-01-01", "to": "2024-02-01", "bin": "1 d"})"},
                    {"/jobs/a/owner", R"("tesla")"},
                    {"/jobs/a/chips", R"("all")"},
                    {"/jobs/a/chips", ""},
                    {"/jobs/a/model", ""},
                    {"/jobs/a/plan", ""}});
}

TEST_CASE("what is built on a file needs no more than it changes, and what is not, everything",
          "[scenario]") {
  const auto with = [](const std::string& accelerator) {
    return step_document(R"("model": "llama3_8b", "node": "dgx_h100", "chips": 8,
                            "plan": {"tensor": 8, "micro_batches": 1})",
                         R"("platforms": {"accelerators": {"c": {)" + accelerator + "}}}");
  };
  const std::string part = R"("kernel": {"launch": {"value": "2 us"}})";
  const std::string whole = R"("summary": "s", "peak": {"bf16": "1 PFLOP/s"},
    "memory": {"hbm": {"capacity": "80 GB", "bandwidth": "3 TB/s"}},
    "kernel": {"units": 132, "gemm_efficiency": {"bf16": 0.7}, "sustained": 0.9,
               "attention_efficiency": 0.5, "memory_efficiency": 0.9, "tile": "1 us",
               "attention_block": "1 us", "launch": "3 us"},
    "power": {"max": "700 W", "idle": "80 W"}, "price": "1 USD")";
  CHECK(problems(with(R"("use": "h100_sxm", )" + part)).empty());
  CHECK(schema_accepts(with(R"("use": "h100_sxm", )" + part)));
  CHECK(problems(with(whole)).empty());
  CHECK(schema_accepts(with(whole)));
  for (const std::string& document :
       {with(part), with(replaced(whole, R"("launch": "3 us")", R"("launch": {"value": "2 us"})")),
        with(replaced(whole, R"("max": "700 W", )", ""))}) {
    CAPTURE(document);
    CHECK(!problems(document).empty());
    CHECK(!schema_accepts(document));
  }
}
