#include "base/packing.hpp"

#include <catch2/catch.hpp>
#include <cstdint>
#include <utility>

using namespace trainyard;

namespace packing_example {

struct Row {
  std::string name;
  double value = 0;
  friend bool operator==(const Row&, const Row&) = default;
};
Packer& operator<<(Packer& packer, const Row& row) {
  return packer << row.name << row.value;
}
Unpacker& operator>>(Unpacker& unpacker, Row& row) {
  return unpacker >> row.name >> row.value;
}

}  // namespace packing_example

using packing_example::Row;

namespace {

struct Plain {
  std::int64_t count = 0;
  bool yes = false;
  friend bool operator==(const Plain&, const Plain&) = default;
};

template <class T>
T round_trip(const T& value) {
  Packer packer;
  packer << value;
  const std::string bytes = std::move(packer).bytes();
  T back{};
  Unpacker(bytes) >> back;
  return back;
}

}  // namespace

TEST_CASE("values come back as they were packed", "[base]") {
  CHECK(round_trip(0.1) == 0.1);
  CHECK(round_trip(std::int64_t{-7}) == -7);
  CHECK(round_trip(Plain{5, true}) == Plain{5, true});
  const std::string text("a text\0with a zero", 18);
  CHECK(round_trip(text) == text);
  CHECK(round_trip(std::string()).empty());
}

TEST_CASE("vectors come back, nested and of structs with their own packing", "[base]") {
  using Numbers = std::vector<double>;
  CHECK(round_trip(Numbers{1, 2.5, -3}) == Numbers{1, 2.5, -3});
  CHECK(round_trip(Numbers{}).empty());
  const std::vector<std::vector<std::string>> nested{{"a", ""}, {}, {"bcd"}};
  CHECK(round_trip(nested) == nested);
  const std::vector<Row> rows{{"first", 1}, {"", 2}};
  CHECK(round_trip(rows) == rows);
}

TEST_CASE("what was packed one after the other is read in the same order", "[base]") {
  Packer packer;
  packer << std::string("one") << 2.0 << std::vector<std::int32_t>{3, 4} << Row{"five", 6};
  const std::string bytes = std::move(packer).bytes();
  std::string one;
  double two = 0;
  std::vector<std::int32_t> numbers;
  Row row;
  Unpacker(bytes) >> one >> two >> numbers >> row;
  CHECK(one == "one");
  CHECK(two == 2);
  CHECK(numbers == std::vector<std::int32_t>{3, 4});
  CHECK(row == Row{"five", 6});
}

TEST_CASE("bytes that end too early are an error", "[base]") {
  Packer packer;
  packer << std::string("some text");
  const std::string bytes = std::move(packer).bytes();
  for (std::size_t length = 0; length < bytes.size(); ++length) {
    std::string text;
    CHECK_THROWS_AS(Unpacker(std::string_view(bytes).substr(0, length)) >> text, std::out_of_range);
  }
}
