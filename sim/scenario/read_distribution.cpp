#include "scenario/read_distribution.hpp"

#include <fmt/format.h>

namespace trainyard::scenario {

using document::Object;
using document::Presence;
using document::Rule;

namespace {

// Asks for the members of the kind, and so for no others; where there is no kind yet, for all.
class RandomReader {
 public:
  RandomReader(Object& object, const Rule& rule)
      : object_(object), shortest_(rule.minimum), longest_(rule.maximum) {}

  Distribution read();

 private:
  [[nodiscard]] bool is(const char* kind) const { return !kind_ || kind_ == kind; }
  [[nodiscard]] Presence presence() const {
    return kind_ ? Presence::required : Presence::optional;
  }
  double time(const char* key, const char* doc);
  double positive_time(const char* key, const char* doc);
  double number(const char* key, const char* doc, double least, double most);

  Object& object_;
  double shortest_;
  double longest_;
  std::optional<std::string> kind_;
};

double RandomReader::time(const char* key, const char* doc) {
  return object_
      .quantity<Seconds>(
          key, {.doc = doc, .presence = presence(), .minimum = shortest_, .maximum = longest_})
      .value();
}

double RandomReader::positive_time(const char* key, const char* doc) {
  return object_
      .quantity<Seconds>(key, {.doc = doc,
                               .presence = presence(),
                               .minimum = 0,
                               .maximum = longest_,
                               .minimum_excluded = true})
      .value();
}

double RandomReader::number(const char* key, const char* doc, double least, double most) {
  return object_
      .number(key, {.doc = doc, .presence = presence(), .minimum = least, .maximum = most})
      .value_or(1);
}

Distribution RandomReader::read() {
  using Kind = Distribution::Kind;
  kind_ = object_.text("kind", {.doc = "How the times are spread",
                                .one_of = {"uniform", "exponential", "lognormal", "weibull"}});
  Distribution random;
  if (is("uniform")) {
    random = {Kind::uniform, time("from", "Shortest; uniform only"),
              time("to", "Longest; uniform only")};
    if (kind_ && random.second < random.first) {
      object_.problem("to", "the longest time is shorter than \"from\"", "exchange the two");
    }
  }
  if (is("exponential")) random = {Kind::exponential, positive_time("mean", "exponential only"), 0};
  if (is("lognormal")) {
    random = {Kind::lognormal,
              positive_time("median", "Half of the times are shorter; lognormal only"),
              number("sigma",
                     "Deviation of the natural logarithm: two in three times lie within a factor "
                     "e^sigma of the median; lognormal only",
                     0, 5)};
  }
  if (is("weibull")) {
    random = {
        Kind::weibull, positive_time("scale", "63 % of the times are shorter; weibull only"),
        number("shape", "1: exponential; larger: closer to the scale; weibull only", 0.1, 20)};
  }
  return random;
}

}  // namespace

Distribution read_distribution(Object& object, const std::string& key, Rule rule) {
  Distribution random;
  rule.doc += "; a time, or an object with a \"kind\" for a random one";
  const auto fixed = object.quantity_or_object<Seconds>(
      key, rule, [&](Object spread) { random = RandomReader(spread, rule).read(); });
  if (fixed) random = {Distribution::Kind::fixed, fixed->value(), 0};
  return random;
}

Rule delay_rule(std::string doc) {
  constexpr double ten_years = 10 * 366 * 86400.0;
  return {
      .doc = std::move(doc), .presence = Presence::optional, .minimum = 0, .maximum = ten_years};
}

}  // namespace trainyard::scenario
