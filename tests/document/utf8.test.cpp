#include "document/utf8.hpp"

#include <catch2/catch.hpp>
#include <string>

using namespace trainyard::document;

TEST_CASE("texts of one to four byte characters are well formed", "[document]") {
  const std::string text = "a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x9A\x82";  // a, e acute, euro, train
  CHECK(well_formed_bytes(text) == text.size());
  CHECK(characters(text) == 4);
}

TEST_CASE("well-formed bytes end where the encoding breaks", "[document]") {
  CHECK(well_formed_bytes("ab\xFF"
                          "c") == 2);
  CHECK(well_formed_bytes("ab\xC3") == 2);              // cut off
  CHECK(well_formed_bytes("ab\xC0\xAF") == 2);          // longer than needed
  CHECK(well_formed_bytes("ab\xE0\x80\xAF") == 2);      // longer than needed
  CHECK(well_formed_bytes("ab\xED\xA0\x80") == 2);      // surrogate
  CHECK(well_formed_bytes("ab\xF0\x80\x80\x80") == 2);  // longer than needed
  CHECK(well_formed_bytes("ab\xF4\x90\x80\x80") == 2);  // above U+10FFFF
  CHECK(well_formed_bytes("ab\x80") == 2);
}
