#include <catch2/catch.hpp>

#include "scenario/reading.hpp"

using namespace trainyard;
using namespace trainyard::scenario;
using namespace trainyard::scenario::test;

TEST_CASE("variants are an object of objects, with names", "[scenario]") {
  CHECK(problems(Fleet{.more = R"("variants": {})"}.text()) ==
        "a.json:8:15: /variants: variants are an object, name -> changes; name at least one "
        "variant, or leave \"variants\" out");
  CHECK(problems(Fleet{.more = R"("variants": [])"}.text()) ==
        "a.json:8:15: /variants: variants are an object, name -> changes; name at least one "
        "variant, or leave \"variants\" out");
  CHECK(problems(Fleet{.more = R"("variants": {"a": 5})"}.text()) ==
        "a.json:8:21: /variants/a: a variant is an object, JSON pointer -> value; write {} for a "
        "variant without changes");
  CHECK(problems(Fleet{.more = R"("variants": {"": {}})"}.text()) ==
        "a.json:8:20: /variants/: a name is empty; choose another name");
  CHECK(problems(Fleet{.more = R"("variants": {"a/b": {}})"}.text()) ==
        "a.json:8:23: /variants/a~1b: a name holds \"/\"; choose another name");
}

TEST_CASE("an unknown baseline is met with the variants", "[scenario]") {
  CHECK(problems(
            Fleet{.more = R"("variants": {"keep": {}, "send": {}}, "baseline": "kep")"}.text()) ==
        "a.json:8:53: /baseline: unknown variant \"kep\"; did you mean \"keep\"?");
  CHECK(problems(Fleet{.more = R"("variants": {"keep": {}}, "baseline": 5)"}.text()) ==
        "a.json:8:41: /baseline: 5 is a number, not a text");
  CHECK(problems(Fleet{.more = R"("baseline": "keep")"}.text()) ==
        "a.json:8:15: /baseline: unknown variant \"keep\"; add \"variants\", or leave \"baseline\" "
        "out");
}

TEST_CASE("a variant changes what is there", "[scenario]") {
  CHECK(problems(Fleet{.more = R"("variants": {"a": {"/deliveries/d/arives": "+60 d"}})"}.text()) ==
        "a.json:8:46: /deliveries/d/arives: \"+60 d\" is relative, and nothing stands there to "
        "change; did you mean \"arrives\"?");
  CHECK(problems(
            Fleet{.more = R"("variants": {"a": {"/delivery/d/arrives": "2024-02-01"}})"}.text()) ==
        "a.json:8:45: /delivery/d/arrives: there is no \"delivery\" in the document; known: "
        "format, title, horizon, sites, deliveries, jobs, variants, platforms");
  CHECK(problems(
            Fleet{.more = R"("variants": {"a": {"deliveries/d/arrives": "2024-02-01"}})"}.text()) ==
        "a.json:8:46: deliveries/d/arrives: \"deliveries/d/arrives\" is no pointer to a value; "
        "write a pointer such as /jobs/a/chips, with ~1 for \"/\" and ~0 for \"~\" in a key");
  CHECK(problems(Fleet{.more = R"("variants": {"a": {"": {}}})"}.text()) ==
        "a.json:8:26: \"\" is no pointer to a value; write a pointer such as /jobs/a/chips, with "
        "~1 for \"/\" and ~0 for \"~\" in a key");
  CHECK(problems(Fleet{.more = R"("variants": {"a": {"/jobs/j/sites/0": "x"}})"}.text()) ==
        "a.json:8:41: /jobs/j/sites/0: /jobs/j/sites is an array, and single items cannot be set; "
        "set the whole array");
  CHECK(problems(Fleet{.more = R"("variants": {"a": {"/title/x": "y"}})"}.text()) ==
        "a.json:8:34: /title/x: /title is no object");
}

TEST_CASE("a relative value changes a value of its kind", "[scenario]") {
  CHECK(problems(Fleet{.more = R"("variants": {"a": {"/deliveries/d/install": "+5 d"}})"}.text()) ==
        "a.json:8:47: /deliveries/d/install: \"+5 d\" is relative, and nothing stands there to "
        "change; known: node, accelerators, owner, site, arrives");
  CHECK(
      problems(Fleet{.more = R"("variants": {"a": {"/deliveries/d/arrives": "+5 MW"}})"}.text()) ==
      "a.json:8:47: /deliveries/d/arrives: \"+5 MW\" cannot change the date \"2024-01-02\"; write "
      "a duration such as \"+60 d\"");
  CHECK(problems(Fleet{.more = R"("variants": {"a": {"/deliveries/d/arrives": "x2"}})"}.text()) ==
        "a.json:8:47: /deliveries/d/arrives: \"x2\" cannot change the date \"2024-01-02\"; write a "
        "duration such as \"+60 d\"");
  CHECK(problems(
            Fleet{.more = R"("variants": {"a": {"/deliveries/d/accelerators": "+5 d"}})"}.text()) ==
        "a.json:8:52: /deliveries/d/accelerators: \"+5 d\" cannot change 64, which has no unit; "
        "write the new number, or a factor such as \"x1.1\"");
  CHECK(problems(Fleet{.more = R"("variants": {"a": {"/deliveries/d/node": "+5 d"}})"}.text()) ==
        "a.json:8:44: /deliveries/d/node: \"+5 d\" is relative, but \"dgx_h100\" is no date, "
        "quantity or number");
  CHECK(problems(Fleet{
            .more = R"("variants": {"a": {"/platforms/accelerators/h100_sxm/price": "x1e308"}})"}
                     .text()) ==
        "a.json:8:64: /platforms/accelerators/h100_sxm/price: \"30000 USD\" x1e308 is too large");
  CHECK(
      problems(Fleet{.more = R"("variants": {"a": {"/deliveries/d/arrives": "+1e9 d"}})"}.text()) ==
      "a.json:8:47: /deliveries/d/arrives: \"2024-01-02\" +1e9 d lies outside the years 1970 to "
      "2199");
}

