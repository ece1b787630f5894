#include "scenario/trace_rows.hpp"

#include <catch2/catch.hpp>
#include <cmath>

using namespace trainyard::scenario;

TEST_CASE("a CSV trace is read by the names of its columns", "[scenario]") {
  const Trace trace = csv_rows("gpus,state,submit_s,duration_s\n8,done,0,60\n2,done,5.5,1e3\n", {});
  REQUIRE(trace.problem.empty());
  REQUIRE(trace.rows.size() == 2);
  CHECK(trace.fields == 4);
  CHECK(trace.rows[0].line == 2);
  CHECK(trace.rows[0].number == 0);
  CHECK(trace.rows[0].submit.value == 0);
  CHECK(trace.rows[0].duration.value == 60);
  CHECK(trace.rows[0].size.value == 8);
  CHECK(trace.rows[0].owner.empty());
  CHECK(trace.rows[1].number == 1);
  CHECK(trace.rows[1].submit.value == 5.5);
  CHECK(trace.rows[1].duration.value == 1000);
}

TEST_CASE("columns of a CSV trace may have other names", "[scenario]") {
  const Trace trace = csv_rows("t,n,d,vc\n1,2,3,lab\n", {"t", "d", "n", "vc"});
  REQUIRE(trace.rows.size() == 1);
  CHECK(trace.rows[0].submit.value == 1);
  CHECK(trace.rows[0].size.value == 2);
  CHECK(trace.rows[0].duration.value == 3);
  CHECK(trace.rows[0].owner == "lab");
}

TEST_CASE("a CSV trace may have carriage returns, blanks, a byte order mark and no last line end",
          "[scenario]") {
  const Trace trace =
      csv_rows("\xEF\xBB\xBFsubmit_s, duration_s,gpus,owner\r\n\r\n0, 60 ,8,a b\r\n5,1,1,", {});
  REQUIRE(trace.rows.size() == 2);
  CHECK(trace.rows[0].line == 3);
  CHECK(trace.rows[0].duration.value == 60);
  CHECK(trace.rows[0].owner == "a b");
  CHECK(trace.rows[1].owner.empty());
}

TEST_CASE("what is no number is none", "[scenario]") {
  const Trace trace = csv_rows("submit_s,duration_s,gpus\nx,1,\n1 2,inf,nan\n1,2\n", {});
  REQUIRE(trace.rows.size() == 3);
  CHECK(std::isnan(trace.rows[0].submit.value));
  CHECK(trace.rows[0].submit.text == "x");
  CHECK(std::isnan(trace.rows[0].size.value));
  CHECK(std::isnan(trace.rows[1].submit.value));
  CHECK(std::isnan(trace.rows[1].duration.value));
  CHECK(std::isnan(trace.rows[1].size.value));
  CHECK(trace.rows[2].fields == 2);
}

TEST_CASE("a CSV trace needs its columns and no quotes", "[scenario]") {
  const Trace missing = csv_rows("time,gpus\n", {});
  CHECK(missing.problem == "the header has no submit_s, no duration_s");
  CHECK(missing.remedy == "it has time, gpus: say under \"columns\" which is which");
  CHECK(missing.line == 1);
  const Trace owner = csv_rows("submit_s,duration_s,gpus\n",
                               {.owner = "vc", .owner_column = TraceColumns::Owner::required});
  CHECK(owner.problem == "the header has no vc");
  CHECK(csv_rows("", {}).problem == "the file is empty");
  CHECK(csv_rows("\"submit_s\",duration_s,gpus\n", {}).problem == "a quote stands in the header");
  const Trace quoted = csv_rows("submit_s,duration_s,gpus\n1,2,3\n\"1\",2,3\n", {});
  CHECK(quoted.problem == "a quote stands in a row");
  CHECK(quoted.remedy == "write the file without quotes");
  CHECK(quoted.line == 3);
}

TEST_CASE("an SWF trace is read by its fields", "[scenario]") {
  const Trace trace = swf_rows(
      "; Version: 2.2\n;\n"
      "  12   342343   5   553  48 552.21 -1  40  43200  -1  1   4   1  -1 -1  1 -1 -1\r\n"
      "\n"
      "  16   347726   5    -1   8 240379 -1  -1     -1  -1 -1  -1   1  -1 -1  1 -1 -1\n"
      "  17 1 2 3\n");
  REQUIRE(trace.rows.size() == 3);
  const TraceRow& row = trace.rows[0];
  CHECK(row.line == 3);
  CHECK(row.job == "12");
  CHECK(row.submit.value == 342343);
  CHECK(row.duration.value == 553);
  CHECK(row.size.value == 40);  // asked for, where 48 were given
  CHECK(row.requested == 43200);
  CHECK(row.owner == "4");
  CHECK(trace.rows[1].line == 5);
  CHECK(trace.rows[1].duration.value == -1);
  CHECK(trace.rows[1].size.value == 8);
  CHECK(trace.rows[1].requested == 0);
  CHECK(trace.rows[1].owner.empty());
  CHECK(trace.rows[2].fields == 4);
}
