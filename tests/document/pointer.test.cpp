#include "document/pointer.hpp"

#include <catch2/catch.hpp>

using namespace trainyard;
using namespace trainyard::document;

namespace {

Node sample() {
  return parse(R"({"sites": {"austin": {"pue": 1.2, "a/b~c": 7}},
 "list": [10, {"x": 11}], "": 3})",
               "a.json");
}

std::string failure(const std::string& pointer, const std::string& value) {
  Node root = sample();
  try {
    set(root, pointer, parse(value, "v.json"));
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("a pointer leads through objects and arrays", "[document]") {
  const Node root = sample();
  CHECK(find(root, "") == &root);
  CHECK(find(root, "/sites/austin/pue")->number == 1.2);
  CHECK(find(root, "/list/1/x")->number == 11);
  CHECK(find(root, "/")->number == 3);
  CHECK(find(root, "/sites/austin/a~1b~0c")->number == 7);
}

TEST_CASE("a pointer to nothing finds nothing", "[document]") {
  const Node root = sample();
  const auto* pointer = GENERATE("/sites/x", "sites", "/list/2", "/list/01", "/list/-", "/list/x",
                                 "/sites/austin/pue/x", "/sites/austin/a~2b", "/sites/", "/list/");
  CAPTURE(pointer);
  CHECK(find(root, pointer) == nullptr);
}

TEST_CASE("a key finds its way back through its escaped form", "[document]") {
  CHECK(escaped("a/b~c") == "a~1b~0c");
  CHECK(escaped("~1") == "~01");
}

TEST_CASE("what is missing is located at its nearest ancestor", "[document]") {
  const Node root = sample();
  CHECK(locate(root, "/list/1/x").line == 2);
  CHECK(locate(root, "/sites/austin/y/z").column == find(root, "/sites/austin")->column);
  CHECK(locate(root, "no pointer").column == 1);
}

TEST_CASE("setting replaces a member or adds one to its object", "[document]") {
  Node root = sample();
  set(root, "/sites/austin/pue", parse("1.3", "v.json"));
  set(root, "/sites/austin/new", parse("{\"x\": 1}", "v.json"));
  set(root, "/list", parse("[]", "v.json"));
  CHECK(find(root, "/sites/austin/pue")->number == 1.3);
  CHECK(find(root, "/sites/austin/pue")->place().file == "v.json");
  CHECK(find(root, "/sites/austin/new/x")->number == 1);
  CHECK(find(root, "/list")->items.empty());
}

TEST_CASE("setting never makes up objects on the way", "[document]") {
  CHECK(failure("/sites/austn/pue", "1") ==
        "v.json:1:1: /sites/austn/pue: there is no \"austn\" in /sites; did you mean \"austin\"?");
  CHECK(failure("/site/austin/pue", "1") ==
        "v.json:1:1: /site/austin/pue: there is no \"site\" in the document; did you mean "
        "\"sites\"?");
}

TEST_CASE("setting enters neither arrays nor scalars", "[document]") {
  CHECK(failure("/list/0", "1") ==
        "v.json:1:1: /list/0: /list is an array, and single items cannot be set; set the whole "
        "array");
  CHECK(failure("/sites/austin/pue/x", "1") ==
        "v.json:1:1: /sites/austin/pue/x: /sites/austin/pue is no object");
}

TEST_CASE("setting needs a pointer to a value", "[document]") {
  const std::string remedy =
      "write a pointer such as /jobs/a/chips, with ~1 for \"/\" and ~0 for \"~\" in a key";
  CHECK(failure("", "1") == "v.json:1:1: \"\" is no pointer to a value; " + remedy);
  CHECK(failure("sites", "1") ==
        "v.json:1:1: sites: \"sites\" is no pointer to a value; " + remedy);
  CHECK(failure("/a~b", "1") == "v.json:1:1: /a~b: \"/a~b\" is no pointer to a value; " + remedy);
}

TEST_CASE("the value of an override is JSON where it can be, else a text", "[document]") {
  CHECK(parse_override("/a/b=512").value.number == 512);
  CHECK(parse_override("/a/b=true").value.kind == Kind::boolean);
  CHECK(parse_override("/a/b=130 MW").value.string == "130 MW");
  CHECK(parse_override("/a/b=\"130 MW\"").value.string == "130 MW");
  CHECK(parse_override("/a/b={\"x\": 1}").value.find("x")->number == 1);
  CHECK(parse_override("/a/b=").value.string.empty());
  CHECK(parse_override("/a/b=c=d").value.string == "c=d");
  CHECK(parse_override("/a/b=c=d").pointer == "/a/b");
}

TEST_CASE("messages about an override name the option and no line", "[document]") {
  const Override change = parse_override("/sites/x/pue=3");
  Node root = sample();
  CHECK_THROWS_WITH(set(root, change.pointer, change.value),
                    "--set /sites/x/pue: /sites/x/pue: there is no \"x\" in /sites; known: austin");
}

TEST_CASE("an override that is none is a usage error", "[document]") {
  CHECK_THROWS_AS(parse_override("a=1"), UsageError);
  CHECK_THROWS_WITH(parse_override("/a"),
                    "--set /a: not of the form /pointer=value; write --set /jobs/a/chips=512");
  CHECK_THROWS_WITH(parse_override("/a=\xFF"), "--set: the text is no UTF-8");
}

TEST_CASE("broken JSON in an override does not become a text", "[document]") {
  CHECK_THROWS_AS(parse_override("/a={\"x\": 1"), UsageError);
  CHECK_THROWS_AS(parse_override("/a={\"x\": 1, \"x\": 2}"), UsageError);
  CHECK_THROWS_WITH(parse_override("/a=[1,]"), Catch::StartsWith("--set /a:1:4: /0: syntax error"));
}
