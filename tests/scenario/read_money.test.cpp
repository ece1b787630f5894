#include "scenario/read_money.hpp"

#include <catch2/catch.hpp>

#include "scenario/reading.hpp"

namespace trainyard::scenario::test {
namespace {

const std::string fsd =
    R"("seller": "tesla", "from": "2024-01-10", "price": "99 USD", "per": "month",
       "subscribers": {"value": 400000, "status": "assumed"})";

std::string with(const std::string& more) {
  Fleet fleet;
  fleet.more = more;
  return fleet.text();
}

std::string selling(const std::string& stream, const std::string& sharing = "") {
  return with("\"streams\": {\"fsd\": {" + stream + "}}" +
              (sharing.empty() ? "" : ", \"sharing\": {" + sharing + "}"));
}

std::string at_site(const std::string& members) {
  Fleet fleet;
  fleet.site = R"("use": "giga_texas", )" + members;
  return fleet.text();
}

// Without place and pointer.
std::string problem(const std::string& text) {
  const std::string all = problems(text);
  const auto at = all.find(": /");
  return at == std::string::npos ? all : all.substr(at + 2);
}

}  // namespace

TEST_CASE("a fleet's money has defaults", "[scenario]") {
  const auto scenario = read_text(Fleet{}.text());
  const fleet::Money& money = scenario.worlds.front().money;
  CHECK(money.amortisation == Seconds(5 * 365.25 * 86400));
  CHECK(money.system_factor == 1.5);
  CHECK(money.residual == 0);
  CHECK(money.streams.empty());
  CHECK_FALSE(money.sharing);
  REQUIRE(money.sites.size() == 1);
  CHECK(money.sites[0].utc_offset == -7);  // 97.6 degrees west; its legal time is one hour ahead
  CHECK(money.sites[0].hours.empty());
  CHECK(money.sites[0].colocation == UsdPerJoule(0));
}

TEST_CASE("money, rents, wages and prices by hour are read in their units", "[scenario]") {
  Fleet fleet;
  fleet.site = R"("use": "giga_texas", "utc_offset": -6, "colocation": "180 USD/kW/month",
    "staff": "2e6 USD/year",
    "energy_hours": {"night": {"from_hour": 22, "to_hour": 6.5, "price": "0.03 USD/kWh"}})";
  fleet.more = R"("money": {"amortisation": "4 year", "system_factor": 1.2, "residual": 0.3})";
  const auto scenario = read_text(fleet.text());
  const fleet::Money& money = scenario.worlds.front().money;
  CHECK(money.amortisation == Seconds(4 * 365.25 * 86400));
  CHECK(money.system_factor == 1.2);
  CHECK(money.residual == 0.3);
  const fleet::SiteMoney& site = money.sites[0];
  CHECK(site.utc_offset == -6);
  CHECK(site.colocation.value() == Approx(0.18 * 12 / (365.25 * 86400)).epsilon(1e-12));
  CHECK(site.staff.value() == Approx(2e6 / (365.25 * 86400)).epsilon(1e-12));
  REQUIRE(site.hours.size() == 1);
  CHECK(site.hours[0].from == 22);
  CHECK(site.hours[0].to == 6.5);
  CHECK(site.hours[0].price.value() == Approx(0.03 / 3.6e6).epsilon(1e-12));
}

TEST_CASE("hours of different prices do not overlap", "[scenario]") {
  const auto two = [](const std::string& a, const std::string& b) {
    return problem(at_site(R"("energy_hours": {"a": {)" + a + R"(, "price": "1 USD/kWh"}, "b": {)" +
                           b + R"(, "price": "1 USD/kWh"}})"));
  };
  const std::string overlap =
      "/sites/austin/energy_hours/b/from_hour: the hours overlap those of \"a\"; let one end where "
      "the other begins";
  CHECK(two(R"("from_hour": 22, "to_hour": 6)", R"("from_hour": 6, "to_hour": 22)").empty());
  CHECK(two(R"("from_hour": 0, "to_hour": 8)", R"("from_hour": 20, "to_hour": 24)").empty());
  CHECK(two(R"("from_hour": 22, "to_hour": 6)", R"("from_hour": 5, "to_hour": 7)") == overlap);
  CHECK(two(R"("from_hour": 8, "to_hour": 10)", R"("from_hour": 7, "to_hour": 9)") == overlap);
  CHECK(two(R"("from_hour": 8, "to_hour": 8)", R"("from_hour": 1, "to_hour": 2)") == overlap);
}

