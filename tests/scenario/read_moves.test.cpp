#include <catch2/catch.hpp>

#include "scenario/reading.hpp"

using namespace trainyard;
using namespace trainyard::scenario;
using namespace trainyard::scenario::test;

namespace {

// A fleet of two sites whose 64 chips of "d" arrive in austin for tesla on 2024-01-02.
std::string with(const std::string& moves, const std::string& delivery = a_delivery) {
  Fleet fleet{.delivery = delivery,
              .job = a_job + R"(, "node": "dgx_h100")",
              .more = "\"moves\": {" + moves + "}"};
  return replaced(fleet.text(), R"("sites": {"austin")",
                  R"("sites": {"west": {"use": "palo_alto"}, "austin")");
}

fleet::World world(const std::string& moves, const std::string& delivery = a_delivery) {
  return read_text(with(moves, delivery)).worlds.at(0);
}

std::string wrong(const std::string& members) {
  return complaints(with(R"("m": {)" + members + "}"));
}

constexpr Instant new_year{1704067200};  // 2024-01-01

}  // namespace

TEST_CASE("chips move to a site, to an owner, or both", "[scenario]") {
  const fleet::World read = world(
      R"("a": {"delivery": "d", "accelerators": 16, "at": "2024-01-11", "site": "west",
               "transit": "3 d", "install": "2 d"},
         "b": {"delivery": "d", "accelerators": 8, "at": "2024-01-11", "owner": "xai"},
         "c": {"delivery": "d", "accelerators": 40, "at": "2024-01-11", "owner": "xai",
               "site": "west"})");
  REQUIRE(read.moves.size() == 3);
  CHECK(read.moves[0].name == "a");
  CHECK(read.moves[0].delivery == 0);
  CHECK(read.moves[0].nodes == 2);
  CHECK(read.moves[0].at == new_year + Seconds(10 * 86400));
  CHECK(read.sites.at(read.moves[0].site).place.name == "west");
  CHECK(read.owners.at(read.moves[0].owner) == "tesla");
  CHECK(read.moves[0].transit == Seconds(3 * 86400));
  CHECK(read.moves[0].install == Seconds(2 * 86400));
  CHECK(read.sites.at(read.moves[1].site).place.name == "austin");
  CHECK(read.owners.at(read.moves[1].owner) == "xai");
  CHECK(read.moves[1].transit == Seconds(0));
  CHECK(read.moves[1].install == Seconds(0));
  CHECK(read.sites.at(read.moves[2].site).place.name == "west");
  CHECK(read.owners.at(read.moves[2].owner) == "xai");
}

TEST_CASE("of a pool of several kinds one kind moves", "[scenario]") {
  const fleet::World read = world(
      R"("a": {"delivery": "d/dgx_h200", "accelerators": 8, "at": "2024-01-11", "site": "west"})",
      a_pool + R"(, "size": {"accelerators": 64}, "mix": {"dgx_h100": 0.5, "dgx_h200": "rest"})");
  CHECK(read.deliveries.at(read.moves.at(0).delivery).name == "d/dgx_h200");
}

TEST_CASE("a move changes something", "[scenario]") {
  CHECK(wrong(R"("delivery": "d", "accelerators": 8, "at": "2024-01-11")") ==
        "/moves/m: changes neither site nor owner; give another \"site\" or \"owner\", or leave it "
        "out");
  CHECK(wrong(R"("delivery": "d", "accelerators": 8, "at": "2024-01-11", "site": "austin",
                 "owner": "tesla")") ==
        "/moves/m: changes neither site nor owner; give another \"site\" or \"owner\", or leave it "
        "out");
  CHECK(wrong(R"("delivery": "d", "accelerators": 8, "at": "2024-01-11", "owner": "xai",
                 "transit": "1 d", "install": "1 d")") ==
        "/moves/m/transit: chips that change their owner alone stay where they are; leave it out, "
        "or give another \"site\"\n"
        "/moves/m/install: chips that change their owner alone stay where they are; leave it out, "
        "or give another \"site\"");
}

TEST_CASE("whole nodes move, once, and no more than arrived", "[scenario]") {
  CHECK(wrong(R"("delivery": "d", "accelerators": 12, "at": "2024-01-11", "site": "west")") ==
        "/moves/m/accelerators: 12 is no multiple of the 8 accelerators of a dgx_h100; use 8?");
  CHECK(wrong(R"("delivery": "d", "accelerators": 72, "at": "2024-01-11", "site": "west")") ==
        "/moves/m/accelerators: 72 accelerators, but \"d\" has 64 (chips move once); use at most "
        "64");
  const std::string move =
      R"({"delivery": "d", "accelerators": 40, "at": "2024-01-11", "site": "west"})";
  CHECK(complaints(with(R"("a": )" + move + R"(, "b": )" + move)) ==
        "/moves/b/accelerators: 40 accelerators, but \"d\" has 64, of which other moves take 40 "
        "(chips move once); use at most 24");
  const std::string all = replaced(move, "40", "64");
  CHECK(complaints(with(R"("a": )" + all + R"(, "b": )" + move)) ==
        "/moves/b/accelerators: 40 accelerators, but \"d\" has 64, of which other moves take 64 "
        "(chips move once); leave it out");
}

TEST_CASE("chips move while they are there and the horizon lasts", "[scenario]") {
  CHECK(wrong(R"("delivery": "d", "accelerators": 8, "at": "2024-01-01", "site": "west")") ==
        "/moves/m/at: 2024-01-01 is before \"d\" arrives, 2024-01-02; move them later, or deliver "
        "them elsewhere");
  CHECK(wrong(R"("delivery": "d", "accelerators": 8, "at": "2024-03-01", "site": "west")") ==
        "/moves/m/at: 2024-03-01 is not before the horizon's end, 2024-03-01; move them earlier, "
        "let the horizon end later, or leave the move out");
  CHECK(complaints(with(R"("m": {"delivery": "d", "accelerators": 8, "at": "2024-02-01",
                                 "site": "west"})",
                        a_delivery + R"(, "retires": "2024-02-01")")) ==
        "/moves/m/at: 2024-02-01 is not before \"d\" retires, 2024-02-01; move them earlier");
}

TEST_CASE("a move names a delivery, and a site that exists", "[scenario]") {
  CHECK(wrong("") ==
        "/moves/m: missing \"delivery\"; add it: Where they came from; of a pool of several kinds "
        "\"pool/kind\"\n"
        "/moves/m: missing \"accelerators\"; add it: Chips, whole nodes\n"
        "/moves/m: missing \"at\"; add it: When they leave, or change owner");
  CHECK(wrong(R"("delivery": "e", "accelerators": 8, "at": "2024-01-11", "site": "wets")") ==
        "/moves/m/delivery: unknown delivery \"e\"; did you mean \"d\"?\n"
        "/moves/m/site: unknown site \"wets\"; did you mean \"west\"?");
  // A delivery at fault is one problem, not two.
  CHECK(complaints(with(R"("m": {"delivery": "d", "accelerators": 8, "at": "2024-01-11",
                                 "site": "west"})",
                        replaced(a_delivery, "64", "0"))) ==
        "/deliveries/d/accelerators: 0 is below the least allowed, 1");
}
