#include "output/replace.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <filesystem>

#include "base/error.hpp"

namespace trainyard::output {
namespace {

namespace fs = std::filesystem;

struct Remedy {
  int error;
  const char* text;
};

constexpr std::array remedies{
    Remedy{ENOENT, "create the directory first, or write elsewhere"},
    Remedy{ENOTDIR, "write into a directory"},
    Remedy{EEXIST, "delete the .part files that killed runs left beside it"},
    Remedy{EISDIR, "add the name of a file"},
    Remedy{EACCES, "get permission to write there, or write elsewhere"},
    Remedy{EPERM, "get permission to write there, or write elsewhere"},
    Remedy{EROFS, "write to another file system"},
    Remedy{ENOSPC, "free some space, or write to another disk"},
    Remedy{EDQUOT, "free some space, or write to another disk"},
    Remedy{EFBIG, "raise the limit on file sizes (ulimit -f), or write to another disk"},
    Remedy{ENAMETOOLONG, "choose a shorter name"},
};

[[noreturn]] void fail(const std::string& path, int error) {
  const auto* const found = std::ranges::find(remedies, error, &Remedy::error);
  const char* const remedy = found == remedies.end() ? "write elsewhere" : found->text;
  throw WriteError(path + ": cannot write the result (" + std::strerror(error) + "); " + remedy);
}

// An open file or directory.
class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  [[nodiscard]] int number() const { return number_; }

 private:
  int number_;
};

// Ctrl-C and the like wait until the file is in place or gone.
class SignalsHeld {
 public:
  SignalsHeld() {
    sigset_t held;
    sigemptyset(&held);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&held, signal);
    sigprocmask(SIG_BLOCK, &held, &before_);
  }
  SignalsHeld(const SignalsHeld&) = delete;
  SignalsHeld& operator=(const SignalsHeld&) = delete;
  ~SignalsHeld() { sigprocmask(SIG_SETMASK, &before_, nullptr); }

 private:
  sigset_t before_{};
};

// The unfinished file. Unless it was renamed it goes with its owner.
class Part {
 public:
  Part(std::string shown, const std::string& target);
  Part(const Part&) = delete;
  Part& operator=(const Part&) = delete;
  ~Part() {
    if (!name_.empty()) ::unlink(name_.c_str());
  }
  void fill(std::span<const std::byte> bytes);
  void rename_to(const std::string& target);

 private:
  std::string shown_;  // the path as the user gave it, for messages
  std::string name_;
  Descriptor file_;

  int create(const std::string& target);
};

// O_EXCL gives each process a part of its own: two runs that write one result at once never mix
// their bytes, on any host that shares the directory, and a part left by a killed run is not in the
// way. Hence NAME.part, then NAME.1.part and so on while those exist.
int Part::create(const std::string& target) {
  constexpr int attempts = 1000;
  for (int i = 0; i < attempts; ++i) {
    std::string name = i == 0 ? target + ".part" : fmt::format("{}.{}.part", target, i);
    const int number = ::open(name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (number >= 0) {
      name_ = std::move(name);
      return number;
    }
    if (errno != EEXIST) fail(shown_, errno);
  }
  fail(shown_, EEXIST);
}

Part::Part(std::string shown, const std::string& target)
    : shown_(std::move(shown)), file_(create(target)) {}

void Part::fill(std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(file_.number(), bytes.data(), bytes.size());
    if (written < 0 && errno != EINTR) fail(shown_, errno);
    if (written > 0) bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  if (::fsync(file_.number()) != 0) fail(shown_, errno);
}

void Part::rename_to(const std::string& target) {
  if (::rename(name_.c_str(), target.c_str()) != 0) fail(shown_, errno);
  name_.clear();
}

// A rename would replace a device or a write-protected file without asking: refuse both.
void check_replaceable(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return;
  if (S_ISDIR(status.st_mode)) fail(path, EISDIR);
  if (!S_ISREG(status.st_mode)) {
    throw WriteError(path + ": cannot write the result (not a regular file); choose another name");
  }
  if (::faccessat(AT_FDCWD, path.c_str(), W_OK, AT_EACCESS) != 0) fail(path, errno);
}

// Where the bytes go: behind a link its target, so that the link stays.
fs::path resolve(const std::string& path) {
  std::error_code missing;
  const fs::path canonical = fs::canonical(path, missing);
  return missing ? fs::path(path) : canonical;
}

fs::path folder_of(const fs::path& target) {
  return target.has_parent_path() ? target.parent_path() : fs::path(".");
}

}  // namespace

void check_place(const std::string& path) {
  check_replaceable(path);
  const fs::path target = resolve(path);
  if (!target.has_filename()) fail(path, EISDIR);
  const fs::path folder = folder_of(target);
  struct stat status {};
  if (::stat(folder.c_str(), &status) != 0) fail(path, errno);
  if (!S_ISDIR(status.st_mode)) fail(path, ENOTDIR);
  if (::faccessat(AT_FDCWD, folder.c_str(), W_OK | X_OK, AT_EACCESS) != 0) fail(path, errno);
}

void replace(const std::string& path, std::span<const std::byte> bytes) {
  check_place(path);
  const fs::path target = resolve(path);
  const Descriptor directory(::open(folder_of(target).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (directory.number() < 0) fail(path, errno);
  const SignalsHeld held;
  Part part(path, target);
  part.fill(bytes);
  part.rename_to(target);
  // EINVAL: a file system that cannot sync directories, and so promises nothing to wait for.
  if (::fsync(directory.number()) != 0 && errno != EINVAL) fail(path, errno);
}

}  // namespace trainyard::output
