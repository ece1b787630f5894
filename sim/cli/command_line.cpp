#include "cli/command_line.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <exception>

#include "base/catalog.hpp"
#include "base/check.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "cli/verbs.hpp"
#include "engine/isolated.hpp"
#include "engine/version.hpp"
#include "output/result_file.hpp"
#include "provenance.hpp"

namespace trainyard::cli {
namespace {

enum Exit : int {
  ok = 0,
  run_failed = 1,
  usage = 2,
  bad_scenario = 65,
  file_missing = 66,
  our_bug = 70,
  cannot_write = 73,
  try_again = 75,
};

std::string overview() {
  std::string text =
      "Trainyard simulates fleets of AI training accelerators.\n\n"
      "Usage: trainyard VERB [options]\n\n";
  for (const Verb& verb : verbs()) text += fmt::format("  {:<8}{}\n", verb.name, verb.summary);
  return text +
         "\n`trainyard VERB --help` says more, with an example; `trainyard --version` prints "
         "versions.\n";
}

int version() {
  fmt::print("trainyard {}\nSimGrid {}, HDF5 {}, result format {}\n", program_version(),
             engine::simgrid_version(), output::hdf5_version(), result_format);
  return ok;
}

int dispatch(const Arguments& arguments) {
  if (arguments.empty()) throw UsageError(overview());
  const std::string& first = arguments.front();
  if (first == "--help" || first == "-h" || first == "help") {
    fmt::print("{}", overview());
    return ok;
  }
  if (first == "--version") return version();
  const Verb* verb = find_row(verbs(), first);
  if (verb == nullptr) {
    throw UsageError(fmt::format("unknown verb \"{}\"; {}\n\n{}", first,
                                 suggestion(first, names(verbs())), overview()));
  }
  return verb->run({arguments.begin() + 1, arguments.end()});
}

// Nothing is half-written: results are put in place as a whole, and that waits for no signal.
void interrupted(int /*signal*/) {
  _exit(130);
}

int failed(const char* prefix, const std::exception& error, Exit code) {
  fmt::print(stderr, "{}{}\n", prefix, error.what());
  return code;
}

}  // namespace

int main(int argc, char** argv) {
  // A reader of our output that goes away ends us quietly, as it does other tools.
  signal(SIGPIPE, SIG_DFL);
  signal(SIGINT, interrupted);
  // A write beyond `ulimit -f` fails as one to a full disk does.
  signal(SIGXFSZ, SIG_IGN);
  try {
    return dispatch({argv + 1, argv + argc});
  } catch (const UsageError& error) {
    return failed("", error, usage);
  } catch (const InputError& error) {
    return failed("", error, bad_scenario);
  } catch (const FileError& error) {
    return failed("", error, file_missing);
  } catch (const WriteError& error) {
    return failed("", error, cannot_write);
  } catch (const engine::IsolatedError& error) {
    return failed("trainyard: a step could not be played: ", error, run_failed);
  } catch (const std::bad_alloc& error) {
    return failed("trainyard: out of memory: ", error, try_again);
  } catch (const std::exception& error) {
    return failed("trainyard: this is a bug, please report it: ", error, our_bug);
  }
}

}  // namespace trainyard::cli
