// Readers of the members of each architecture; name and summary are left to read_model.
#pragma once

#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include "document/reader.hpp"
#include "model/attention.hpp"
#include "model/model.hpp"

namespace trainyard::scenario {

// Far beyond anything built. Products of what a plan or a clip multiplies stay within 64 bits.
inline constexpr double huge_count = 1e9;
inline constexpr double huge_degree = 1e6;
inline constexpr double huge_image = 65536;

// The members of one model. Architectures share one object: in its schema, where all of them ask,
// a member stands once, as who asks first describes it, and is never required.
class ModelMembers {
 public:
  enum class Kind { known, open };  // open: all architectures ask, as when describing
  ModelMembers(document::Object& object, Kind kind);

  // Whole numbers from 1 on, 1 where wrong.
  std::int64_t count(const char* key, const char* doc, double most = huge_count);
  // From `otherwise` on, which it is where absent.
  std::int64_t count_or(const char* key, const char* doc, std::int64_t otherwise,
                        double most = huge_count);
  // Above zero; 1 where wrong.
  double number(const char* key, const char* doc, double most);
  bool yes(const char* key, const char* doc);  // default false
  // One of `one_of`, the first where absent.
  std::string choice(const char* key, const char* doc, std::vector<std::string> one_of);
  template <class Unit>
  Unit quantity(const char* key, const char* doc) {
    return first(key) ? object_.quantity<Unit>(key, rule(doc)) : Unit();
  }
  template <class Unit>
  Unit quantity_or_none(const char* key, const char* doc) {
    if (!first(key)) return Unit();
    return object_.optional_quantity<Unit>(key, {.doc = doc, .minimum = 0}).value_or(Unit());
  }
  void object(const char* key, const char* doc, document::Presence presence,
              const std::function<void(document::Object)>& read);
  void each(const char* key, const char* doc, document::Presence presence,
            const std::function<void(const std::string&, document::Object)>& read);

  // Of a known kind and all is well so far: members may be held against each other.
  [[nodiscard]] bool sound() const { return !open() && object_.problem_count() == before_; }
  [[nodiscard]] bool open() const { return kind_ == Kind::open; }
  void problem(const char* key, std::string message, std::string remedy);
  // `part` must divide `whole`, which stands under `key`.
  void divides(const char* key, std::int64_t whole, std::int64_t part, const char* what);

 private:
  bool first(const char* key);
  // Required of a known kind, at least 0.
  [[nodiscard]] document::Rule rule(const char* doc) const;

  document::Object& object_;
  Kind kind_;
  std::size_t before_;
  std::set<std::string> asked_;
};

// Members of several architectures.
model::AttentionKernel read_attention_kernel(ModelMembers& members);
bool read_dropout(ModelMembers& members);
// The model with the adapters that its "lora" asks for, if any.
model::Model with_lora(ModelMembers& members, model::Model model);

model::Model read_dense_transformer(ModelMembers& members);
model::Model read_moe_transformer(ModelMembers& members);
model::Model read_vision_transformer(ModelMembers& members);
model::Model read_video_transformer(ModelMembers& members);
model::Model read_operators(ModelMembers& members);

}  // namespace trainyard::scenario
