#include "output/result_file.hpp"

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <csignal>

#include "base/error.hpp"
#include "output/folder.hpp"
#include "output/image.hpp"
#include "output/sample.hpp"

namespace trainyard::output {
namespace {

TEST_CASE("writing a dataset puts its image in place", "[output]") {
  const Folder folder;
  write(folder / "a.h5", sample());
  const std::string text = read(folder / "a.h5");
  const std::vector<std::byte> expected = image(sample());
  CHECK(text == std::string(reinterpret_cast<const char*>(expected.data()), expected.size()));
}

TEST_CASE("a result larger than the disk allows leaves nothing behind", "[output]") {
  const Folder folder;
  const pid_t child = ::fork();
  if (child == 0) {
    const rlimit limit{100'000, 100'000};
    ::signal(SIGXFSZ, SIG_IGN);
    ::setrlimit(RLIMIT_FSIZE, &limit);
    try {
      write(folder / "a.h5", noise(100'000));
    } catch (const WriteError&) {
      ::_exit(0);
    }
    ::_exit(1);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  CHECK(status == 0);
  CHECK(folder.names().empty());
}

TEST_CASE("the version of HDF5 has three parts", "[output]") {
  CHECK_THAT(hdf5_version(), Catch::Matches("[0-9]+\\.[0-9]+\\.[0-9]+"));
}

}  // namespace
}  // namespace trainyard::output
