#include "engine/isolated.hpp"

#include <unistd.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <chrono>
#include <csignal>
#include <memory>
#include <numeric>
#include <stdexcept>
#include <thread>

namespace trainyard::engine {
namespace {

using Numbers = Isolated<int, int>;

std::vector<int> first(int count) {
  std::vector<int> numbers(static_cast<std::size_t>(count));
  std::iota(numbers.begin(), numbers.end(), 0);
  return numbers;
}

}  // namespace

TEST_CASE("answers come in the order of the questions", "[engine]") {
  Numbers isolated(
      [](const int& number) {
        // The first take longest.
        std::this_thread::sleep_for(std::chrono::milliseconds(20 - 2 * number));
        return number * number;
      },
      4);
  const auto answers = isolated.ask(first(9));
  for (int i = 0; i < 9; ++i) CHECK(answers[static_cast<std::size_t>(i)] == i * i);
}

TEST_CASE("a server answers batch after batch, empty ones too", "[engine]") {
  Numbers isolated([](const int& number) { return number + 1; }, 2);
  CHECK(isolated.ask({1}) == std::vector{2});
  CHECK(isolated.ask({}).empty());
  CHECK(isolated.ask({5, 6, 7}) == std::vector{6, 7, 8});
}

TEST_CASE("every question is played in a process of its own, none of them ours", "[engine]") {
  Isolated<int, pid_t> isolated([](const int&) { return getpid(); }, 2);
  const auto processes = isolated.ask({0, 1, 2});
  CHECK(processes[0] != processes[1]);
  CHECK(processes[1] != processes[2]);
  for (const pid_t process : processes) CHECK(process != getpid());
}

TEST_CASE("what a question changes, the next one does not see", "[engine]") {
  int count = 0;
  Numbers isolated([&count](const int&) { return ++count; }, 1);
  CHECK(isolated.ask({0, 0, 0}) == std::vector{1, 1, 1});
  CHECK(count == 0);
}

TEST_CASE("work sees the values of the moment at which its server was made", "[engine]") {
  int value = 1;
  Numbers isolated([&value](const int&) { return value; }, 1);
  value = 2;
  CHECK(isolated.ask({0}) == std::vector{1});
}

TEST_CASE("no more questions are played at once than allowed, and as many as allowed", "[engine]") {
  // Each question says when it began and ended, on the clock that all processes share.
  struct Span {
    double begin;
    double end;
  };
  const auto now = [] {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch())
        .count();
  };
  for (const int processes : {1, 3}) {
    Isolated<int, Span> isolated(
        [&now](const int&) {
          const double begin = now();
          std::this_thread::sleep_for(std::chrono::milliseconds(40));
          return Span{begin, now()};
        },
        processes);
    const auto spans = isolated.ask(first(6));
    std::int64_t most = 0;
    for (const Span& span : spans) {
      most =
          std::max<std::int64_t>(most, std::count_if(spans.begin(), spans.end(), [&](Span other) {
                                   return other.begin <= span.begin && span.begin < other.end;
                                 }));
    }
    CHECK(most == processes);
  }
}

TEST_CASE("what work throws comes back with its text, and the server lives on", "[engine]") {
  Numbers isolated(
      [](const int& number) {
        if (number == 2) throw std::runtime_error("two is too many");
        return number;
      },
      2);
  CHECK_THROWS_AS(isolated.ask({1, 2, 3}), IsolatedError);
  CHECK_THROWS_WITH(isolated.ask({1, 2, 3}), "two is too many");
  CHECK(isolated.ask({1, 3}) == std::vector{1, 3});
}

TEST_CASE("of several failures the first question's is told", "[engine]") {
  Numbers isolated(
      [](const int& number) -> int { throw std::runtime_error(std::to_string(number)); }, 4);
  CHECK_THROWS_WITH(isolated.ask({7, 8, 9}), "7");
}

TEST_CASE("a process that a signal ends is an error that names the signal", "[engine]") {
  Numbers isolated(
      [](const int& number) {
        if (number == 1) {
          std::signal(SIGTERM, SIG_DFL);
          std::raise(SIGTERM);
        }
        return number;
      },
      2);
  CHECK_THROWS_WITH(isolated.ask({0, 1}), "the process was ended by signal 15 (Terminated)");
  CHECK(isolated.ask({0}) == std::vector{0});
}

TEST_CASE("a process that ends without a word is an error", "[engine]") {
  Numbers isolated(
      [](const int& number) {
        if (number == 1) _exit(0);
        return number;
      },
      2);
  CHECK_THROWS_WITH(isolated.ask({1}), "the process ended without an answer");
}

TEST_CASE("a server that is gone is an error, not a signal or a wait", "[engine]") {
  Isolated<int, pid_t> isolated([](const int&) { return getppid(); }, 1);
  const pid_t server = isolated.ask({0}).front();
  kill(server, SIGKILL);
  CHECK_THROWS_WITH(isolated.ask({0}), "the step server is gone");
  CHECK_THROWS_WITH(isolated.ask({0}), "the step server is gone");
}

TEST_CASE("an interrupt of the terminal does not end a server", "[engine]") {
  Isolated<int, pid_t> isolated([](const int&) { return getppid(); }, 1);
  const pid_t server = isolated.ask({0}).front();
  kill(server, SIGINT);
  CHECK(isolated.ask({0}).front() == server);
}

TEST_CASE("servers end in any order, whichever was made first", "[engine]") {
  const auto same = [](const int& number) { return number; };
  auto older = std::make_unique<Numbers>(same, 1);
  auto newer = std::make_unique<Numbers>(same, 1);
  CHECK(older->ask({1}) == std::vector{1});
  older.reset();
  CHECK(newer->ask({2}) == std::vector{2});
}

TEST_CASE("questions and answers may be long or empty", "[engine]") {
  IsolatedServer server(
      [](std::string_view question) { return std::string(question) + std::string(question); }, 2);
  const std::string text(3'000'000, 'x');
  CHECK(server.ask({text, "", text}) == std::vector{text + text, std::string(), text + text});
}

}  // namespace trainyard::engine
