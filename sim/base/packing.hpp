// Structs of varying length to bytes and back, for pipes between processes of one program. Values
// are written one after the other and read in the same order.
#pragma once

#include <cstddef>
#include <cstring>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace trainyard {

class Packer {
 public:
  template <class T>
  requires std::is_trivially_copyable_v<T> Packer& operator<<(const T& value) {
    bytes_.append(reinterpret_cast<const char*>(&value), sizeof value);
    return *this;
  }
  Packer& operator<<(const std::string& text) {
    *this << text.size();
    bytes_.append(text);
    return *this;
  }
  template <class T>
  Packer& operator<<(const std::vector<T>& items) {
    *this << items.size();
    for (const T& item : items) *this << item;
    return *this;
  }

  [[nodiscard]] std::string&& bytes() && { return std::move(bytes_); }

 private:
  std::string bytes_;
};

// Throws std::out_of_range where the bytes end too early.
class Unpacker {
 public:
  explicit Unpacker(std::string_view bytes) : bytes_(bytes) {}

  template <class T>
  requires std::is_trivially_copyable_v<T> Unpacker& operator>>(T& value) {
    std::memcpy(&value, take(sizeof value).data(), sizeof value);
    return *this;
  }
  Unpacker& operator>>(std::string& text) {
    text = take(size());
    return *this;
  }
  template <class T>
  Unpacker& operator>>(std::vector<T>& items) {
    items.resize(size());
    for (T& item : items) *this >> item;
    return *this;
  }

 private:
  std::size_t size() {
    std::size_t size = 0;
    *this >> size;
    return size;
  }
  std::string_view take(std::size_t count) {
    if (count > bytes_.size()) throw std::out_of_range("packed bytes end too early");
    const std::string_view taken = bytes_.substr(0, count);
    bytes_.remove_prefix(count);
    return taken;
  }

  std::string_view bytes_;
};

}  // namespace trainyard
