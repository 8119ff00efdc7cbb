#include "narrow.h"

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstring>

#include "errors.h"
#include "find_value.h"

namespace shmscope {

namespace {

// Places that are no farther apart are read together.
constexpr uint64_t kGap = 4096;
constexpr uint64_t kSpan = 256 * 1024;

// Whether `now` is more than `tolerance` above `before`.
template <class T>
bool isAbove(T now, T before, double tolerance) {
  if constexpr (std::floating_point<T>) {
    return now > before && !(static_cast<double>(now) - static_cast<double>(before) <= tolerance);
  } else {
    if (now <= before) return false;
    const uint64_t apart = static_cast<uint64_t>(now) - static_cast<uint64_t>(before);
    return tolerance < 18446744073709551616.0 && apart > static_cast<uint64_t>(tolerance);
  }
}

template <class T>
bool isUnchanged(const uint8_t* now, const uint8_t* before, T nowValue, T beforeValue, double tolerance) {
  // A NaN is unchanged while its bits are.
  if (memcmp(now, before, sizeof(T)) == 0) return true;
  if (nowValue != nowValue || beforeValue != beforeValue) return false;
  return !isAbove(nowValue, beforeValue, tolerance) && !isAbove(beforeValue, nowValue, tolerance);
}

template <class T>
bool stays(const NarrowStep& step, const uint8_t* now, const uint8_t* before) {
  const bool swapped = step.number.swapped;
  const T value = valueOf<T>(now, swapped);
  if (step.how == Narrowing::kAny) return true;
  if (step.how == Narrowing::kBetween) {
    return value >= valueOfBits<T>(step.low) && value <= valueOfBits<T>(step.high);
  }
  const T old = valueOf<T>(before, swapped);
  switch (step.how) {
    case Narrowing::kGreater:
      return isAbove(value, old, step.tolerance);
    case Narrowing::kLess:
      return isAbove(old, value, step.tolerance);
    case Narrowing::kUnchanged:
      return isUnchanged(now, before, value, old, step.tolerance);
    default:
      return !isUnchanged(now, before, value, old, step.tolerance);
  }
}

using Stays = bool (*)(const NarrowStep& step, const uint8_t* now, const uint8_t* before);

Stays staysOf(NumberType type) {
  return withType(type, []<class T>(T) -> Stays { return stays<T>; });
}

void requireRoom(const Places& places, const NarrowStep& step) {
  if (places.count() >= step.most) fail(EOVERFLOW, "narrow", {}, "more than " + std::to_string(step.most) + " places");
}

void requireWanted(const Control& control) {
  if (control.cancelled()) fail(ECANCELED, "narrow", {}, "cancelled");
}

// Places that are near each other, to be read at once.
class Narrower {
 public:
  Narrower(const Source& source, const NarrowStep& step, const Places& before, const Control& control)
      : source_(source),
        step_(step),
        before_(before),
        control_(control),
        stays_(staysOf(step.number.type)),
        width_(widthOf(step.number.type)),
        shown_(source.shown()),
        left_(width_, step.number.step) {}

  Places run() {
    before_.each([this](uint64_t offset, const uint8_t* held) {
      if (!part_ || offset + width_ > part_->end) {
        look();
        part_ = partOf(offset);
      }
      // Past the end, or of what is shown no more.
      if (!part_) return ++done_ > 0;
      if (!span_.empty() && (offset - span_.back() > kGap || offset + width_ - span_.front() > kSpan)) look();
      span_.push_back(offset);
      held_.insert(held_.end(), held, held + width_);
      return true;
    });
    look();
    left_.finish();
    return std::move(left_);
  }

 private:
  std::optional<Extent> partOf(uint64_t offset) const {
    for (const Extent& part : shown_) {
      if (part.start <= offset && offset + width_ <= part.end) return part;
    }
    return {};
  }

  void look() {
    if (span_.empty()) return;
    requireWanted(control_);
    const uint64_t begin = span_.front() & ~(kWord - 1);
    const size_t wanted = static_cast<size_t>(span_.back() + width_ - begin);
    if (!buffer_) buffer_ = std::make_unique_for_overwrite<uint64_t[]>(kSpan / kWord + 2);
    auto* const data = reinterpret_cast<uint8_t*>(buffer_.get());
    const size_t had = source_.read(data, wanted, begin);
    for (size_t i = 0; i < span_.size() && span_[i] + width_ - begin <= had; i++) {
      const uint8_t* const now = data + (span_[i] - begin);
      if (stays_(step_, now, held_.data() + i * width_)) left_.add(span_[i], now);
    }
    done_ += span_.size();
    control_.progress(done_, before_.count());
    control_.found(left_.count());
    span_.clear();
    held_.clear();
  }

  const Source& source_;
  const NarrowStep& step_;
  const Places& before_;
  const Control& control_;
  const Stays stays_;
  const size_t width_;
  const std::vector<Extent> shown_;
  Places left_;
  std::optional<Extent> part_;
  std::vector<uint64_t> span_;
  std::vector<uint8_t> held_;
  std::unique_ptr<uint64_t[]> buffer_;
  uint64_t done_ = 0;
};

}  // namespace

Places firstStep(const Source& source, const NarrowStep& step, const Control& control) {
  const size_t width = widthOf(step.number.type);
  const auto needle =
      step.how == Narrowing::kAny ? anyNeedle(step.number) : rangeNeedle(step.number, step.low, step.high);
  const uint8_t zeros[8] = {};
  Places places(width, step.number.step);
  eachPlace(source, *needle, {0, UINT64_MAX, false, control},
            [&](uint64_t offset, std::span<const uint32_t> found, const uint8_t* data) {
              for (const uint32_t at : found) {
                requireRoom(places, step);
                places.add(offset + at, data ? data + at : zeros);
              }
              return true;
            });
  requireWanted(control);
  places.finish();
  return places;
}

Places nextStep(const Source& source, const NarrowStep& step, const Places& before, const Control& control) {
  Places left = Narrower(source, step, before, control).run();
  requireWanted(control);
  return left;
}

}  // namespace shmscope
