#include "scenario/library.hpp"

#include <catch2/catch.hpp>
#include <filesystem>

#include "scenario/reading.hpp"

using namespace trainyard;
using namespace trainyard::scenario;
using namespace trainyard::scenario::test;

namespace {

std::string file_error(const std::string& path) {
  try {
    Library files = library();
    read({.path = path}, files);
  } catch (const FileError& error) {
    return replaced(error.what(), folder() / "", "");
  }
  return "";
}

// A folder of platform files with one model in it.
std::string own_platforms(const std::string& name, const std::string& model) {
  const std::string path = folder() / name;
  std::filesystem::create_directories(path + "/models");
  std::ofstream(path + "/models/mine.json") << model;
  return path;
}

std::string problems_with(const std::string& platforms) {
  Library files({platforms, project + "/platforms"});
  const std::string path = write(step_document(
      R"("model": "mine", "node": "dgx_h100", "chips": 8, "plan": {"tensor": 8, "micro_batches": 1})"));
  try {
    read({.path = path}, files);
  } catch (const InputError& error) {
    return replaced(error.what(), folder() / "", "");
  }
  return "";
}

const std::string small =
    R"("summary": "s", "kind": "dense_transformer", "layers": 2, "hidden": 64, "heads": 8,
       "kv_heads": 8, "head_size": 8, "ffn": 64, "vocabulary": 100, "sequence": 128)";

}  // namespace

TEST_CASE("a scenario that is not there or cannot be read is a FileError", "[scenario]") {
  CHECK(file_error(folder() / "nothing.json") ==
        "nothing.json: cannot be read (No such file or directory)");
  CHECK(file_error(folder() / "no/where.json") ==
        "no/where.json: cannot be read (No such file or directory)");
  std::filesystem::create_directory(folder() / "folder.json");
  CHECK(file_error(folder() / "folder.json") == "folder.json: cannot be read (Is a directory)");
}

TEST_CASE("a folder of platform files that is not there is a FileError", "[scenario]") {
  CHECK_THROWS_WITH(Library({"/nowhere"}),
                    "/nowhere: no such folder of platform files; give the folder that holds "
                    "accelerators/, nodes/, ... with --platforms");
}

TEST_CASE("names are those of the files, of all folders, sorted", "[scenario]") {
  const std::string own = own_platforms("own", "{" + small + "}");
  std::filesystem::create_directories(own + "/models/aaa.json");  // no file
  std::ofstream(own + "/models/notes.txt") << "no JSON";
  const auto names = Library({own, project + "/platforms"}).names("models");
  CHECK(std::ranges::is_sorted(names));
  CHECK(std::ranges::count(names, "mine") == 1);
  CHECK(std::ranges::count(names, "llama3_8b") == 1);
  CHECK(std::ranges::count(names, "aaa") == 0);
  CHECK(std::ranges::count(names, "notes") == 0);
  CHECK(library().names("nothing").empty());
}

TEST_CASE("the first folder that has a name wins", "[scenario]") {
  const std::string own = own_platforms("first", "{" + small + "}");
  std::ofstream(own + "/models/llama3_8b.json") << "{}";
  Library files({own, project + "/platforms"});
  REQUIRE(files.find("models", "llama3_8b") != nullptr);
  CHECK(files.find("models", "llama3_8b")->members.empty());
  CHECK(files.find("models", "nothing") == nullptr);
  CHECK(files.find("models", "../models/llama3_8b") == nullptr);
  CHECK(files.find("models", std::string(5000, 'x')) == nullptr);
}

TEST_CASE("a file beside the kinds is that of the first folder that has it", "[scenario]") {
  const std::string one = own_platforms("beside", "{}");
  const std::string other = own_platforms("behind", "{}");
  std::ofstream(one + "/notes.json") << "{}";
  std::ofstream(other + "/notes.json") << "{}";
  std::filesystem::create_directories(one + "/more.json");  // no file
  std::ofstream(other + "/more.json") << "{}";
  const Library files({one, other});
  CHECK(files.file("notes.json") == one + "/notes.json");
  CHECK(files.file("more.json") == other + "/more.json");
  CHECK(files.file("nothing.json").empty());
}

TEST_CASE("what is wrong in a platform file is told where it stands there", "[scenario]") {
  CHECK(problems_with(own_platforms("good", "{" + small + "}")).empty());
  CHECK(
      problems_with(
          own_platforms("bad", "{" + replaced(small, "\"layers\": 2", "\"layers\": 0") + "}")) ==
      "bad/models/mine.json:1:57: /platforms/models/mine/layers: 0 is below the least allowed, 1");
  CHECK(problems_with(own_platforms("broken", "{" + small)) ==
        "broken/models/mine.json:2:84: /sequence: syntax error: unexpected end of input; expected "
        "'}'");
  CHECK(problems_with(own_platforms("list", "[1]")) ==
        "list/models/mine.json:1:1: /platforms/models/mine: an array stands here, not an object; "
        "write {...}");
}

TEST_CASE("a platform file may build on another one", "[scenario]") {
  CHECK(problems_with(own_platforms("built", R"({"use": "llama3_8b", "layers": 4})")).empty());
  CHECK(problems_with(own_platforms("astray", R"({"use": "llama3_9b", "layers": 4})")) ==
        "astray/models/mine.json:1:9: /platforms/models/mine/use: unknown name \"llama3_9b\" among "
        "platforms/models; did you mean \"llama3_8b\" or \"llama2_7b\" or \"llama3_70b\"?");
}
