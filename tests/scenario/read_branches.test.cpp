// Jobs with branches, sections and what keeps copies of a model equal: what is read, and what is
// said of what is wrong.
#include <catch2/catch.hpp>
#include <string>

#include "scenario/reading.hpp"

using namespace trainyard;
using namespace trainyard::scenario;
using namespace trainyard::scenario::test;

namespace {

struct Branches {
  std::string model = "llama3_8b";
  std::string plan = R"("tensor": 8, "global_batch": 128)";
  std::string branches = R"(
    "a": {"site": "austin", "node": "dgx_h100", "chips": 64},
    "b": {"site": "memphis", "node": "dgx_h100", "chips": 64})";
  std::string more;  // of the job
  std::string sites = R"("austin": {"use": "giga_texas"}, "memphis": {"use": "memphis"})";
  std::string wan;

  [[nodiscard]] std::string text() const {
    return step_document(R"("model": ")" + model + R"(", "plan": {)" + plan +
                             R"(}, "branches": {)" + branches + "}" +
                             (more.empty() ? "" : ", " + more),
                         R"("sites": {)" + sites + R"(}, "wan": {)" + wan + "}");
  }
};

Branches staged(const std::string& front = "", const std::string& back = "") {
  Branches job;
  job.branches = R"("all": {"stages": {
    "front": {"site": "austin", "node": "dgx_h100", "chips": 32, "stages": 1)" +
                 front + R"(},
    "back": {"site": "memphis", "node": "dgx_h100", "chips": 32, "stages": 1)" +
                 back + "}}}";
  return job;
}

std::string wrong(const Branches& job) {
  return complaints(job.text());
}

// With the first `from` replaced in the branches.
std::string wrong_branches(Branches job, const std::string& from, const std::string& to) {
  const std::size_t at = job.branches.rfind(from);
  REQUIRE(at != std::string::npos);
  job.branches.replace(at, from.size(), to);
  return wrong(job);
}

std::string wrong_sync(const std::string& members) {
  return wrong({.more = R"("sync": {)" + members + "}"});
}

step::Joint joint_of(const Branches& job) {
  const Scenario scenario = read_text(job.text());
  REQUIRE(scenario.tasks.size() == 1);
  REQUIRE(scenario.tasks.front().joint);
  return *scenario.tasks.front().joint;
}

const std::string laboratory =
    R"(, "lab": {"summary": "A hall", "latitude": 1, "longitude": 2, "pue": 1.1,
    "energy_price": "100 USD/MWh", "carbon": "400 g/kWh"})";

}  // namespace

TEST_CASE("branches stand at sites, on whole nodes, and share out the batch", "[scenario]") {
  const step::Joint joint = joint_of({});
  REQUIRE(joint.branches.size() == 2);
  CHECK(joint.branches[1].name == "b");
  REQUIRE(joint.branches[1].sections.size() == 1);
  const step::Section& section = joint.branches[1].sections.front();
  CHECK(section.site == 1);
  CHECK(section.nodes == 8);
  CHECK(section.node.name == "dgx_h100");
  CHECK(section.request.data == 8);
  CHECK(section.request.batch.micro_batches == 8);
  // Alike but for their site.
  CHECK(joint.branches[0].identity == joint.branches[1].identity);
  CHECK(joint.wide.sites == std::vector<std::string>{"austin", "memphis"});
  REQUIRE(joint.wide.links.size() == 1);
  CHECK(joint.sync.method == step::Method::synchronous);
  CHECK(joint.sync.crossing == step::Crossing::hierarchical);
  CHECK(joint.sync.overlap);
  CHECK(joint.sync.every == 1);
}

TEST_CASE("branches on equal nodes are alike where they do as much", "[scenario]") {
  const auto alike = [](const std::string& batch) {
    const step::Joint joint = joint_of(
        {.plan = R"("tensor": 8, "global_batch": )" + batch, .more = R"("balance": "auto")"});
    return joint.branches[0].identity == joint.branches[1].identity;
  };
  CHECK(alike("128"));
  CHECK_FALSE(alike("136"));  // eight replicas each: nine micro-batches and eight
}

