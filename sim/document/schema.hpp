// JSON Schema (draft-07) of what a reading function asks for: the pieces, and the object that
// gathers them while an `Object` describes.
#pragma once

#include <string>
#include <vector>

#include "document/node.hpp"
#include "document/reader.hpp"

namespace trainyard::document {

// The properties of one JSON object.
class Description {
 public:
  void add(const std::string& key, const Rule& rule, Node schema);
  // Where `key` is there, nothing is required: not here and not in objects within.
  void relax_where(const std::string& key) { relaxing_key_ = key; }
  // The members of `with` where `key` is there, else those of `without`.
  void split_where(const std::string& key, const Description& with, const Description& without);
  [[nodiscard]] Node schema() const;

 private:
  std::vector<Node::Member> properties_;
  std::vector<std::string> required_;
  std::string relaxing_key_;                // "" for none
  std::vector<Node::Member> alternatives_;  // "if", "then", "else"; empty for none
};

// Of bare values; the wording of `Rule::doc` is put in front by `Description::add`.
Node quantity_schema(const Rule& rule, Dimension dimension);
Node date_schema(const Rule& rule);
Node number_schema(const Rule& rule);
Node integer_schema(const Rule& rule);
Node text_schema(const Rule& rule);
Node quantity_or_text_schema(const Rule& rule, Dimension dimension);
Node boolean_schema(const Rule& rule);
Node texts_schema(const Rule& rule);
Node integers_schema(const Rule& rule);
Node integer_or_text_schema(const Rule& rule);
Node number_or_text_schema(const Rule& rule);
Node anything_schema(const Rule& rule);

// Either as the first or as the second says; the first one's description stands outside.
Node either_schema(Node first, Node second);

// An object whose keys are names chosen by the user.
Node named_schema(Node member);

}  // namespace trainyard::document
