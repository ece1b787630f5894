#include "engine/channel.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>

namespace trainyard::engine {
namespace {

bool write_all(int descriptor, const char* data, std::size_t size) {
  while (size > 0) {
    // Not write(): a vanished reader must be an answer, not a signal.
    const ssize_t written = send(descriptor, data, size, MSG_NOSIGNAL);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    data += written;
    size -= static_cast<std::size_t>(written);
  }
  return true;
}

bool read_all(int descriptor, char* data, std::size_t size) {
  while (size > 0) {
    const ssize_t got = read(descriptor, data, size);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    data += got;
    size -= static_cast<std::size_t>(got);
  }
  return true;
}

}  // namespace

bool write_message(int descriptor, std::string_view message) {
  const std::uint64_t size = message.size();
  return write_all(descriptor, reinterpret_cast<const char*>(&size), sizeof size) &&
         write_all(descriptor, message.data(), message.size());
}

std::optional<std::string> read_message(int descriptor) {
  std::uint64_t size = 0;
  if (!read_all(descriptor, reinterpret_cast<char*>(&size), sizeof size)) return std::nullopt;
  std::string message(size, '\0');
  if (!read_all(descriptor, message.data(), message.size())) return std::nullopt;
  return message;
}

}  // namespace trainyard::engine
