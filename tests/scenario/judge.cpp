#include "scenario/judge.hpp"

#include <nlohmann/json.hpp>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>

#include "scenario/scenario.hpp"

namespace trainyard::scenario::test {
namespace {

using valijson::adapters::NlohmannJsonAdapter;

nlohmann::json parsed(const std::string& text) {
  constexpr bool throws = true;
  constexpr bool ignore_comments = true;
  return nlohmann::json::parse(text, nullptr, throws, ignore_comments);
}

const valijson::Schema& compiled() {
  static const nlohmann::json text = parsed(schema());
  static valijson::Schema compiled;
  static const bool once = [] {
    valijson::SchemaParser(valijson::SchemaParser::kDraft7)
        .populateSchema(NlohmannJsonAdapter(text), compiled);
    return true;
  }();
  return once ? compiled : compiled;
}

}  // namespace

bool schema_accepts(const std::string& text) {
  const nlohmann::json document = parsed(text);
  return valijson::Validator().validate(compiled(), NlohmannJsonAdapter(document), nullptr);
}

}  // namespace trainyard::scenario::test