TEST_CASE("a branch with a plan of its own takes no part of the job's batch", "[scenario]") {
  const step::Joint joint = joint_of({.branches = R"(
    "a": {"site": "austin", "node": "dgx_h100", "chips": 64,
          "plan": {"tensor": 8, "global_batch": 64}},
    "b": {"site": "memphis", "node": "dgx_h100", "chips": 64})"});
  CHECK(joint.branches[0].sections.front().request.batch.global_batch == 64);
  CHECK(joint.branches[1].sections.front().request.batch.micro_batches == 16);
}

TEST_CASE("of several branches each stands at one site", "[scenario]") {
  Branches two = staged();
  two.branches += R"(, "other": {"site": "austin", "node": "dgx_h100", "chips": 16,
    "plan": {"tensor": 8, "micro_batches": 1}})";
  CHECK(wrong(two) ==
        "/jobs/a/branches/all/stages/back/site: it stands at memphis, the branch's first stages "
        "at austin: of several branches each exchanges gradients from one site; make replicas of "
        "one branch of them (\"data\"), whose stages may stand at several sites");
}

TEST_CASE("sections have stages, a tensor degree and a site of their own", "[scenario]") {
  const step::Joint joint = joint_of(staged("", R"(, "tensor": 4)"));
  REQUIRE(joint.branches.size() == 1);
  const auto& sections = joint.branches.front().sections;
  REQUIRE(sections.size() == 2);
  CHECK(sections[0].name == "front");
  CHECK(sections[0].request.tensor == 8);
  CHECK(sections[1].request.tensor == 4);
  CHECK(sections[1].request.pipeline == 2);
  CHECK(sections[1].site == 1);
}

TEST_CASE("where there is one site branches need not name it", "[scenario]") {
  Branches job{.sites = R"("hall": {"use": "memphis"})"};
  job.branches =
      R"("a": {"node": "dgx_h100", "chips": 64}, "b": {"node": "dgx_a100", "chips": 64})";
  CHECK(joint_of(job).branches.at(1).sections.front().site == 0);
}

TEST_CASE("links and sites say what others leave of them", "[scenario]") {
  Branches job{.wan = R"("austin-memphis": {"bandwidth": "800 Gb/s", "background": "200 Gb/s",
      "per_stream": "5 Gb/s"})"};
  job.sites =
      R"("austin": {"use": "giga_texas", "wan_port": "1 Tb/s"}, "memphis": {"use": "memphis"})";
  const hardware::WideArea wide = joint_of(job).wide;
  CHECK(wide.links.at(0).background == BytesPerSecond(25e9));
  CHECK(wide.links.at(0).per_stream == BytesPerSecond(0.625e9));
  CHECK(wide.ports.at(0) == BytesPerSecond(125e9));
  CHECK(wide.ports.at(1) == BytesPerSecond(0));
}

TEST_CASE("copies are kept equal as \"sync\" says", "[scenario]") {
  step::Sync sync = joint_of({.more = R"("sync": {"method": "local", "every": 100, "fragments": 8,
      "delay": 2, "bits": 4, "chunk": "1 GB", "streams": 16, "overlap": false})"})
                        .sync;
  CHECK(sync.method == step::Method::local);
  CHECK(sync.every == 100);
  CHECK(sync.fragments == 8);
  CHECK(sync.delay == 2);
  CHECK(sync.bits == 4);
  CHECK(sync.chunk == Bytes(1e9));
  CHECK(sync.streams == 16);
  CHECK_FALSE(sync.overlap);
  sync =
      joint_of({.more = R"("sync": {"method": "asynchronous", "quorum": 2, "grace": "3 s"})"}).sync;
  CHECK(sync.method == step::Method::asynchronous);
  CHECK(sync.every == 30);
  CHECK(sync.quorum == 2);
  CHECK(sync.grace == Seconds(3));
}

TEST_CASE("gradients cross in the bits in which they are kept", "[scenario]") {
  CHECK(joint_of({}).sync.bits == 16);
  CHECK(joint_of({.plan = R"("tensor": 8, "global_batch": 128, "gradient_precision": "fp32")"})
            .sync.bits == 32);
}

TEST_CASE("branches and sections are joined by some way", "[scenario]") {
  Branches job;
  job.sites += laboratory;
  CHECK(problems(replaced(job.text(), R"("site": "memphis")", R"("site": "lab")")) ==
        "a.json:8:19: /jobs/a/branches/b/site: no link joins austin and lab, by whatever way; add "
        "one to \"wan\", or stay at one site");
  job = staged();
  job.sites += laboratory;
  CHECK(wrong_branches(job, "memphis", "lab") ==
        "/jobs/a/branches/all/stages/back/site: no link joins austin and lab, by whatever way; add "
        "one to \"wan\", or stay at one site");
}

