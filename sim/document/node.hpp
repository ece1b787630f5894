// A JSON text as a tree that remembers where each value stood. First step of the flow:
//   text -> Node -> (overlay, overrides) -> Object reader -> structs of the lower folders.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"

namespace trainyard::document {

enum class Kind { null, boolean, number, string, array, object };

class Node {
 public:
  struct Member;  // key and value

  Kind kind = Kind::null;
  bool boolean = false;
  double number = 0;
  bool integral = false;  // the number was written without fraction and exponent
  std::string string;
  std::vector<Node> items;      // of an array
  std::vector<Member> members;  // of an object, in the order written
  std::shared_ptr<const std::string> file;
  int line = 0;
  int column = 0;

  [[nodiscard]] const Node* find(std::string_view key) const;
  [[nodiscard]] Node* find(std::string_view key);
  [[nodiscard]] Place place() const { return {file ? *file : "", line, column}; }
};

struct Node::Member {
  std::string first;
  Node second;
};

// JSON with // and /* */ comments. Throws InputError for a syntax error, a duplicate key, a number
// beyond double, brackets more than 64 deep, or text that is no UTF-8. `file` is the name that
// messages show.
Node parse(std::string_view text, const std::string& file);

// Throws FileError where the file is not there or cannot be read.
Node parse_file(const std::string& path);

// `above` laid over `below`: objects are merged member by member, anything else is replaced.
// Members keep the order of `below`, new ones follow. Positions go with the values; a merged object
// stands where `above` does.
Node overlay(Node below, const Node& above);

// Strict JSON, no comments, two spaces of indent, members in tree order, shortest numbers that
// read back the same, no line end after the last bracket: the resolved scenario in a result file.
std::string canonical_text(const Node& node);

}  // namespace trainyard::document
