#include "document/node.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cmath>
#include <cstring>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

namespace trainyard::document {
namespace {

using Json = nlohmann::ordered_json;

// Whole numbers up to 2^53 are exact and stand without ".0".
Json number_json(double number) {
  constexpr double greatest_exact = 0x1p53;
  if (number == std::floor(number) && std::abs(number) <= greatest_exact) {
    return static_cast<std::int64_t>(number);
  }
  return number;
}

Json json_of(const Node& node) {
  switch (node.kind) {
    case Kind::null:
      return nullptr;
    case Kind::boolean:
      return node.boolean;
    case Kind::number:
      return number_json(node.number);
    case Kind::string:
      return node.string;
    case Kind::array: {
      Json array = Json::array();
      for (const Node& item : node.items) array.push_back(json_of(item));
      return array;
    }
    case Kind::object: {
      Json object = Json::object();
      for (const auto& [key, member] : node.members) object[key] = json_of(member);
      return object;
    }
  }
  return nullptr;
}

}  // namespace

const Node* Node::find(std::string_view key) const {
  for (const auto& [name, member] : members) {
    if (name == key) return &member;
  }
  return nullptr;
}

Node* Node::find(std::string_view key) {
  return const_cast<Node*>(std::as_const(*this).find(key));
}

Node parse_file(const std::string& path) {
  errno = 0;
  std::ifstream stream(path, std::ios::binary);
  if (!stream) throw FileError(fmt::format("{}: cannot be read ({})", path, std::strerror(errno)));
  std::string text;
  try {
    text.assign(std::istreambuf_iterator<char>(stream), {});
  } catch (const std::ios_base::failure&) {  // a directory opens, and fails here
    throw FileError(fmt::format("{}: cannot be read ({})", path, std::strerror(errno)));
  }
  return parse(text, path);
}

Node overlay(Node below, const Node& above) {
  if (below.kind != Kind::object || above.kind != Kind::object) return above;
  for (const auto& [key, member] : above.members) {
    Node* known = below.find(key);
    if (known != nullptr) {
      *known = overlay(std::move(*known), member);
    } else {
      below.members.emplace_back(key, member);
    }
  }
  below.file = above.file;
  below.line = above.line;
  below.column = above.column;
  return below;
}

std::string canonical_text(const Node& node) {
  constexpr int indent = 2;
  return json_of(node).dump(indent);
}

}  // namespace trainyard::document
