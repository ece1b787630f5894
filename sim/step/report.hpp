// A step in detail: each stage, each kind of link, and on request everything that happened.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "step/answer.hpp"
#include "step/rates.hpp"

namespace trainyard::step {

struct StageReport {
  std::int64_t stage = 0;
  double ranks = 0;
  // Of an average rank of the stage; sums to the step's duration. Shape [activities].
  std::array<Seconds, program::activities> spent;
  parallelism::Memory memory;
  Bytes capacity;  // per accelerator
};

// All links of a kind that some transfer crosses.
struct LinkReport {
  std::string kind;
  double links = 0;
  Bytes bytes;         // over all of them, in a step
  double mean = 0;     // bytes over what they could carry in the step
  double busiest = 0;  // the same of the busiest of them
};

// Computing or waiting of one rank, or a transfer out of it, in order of finishing.
struct TraceEvent {
  std::string stage;  // role of the rank
  std::int64_t rank = 0;
  std::string stream;  // "compute", or what moves
  std::string name;
  std::int64_t micro_batch = -1;  // -1: none
  Seconds start;
  Seconds duration;
};

// A branch of several, by itself.
struct BranchReport {
  std::string name;
  std::string site;
  std::string node;  // of its first section
  std::int64_t ranks = 0;
  std::int64_t replicas = 0;
  std::int64_t micro_batches = 0;
  Seconds alone;     // its step without the others
  double steps = 1;  // in the time of the job's
};

struct Report {
  Answer answer;
  std::vector<StageReport> stages;
  std::vector<LinkReport> links;
  std::vector<BranchReport> branches;  // where there are several: then there are no stages
  std::vector<TraceEvent> trace;       // only where asked for; one rank of each class
};

enum class Tracing { off, on };

// As play(), in detail.
Report play_in_detail(const Task& task, std::int64_t nodes, const Options& options,
                      Tracing tracing = Tracing::off);

// Plays steps in detail, each in a process of its own. Make it before any Engine exists.
class Reports {
 public:
  Reports(const std::vector<Task>& tasks, int processes, const Options& options, Tracing tracing);
  ~Reports();
  std::vector<Report> ask(const std::vector<Question>& questions);

 private:
  class Server;
  std::unique_ptr<Server> server_;
};

}  // namespace trainyard::step
