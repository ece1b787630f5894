#include "fleet/submissions.hpp"

#include <algorithm>

namespace trainyard::fleet {

Submissions::Submissions(Scene& scene, Runs& runs, Wan& wan)
    : scene_(scene),
      runs_(runs),
      wan_(wan),
      dated_(scene.world.jobs.size()),
      predecessors_left_(scene.world.jobs.size()) {
  for (std::size_t job = 0; job < scene.world.jobs.size(); ++job) {
    for (const Predecessor& before : scene.world.jobs[job].after) {
      successors_[before.job].push_back(job);
      ++predecessors_left_[job];
    }
  }
}

void Submissions::dated(std::size_t job) {
  dated_[job] = true;
  submit_if_due(job);
}

void Submissions::finished(std::size_t job) {
  const auto found = successors_.find(job);
  if (found == successors_.end()) return;
  for (const std::size_t next : found->second) {
    --predecessors_left_[next];
    submit_if_due(next);
  }
}

void Submissions::submit_if_due(std::size_t job) {
  if (!dated_[job] || predecessors_left_[job] > 0) return;
  const Job& self = scene_.world.jobs[job];
  Run& run = runs_.at(job);
  scene_.history.jobs[job].submitted = scene_.now;
  run.choices = runs_.choices(job);
  run.candidate = {.job = job,
                   .submitted = self.after.empty() ? self.from : scene_.now,
                   .priority = self.priority,
                   .owner = self.owner,
                   .deadline = self.deadline};
  runs_.describe(job);
  std::vector<std::size_t> sites;
  for (const Option& option : self.options) {
    if (std::find(sites.begin(), sites.end(), option.site) != sites.end()) continue;
    sites.push_back(option.site);
    const std::int64_t transfers = stage(job, option.site);
    if (transfers == 0) {
      open_site(job, option.site);
    } else {
      on_the_way_[{job, option.site}] = transfers;
    }
  }
}

std::int64_t Submissions::stage(std::size_t job, std::size_t site) {
  const Job& self = scene_.world.jobs[job];
  std::int64_t transfers = 0;
  const auto send = [&](Transfer::Kind kind, std::size_t from, Bytes size) {
    if (from == site || size <= Bytes(0)) return;
    const std::size_t number =
        wan_.begin(scene_.now, {.kind = kind, .job = job, .from = from, .to = site, .size = size});
    for_whom_[number] = {job, site};
    ++transfers;
  };
  if (self.data) send(Transfer::Kind::data, self.data->home, self.data->size);
  for (const Predecessor& before : self.after) {
    const Job& earlier = scene_.world.jobs[before.job];
    const std::size_t ran_at = earlier.options[runs_.at(before.job).option].site;
    send(Transfer::Kind::carried, ran_at, before.carries);
  }
  return transfers;
}

// The candidate itself is changed by whoever takes the ready ones: it may stand in a queue.
void Submissions::open_site(std::size_t job, std::size_t site) {
  Run& run = runs_.at(job);
  std::vector<scheduling::Choice> open;
  for (const scheduling::Choice& choice : run.choices) {
    const bool known = std::find(run.open.begin(), run.open.end(), choice) != run.open.end();
    if (known || runs_.site_of(choice) == site) open.push_back(choice);
  }
  if (open.size() == run.open.size()) return;
  run.open = std::move(open);
  ready_.push_back(job);
}

void Submissions::delivered(const std::vector<std::size_t>& transfers) {
  for (const std::size_t number : transfers) {
    const auto found = for_whom_.find(number);
    if (found == for_whom_.end()) continue;
    const auto [job, site] = found->second;
    for_whom_.erase(found);
    if (--on_the_way_[{job, site}] == 0) open_site(job, site);
  }
}

}  // namespace trainyard::fleet
