// Contracts between parts of the program: EXPECT on entry, ENSURE on exit. A broken one is our
// fault, never the user's (that is `InputError`). On in debug and test builds.
#pragma once

#include <stdexcept>
#include <string>

namespace trainyard {

// Thrown by a broken contract; `main` reports it as a bug (exit code 70).
struct ContractError : std::logic_error {
  using std::logic_error::logic_error;
};

[[noreturn]] inline void contract_broken(const char* kind, const char* condition, const char* file,
                                         int line) {
  throw ContractError(std::string(file) + ":" + std::to_string(line) + ": " + kind +
                      " failed: " + condition);
}

}  // namespace trainyard

#ifdef TRAINYARD_CHECKS
#define TRAINYARD_CHECK(kind, condition) \
  ((condition) ? void() : ::trainyard::contract_broken(kind, #condition, __FILE__, __LINE__))
#else
// Not evaluated, but what it names counts as used.
#define TRAINYARD_CHECK(kind, condition) static_cast<void>(sizeof(static_cast<bool>(condition)))
#endif
#define EXPECT(condition) TRAINYARD_CHECK("EXPECT", condition)
#define ENSURE(condition) TRAINYARD_CHECK("ENSURE", condition)