TEST_CASE("a stream is read with who sells it, for how much, and on whom it depends",
          "[scenario]") {
  const auto scenario = read_text(selling(fsd + R"(, "growth": 1.3, "until": "2024-02-01")" +
                                          R"(, "dependence": {"tesla": 0.25})"));
  const fleet::World& world = scenario.worlds.front();
  REQUIRE(world.money.streams.size() == 1);
  const fleet::Stream& stream = world.money.streams[0];
  CHECK(world.owners[stream.seller] == "tesla");
  CHECK(stream.from == Instant(1704844800));
  CHECK(stream.after == fleet::none);
  CHECK(stream.subscribers == 400000);
  CHECK(stream.price == Usd(99));
  CHECK(stream.per == fleet::Stream::Per::month);
  CHECK(stream.growth == 1.3);
  REQUIRE(stream.dependence.size() == 1);
  CHECK(stream.dependence[0].weight == 0.25);
  CHECK(std::ranges::any_of(scenario.marks, [](const document::Mark& mark) {
    return mark.pointer == "/streams/fsd/subscribers" && mark.status == document::Status::assumed;
  }));
}

TEST_CASE("a stream begins on a date or with the end of a job", "[scenario]") {
  const std::string rest =
      R"("seller": "tesla", "price": "8000 USD", "per": "once", "subscribers": 5)";
  const auto scenario = read_text(selling(rest + R"(, "after": "j")"));
  CHECK(scenario.worlds.front().money.streams[0].after == 0);
  CHECK(problem(selling(rest)) ==
        "/streams/fsd: neither \"from\" nor \"after\" is given; give the date it begins, or the "
        "job whose end it waits for");
  CHECK(problem(selling(fsd + R"(, "after": "j")")) ==
        "/streams/fsd: both \"from\" and \"after\" are given; give the date it begins, or the job "
        "whose end it waits for");
  CHECK(problem(selling(rest + R"(, "after": "jj")")) ==
        "/streams/fsd/after: unknown job \"jj\"; did you mean \"j\"?");
  CHECK(problem(selling(fsd + R"(, "until": "2024-01-05")")) ==
        "/streams/fsd/until: 2024-01-05 is not after 2024-01-10; exchange the two, or correct one");
}

TEST_CASE("the shares of a stream's dependence leave something to the seller", "[scenario]") {
  CHECK(problem(selling(fsd + R"(, "dependence": {"tesla": 0.6, "xai": 0.5})"))
            .starts_with("/streams/fsd/dependence: unknown owner \"xai\""));
  Fleet fleet;
  fleet.delivery = replaced(a_delivery, "tesla", "xai");
  fleet.more = "\"streams\": {\"fsd\": {" + fsd + R"(, "dependence": {"tesla": 0.6, "xai": 0.5}}})";
  fleet.job += R"(, "chips_of": ["xai"])";
  CHECK(problem(fleet.text()) ==
        "/streams/fsd/dependence: the shares sum to 1.1, more than 1; lower them; what they leave "
        "is the seller's");
}

TEST_CASE("sharing says what it rests on, among known owners, of known streams", "[scenario]") {
  const std::string label = R"("hypothesis": "press report 2024-09, denied")";
  const auto scenario =
      read_text(selling(fsd, R"("rule": "dependence", "parties": ["tesla"], )" + label));
  const auto& sharing = scenario.worlds.front().money.sharing;
  REQUIRE(sharing);
  CHECK(sharing->rule == fleet::Sharing::Rule::dependence);
  CHECK(sharing->streams == std::vector<std::size_t>{0});
  CHECK(sharing->hypothesis == "press report 2024-09, denied");
  CHECK(problem(selling(fsd, R"("rule": "equal", "parties": ["tesla"])"))
            .starts_with("/sharing: missing \"hypothesis\"; add it: "));
  CHECK(problem(selling(fsd, R"("rule": "equal", "parties": ["tesla"], "hypothesis": " ")")) ==
        "/sharing/hypothesis: says nothing; say what the sharing rests on");
  CHECK(problem(selling(fsd, R"("rule": "equal", "parties": [], )" + label)) ==
        "/sharing/parties: nobody is named; name the owners who would share");
  CHECK(problem(selling(fsd, R"("rule": "equal", "parties": ["tesl"], )" + label)) ==
        "/sharing/parties: unknown owner \"tesl\"; did you mean \"tesla\"?");
  CHECK(problem(selling(
            fsd, R"("rule": "equal", "parties": ["tesla"], "streams": ["fds"], )" + label)) ==
        "/sharing/streams: unknown stream \"fds\"; did you mean \"fsd\"?");
}

TEST_CASE("a single step costs nothing and sells nothing", "[scenario]") {
  CHECK(problem(step_document(good_job, R"("money": {})"))
            .starts_with("/money: \"money\" without a horizon"));
}

}  // namespace trainyard::scenario::test
