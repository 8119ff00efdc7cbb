#include "watchpoints_images.h"

#include "errors.h"

namespace shmscope {

namespace {

// A program that makes code as it runs could ask for ever.
constexpr size_t kMostAsked = 1 << 16;
constexpr Rule kNothing;

}  // namespace

std::shared_ptr<Image> Images::make(int pid, const std::shared_ptr<Image>& parent) {
  auto image = std::make_shared<Image>();
  image->number = ++last_;
  image->pid = pid;
  if (parent) image->root = parent->root ? parent->root : parent;
  if (known_.size() >= 1024 && (known_.size() & (known_.size() - 1)) == 0)
    std::erase_if(known_, [](const auto& entry) { return entry.second.expired(); });
  known_.emplace(image->number, image);
  return image;
}

const Rule* Images::find(Image& image, const CodePlace& place) {
  const auto own = image.rules.find(place);
  if (own != image.rules.end()) return &own->second;
  if (!image.root) return ask(image, place);
  const auto shared = image.root->rules.find(place);
  if (shared == image.root->rules.end()) return ask(image.root->ended ? image : *image.root, place);
  return shared->second.kind == Rule::kNone ? ask(image, place) : &shared->second;
}

const Rule* Images::ask(Image& image, const CodePlace& place) {
  if (image.asked.contains(place)) return nullptr;
  if (image.asked.size() >= kMostAsked) return &kNothing;
  image.asked.insert(place);
  asked_.push_back({image.number, image.pid, place});
  return nullptr;
}

void Images::answer(uint32_t number, const std::vector<std::pair<CodePlace, Rule>>& rules) {
  const auto known = known_.find(number);
  const auto image = known == known_.end() ? nullptr : known->second.lock();
  if (!image) return;
  if (image->rules.size() + rules.size() > 2 * kMostAsked) fail(ERANGE, "", "", "there are too many rules");
  for (const auto& [place, rule] : rules) image->rules.insert_or_assign(place, rule);
}

}  // namespace shmscope