TEST_CASE("a variant changes neither variants nor baseline, nor the horizon, which all share",
          "[scenario]") {
  CHECK(problems(Fleet{.more = R"("variants": {"a": {"/variants/b": {}}})"}.text()) ==
        "a.json:8:37: /variants/a: a variant cannot change /variants/b; change what the scenario "
        "describes");
  CHECK(problems(Fleet{.more = R"("variants": {"a": {"/baseline": "b"}})"}.text()) ==
        "a.json:8:35: /variants/a: a variant cannot change /baseline; change what the scenario "
        "describes");
  CHECK(problems(Fleet{.more = R"("variants": {"a": {}, "b": {"/horizon/to": "+1 d"}})"}.text()) ==
        "a.json:8:30: /variants/b: changes the horizon, which all variants share; play it as a "
        "scenario of its own");
  CHECK(problems(Fleet{.more = R"("variants": {"a": {}, "b": {"/horizon/bin": "2 d"}})"}.text()) ==
        "a.json:8:30: /variants/b: changes the horizon, which all variants share; play it as a "
        "scenario of its own");
  CHECK(
      problems(step_document(
          good_job,
          R"("variants": {"a": {}, "b": {"/horizon": {"from": "2024-01-01", "to": "2024-02-01", "bin": "1 d"}}})")) ==
      "a.json:1:1: missing \"sites\"; add it: Sites by name; \"use\" takes one of platforms/sites "
      "and changes what is given\n"
      "a.json:1:1: missing \"deliveries\"; add it: Chips that arrive, by name\n"
      "a.json:4:30: /variants/b: changes the horizon, which all variants share; play it as a "
      "scenario of its own\n"
      "a.json:5:17: /jobs/a: missing \"owner\"; add it: Whose job it is\n"
      "a.json:5:17: /jobs/a: missing \"sites\"; add it: Where it may run, the preferred site "
      "first");
}

TEST_CASE("what a variant makes wrong is told where the variant says it", "[scenario]") {
  CHECK(
      problems(Fleet{
          .more =
              R"("variants": {"a": {"/jobs/j/plan/tensor": 3}, "b": {"/deliveries/d/accelerators": "x1.3"}})"}
                   .text()) ==
      "a.json:8:45: /jobs/j/plan/tensor: 3 does not divide 8 accelerators per node (dgx_h100); use "
      "1, 2, 4 or 8?\n"
      "a.json:8:85: /deliveries/d/accelerators: 83.2 is no whole number");
  CHECK(
      problems(Fleet{
          .more =
              R"("variants": {"a": {"/sites/austin/pue": 0.9}, "b": {"/platforms/nodes/dgx_h100/power/rated": "0 W"}})"}
                   .text()) ==
      "a.json:8:43: /sites/austin/pue/value: 0.9 is below the least allowed, 1\n"
      "a.json:8:96: /platforms/nodes/dgx_h100/power/rated/value: 0 W is not above 0 W");
  CHECK(problems(Fleet{.more = R"("variants": {"a": {"/deliveries/d/node": "dgx_h10"}})"}.text()) ==
        "a.json:8:44: /deliveries/d/node: unknown name \"dgx_h10\" among platforms/nodes; did you "
        "mean \"dgx_h100\" or \"dgx_a100\" or \"dgx_h200\"?");
}

TEST_CASE("what is wrong in all variants is told once", "[scenario]") {
  CHECK(problems(Fleet{.job = replaced(a_job, "llama3_8b", "llama_8b"),
                       .plan = R"("tensor": 3, "micro_batches": 2)",
                       .more = R"("variants": {"a": {}, "b": {}, "c": {"/title": "C"}})"}
                     .text()) ==
        "a.json:6:27: /jobs/j/model: unknown name \"llama_8b\" among platforms/models; did you "
        "mean \"llama3_8b\" or \"llama2_7b\"?\n"
        "a.json:7:24: /jobs/j/plan/tensor: 3 does not divide 8 accelerators per node (dgx_h100); "
        "use 1, 2, 4 or 8?");
}

