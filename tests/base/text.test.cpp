#include "base/text.hpp"

#include <catch2/catch.hpp>

using trainyard::nearest;
using trainyard::suggestion;
using Names = std::vector<std::string>;

TEST_CASE("the nearest names come first and are at most three", "[base]") {
  CHECK(nearest("limt", {"from", "limit", "lint"}) == Names{"limit", "lint"});
  CHECK(nearest("aa", {"ab", "ac", "ad", "ae"}) == Names{"ab", "ac", "ad"});
  CHECK(nearest("limit", {"limits", "limit"}) == Names{"limit", "limits"});
}

TEST_CASE("a name within a longer one is near it", "[base]") {
  CHECK(nearest("llama3", {"llama3_405b", "fsd_video"}) == Names{"llama3_405b"});
}

TEST_CASE("nothing is near a name that resembles none", "[base]") {
  CHECK(nearest("zzzzzz", {"from", "limit"}).empty());
  CHECK(nearest("x", {}).empty());
}

TEST_CASE("a suggestion asks for near names, and lists all where none is near", "[base]") {
  CHECK(suggestion("limt", {"from", "limit"}) == "did you mean \"limit\"?");
  CHECK(suggestion("limt", {"limit", "lint"}) == "did you mean \"limit\" or \"lint\"?");
  CHECK(suggestion("zzzzzz", {"from", "limit"}) == "known: from, limit");
  CHECK(suggestion("x", {}).empty());
}
