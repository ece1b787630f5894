#include "engine/simgrid.hpp"

#include <xbt/log.h>

#include <csignal>

namespace trainyard::engine::sg {

std::unique_ptr<Engine> make_engine() {
  static const bool quiet = [] {
    xbt_log_control_set("root.thres:error");
    return true;
  }();
  static_cast<void>(quiet);
  // SimGrid installs handlers of its own; ours, or the default, stay.
  struct sigaction interrupt {};
  sigaction(SIGINT, nullptr, &interrupt);
  auto engine = std::make_unique<Engine>("trainyard");
  sigaction(SIGINT, &interrupt, nullptr);
  // Once: what is set stays for the process, and SimGrid aborts on setting a model again.
  static const bool configured = [] {
    for (const char* option :
         {"network/model:CM02", "network/crosstraffic:0", "network/TCP-gamma:1e30"}) {
      Engine::set_config(option);
    }
    return true;
  }();
  static_cast<void>(configured);
  return engine;
}

}  // namespace trainyard::engine::sg