TEST_CASE("all problems of a document are told at once, in the order of the text", "[scenario]") {
  CHECK(
      problems(Fleet{.horizon = R"("from": "2024-03-01", "to": "2024-01-01", "bin": "1 W")",
                     .site = R"("use": "giga_texas", "pue": 0)",
                     .delivery = replaced(a_delivery, "64", "60") + R"(, "instal": "1 d")",
                     .job = replaced(a_job, R"("all")", R"("some")"),
                     .plan = R"("tensor": 3)",
                     .more = R"("baseline": "x", "titel": "y")"}
                   .text()) ==
      "a.json:3:43: /horizon/to: 2024-01-01 is not after 2024-03-01; exchange the two, or correct "
      "one\n"
      "a.json:3:64: /horizon/bin: \"1 W\" is a power, not a duration; write a duration such as "
      "\"1.5 us\" or \"19 d\"\n"
      "a.json:4:52: /sites/austin/pue: 0 is below the least allowed, 1\n"
      "a.json:5:60: /deliveries/d/accelerators: 60 is no multiple of the 8 accelerators of a "
      "dgx_h100; use 56?\n"
      "a.json:5:135: /deliveries/d/instal: unknown key \"instal\"; did you mean \"install\" or "
      "\"install_slip\"?\n"
      "a.json:6:88: /jobs/j/chips: \"some\" is not known; known: all\n"
      "a.json:7:13: /jobs/j/plan: neither \"micro_batches\" nor \"global_batch\" is given; add one "
      "of the two\n"
      "a.json:8:15: /baseline: unknown variant \"x\"; add \"variants\", or leave \"baseline\" out\n"
      "a.json:8:29: /titel: unknown key \"titel\"; did you mean \"title\" or \"sites\"?");
}

TEST_CASE("a key that stands twice and broken JSON stop the reading", "[scenario]") {
  CHECK(problems(R"({"format": 1, "title": "a", "title": "b"})") ==
        "a.json:1:29: /title: key \"title\" stands twice (first in line 1); keep one");
  CHECK(problems(R"({"format": 1, "title": "a",})") ==
        "a.json:1:28: /title: syntax error: a comma stands before '}'; remove the comma");
  CHECK(problems(R"({"format": 1 "title": "a"})") ==
        "a.json:1:20: /format: syntax error: unexpected string literal; expected '}'");
  CHECK(problems(R"()") ==
        "a.json:1:1: syntax error: unexpected end of input; expected '[', '{', or a literal");
  CHECK(problems(R"({"format": 1e999})") ==
        "a.json:1:12: /format: 1e999 is too large for a number");
  CHECK(problems(R"({'format': 1})") ==
        "a.json:1:2: syntax error: invalid literal; last read: '{''; expected string literal");
}

TEST_CASE("an override is checked like a text of the document", "[scenario]") {
  CHECK(problems(Fleet{}.text(), {R"(/jobs/j/plan/tensor=3)"}) ==
        "--set /jobs/j/plan/tensor: /jobs/j/plan/tensor: 3 does not divide 8 accelerators per node "
        "(dgx_h100); use 1, 2, 4 or 8?");
  CHECK(problems(Fleet{}.text(), {R"(/jobs/j/plan/tenser=8)"}) ==
        "--set /jobs/j/plan/tenser: /jobs/j/plan/tenser: unknown key \"tenser\"; did you mean "
        "\"tensor\"?");
  CHECK(problems(Fleet{}.text(), {R"(/sites/austin/pue=0.5)"}) ==
        "--set /sites/austin/pue: /sites/austin/pue/value: 0.5 is below the least allowed, 1");
  CHECK(problems(Fleet{}.text(), {R"(/deliveries/d/arrives=+5 MW)"}) ==
        "--set /deliveries/d/arrives: /deliveries/d/arrives: \"+5 MW\" cannot change the date "
        "\"2024-01-02\"; write a duration such as \"+60 d\"");
  CHECK(problems(Fleet{}.text(), {R"(/jobs/k/plan/tensor=8)"}) ==
        "--set /jobs/k/plan/tensor: /jobs/k/plan/tensor: there is no \"k\" in /jobs; did you mean "
        "\"j\"?");
  CHECK(problems(Fleet{}.text(), {R"(/platforms/accelerators/h100_sxm/price=cheap)"}) ==
        "--set /platforms/accelerators/h100_sxm/price: "
        "/platforms/accelerators/h100_sxm/price/value: \"cheap\" is no number with a unit; write "
        "an amount of money such as \"30000 USD\" or \"500 MUSD\"");
  CHECK(problems(Fleet{}.text(), {R"(/jobs/j/model=llama_8b)"}) ==
        "--set /jobs/j/model: /jobs/j/model: unknown name \"llama_8b\" among platforms/models; did "
        "you mean \"llama3_8b\" or \"llama2_7b\"?");
  CHECK(problems(Fleet{}.text(), {R"(/jobs/j/plan=8)"}) ==
        "--set /jobs/j/plan: /jobs/j/plan: 8 stands here, not an object; write {...}");
}
