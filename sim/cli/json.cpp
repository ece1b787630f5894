#include "cli/json.hpp"

#include <cmath>
#include <utility>

namespace trainyard::cli {

using document::Kind;
using document::Node;

Node json(double value) {
  Node node;
  if (!std::isfinite(value)) return node;
  node.kind = Kind::number;
  node.number = value;
  return node;
}

Node json(std::int64_t value) {
  return json(static_cast<double>(value));
}

Node json(std::string value) {
  Node node;
  node.kind = Kind::string;
  node.string = std::move(value);
  return node;
}

Node json_object(std::vector<Node::Member> members) {
  Node node;
  node.kind = Kind::object;
  node.members = std::move(members);
  return node;
}

}  // namespace trainyard::cli
