// Runs questions in processes of their own. SimGrid's Engine is one per process and its clock never
// goes back, so a step is never played in a process that holds another Engine. A server is forked
// before the first Engine, HDF5 handle or thread exists; every question is played in a child of the
// server, which sends its answer through a pipe and ends with _exit.
#pragma once

#include <cstddef>
#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace trainyard::engine {

// A question's work threw; carries the exception's text. Also: a process could not be started.
struct IsolatedError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Bytes in, bytes out; `Isolated` below is the typed face.
class IsolatedServer {
 public:
  using Work = std::function<std::string(std::string_view)>;

  // Forks the server. `work` and all it captures are as they are now. At most `processes` questions
  // are played at once.
  IsolatedServer(const Work& work, int processes);
  ~IsolatedServer();
  IsolatedServer(const IsolatedServer&) = delete;
  IsolatedServer& operator=(const IsolatedServer&) = delete;

  // Answers in the order of the questions. Throws IsolatedError for the first that failed.
  std::vector<std::string> ask(const std::vector<std::string>& questions) const;

 private:
  int socket_ = -1;
  int server_ = -1;  // process id
};

// Questions and answers are plain structs.
template <class Question, class Answer>
class Isolated {
  static_assert(std::is_trivially_copyable_v<Question> && std::is_trivially_copyable_v<Answer>);

 public:
  Isolated(std::function<Answer(const Question&)> work, int processes)
      : server_([work = std::move(work)](
                    std::string_view bytes) { return packed(work(unpacked<Question>(bytes))); },
                processes) {}

  std::vector<Answer> ask(const std::vector<Question>& questions) {
    std::vector<std::string> texts;
    for (const Question& question : questions) texts.push_back(packed(question));
    std::vector<Answer> answers;
    for (const std::string& text : server_.ask(texts)) answers.push_back(unpacked<Answer>(text));
    return answers;
  }

 private:
  template <class T>
  static std::string packed(const T& value) {
    return std::string(reinterpret_cast<const char*>(&value), sizeof value);
  }
  template <class T>
  static T unpacked(std::string_view bytes) {
    if (bytes.size() != sizeof(T)) throw IsolatedError("an answer of the wrong size");
    T value;
    bytes.copy(reinterpret_cast<char*>(&value), sizeof value);
    return value;
  }

  IsolatedServer server_;
};

}  // namespace trainyard::engine
