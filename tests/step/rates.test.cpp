#include "step/rates.hpp"

#include <catch2/catch.hpp>
#include <cstddef>
#include <cstring>

#include "base/check.hpp"
#include "engine/isolated.hpp"
#include "support/examples.hpp"
#include "support/step_in_child.hpp"

namespace trainyard::step {
namespace {

std::vector<Task> tasks() {
  return {examples::task(examples::small_language(), examples::dgx_h100(2, 4),
                         examples::request(2, 2, 4)),
          examples::task(examples::small_video(), examples::dgx_h100(2, 4),
                         examples::request(8, 1, 4))};
}

// Answers are eight-byte numbers up to their last member.
bool same_bits(const Answer& a, const Answer& b) {
  return std::memcmp(&a, &b, offsetof(Answer, exact)) == 0 && a.exact == b.exact;
}

}  // namespace

TEST_CASE("a rate is the step played directly, bit for bit", "[step]") {
  RateTable rates(tasks(), 2);
  for (const Question question : {Question{0, 1}, Question{0, 3}, Question{1, 2}}) {
    const Task task = tasks()[static_cast<std::size_t>(question.task)];
    CHECK(same_bits(rates.ask(question), support::in_child(task, question.nodes)));
  }
}

TEST_CASE("equal questions are played once", "[step]") {
  RateTable rates(tasks(), 2);
  CHECK(rates.played() == 0);
  const Answer first = rates.ask({0, 2});
  CHECK(rates.played() == 1);
  CHECK(same_bits(rates.ask({0, 2}), first));
  CHECK(rates.played() == 1);
  rates.ask({0, 3});
  rates.ask({1, 2});
  CHECK(rates.played() == 3);
}

TEST_CASE("questions asked ahead are played once each", "[step]") {
  RateTable rates(tasks(), 2);
  rates.ask({0, 1});
  rates.ask_ahead({{0, 1}, {1, 1}, {1, 1}, {0, 2}});
  CHECK(rates.played() == 3);
  rates.ask({1, 1});
  rates.ask({0, 2});
  CHECK(rates.played() == 3);
  rates.ask_ahead({});
  rates.ask_ahead({{0, 2}});
  CHECK(rates.played() == 3);
}

TEST_CASE("answers do not depend on the order of the questions or on the processes", "[step]") {
  const std::vector<Question> questions{{0, 1}, {0, 2}, {0, 3}, {1, 1}, {1, 3}};
  RateTable ahead(tasks(), 3);
  ahead.ask_ahead(questions);
  RateTable backwards(tasks(), 1);
  backwards.ask_ahead({questions.rbegin(), questions.rend()});
  RateTable one_by_one(tasks(), 1);
  for (const Question question : questions) {
    const Answer answer = ahead.ask(question);
    CHECK(same_bits(answer, backwards.ask(question)));
    CHECK(same_bits(answer, one_by_one.ask(question)));
  }
}

TEST_CASE("a table's options are those of its steps", "[step]") {
  RateTable full(tasks(), 1, {.folding = program::Folding::off});
  CHECK(full.ask({0, 1}).players == 8);
  RateTable folded(tasks(), 1);
  CHECK(folded.ask({0, 1}).players == 2);
}

#ifdef TRAINYARD_CHECKS
TEST_CASE("a rate that no plan can reach is an error of its asker", "[step]") {
  auto impossible = tasks();
  impossible[0].request.data = 100;
  RateTable rates(impossible, 1);
  CHECK_THROWS_AS(rates.ask({0, 1}), engine::IsolatedError);
  CHECK(rates.played() == 0);
  CHECK(rates.ask({1, 1}).ranks == 8);
}
#endif

TEST_CASE("a survey answers with 40 % of peak and remembers what it was asked", "[step]") {
  const auto all = tasks();
  Survey survey(all);
  const Answer answer = survey.ask({1, 2});
  CHECK(answer.data == 2);
  CHECK(answer.ranks == 16);
  CHECK(answer.samples == 8);
  CHECK(answer.model_work.value() / answer.duration.value() ==
        Approx(0.4 * 16 * 989.4e12).epsilon(1e-12));
  survey.ask({0, 1});
  survey.ask({1, 2});
  CHECK(survey.asked() == std::vector<Question>{{1, 2}, {0, 1}, {1, 2}});
}

TEST_CASE("a survey and a table agree on what a plan takes and gives", "[step]") {
  const auto all = tasks();
  Survey survey(all);
  RateTable rates(all, 2);
  for (const Question question : {Question{0, 3}, Question{1, 3}}) {
    const Answer guess = survey.ask(question);
    const Answer played = rates.ask(question);
    CHECK(guess.data == played.data);
    CHECK(guess.ranks == played.ranks);
    CHECK(guess.left_over == played.left_over);
    CHECK(guess.samples == played.samples);
    CHECK(guess.tokens == played.tokens);
    CHECK(guess.model_work == played.model_work);
  }
}

}  // namespace trainyard::step
