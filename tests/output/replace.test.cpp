#include "output/replace.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <catch2/catch.hpp>
#include <csignal>
#include <functional>

#include "base/error.hpp"
#include "output/folder.hpp"

namespace trainyard::output {
namespace {

using Catch::Contains;
using Catch::EndsWith;

std::span<const std::byte> bytes(const std::string& text) {
  return std::as_bytes(std::span(text));
}

std::string message(const std::string& path, const std::string& text) {
  try {
    replace(path, bytes(text));
    return "";
  } catch (const WriteError& error) {
    return error.what();
  }
}

// What `said` returns in a process of its own, which may lose rights or hit limits.
std::string in_child(const std::function<std::string()>& said) {
  std::array<int, 2> ends{};
  REQUIRE(::pipe(ends.data()) == 0);
  const pid_t child = ::fork();
  if (child == 0) {
    const std::string text = said();
    const ssize_t sent = ::write(ends[1], text.data(), text.size());
    ::_exit(sent == static_cast<ssize_t>(text.size()) ? 0 : 1);
  }
  ::close(ends[1]);
  std::string text(4096, '\0');
  text.resize(static_cast<std::size_t>(std::max<ssize_t>(::read(ends[0], text.data(), 4096), 0)));
  ::close(ends[0]);
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  CHECK(status == 0);
  return text;
}

// Root may write anywhere; anybody else shows what a missing permission does.
void become_nobody() {
  if (::geteuid() == 0 && ::setuid(65534) != 0) ::_exit(2);
}

TEST_CASE("a written file is complete and alone in its folder", "[output]") {
  const Folder folder;
  replace(folder / "a.h5", bytes("first"));
  CHECK(read(folder / "a.h5") == "first");
  replace(folder / "a.h5", bytes("second"));
  CHECK(read(folder / "a.h5") == "second");
  CHECK(folder.names() == std::vector<std::string>{"a.h5"});
}

TEST_CASE("a missing folder is named with the remedy", "[output]") {
  const Folder folder;
  CHECK(message(folder / "no/a.h5", "x") ==
        folder / "no/a.h5" +
            ": cannot write the result (No such file or directory); create the directory first, "
            "or write elsewhere");
}

TEST_CASE("a folder or a device is not replaced", "[output]") {
  const Folder folder;
  CHECK_THAT(message(folder.path(), "x"), EndsWith("(Is a directory); add the name of a file"));
  CHECK_THAT(message(folder / "", "x"), Contains("Is a directory"));
  CHECK_THAT(message("", "x"), Contains("Is a directory"));
  CHECK(message("/dev/null", "x") ==
        "/dev/null: cannot write the result (not a regular file); choose another name");
}

TEST_CASE("a file in the place of a folder is told", "[output]") {
  const Folder folder;
  replace(folder / "a", bytes("x"));
  CHECK_THAT(message(folder / "a/b.h5", "x"),
             Contains("(Not a directory); write into a directory"));
}

TEST_CASE("a name that is too long is told", "[output]") {
  const Folder folder;
  CHECK_THAT(message(folder / std::string(300, 'a'), "x"), Contains("choose a shorter name"));
}

TEST_CASE("without permission nothing is written", "[output]") {
  const Folder folder;
  replace(folder / "kept.h5", bytes("old"));
  const auto said = [&](const std::string& name) {
    return in_child([&] {
      become_nobody();
      return message(folder / name, "new");
    });
  };
  ::chmod(folder.path().c_str(), 0555);
  CHECK_THAT(said("a.h5"), EndsWith("a.h5: cannot write the result (Permission denied); get "
                                    "permission to write there, or write elsewhere"));
  ::chmod(folder.path().c_str(), 0777);
  ::chmod((folder / "kept.h5").c_str(), 0444);
  CHECK_THAT(said("kept.h5"), Contains("(Permission denied)"));
  CHECK(folder.names() == std::vector<std::string>{"kept.h5"});
  CHECK(read(folder / "kept.h5") == "old");
}

TEST_CASE("a full disk leaves the old file and no part", "[output]") {
  const Folder folder;
  replace(folder / "a.h5", bytes("old"));
  const std::string said = in_child([&] {
    const rlimit limit{1000, 1000};
    ::signal(SIGXFSZ, SIG_IGN);
    ::setrlimit(RLIMIT_FSIZE, &limit);
    return message(folder / "a.h5", std::string(5000, 'x'));
  });
  CHECK(said == folder / "a.h5" +
                    ": cannot write the result (File too large); raise the limit on file sizes "
                    "(ulimit -f), or write to another disk");
  CHECK(read(folder / "a.h5") == "old");
  CHECK(folder.names() == std::vector<std::string>{"a.h5"});
}

TEST_CASE("a part of a killed or parallel run is neither used nor touched", "[output]") {
  const Folder folder;
  replace(folder / "a.h5.part", bytes("of another run"));
  replace(folder / "a.h5", bytes("mine"));
  CHECK(read(folder / "a.h5") == "mine");
  CHECK(read(folder / "a.h5.part") == "of another run");
}

TEST_CASE("runs that write one file at once leave one of their files whole", "[output]") {
  const Folder folder;
  const std::vector<std::string> texts{std::string(300'000, 'a'), std::string(200'000, 'b')};
  replace(folder / "a.h5", bytes(texts[0]));
  std::vector<pid_t> children;
  for (const std::string& text : texts) {
    children.push_back(::fork());
    if (children.back() != 0) continue;
    for (int i = 0; i < 50; ++i) {
      if (!message(folder / "a.h5", text).empty()) ::_exit(1);
    }
    ::_exit(0);
  }
  for (int i = 0; i < 50; ++i) {
    const std::string seen = read(folder / "a.h5");
    CHECK((seen == texts[0] || seen == texts[1]));
  }
  for (const pid_t child : children) {
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    CHECK(status == 0);
  }
  CHECK(folder.names() == std::vector<std::string>{"a.h5"});
}

TEST_CASE("a file that a reader holds locked is replaced under it", "[output]") {
  const Folder folder;
  replace(folder / "a.h5", bytes("old"));
  const int reader = ::open((folder / "a.h5").c_str(), O_RDONLY);
  REQUIRE(::flock(reader, LOCK_EX) == 0);
  replace(folder / "a.h5", bytes("new"));
  std::string text(3, ' ');
  CHECK(::read(reader, text.data(), 3) == 3);
  ::close(reader);
  CHECK(text == "old");
  CHECK(read(folder / "a.h5") == "new");
}

TEST_CASE("a link stays and its target is replaced", "[output]") {
  const Folder folder;
  replace(folder / "a.h5", bytes("old"));
  REQUIRE(::symlink("a.h5", (folder / "latest.h5").c_str()) == 0);
  replace(folder / "latest.h5", bytes("new"));
  CHECK(read(folder / "a.h5") == "new");
  CHECK(std::filesystem::is_symlink(folder / "latest.h5"));
}

}  // namespace
}  // namespace trainyard::output
