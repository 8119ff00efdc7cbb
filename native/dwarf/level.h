// How deep what is looked at stands.
#pragma once

namespace shmscope::dwarf {

// One step deeper, for as long as it lives.
class Level {
 public:
  explicit Level(unsigned& depth) : depth_(depth) { depth_++; }
  ~Level() { depth_--; }
  Level(const Level&) = delete;
  Level& operator=(const Level&) = delete;

 private:
  unsigned& depth_;
};

}  // namespace shmscope::dwarf
