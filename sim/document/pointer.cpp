#include "document/pointer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include "base/text.hpp"
#include "document/relative.hpp"
#include "document/utf8.hpp"

namespace trainyard::document {
namespace {

// A key as it stands between two slashes; nothing where "~" is followed by neither 0 nor 1.
std::optional<std::string> unescaped(std::string_view token) {
  std::string key;
  for (std::size_t i = 0; i < token.size(); ++i) {
    if (token[i] != '~') {
      key += token[i];
    } else if (i + 1 < token.size() && (token[i + 1] == '0' || token[i + 1] == '1')) {
      key += token[++i] == '0' ? '~' : '/';
    } else {
      return std::nullopt;
    }
  }
  return key;
}

std::optional<std::vector<std::string>> keys_of(std::string_view pointer) {
  std::vector<std::string> keys;
  while (!pointer.empty()) {
    if (pointer.front() != '/') return std::nullopt;
    pointer.remove_prefix(1);
    const std::string_view token = pointer.substr(0, pointer.find('/'));
    auto key = unescaped(token);
    if (!key) return std::nullopt;
    keys.push_back(std::move(*key));
    pointer.remove_prefix(token.size());
  }
  return keys;
}

const Node* item(const Node& array, std::string_view key) {
  std::size_t index = 0;
  const char* end = key.data() + key.size();
  const auto [rest, error] = std::from_chars(key.data(), end, index);
  const bool leading_zero = key.size() > 1 && key.front() == '0';
  if (error != std::errc() || rest != end || leading_zero) return nullptr;
  return index < array.items.size() ? &array.items[index] : nullptr;
}

const Node* child(const Node& node, std::string_view key) {
  return node.kind == Kind::array ? item(node, key) : node.find(key);
}

std::vector<std::string> keys_in(const Node& object) {
  std::vector<std::string> keys;
  for (const auto& [key, member] : object.members) keys.push_back(key);
  return keys;
}

[[noreturn]] void refuse(const Node& value, std::string_view pointer, std::string message,
                         std::string remedy = "") {
  throw InputError(
      Problem{value.place(), std::string(pointer), std::move(message), std::move(remedy)});
}

// The object that holds, or is to hold, the last key.
Node& parent_of(Node& root, std::string_view pointer, const std::vector<std::string>& keys,
                const Node& value) {
  Node* node = &root;
  std::string walked;
  for (std::size_t i = 0;; ++i) {
    const std::string shown = walked.empty() ? "the document" : walked;
    if (node->kind == Kind::array) {
      refuse(value, pointer, shown + " is an array, and single items cannot be set",
             "set the whole array");
    }
    if (node->kind != Kind::object) refuse(value, pointer, shown + " is no object");
    if (i + 1 == keys.size()) return *node;
    Node* next = node->find(keys[i]);
    if (next == nullptr) {
      refuse(value, pointer, fmt::format("there is no \"{}\" in {}", keys[i], shown),
             suggestion(keys[i], keys_in(*node)));
    }
    walked += fmt::format("/{}", escaped(keys[i]));
    node = next;
  }
}

bool is_mark(const Node& node) {
  const auto belongs = [](const Node::Member& member) {
    return member.first == "value" || member.first == "status" || member.first == "source";
  };
  return node.find("value") != nullptr && std::ranges::all_of(node.members, belongs);
}

// Where {"value": ...} stands, the value inside is meant.
Node* inside(Node* known, const Node& value) {
  if (known == nullptr || value.kind == Kind::object || !is_mark(*known)) return known;
  return known->find("value");
}

// What `value` makes of what stands there, at the place of `value`.
Node settled(const Node& value, const Node& known, std::string_view pointer) {
  const auto change = relative(value);
  if (!change) return value;
  Applied result = applied(*change, known);
  if (!result.problem.empty()) refuse(value, pointer, result.problem, result.remedy);
  result.value.file = value.file;
  result.value.line = value.line;
  result.value.column = value.column;
  return std::move(result.value);
}

void forget_lines(Node& node) {
  node.line = 0;
  for (Node& item : node.items) forget_lines(item);
  for (auto& [key, member] : node.members) forget_lines(member);
}

// The command line has one line: messages name the option and no place in it.
Node option_value(const std::string& text, const std::string& option) {
  Node node;
  try {
    node = parse(text, option);
    forget_lines(node);
  } catch (const InputError& error) {
    // Broken JSON would else become a text without a word.
    const bool meant_as_json =
        text.starts_with('{') || text.starts_with('[') || text.starts_with('"');
    if (meant_as_json) throw UsageError(error.what());
    node.kind = Kind::string;
    node.string = text;
    node.file = std::make_shared<const std::string>(option);
  }
  return node;
}

}  // namespace

const Node* find(const Node& root, std::string_view pointer) {
  const auto keys = keys_of(pointer);
  if (!keys) return nullptr;
  const Node* node = &root;
  for (const std::string& key : *keys) {
    node = child(*node, key);
    if (node == nullptr) return nullptr;
  }
  return node;
}

Place locate(const Node& root, std::string_view pointer) {
  const Node* node = find(root, pointer);
  while (node == nullptr && !pointer.empty()) {
    const std::size_t slash = pointer.rfind('/');
    pointer = pointer.substr(0, slash == std::string_view::npos ? 0 : slash);
    node = find(root, pointer);
  }
  return (node != nullptr ? *node : root).place();
}

std::string escaped(std::string_view key) {
  std::string token;
  for (const char c : key) {
    if (c == '~') {
      token += "~0";
    } else if (c == '/') {
      token += "~1";
    } else {
      token += c;
    }
  }
  return token;
}

void set(Node& root, std::string_view pointer, const Node& value) {
  const auto keys = keys_of(pointer);
  if (!keys || keys->empty()) {
    refuse(value, pointer, fmt::format("\"{}\" is no pointer to a value", pointer),
           "write a pointer such as /jobs/a/chips, with ~1 for \"/\" and ~0 for \"~\" in a key");
  }
  Node& parent = parent_of(root, pointer, *keys, value);
  Node* known = inside(parent.find(keys->back()), value);
  if (known == nullptr && relative(value)) {
    refuse(value, pointer,
           fmt::format("\"{}\" is relative, and nothing stands there to change", value.string),
           suggestion(keys->back(), keys_in(parent)));
  }
  if (known != nullptr) {
    *known = settled(value, *known, pointer);
  } else {
    parent.members.emplace_back(keys->back(), value);
  }
}

Override parse_override(std::string_view text) {
  const std::size_t equals = text.find('=');
  if (text.empty() || text.front() != '/' || equals == std::string_view::npos) {
    throw UsageError(fmt::format(
        "--set {}: not of the form /pointer=value; write --set /jobs/a/chips=512", text));
  }
  if (well_formed_bytes(text) < text.size()) throw UsageError("--set: the text is no UTF-8");
  const std::string pointer(text.substr(0, equals));
  return {pointer, option_value(std::string(text.substr(equals + 1)), "--set " + pointer)};
}

}  // namespace trainyard::document
