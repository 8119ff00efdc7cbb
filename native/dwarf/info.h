// All debug info of one ELF file, wherever it is.
#pragma once

#include <memory>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "debug_file.h"
#include "names.h"
#include "types.h"

namespace shmscope::dwarf {

struct Request {
  // As this process can open it.
  std::string path;
  // What it is called where it runs, below `root`.
  std::string name;
  std::string root;
};

class Info {
 public:
  // ENOENT, EACCES and other errno names of open(2), ENOEXEC, ETYPE, ENOMEM.
  explicit Info(Request request);

  // Reads where the units are, unless it has; each of the others does that too. `early` is called with those that can
  // be looked at by themselves, and their places in units(), while the rest may not be there yet. ETYPE, ENOMEM.
  void read(const std::function<void(const Unit&, size_t)>& early = {});

  // Reads where the units of the file are whose debug info it is, and no .dwo file: nullptr where there is none. ETYPE,
  // ENOMEM.
  DebugFile* readMain();
  // The unit that has the entries of one of them: itself, or its split unit, which is opened. nullptr where that is not
  // there. Not beside read().
  const Unit* entriesOf(const Unit& unit);
  // The file itself, with its code; and the one that was stripped from it, which may have symbols and no debug info.
  Image& self() { return own_ ? *own_ : main_->image(); }
  Image* separate() { return spare_ ? spare_.get() : own_ && main_ ? &main_->image() : nullptr; }

  // Hex; empty where the file has none.
  const std::string& buildId() const { return buildId_; }
  uint16_t machine() const { return machine_; }
  bool is64() const { return is64_; }
  // Why there is nothing to read, or less than there should be; empty where all is there.
  std::string lack() const;

  // The units that have entries of their own, those of .dwo files and of a .dwp in place of their skeletons. Opens what
  // is not open yet.
  std::vector<const Unit*> units();

  // Calls work(Survey) for a unit. A broken one that is broken is left out from where it is; lack() says so.
  template <class Work>
  void within(const Unit& unit, Work&& work) {
    try {
      if (!isLeftOut(unit)) work(surveyOf(unit));
    } catch (const Problem& problem) {
      leaveOut(unit, problem);
    }
  }
  bool isLeftOut(const Unit& unit) const { return broken_.contains(&unit); }
  // Throws what is no fault of the unit.
  void leaveOut(const Unit& unit, const Problem& problem);
  // Throws what is wrong where every one of `count` units is broken.
  void refuseIfBroken(size_t count) const;

  // False where it is certain that no type has the name, without a look at the units.
  bool mayHave(std::string_view name);

  // Adds what finds an entry again: its file, its offset, and 32 bits of a hash that says whether it is still the same.
  void addRef(std::string& text, const Die& die, uint32_t hash) const;
  // The entry that a reference stands for. ETYPE for one that this file does not have.
  Die dieOf(const std::string& ref, uint32_t& hash);

  Skeletons skeletons;
  Names names{skeletons};
  Types types{names};

 private:
  void findAlternateOf(DebugFile& file);
  void openSplit();
  DebugFile* openPackage();
  DebugFile* openDwo(const Unit& skeleton);
  const Unit* splitOf(const Unit& skeleton);
  void spreadLanguages();
  void noteSkeletons(const std::vector<const Unit*>& units);

  Request request_;
  std::string buildId_, lack_;
  uint16_t machine_ = 0;
  bool is64_ = true;
  bool read_ = false;
  unsigned splitMissing_ = 0;
  std::string firstMissing_;
  std::unordered_set<const Unit*> broken_;
  Problem firstBroken_;
  // Where its debug info is not in the file itself; a separate file without any.
  std::unique_ptr<Image> own_, spare_;
  bool packageTried_ = false;
  // By their ids: those that were asked for, and those of the package.
  std::unordered_map<uint64_t, const Unit*> split_;
  std::unordered_map<uint64_t, Unit*> packaged_;
  std::unique_ptr<DebugFile> main_, alternate_, package_;
  std::vector<std::unique_ptr<DebugFile>> dwos_;
};

}  // namespace shmscope::dwarf
