// Builds the tree from nlohmann's events; positions come from a cursor that walks along.
#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "document/cursor.hpp"
#include "document/node.hpp"
#include "document/pointer.hpp"
#include "document/utf8.hpp"

namespace trainyard::document {
namespace {

using Json = nlohmann::json;

// Documents of people are less deep; the tree is walked recursively and the stack is finite.
constexpr std::size_t greatest_depth = 64;

// What a person did most likely where the parser met `offset`.
std::optional<std::string> stray_comma(std::string_view text, std::size_t offset) {
  if (offset >= text.size() || (text[offset] != '}' && text[offset] != ']')) return std::nullopt;
  const std::size_t before = text.substr(0, offset).find_last_not_of(" \t\r\n");
  if (before == std::string_view::npos || text[before] != ',') return std::nullopt;
  return fmt::format("syntax error: a comma stands before '{}'", text[offset]);
}

// "[json.exception...] parse error at line 1, column 2: syntax error while parsing value - WHAT".
std::string after_preamble(const std::string& what) {
  const std::size_t dash = what.find(" - ");
  return "syntax error: " + (dash == std::string::npos ? what : what.substr(dash + 3));
}

class Builder final : public nlohmann::json_sax<Json> {
 public:
  Builder(std::string_view text, const std::string& file)
      : text_(text), file_(std::make_shared<const std::string>(file)), cursor_(text) {}

  bool null() override { return put(Kind::null); }
  bool boolean(bool value) override {
    return put(Kind::boolean, [&](Node& n) { n.boolean = value; });
  }
  bool number_integer(number_integer_t value) override { return put_number(double(value)); }
  bool number_unsigned(number_unsigned_t value) override { return put_number(double(value)); }
  bool number_float(number_float_t value, const std::string&) override { return put_number(value); }
  bool string(std::string& value) override {
    return put(Kind::string, [&](Node& n) { n.string = std::move(value); });
  }
  bool binary(binary_t&) override { return false; }  // JSON texts have none
  bool start_object(std::size_t) override { return open(Kind::object); }
  bool end_object() override { return close(); }
  bool start_array(std::size_t) override { return open(Kind::array); }
  bool end_array() override { return close(); }
  bool key(std::string& key) override;
  bool parse_error(std::size_t position, const std::string& token,
                   const nlohmann::detail::exception& error) override;

  void problem(std::string message, std::string remedy);
  void problem_at(std::size_t offset, std::string message, std::string remedy);
  [[nodiscard]] std::vector<Problem>& problems() { return problems_; }
  [[nodiscard]] Node& root() { return root_; }

 private:
  Node& next_slot();
  Node& place(Kind kind);
  bool put(Kind kind) { return place(kind), pass(); }
  template <class Fill>
  bool put(Kind kind, const Fill& fill) {
    return fill(place(kind)), pass();
  }
  bool pass() { return cursor_.pass_token(), true; }
  bool put_number(double value);
  bool open(Kind kind);
  bool close() { return open_.pop_back(), true; }
  [[nodiscard]] std::string pointer() const;

  std::string_view text_;
  std::shared_ptr<const std::string> file_;
  Cursor cursor_;
  Node root_;
  // From the root inwards. Only the last child of an open node grows, so the pointers stay good.
  std::vector<Node*> open_;
  std::vector<Problem> problems_;
};

Node& Builder::next_slot() {
  if (open_.empty()) return root_;
  Node& parent = *open_.back();
  if (parent.kind == Kind::object) return parent.members.back().second;
  return parent.items.emplace_back();
}

Node& Builder::place(Kind kind) {
  cursor_.find_token();
  Node& node = next_slot();
  node.kind = kind;
  node.file = file_;
  node.line = cursor_.line();
  node.column = cursor_.column();
  return node;
}

bool Builder::put_number(double value) {
  Node& node = place(Kind::number);
  node.number = value;
  node.integral = cursor_.pass_token().find_first_of(".eE") == std::string_view::npos;
  return true;
}

bool Builder::open(Kind kind) {
  Node& node = place(kind);
  if (open_.size() >= greatest_depth) {
    problem(fmt::format("brackets are nested more than {} deep", greatest_depth), "");
    return false;
  }
  open_.push_back(&node);
  return pass();
}

bool Builder::key(std::string& key) {
  cursor_.find_token();
  Node& object = *open_.back();
  const Node* earlier = object.find(key);
  const int line = earlier != nullptr ? earlier->line : 0;
  object.members.emplace_back(key, Node());
  if (earlier != nullptr) {
    problem(fmt::format("key \"{}\" stands twice (first in line {})", key, line), "keep one");
  }
  return pass();
}

bool Builder::parse_error(std::size_t position, const std::string& token,
                          const nlohmann::detail::exception& error) {
  const std::size_t offset = position > 0 ? position - 1 : 0;
  constexpr int number_overflow = 406;
  if (error.id == number_overflow) {
    cursor_.find_token();
    problem(fmt::format("{} is too large for a number", token), "");
  } else if (const auto comma = stray_comma(text_, offset)) {
    problem_at(offset, *comma, "remove the comma");
  } else {
    problem_at(offset, after_preamble(error.what()), "");
  }
  return false;
}

std::string Builder::pointer() const {
  std::string pointer;
  for (const Node* node : open_) {
    if (node->kind == Kind::object && !node->members.empty()) {
      pointer += fmt::format("/{}", escaped(node->members.back().first));
    } else if (node->kind == Kind::array && !node->items.empty()) {
      pointer += fmt::format("/{}", node->items.size() - 1);
    }
  }
  return pointer;
}

void Builder::problem(std::string message, std::string remedy) {
  problems_.push_back({{*file_, cursor_.line(), cursor_.column()},
                       pointer(),
                       std::move(message),
                       std::move(remedy)});
}

void Builder::problem_at(std::size_t offset, std::string message, std::string remedy) {
  cursor_.advance_to(offset);
  problem(std::move(message), std::move(remedy));
}

// The parser looks at encoding in strings only, and takes a zero byte for the end of the text.
void check_bytes(std::string_view text, const std::string& file) {
  Builder nothing(text, file);
  const std::size_t good = well_formed_bytes(text);
  if (good < text.size()) {
    nothing.problem_at(good, "the text is no UTF-8 from here on", "save the file as UTF-8");
  } else if (const std::size_t zero = text.find('\0'); zero != std::string_view::npos) {
    nothing.problem_at(zero, "a zero byte stands in the text", "remove it");
  }
  if (!nothing.problems().empty()) throw InputError(std::move(nothing.problems()));
}

}  // namespace

Node parse(std::string_view text, const std::string& file) {
  check_bytes(text, file);
  Builder builder(text, file);
  constexpr bool strict = true;
  constexpr bool ignore_comments = true;
  Json::sax_parse(text, &builder, Json::input_format_t::json, strict, ignore_comments);
  if (!builder.problems().empty()) throw InputError(std::move(builder.problems()));
  return std::move(builder.root());
}

}  // namespace trainyard::document