TEST_CASE("stages fit the memory of their own chips", "[scenario]") {
  Branches job = staged();
  job.model = "llama3_405b";
  CHECK(wrong(job) ==
        "/jobs/a/branches/all/stages/front: does not fit memory: stage 0 needs 473 GB of 79.74 GB "
        "per accelerator of dgx_h100, 393.3 GB too much; give it fewer layers (\"balance\": "
        "\"auto\" finds how many), more stages, a larger tensor degree or \"recompute\": \"full\"\n"
        "/jobs/a/branches/all/stages/back: does not fit memory: stage 1 needs 440 GB of 79.74 GB "
        "per accelerator of dgx_h100, 360.3 GB too much; give it fewer layers (\"balance\": "
        "\"auto\" finds how many), more stages, a larger tensor degree or \"recompute\": \"full\"");
  job.more = R"("balance": "auto")";
  CHECK(wrong(job).ends_with(
      "branches/all: its stages together do not hold the 126 layers of llama3_405b; give it more "
      "chips or stages, a larger tensor degree or \"recompute\": \"full\""));
}

TEST_CASE("members of a branch name what there is", "[scenario]") {
  CHECK(wrong_branches({}, "memphis", "memfis") ==
        "/jobs/a/branches/b/site: unknown site \"memfis\"; did you mean \"memphis\"?");
  CHECK(wrong_branches({}, "dgx_h100", "dgx_h10") ==
        "/jobs/a/branches/b/node: unknown name \"dgx_h10\" among platforms/nodes; did you mean "
        "\"dgx_h100\" or \"dgx_a100\" or \"dgx_h200\"?");
  CHECK(wrong_branches({}, "\"chips\": 64", R"("chips": 64, "software": "megatron_lm_2020")")
            .starts_with("/jobs/a/branches/b/software: unknown name \"megatron_lm_2020\" among "
                         "platforms/software; did you mean \"megatron_lm_2021\""));
  CHECK(wrong_branches({}, "\"chips\"", "\"chip\"") ==
        "/jobs/a/branches/b: missing \"chips\"; add it: Accelerators\n"
        "/jobs/a/branches/b/chip: unknown key \"chip\"; did you mean \"chips\"?");
}

TEST_CASE("branches and sections say where they stand, on what and how much of it", "[scenario]") {
  CHECK(wrong_branches({}, ", \"chips\": 64", "") ==
        "/jobs/a/branches/b: missing \"chips\"; add it: Accelerators");
  CHECK(wrong_branches({}, "\"node\": \"dgx_h100\", ", "") ==
        "/jobs/a/branches/b: missing \"node\"; add it: Kind of node");
  CHECK(wrong_branches({}, "\"site\": \"memphis\", ", "") ==
        "/jobs/a/branches/b: missing \"site\"; add it: Where it stands; may be left out where "
        "there is one site");
  CHECK(wrong_branches(staged(), ", \"stages\": 1", "") ==
        "/jobs/a/branches/all/stages/back: missing \"stages\"; add it: Pipeline stages that stand "
        "here");
  CHECK(wrong({.branches = ""}) == "/jobs/a/branches: no branch is given; name at least one");
}

TEST_CASE("branches have whole nodes", "[scenario]") {
  Branches job{.plan = R"("tensor": 8, "micro_batches": 4)"};
  CHECK(wrong_branches(job, "64", "60") ==
        "/jobs/a/branches/b/chips: 60 is no multiple of the 8 accelerators of a dgx_h100; use 56 "
        "or 64?");
  job = staged();
  job.plan = R"("tensor": 8, "micro_batches": 4)";
  CHECK(wrong_branches(job, "32", "30") ==
        "/jobs/a/branches/all/stages/back/chips: 30 is no multiple of the 8 accelerators of a "
        "dgx_h100; use 24 or 32?");
}

