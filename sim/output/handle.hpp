// Ownership of HDF5 identifiers, and HDF5's error codes as exceptions. Private to `output`: the
// only header that shows HDF5 to others.
#pragma once

#include <hdf5.h>

#include <cstdint>
#include <stdexcept>
#include <utility>

namespace trainyard::output {

// What HDF5 could not do and why, to be read after "failed to". `write` adds the path.
struct Hdf5Error : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Throws Hdf5Error where `status` is an HDF5 failure (negative).
void check(std::int64_t status, const char* action);

// One identifier, closed by the function that fits its kind (H5Dclose, H5Sclose, ...).
class Handle {
 public:
  using Close = herr_t (*)(hid_t);

  // Throws Hdf5Error where `id` is an HDF5 failure (negative).
  Handle(hid_t id, Close close, const char* action);
  Handle(Handle&& other) noexcept : id_(std::exchange(other.id_, -1)), close_(other.close_) {}
  Handle& operator=(Handle&& other) noexcept;
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  ~Handle() { reset(); }

  [[nodiscard]] hid_t id() const { return id_; }

 private:
  void reset() noexcept;

  hid_t id_;
  Close close_;
};

}  // namespace trainyard::output
