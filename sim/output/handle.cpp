#include "output/handle.hpp"

#include <string>

namespace trainyard::output {
namespace {

// The first entry walked upward is the innermost: the cause, not its consequences.
herr_t keep_innermost(unsigned depth, const H5E_error2_t* error, void* text) {
  if (depth == 0 && error->desc != nullptr) *static_cast<std::string*>(text) = error->desc;
  return 0;
}

[[noreturn]] void fail(const char* action) {
  std::string cause;
  H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, keep_innermost, &cause);
  throw Hdf5Error(cause.empty() ? std::string(action) : std::string(action) + ": " + cause);
}

}  // namespace

void check(std::int64_t status, const char* action) {
  if (status < 0) fail(action);
}

Handle::Handle(hid_t id, Close close, const char* action) : id_(id), close_(close) {
  if (id < 0) fail(action);
}

Handle& Handle::operator=(Handle&& other) noexcept {
  if (this != &other) {
    reset();
    id_ = std::exchange(other.id_, -1);
    close_ = other.close_;
  }
  return *this;
}

// A failing close has nothing to lose: files live in memory and are read out before.
void Handle::reset() noexcept {
  if (id_ >= 0) close_(id_);
  id_ = -1;
}

}  // namespace trainyard::output