TEST_CASE("degrees divide what they divide, in every branch and section", "[scenario]") {
  CHECK(wrong({.plan = R"("tensor": 3, "micro_batches": 4)"}) ==
        "/jobs/a/plan/tensor: 3 does not divide 8 accelerators per node (dgx_h100) (branch a); use "
        "1, 2, 4 or 8?\n"
        "/jobs/a/plan/tensor: 3 does not divide 8 accelerators per node (dgx_h100) (branch b); use "
        "1, 2, 4 or 8?");
  CHECK(wrong(staged("", R"(, "tensor": 3)")) ==
        "/jobs/a/branches/all/stages/back/tensor: 3 does not divide 8 accelerators per node "
        "(dgx_h100) (branch all); use 1, 2, 4 or 8?\n"
        "/jobs/a/branches/all/stages/back/tensor: 8 ranks hand on to 3: neither is a multiple of "
        "the other; use 3 or a multiple");
  Branches job = staged();
  job.plan += R"(, "pipeline": 4)";
  CHECK(
      wrong(job) ==
      "/jobs/a/branches/all/stages: they are 2 together, and the plan's \"pipeline\" says 4; make "
      "them equal, or leave \"pipeline\" out");
  CHECK(wrong_branches({}, "\"chips\": 64",
                       R"("chips": 64, "plan": {"tensor": 8, "data": 16, "micro_batches": 4})")
            .starts_with("/jobs/a/branches/b/chips: its 1 stage takes 128 accelerators (tensor 8, "
                         "16 replicas), there are 64; use smaller degrees, or more chips"));
}

TEST_CASE("a precision is one of the chips of its branch", "[scenario]") {
  CHECK(wrong_branches({}, R"("dgx_h100", "chips": 64)",
                       R"("dgx_a100", "chips": 64, "precision": "fp8")") ==
        "/jobs/a/branches/b/precision: a100_80_sxm does not compute in fp8 (branch b); use bf16 or "
        "fp32?");
}

TEST_CASE("a batch is shared out over the replicas of all branches", "[scenario]") {
  for (const std::string more : {"", R"("balance": "auto")"}) {
    CHECK(wrong({.plan = R"("tensor": 8, "global_batch": 129)", .more = more}) ==
          "/jobs/a/plan/global_batch: 129 micro-batches do not divide over the replicas of all "
          "branches; use 128?");
  }
}

TEST_CASE("plans of branches are given, not searched", "[scenario]") {
  const std::string said =
      "/jobs/a/plan: a plan is not searched for jobs with branches; give the degrees; \"balance\": "
      "\"auto\" shares out layers and batch";
  CHECK(complaints(replaced(Branches{}.text(), "{" + Branches{}.plan + "}", "\"auto\"")) == said);
  CHECK(wrong({.plan = R"("search": true, "global_batch": 128)"}) == said);
}

TEST_CASE("sections refuse pipelines that have both ends in one place", "[scenario]") {
  Branches job = staged();
  job.plan += R"(, "schedule": "dualpipe")";
  CHECK(wrong(job) ==
        "/jobs/a/plan/schedule: pipelines from both ends keep two copies of each stage, which "
        "sections do not; use \"1f1b\" or \"zb-h1\"");
  job = staged();
  job.model = "megatron_1_7b";
  CHECK(wrong(job) ==
        "/jobs/a/branches/all/stages: the head of megatron_1_7b is its embedding, and first and "
        "last stage stand apart; put both in one section, or use a model with a head of its own");
}

TEST_CASE("local training exchanges what it has, now and then", "[scenario]") {
  CHECK(wrong_sync(R"("method": "local", "every": 0)") ==
        "/jobs/a/sync/every: 0 is below the least allowed, 1");
  CHECK(wrong_sync(R"("method": "local", "every": 100, "fragments": 33)") ==
        "/jobs/a/sync/fragments: 33 fragments of 32 layers (llama3_8b); use at most 32");
  CHECK(wrong_sync(R"("method": "local", "every": 5, "fragments": 6)") ==
        "/jobs/a/sync/fragments: 6 fragments in turn within 5 steps; use at most 5, or a larger "
        "\"every\"");
  CHECK(wrong_sync(R"("method": "local", "every": 5, "delay": 5)") ==
        "/jobs/a/sync/delay: what was exchanged is needed 5 steps later, but exchanged again after "
        "5; use at most 4");
  CHECK(wrong_sync(R"("method": "asynchronous", "quorum": 3)") ==
        "/jobs/a/sync/quorum: 3 of 2 branches; use at most 2");
}

