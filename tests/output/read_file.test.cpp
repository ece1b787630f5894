#include "output/read_file.hpp"

#include <bit>
#include <catch2/catch.hpp>
#include <fstream>

#include "base/error.hpp"
#include "output/folder.hpp"
#include "output/result_file.hpp"
#include "output/sample.hpp"
#include "support/tables.hpp"

namespace trainyard::output {
namespace {

// As a run leaves it.
Dataset result() {
  Dataset dataset = sample();
  dataset.attributes.push_back({"result_format", std::int64_t{1}});
  dataset.attributes.push_back({"scenario_json", "{}"});
  return dataset;
}

std::string problem(const std::string& path) {
  try {
    read_file(path);
  } catch (const FileError& error) {
    return error.what();
  }
  return "";
}

std::vector<std::uint64_t> bits(const Column& column) {
  std::vector<std::uint64_t> all;
  for (const double value : std::get<std::vector<double>>(column)) {
    all.push_back(std::bit_cast<std::uint64_t>(value));
  }
  return all;
}

bool equal(const Column& a, const Column& b) {
  if (a.index() != b.index()) return false;
  return std::holds_alternative<std::vector<double>>(a) ? bits(a) == bits(b) : a == b;
}

}  // namespace

TEST_CASE("what is read is what was written", "[output]") {
  const Folder folder;
  const Dataset written = result();
  write(folder / "a.h5", written);
  const Dataset back = read_file(folder / "a.h5");
  REQUIRE(back.variables.size() == written.variables.size());
  for (std::size_t i = 0; i < written.variables.size(); ++i) {
    INFO(written.variables[i].name);
    CHECK(back.variables[i].name == written.variables[i].name);
    CHECK(back.variables[i].description == written.variables[i].description);
    CHECK(back.variables[i].unit == written.variables[i].unit);
    CHECK(back.variables[i].dimensions == written.variables[i].dimensions);
    CHECK(equal(back.variables[i].values, written.variables[i].values));
  }
  REQUIRE(back.axes.size() == written.axes.size());
  for (const Axis& axis : written.axes) CHECK(support::size(back, axis.name) == axis.size);
  REQUIRE(back.attributes.size() == written.attributes.size());
  for (std::size_t i = 0; i < written.attributes.size(); ++i) {
    CHECK(back.attributes[i].name == written.attributes[i].name);
    CHECK(back.attributes[i].value == written.attributes[i].value);
  }
}

TEST_CASE("what is read and written again is the same file but for the order of axes", "[output]") {
  const Folder folder;
  write(folder / "a.h5", result());
  write(folder / "b.h5", read_file(folder / "a.h5"));
  write(folder / "c.h5", read_file(folder / "b.h5"));
  CHECK(read(folder / "b.h5") == read(folder / "c.h5"));
}

TEST_CASE("a result that cannot be read says why", "[output]") {
  const Folder folder;
  CHECK(problem(folder / "none.h5") ==
        folder / "none.h5" +
            ": cannot read the result (No such file or directory); check the name");
  std::ofstream(folder / "notes.txt") << "some text";
  CHECK(
      problem(folder / "notes.txt") ==
      folder / "notes.txt" +
          ": cannot read the result (it is no HDF5 file); give a file that `trainyard run` wrote");
  CHECK(problem(folder.path()).find(": cannot read the result (it is no HDF5 file)") !=
        std::string::npos);
  write(folder / "other.h5", sample());
  CHECK(problem(folder / "other.h5") ==
        folder / "other.h5" +
            ": cannot read the result (it is an HDF5 file of another program); give a file that "
            "`trainyard run` wrote");
}

TEST_CASE("a damaged result is told from a good one", "[output]") {
  const Folder folder;
  write(folder / "a.h5", result());
  const std::string whole = read(folder / "a.h5");
  for (const std::size_t length : {whole.size() / 2, whole.size() - 1, std::size_t{600}}) {
    std::ofstream(folder / "b.h5", std::ios::binary) << whole.substr(0, length);
    CHECK(problem(folder / "b.h5").find("it may be damaged: write it again") != std::string::npos);
  }
}

}  // namespace trainyard::output
