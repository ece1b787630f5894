#include <catch2/catch.hpp>
#include <string>

#include "document/node.hpp"
#include "document/pointer.hpp"

using namespace trainyard;
using namespace trainyard::document;

namespace {

std::string place(const Node& root, const char* pointer) {
  const Node* node = find(root, pointer);
  return node == nullptr ? "nowhere"
                         : std::to_string(node->line) + ":" + std::to_string(node->column);
}

std::string syntax(const std::string& text) {
  try {
    parse(text, "a.json");
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("every value knows line and column of its first character", "[document]") {
  const Node root =
      parse("{\n  \"a\": 5, \"b\": [true, null,\n \"x\\\"y\"],\n\t\"c\":{}}", "a.json");
  CHECK(place(root, "") == "1:1");
  CHECK(place(root, "/a") == "2:8");
  CHECK(place(root, "/b") == "2:16");
  CHECK(place(root, "/b/0") == "2:17");
  CHECK(place(root, "/b/1") == "2:23");
  CHECK(place(root, "/b/2") == "3:2");
  CHECK(place(root, "/c") == "4:6");
  CHECK(root.place().file == "a.json");
}

TEST_CASE("comments are skipped and counted", "[document]") {
  const Node root =
      parse("// one, [two]\n{ /* \"a\": 1 \n */ \"b\" /**/ : 2 // end\n}// last", "a");
  CHECK(root.members.size() == 1);
  CHECK(place(root, "") == "2:1");
  CHECK(place(root, "/b") == "3:16");
}

TEST_CASE("line ends may be CR LF, and a byte order mark may stand in front", "[document]") {
  const Node root = parse("\xEF\xBB\xBF{\r\n// x\r\n\"a\": 1}", "a.json");
  CHECK(place(root, "") == "1:1");
  CHECK(place(root, "/a") == "3:6");
}

TEST_CASE("columns count characters and not bytes", "[document]") {
  const Node root = parse("{\"\xC3\xA9\xE2\x82\xAC\": 1}", "a.json");
  CHECK(root.members[0].second.column == 8);
}

TEST_CASE("values are read as they are written", "[document]") {
  const Node root =
      parse(R"({"i": -12, "f": 1.5e3, "s": "a\u00e9\n", "t": true, "n": null, "a": [1]})", "a");
  CHECK(root.kind == Kind::object);
  CHECK(root.find("i")->number == -12);
  CHECK(root.find("i")->integral);
  CHECK(root.find("f")->number == 1500);
  CHECK(!root.find("f")->integral);
  CHECK(root.find("s")->string == "a\xC3\xA9\n");
  CHECK(root.find("t")->boolean);
  CHECK(root.find("n")->kind == Kind::null);
  CHECK(root.find("a")->items.size() == 1);
  CHECK(root.find("x") == nullptr);
}

TEST_CASE("members keep the order of the text", "[document]") {
  const Node root = parse(R"({"z": 1, "a": 2, "m": 3})", "a.json");
  CHECK(root.members[0].first == "z");
  CHECK(root.members[2].first == "m");
}

TEST_CASE("syntax errors tell where and what was expected", "[document]") {
  CHECK(syntax("{\"a\": 1\n \"b\": 2}") ==
        "a.json:2:4: /a: syntax error: unexpected string literal; expected '}'");
  CHECK(syntax("") ==
        "a.json:1:1: syntax error: unexpected end of input; expected '[', '{', or a literal");
  CHECK(syntax("{} {}") == "a.json:1:4: syntax error: unexpected '{'; expected end of input");
  CHECK_THAT(syntax("{\"a\": NaN}"),
             Catch::StartsWith("a.json:1:7: /a: syntax error: invalid literal"));
  CHECK_THAT(syntax("{\"a\": -Infinity}"), Catch::StartsWith("a.json:1:8: /a: syntax error"));
  CHECK_THAT(syntax("[1, 2"), Catch::StartsWith("a.json:1:6: /1: syntax error: unexpected end"));
  CHECK_THAT(syntax("{\"a\": \"\\ud800\"}"), Catch::Contains("surrogate"));
}

TEST_CASE("a comma before a closing bracket is named", "[document]") {
  CHECK(syntax("{\"a\": 1,\n}") ==
        "a.json:2:1: /a: syntax error: a comma stands before '}'; remove the comma");
  CHECK(syntax("[1,]") ==
        "a.json:1:4: /0: syntax error: a comma stands before ']'; remove the comma");
}

TEST_CASE("all duplicate keys are errors, with the line of the first", "[document]") {
  CHECK(syntax("{\"a\": 1,\n \"b\": {\"x/y\": 1, \"x/y\": 2},\n \"a\": 2}") ==
        "a.json:2:18: /b/x~1y: key \"x/y\" stands twice (first in line 2); keep one\n"
        "a.json:3:2: /a: key \"a\" stands twice (first in line 1); keep one");
}

TEST_CASE("numbers beyond double are errors", "[document]") {
  CHECK(syntax("{\"a\": 1e999}") == "a.json:1:7: /a: 1e999 is too large for a number");
}

TEST_CASE("integers beyond 64 bits are rounded numbers", "[document]") {
  CHECK(parse("[100000000000000000000]", "a").items[0].number == 1e20);
}

TEST_CASE("texts that are no UTF-8 are errors, in comments too", "[document]") {
  CHECK(syntax("{} // \xFF") ==
        "a.json:1:7: the text is no UTF-8 from here on; save the file as UTF-8");
}

TEST_CASE("a zero byte does not end the text silently", "[document]") {
  CHECK(syntax(std::string("{}\0{}", 5)) ==
        "a.json:1:3: a zero byte stands in the text; remove it");
}

TEST_CASE("brackets deeper than the stack is safe for are errors", "[document]") {
  CHECK(syntax(std::string(64, '[') + std::string(64, ']')).empty());
  CHECK_THAT(syntax(std::string(100000, '[')),
             Catch::StartsWith("a.json:1:65: ") &&
                 Catch::EndsWith("brackets are nested more than 64 deep"));
}

TEST_CASE("a file that is missing or a directory is a file error", "[document]") {
  CHECK_THROWS_AS(parse_file("no/such.json"), FileError);
  CHECK_THROWS_WITH(parse_file("no/such.json"),
                    "no/such.json: cannot be read (No such file or directory)");
  CHECK_THROWS_WITH(parse_file("/"), "/: cannot be read (Is a directory)");
}
