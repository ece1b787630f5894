// JSON values for what the verbs print with --json; `document::canonical_text` writes them.
#pragma once

#include <string>
#include <vector>

#include "document/node.hpp"

namespace trainyard::cli {

// null where the value is infinite or NaN, which JSON does not have.
document::Node json(double value);
document::Node json(std::int64_t value);
document::Node json(std::string value);
document::Node json_object(std::vector<document::Node::Member> members = {});

}  // namespace trainyard::cli
