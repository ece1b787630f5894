#include "engine/isolated.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <optional>

#include "engine/channel.hpp"

namespace trainyard::engine {
namespace {

// First byte of an answer.
constexpr char answered = 'a';
constexpr char failed = 'f';

using Pair = std::array<int, 2>;

Pair socket_pair() {
  Pair ends{};
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) {
    throw IsolatedError(fmt::format("cannot open a channel to a process: {}", strerror(errno)));
  }
  return ends;
}

pid_t fork_process() {
  std::fflush(nullptr);  // or the child would print it again
  const pid_t process = fork();
  if (process < 0) throw IsolatedError(fmt::format("cannot start a process: {}", strerror(errno)));
  return process;
}

[[noreturn]] void play(const IsolatedServer::Work& work, const std::string& question, int out) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  std::string answer;
  try {
    answer = answered + work(question);
  } catch (const std::exception& error) {
    answer = failed + std::string(error.what());
  }
  _exit(write_message(out, answer) ? 0 : 1);
}

struct Child {
  pid_t process = -1;
  int channel = -1;
  std::size_t question = 0;
};

Child start(const IsolatedServer::Work& work, const std::string& text, std::size_t question) {
  const auto [ours, theirs] = socket_pair();
  const pid_t process = fork_process();
  if (process == 0) {
    close(ours);
    play(work, text, theirs);
  }
  close(theirs);
  return {process, ours, question};
}

std::string finish(const Child& child) {
  const std::optional<std::string> answer = read_message(child.channel);
  close(child.channel);
  int status = 0;
  waitpid(child.process, &status, 0);
  if (answer) return *answer;
  return failed + (WIFSIGNALED(status) ? fmt::format("the process was ended by signal {} ({})",
                                                     WTERMSIG(status), strsignal(WTERMSIG(status)))
                                       : std::string("the process ended without an answer"));
}

// Waits for the child that answers first and takes it out of the list.
Child first_ready(std::vector<Child>& children) {
  std::vector<pollfd> waits;
  for (const Child& child : children) waits.push_back({child.channel, POLLIN, 0});
  while (poll(waits.data(), waits.size(), -1) < 0 && errno == EINTR) {
  }
  const auto ready = std::find_if(waits.begin(), waits.end(),
                                  [](const pollfd& wait) { return wait.revents != 0; });
  const auto at = children.begin() + (ready == waits.end() ? 0 : ready - waits.begin());
  const Child child = *at;
  children.erase(at);
  return child;
}

std::vector<std::string> play_all(const IsolatedServer::Work& work,
                                  const std::vector<std::string>& questions, int processes) {
  std::vector<std::string> answers(questions.size());
  std::vector<Child> children;
  for (std::size_t next = 0; next < questions.size() || !children.empty();) {
    if (next < questions.size() && children.size() < static_cast<std::size_t>(processes)) {
      children.push_back(start(work, questions[next], next));
      ++next;
      continue;
    }
    const Child child = first_ready(children);
    answers[child.question] = finish(child);
  }
  return answers;
}

// A batch on the wire: the number of questions, then each.
[[noreturn]] void serve(const IsolatedServer::Work& work, int channel, int processes) {
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  // The terminal's Ctrl-C reaches the whole process group; the asker decides and closes the
  // channel.
  signal(SIGINT, SIG_IGN);
  while (const auto count = read_message(channel)) {
    std::vector<std::string> questions;
    for (std::size_t left = std::stoul(*count); left > 0; --left) {
      auto question = read_message(channel);
      if (!question) _exit(1);
      questions.push_back(std::move(*question));
    }
    std::vector<std::string> answers;
    try {
      answers = play_all(work, questions, processes);
    } catch (const std::exception& error) {
      answers.assign(questions.size(), failed + std::string(error.what()));
    }
    for (const std::string& answer : answers) {
      if (!write_message(channel, answer)) _exit(1);
    }
  }
  _exit(0);
}

}  // namespace

IsolatedServer::IsolatedServer(const Work& work, int processes) {
  const auto [ours, theirs] = socket_pair();
  const pid_t process = fork_process();
  if (process == 0) {
    close(ours);
    serve(work, theirs, std::max(1, processes));
  }
  close(theirs);
  socket_ = ours;
  server_ = process;
}

IsolatedServer::~IsolatedServer() {
  // close() alone does not end the channel while a server forked later holds a copy of our end.
  shutdown(socket_, SHUT_RDWR);
  close(socket_);
  int status = 0;
  waitpid(server_, &status, 0);
}

std::vector<std::string> IsolatedServer::ask(const std::vector<std::string>& questions) const {
  bool sent = write_message(socket_, std::to_string(questions.size()));
  for (const std::string& question : questions) sent = sent && write_message(socket_, question);
  std::vector<std::string> answers;
  for (std::size_t i = 0; i < questions.size(); ++i) {
    std::optional<std::string> answer = sent ? read_message(socket_) : std::nullopt;
    if (!answer || answer->empty()) throw IsolatedError("the step server is gone");
    answers.push_back(std::move(*answer));
  }
  for (std::string& answer : answers) {
    const char mark = answer.front();
    answer.erase(0, 1);
    if (mark == failed) throw IsolatedError(answer);
  }
  return answers;
}

}  // namespace trainyard::engine
