// Bytes under a mask: a few of them, those that are rare in what is searched, are compared in all places at once; the
// whole pattern only where these are equal. So a pattern that begins with a frequent byte costs no more than another.
#include <algorithm>
#include <cstring>

#include "find_simd.h"

namespace shmscope {

namespace {

// Bytes of the pattern among which the rare ones are chosen.
constexpr size_t kChoices = 64;
constexpr size_t kSamples = 512;
// After so many bytes compared in vain it is time to ask whether the search is still wanted.
constexpr size_t kPatience = 16 << 20;
constexpr size_t kRoom = 2048;

class BytesNeedle : public Needle {
 public:
  BytesNeedle(std::vector<uint8_t> bytes, std::vector<uint8_t> mask, std::vector<Variants> variants, uint64_t step)
      : Needle(bytes.size(), step),
        bytes_(std::move(bytes)),
        mask_(std::move(mask)),
        variants_(std::move(variants)),
        plain_(std::all_of(mask_.begin(), mask_.end(), [](uint8_t bits) { return bits == 0xff; })) {
    for (size_t i = 0; i < mask_.size(); i++) bytes_[i] &= mask_[i];
    chooseAmong();
    places_ = 0;
    for (uint32_t i = 0; i < 32; i += static_cast<uint32_t>(std::min<uint64_t>(step, 32))) places_ |= uint32_t{1} << i;
    const uint32_t few[256] = {};
    choose(few);
  }

  void match(const uint8_t* data, size_t count, uint64_t offset, size_t most, const Control& control,
             std::vector<uint32_t>& at) override {
    if (!sampled_ && count > 1) sample(data, count + length() - 1);
    uint32_t found[kRoom];
    size_t work = 0;
    size_t vain = 0;
    // Places are counted from the first one that step() divides.
    const size_t skip = static_cast<size_t>(-offset & (step() - 1));
    if (skip >= count) return;
    data += skip;
    count -= skip;
    for (size_t from = 0; from < count;) {
      const size_t had = kernels().probe[plain_ ? kEqual : kUnderMask](data, &from, count, probes_, found, kRoom);
      for (size_t i = 0; i < had; i++) {
        if (isAt(data + found[i])) {
          at.push_back(found[i] + static_cast<uint32_t>(skip));
          if (at.size() >= most) return;
        } else {
          vain++;
        }
        work += length();
        if (work > kPatience && (work = 0, control.cancelled())) return;
      }
    }
    // Others of its bytes may be rarer here.
    if (vain > count / 2048) sampled_ = false;
  }

 private:
  uint8_t maskAt(size_t i) const { return mask_.empty() ? 0xff : mask_[i]; }

  // Bytes of different values before those that another one repeats, and no byte of which nothing must be equal, unless
  // there is no other.
  void chooseAmong() {
    bool seen[256] = {};
    for (const bool fresh : {true, false}) {
      for (size_t i = 0; i < length() && choices_.size() < kChoices; i++) {
        const bool isFresh = maskAt(i) == 0xff && !seen[bytes_[i]];
        if (maskAt(i) == 0 || isFresh != fresh) continue;
        if (fresh) seen[bytes_[i]] = true;
        if (std::find(choices_.begin(), choices_.end(), i) == choices_.end()) choices_.push_back(i);
      }
    }
    if (choices_.empty()) choices_.push_back(0);
  }

  void sample(const uint8_t* data, size_t count) {
    uint32_t seen[256] = {};
    const size_t stride = std::max<size_t>(1, count / kSamples) | 1;
    for (size_t i = 0; i < count; i += stride) seen[data[i]]++;
    choose(seen);
    sampled_ = true;
  }

  // `seen`: how often each value was met.
  void choose(const uint32_t (&seen)[256]) {
    struct Choice {
      uint32_t cost;
      size_t at;
    };
    Choice all[kChoices];
    size_t count = 0;
    for (const size_t i : choices_) {
      const uint8_t mask = maskAt(i);
      uint32_t cost = 0;
      if (mask == 0xff) {
        cost = seen[bytes_[i]];
      } else {
        for (uint32_t value = 0; value < 256; value++) cost += (value & mask) == bytes_[i] ? seen[value] : 0;
      }
      all[count++] = {cost, i};
    }
    std::stable_sort(all, all + count, [](const Choice& a, const Choice& b) { return a.cost < b.cost; });
    for (size_t i = 0; i < kProbes; i++) {
      const size_t at = all[std::min(i, count - 1)].at;
      probes_.at[i] = at;
      probes_.value[i] = bytes_[at];
      probes_.mask[i] = maskAt(at);
    }
    probes_.places = places_;
    // Where all of a short pattern was compared there is nothing left to do.
    whole_ = variants_.empty() && length() <= kProbes && count == length();
  }

  bool isAt(const uint8_t* data) const {
    if (whole_) return true;
    if (plain_) {
      if (memcmp(data, bytes_.data(), length()) != 0) return false;
    } else {
      for (size_t i = 0; i < length(); i++) {
        if ((data[i] & mask_[i]) != bytes_[i]) return false;
      }
    }
    return std::all_of(variants_.begin(), variants_.end(), [data](const Variants& one) {
      return std::any_of(one.bytes.begin(), one.bytes.end(), [&](const std::vector<uint8_t>& bytes) {
        return memcmp(data + one.at, bytes.data(), bytes.size()) == 0;
      });
    });
  }

  std::vector<uint8_t> bytes_;
  const std::vector<uint8_t> mask_;
  const std::vector<Variants> variants_;
  const bool plain_;
  std::vector<size_t> choices_;
  Probes probes_ = {};
  uint32_t places_ = 0;
  bool whole_ = false;
  bool sampled_ = false;
};

}  // namespace

std::unique_ptr<Needle> bytesNeedle(std::vector<uint8_t> bytes, std::vector<uint8_t> mask,
                                    std::vector<Variants> variants, uint64_t step) {
  return std::make_unique<BytesNeedle>(std::move(bytes), std::move(mask), std::move(variants), step);
}

}  // namespace shmscope
