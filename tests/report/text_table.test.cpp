#include "report/text_table.hpp"

#include <catch2/catch.hpp>

#include "base/check.hpp"

namespace trainyard::report {

TEST_CASE("columns are as wide as their widest cell, texts left, numbers right", "[report]") {
  TextTable table({"site", ">chips", "chip"});
  table.add({"palo_alto", "9", "dojo"});
  table.add({"x", "12,000", "h100"});
  CHECK(table.text() ==
        "site        chips  chip\n"
        "palo_alto       9  dojo\n"
        "x          12,000  h100\n");
}

TEST_CASE("a header can be the widest cell", "[report]") {
  TextTable table({"a long header", ">another one"});
  table.add({"b", "1"});
  CHECK(table.text() ==
        "a long header  another one\n"
        "b                        1\n");
}

TEST_CASE("letters beyond ASCII count once", "[report]") {
  TextTable table({"name", ">n"});
  table.add({"Zürich", "1"});
  table.add({"東京", "2"});
  table.add({"Austin", "3"});
  CHECK(table.text() ==
        "name    n\n"
        "Zürich  1\n"
        "東京      2\n"
        "Austin  3\n");
}

TEST_CASE("lines do not end in blanks", "[report]") {
  TextTable table({"name", "note"});
  table.add({"a", ""});
  table.add({"", ""});
  table.add({"b", "longer than its header"});
  CHECK(table.text() == "name  note\na\n\nb     longer than its header\n");
}

TEST_CASE("a table without rows is its headers", "[report]") {
  TextTable table({"name", ">n"});
  CHECK(table.empty());
  CHECK(table.text() == "name  n\n");
  table.add({"a", "1"});
  CHECK_FALSE(table.empty());
}

#ifdef TRAINYARD_CHECKS
TEST_CASE("a row has a cell for each header", "[report]") {
  TextTable table({"name", ">n"});
  CHECK_THROWS_AS(table.add({"a"}), ContractError);
}
#endif

}  // namespace trainyard::report