TEST_CASE("each method has its own members", "[scenario]") {
  const auto refused = [](const std::string& method, const std::string& member) {
    return wrong_sync("\"method\": \"" + method + "\", " + member);
  };
  const std::string remedy = "; leave it out, or choose another \"method\"";
  CHECK(refused("synchronous", R"("every": 5)") ==
        "/jobs/a/sync/every: only local and asynchronous training has it" + remedy);
  CHECK(refused("synchronous", R"("delay": 1)") ==
        "/jobs/a/sync/delay: only local and asynchronous training has it" + remedy);
  CHECK(refused("asynchronous", R"("fragments": 2)") ==
        "/jobs/a/sync/fragments: only local training has it" + remedy);
  CHECK(refused("local", R"("quorum": 2, "grace": "1 s")") ==
        "/jobs/a/sync/quorum: only asynchronous training has it" + remedy +
            "\n/jobs/a/sync/grace: only asynchronous training has it" + remedy);
  CHECK(refused("asynchronous", R"("crossing": "flat")") ==
        "/jobs/a/sync/crossing: branches that do not wait for each other are in no ring; leave it "
        "out");
  CHECK(refused("asynchronous", R"("overlap": false)") ==
        "/jobs/a/sync/overlap: nothing is sent while an asynchronous branch still computes a step; "
        "leave it out");
  CHECK(wrong_sync(R"("method": "diloco")") ==
        "/jobs/a/sync/method: \"diloco\" is not known; known: synchronous, local, asynchronous");
}

TEST_CASE("one ring goes through branches that are divided alike", "[scenario]") {
  const std::string said =
      "/jobs/a/sync/crossing: one ring goes through ranks that hold equal parts, whole: branch b "
      "is "
      "divided in another way, or shards them; use \"hierarchical\"";
  Branches job{.more = R"("sync": {"crossing": "flat"})"};
  CHECK(wrong(job) == "");
  CHECK(wrong_branches(job, "\"chips\": 64",
                       R"("chips": 64, "plan": {"tensor": 4, "micro_batches": 8})") == said);
  job.plan += R"(, "sharding": "optimizer")";
  CHECK(wrong(job) == replaced(said, "branch b", "branch a") + "\n" + said);
}

TEST_CASE("what exchanges in every layer is not divided over sites", "[scenario]") {
  CHECK(
      wrong_sync(R"("divides": "tensor")") ==
      "/jobs/a/sync/divides: tensor-parallel ranks exchange several times in every layer, and "
      "each exchange would wait for the way between sites; divide the batch (\"data\"), or stages "
      "(\"stages\" of a branch)");
  CHECK(wrong_sync(R"("divides": "expert")") ==
        "/jobs/a/sync/divides: expert-parallel ranks exchange all tokens twice in every layer with "
        "experts, and each exchange would wait for the way between sites; divide the batch "
        "(\"data\"), or stages (\"stages\" of a branch)");
}

TEST_CASE("amounts of \"sync\" and \"wan\" are above nothing and have units", "[scenario]") {
  CHECK(wrong_sync(R"("bits": 0)") == "/jobs/a/sync/bits: 0 is below the least allowed, 1");
  CHECK(wrong_sync(R"("streams": 0)") == "/jobs/a/sync/streams: 0 is below the least allowed, 1");
  CHECK(wrong_sync(R"("chunk": "0 B")") == "/jobs/a/sync/chunk: 0 B is not above 0 B");
  CHECK(wrong_sync(R"("evry": 5)") ==
        "/jobs/a/sync/evry: unknown key \"evry\"; did you mean \"every\"?");
  CHECK(
      wrong({.wan = R"("austin-memphis": {"background": "400 Gb/s"})"}) ==
      "/wan/austin-memphis/background: other traffic takes all of the bandwidth; leave something, "
      "or leave the link out");
}

TEST_CASE("chips stand in the branches, and \"sync\" beside them", "[scenario]") {
  CHECK(wrong({.more = R"("chips": 64)"}) ==
        "/jobs/a/chips: unknown key \"chips\"; known: model, software, plan, branches, sync, "
        "balance");
  CHECK(complaints(step_document(good_job + R"(, "sync": {})")) ==
        "/jobs/a/sync: unknown key \"sync\"; known: model, node, software, chips, faults, plan");
}
