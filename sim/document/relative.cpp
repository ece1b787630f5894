#include "document/relative.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>

#include "base/date.hpp"
#include "document/value.hpp"

namespace trainyard::document {
namespace {

std::optional<double> whole_number(std::string_view text) {
  double number = 0;
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || rest != end || !std::isfinite(number)) return std::nullopt;
  return number;
}

Applied good(Kind kind, double number, std::string text) {
  Applied applied;
  applied.value.kind = kind;
  applied.value.number = number;
  applied.value.integral = kind == Kind::number && number == std::floor(number);
  applied.value.string = std::move(text);
  return applied;
}

Applied bad(std::string problem, std::string remedy = "") {
  return {Node(), std::move(problem), std::move(remedy)};
}

Applied changed_number(const Relative& change, const Node& old) {
  if (change.amount) {
    return bad(fmt::format("\"{}\" cannot change {}, which has no unit", change.text, shown(old)),
               "write the new number, or a factor such as \"x1.1\"");
  }
  const double number = old.number * change.factor;
  if (!std::isfinite(number))
    return bad(fmt::format("{} {} is too large", shown(old), change.text));
  return good(Kind::number, number, "");
}

Applied changed_date(const Relative& change, Instant old, const Node& node) {
  if (!change.amount || change.amount->dimension != Dimension::seconds) {
    return bad(fmt::format("\"{}\" cannot change the date {}", change.text, shown(node)),
               "write a duration such as \"+60 d\"");
  }
  const Instant moved = old + Seconds(change.amount->si);
  // A date text has no fractions, and the calendar is that of `parse_date`.
  if (moved.value() != std::floor(moved.value())) {
    return bad(fmt::format("{} {} is no whole second", shown(node), change.text));
  }
  constexpr double some_end = 86400.0 * 366 * 400;
  if (moved.value() < 0 || moved.value() > some_end || !parse_date(date_text(moved))) {
    return bad(fmt::format("{} {} lies outside the years 1970 to 2199", shown(node), change.text));
  }
  return good(Kind::string, 0, date_text(moved));
}

Applied changed_quantity(const Relative& change, Measured old, const Node& node) {
  if (change.amount && change.amount->dimension != old.dimension) {
    return bad(fmt::format("\"{}\" is {}, but {} is {}", change.text,
                           noun(change.amount->dimension), shown(node), noun(old.dimension)));
  }
  old.si = old.si * change.factor + (change.amount ? change.amount->si : 0);
  if (!std::isfinite(old.si))
    return bad(fmt::format("{} {} is too large", shown(node), change.text));
  return good(Kind::string, 0, quantity_text(old));
}

}  // namespace

std::optional<Relative> relative(const Node& value) {
  const std::string& text = value.string;
  if (value.kind != Kind::string || text.size() < 2) return std::nullopt;
  const char sign = text[0];
  if (text[1] != '.' && (text[1] < '0' || text[1] > '9')) return std::nullopt;
  if (sign == 'x') {
    const auto factor = whole_number(std::string_view(text).substr(1));
    return factor ? std::optional(Relative{text, *factor, std::nullopt}) : std::nullopt;
  }
  auto amount = parse_quantity(std::string_view(text).substr(1));
  if ((sign != '+' && sign != '-') || !amount) return std::nullopt;
  if (sign == '-') amount->si = -amount->si;
  return Relative{text, 1, amount};
}

Applied applied(const Relative& change, const Node& old) {
  if (old.kind == Kind::number) return changed_number(change, old);
  if (old.kind == Kind::string) {
    if (const auto date = parse_date(old.string)) return changed_date(change, *date, old);
    if (const auto amount = parse_quantity(old.string))
      return changed_quantity(change, *amount, old);
  }
  return bad(fmt::format("\"{}\" is relative, but {} is no date, quantity or number", change.text,
                         shown(old)));
}

}  // namespace trainyard::document
