#include "scenario/read_after.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/text.hpp"
#include "document/pointer.hpp"

namespace trainyard::scenario {

using document::Object;
using document::Presence;

namespace {

class Linker {
 public:
  Linker(Object& root, const std::vector<std::string>& named, fleet::World& world)
      : root_(root), named_(named), world_(world), sound_(root.problem_count() == 0) {
    for (std::size_t i = 0; i < world.jobs.size(); ++i) index_[world.jobs[i].name] = i;
    // All members of a team end together.
    for (const fleet::Team& team : world.teams) index_[team.name] = team.members.front().job;
  }

  void link(const Predecessors& one);
  void refuse_rings();

 private:
  void problem(const std::string& job, const std::string& other, std::string message,
               std::string remedy) {
    root_.problem_at("/jobs/" + document::escaped(job) + "/after/" + document::escaped(other),
                     std::move(message), std::move(remedy));
  }
  // As the user gave it.
  [[nodiscard]] const std::string& name(std::size_t job) const {
    const fleet::Job& self = world_.jobs[job];
    return self.team == fleet::none ? self.name : world_.teams[self.team].name;
  }
  void follow(std::size_t job);
  void report_ring(std::size_t job);

  Object& root_;
  const std::vector<std::string>& named_;
  fleet::World& world_;
  bool sound_;  // else a target may be missing that is given, but wrong
  std::map<std::string, std::size_t> index_;
  std::vector<std::size_t> path_;
  std::vector<char> done_;
};

void Linker::link(const Predecessors& one) {
  for (const auto& [other, carries] : one.carries) {
    if (std::find(named_.begin(), named_.end(), other) == named_.end()) {
      problem(one.job, other, fmt::format("unknown job \"{}\"", other), suggestion(other, named_));
      continue;
    }
    if (other == one.job) {
      problem(one.job, other, "a job cannot wait for itself", "name another one");
      continue;
    }
    const auto waiting = index_.find(one.job);
    const auto first = index_.find(other);
    if (waiting == index_.end() || first == index_.end()) continue;
    const fleet::Job& before = world_.jobs[first->second];
    const bool ends = before.target_samples || before.duration ||
                      (before.team != fleet::none && world_.teams[before.team].target_samples);
    if (sound_ && !ends) {
      problem(one.job, other, fmt::format("\"{}\" runs to the end of the horizon", other),
              "give it an \"until\", or leave it out here");
    }
    const std::size_t team = world_.jobs[waiting->second].team;
    if (team == fleet::none) {
      world_.jobs[waiting->second].after.push_back({first->second, carries});
      continue;
    }
    for (const fleet::Member& member : world_.teams[team].members) {
      world_.jobs[member.job].after.push_back({first->second, carries});
    }
  }
}

void Linker::report_ring(std::size_t job) {
  const auto begin = std::find(path_.begin(), path_.end(), job);
  std::vector<std::string> names;
  for (auto at = begin; at != path_.end(); ++at) {
    names.push_back(fmt::format("\"{}\"", name(*at)));
  }
  names.push_back(names.front());
  const std::size_t next = begin + 1 == path_.end() ? job : *(begin + 1);
  problem(name(job), name(next),
          fmt::format("jobs wait for each other: {}", fmt::join(names, " after ")),
          "take one of these out");
}

void Linker::follow(std::size_t job) {
  if (std::find(path_.begin(), path_.end(), job) != path_.end()) return report_ring(job);
  if (done_[job] != 0) return;
  path_.push_back(job);
  for (const fleet::Predecessor& before : world_.jobs[job].after) follow(before.job);
  path_.pop_back();
  done_[job] = 1;
}

void Linker::refuse_rings() {
  done_.assign(world_.jobs.size(), 0);
  for (std::size_t job = 0; job < world_.jobs.size(); ++job) follow(job);
}

}  // namespace

Predecessors read_after(Object& object, const std::string& job) {
  Predecessors all{.job = job};
  object.each(
      "after",
      {.doc = "Jobs that must have finished before, by name", .presence = Presence::optional},
      [&](const std::string& name, Object before) {
        all.carries[name] =
            before
                .optional_quantity<Bytes>("carries",
                                          {.doc = "What is moved from the site where it ran last, "
                                                  "over the WAN; default \"0 B\"",
                                           .minimum = 0,
                                           .maximum = 1e18})
                .value_or(Bytes(0));
      });
  return all;
}

void link_predecessors(Object& root, const std::vector<Predecessors>& all,
                       const std::vector<std::string>& named, fleet::World& world) {
  Linker linker(root, named, world);
  for (const Predecessors& one : all) linker.link(one);
  linker.refuse_rings();
}

}  // namespace trainyard::scenario
