#include "info.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <set>
#include <utility>

#include "die.h"
#include "limits.h"
#include "places.h"

namespace shmscope::dwarf {

namespace {

std::string errnoCode(int number) {
  switch (number) {
    case ENOENT:
    case ENOTDIR:
      return "ENOENT";
    case EACCES:
      return "EACCES";
    case EPERM:
      return "EPERM";
    case ESRCH:
      return "ESRCH";
    case EISDIR:
    case EINVAL:
    case ENXIO:
      return "ENOEXEC";
    case ELOOP:
      return "ELOOP";
    default:
      return "EIO";
  }
}

std::unique_ptr<Image> openMain(const Request& request) {
  const Fd fd = openBelow("/", request.path);
  if (fd) return std::make_unique<Image>(fd, request.name);
  const std::string code = errnoCode(errno);
  const std::string why = code == "ENOEXEC" ? "it is no regular file" : std::strerror(errno);
  throw Problem{code, "open '" + request.name + "': " + why, {}};
}

bool hasDebugInfo(Image& image) {
  return image.has(".debug_info") || image.has(".zdebug_info") || image.has(".debug_info.dwo") ||
         image.has(".debug_types");
}

std::string joined(const std::vector<std::string>& parts) {
  std::string text;
  for (const std::string& part : parts) text += (text.empty() ? "" : ", ") + part;
  return text;
}

std::string lackOf(const std::string& name, const std::vector<std::string>& tried) {
  const std::string packages =
      "install its debug symbols (Debian and Ubuntu: its -dbgsym package; Fedora: dnf debuginfo-install)";
  if (tried.empty()) return name + " has no debug info: compile it with -g, or " + packages + ".";
  return name + " has no debug info, and there is none at " + joined(tried) + ": compile it with -g, or " + packages +
         ".";
}

bool isSkeleton(const Unit& unit) { return !unit.dwoName.empty(); }

bool isSplit(const Unit& unit) { return !unit.types && !unit.broken && unit.type != DW_UT_split_type; }

}  // namespace

Info::Info(Request request) : request_(std::move(request)) {
  auto image = openMain(request_);
  buildId_ = image->buildId();
  machine_ = image->machine();
  is64_ = image->is64();
  if (!hasDebugInfo(*image)) {
    Separate separate = findSeparate(*image, request_.name, request_.root);
    if (separate.image && hasDebugInfo(*separate.image)) {
      own_ = std::move(image);
      image = std::move(separate.image);
    } else {
      if (separate.image) separate.tried.push_back(separate.image->name());
      lack_ = lackOf(request_.name, separate.tried);
      own_ = std::move(image);
      spare_ = std::move(separate.image);
      return;
    }
  }
  allowTimeFor(image->whole().size());
  main_ = std::make_unique<DebugFile>(std::move(image), "m");
}

void Info::read(const std::function<void(const Unit&, size_t)>& early) {
  if (read_ || !main_) return;
  read_ = true;
  size_t place = 0;
  main_->read([&](const Unit& unit) {
    if (isSkeleton(unit)) return;
    if (early && !unit.broken && unit.languageKnown && !unit.typeOffset && unit.abbreviations->local())
      early(unit, place);
    place++;
  });
  findAlternateOf(*main_);
  openSplit();
}

DebugFile* Info::readMain() {
  if (read_ || !main_) return main_.get();
  read_ = true;
  main_->read();
  findAlternateOf(*main_);
  return main_.get();
}

const Unit* Info::entriesOf(const Unit& unit) {
  if (!isSkeleton(unit)) return &unit;
  const auto [place, fresh] = split_.try_emplace(unit.id, nullptr);
  if (!fresh && place->second) return place->second;
  try {
    if (fresh) place->second = splitOf(unit);
  } catch (const Problem& problem) {
    // It is not what it should be: the rest is read all the same.
    if (problem.code == "ENOMEM") throw;
  }
  if (!place->second && lack_.empty())
    lack_ = "Debug info of " + request_.name + " is in .dwo files that are not there, " + firstMissing_ +
            " and others: keep them, or put a .dwp beside the program (dwp, llvm-dwp).";
  return place->second;
}

const Unit* Info::splitOf(const Unit& skeleton) {
  if (!std::exchange(packageTried_, true) && openPackage()) {
    package_->loadCode();
    for (Unit& unit : package_->units())
      if (isSplit(unit)) packaged_.emplace(unit.id, &unit);
  }
  const auto there = packaged_.find(skeleton.id);
  if (there != packaged_.end()) {
    DebugFile::bind(*there->second, skeleton);
    return there->second;
  }
  DebugFile* const own = openDwo(skeleton);
  if (!own) return nullptr;
  own->loadCode();
  const auto& units = own->units();
  const auto found = std::find_if(units.begin(), units.end(), [](const Unit& unit) { return unit.skeleton; });
  return found == units.end() ? nullptr : &*found;
}

void Info::findAlternateOf(DebugFile& file) {
  Separate alternate = findAlternate(file.image(), request_.root);
  if (alternate.image) {
    alternate_ = std::make_unique<DebugFile>(std::move(alternate.image), "a");
    alternate_->read();
    file.alternate = alternate_.get();
  } else if (!alternate.tried.empty()) {
    lack_ = "dwz has put a part of the debug info of " + request_.name + " into a file of its own, which is not at " +
            joined(alternate.tried) + ": install it (Debian and Ubuntu: with the -dbgsym package).";
  }
}

DebugFile* Info::openPackage() {
  for (const std::string& base : {request_.name, main_->name()}) {
    const Fd fd = openBelow(request_.root, base + ".dwp");
    if (!fd) continue;
    package_ = std::make_unique<DebugFile>(std::make_unique<Image>(fd, base + ".dwp"), "p");
    package_->read();
    return package_.get();
  }
  return nullptr;
}

// Where it was compiled, or beside the file whose it is.
DebugFile* Info::openDwo(const Unit& skeleton) {
  const std::string name(skeleton.dwoName);
  const std::string there = name.starts_with("/") ? name : std::string(skeleton.directory) + "/" + name;
  const std::string bare = name.substr(name.rfind('/') + 1);
  for (const std::string& path : {there, folderOf(request_.name) + name, folderOf(request_.name) + bare}) {
    const Fd fd = openBelow(request_.root, path);
    if (!fd) continue;
    char label[32];
    std::snprintf(label, sizeof label, "d%llx.", static_cast<unsigned long long>(skeleton.offset));
    auto file = std::make_unique<DebugFile>(std::make_unique<Image>(fd, path), label);
    file->read();
    for (Unit& unit : file->units()) {
      if (unit.types || unit.type == DW_UT_split_type) continue;
      // It was compiled anew since the executable was linked.
      if (unit.id != skeleton.id) break;
      DebugFile::bind(unit, skeleton);
      return dwos_.emplace_back(std::move(file)).get();
    }
  }
  if (splitMissing_++ == 0) firstMissing_ = there;
  return nullptr;
}

void Info::openSplit() {
  std::unordered_map<uint64_t, const Unit*> bySkeleton;
  for (const Unit& unit : main_->units())
    if (isSkeleton(unit)) bySkeleton.emplace(unit.id, &unit);
  if (bySkeleton.empty()) return;
  std::set<uint64_t> found;
  if (DebugFile* package = openPackage()) {
    for (Unit& unit : package->units()) {
      const auto skeleton = bySkeleton.find(unit.id);
      if (unit.types || unit.type == DW_UT_split_type || skeleton == bySkeleton.end()) continue;
      DebugFile::bind(unit, *skeleton->second);
      found.insert(unit.id);
    }
  }
  for (const auto& [id, skeleton] : bySkeleton)
    if (!found.contains(id)) openDwo(*skeleton);
  if (splitMissing_ == 0) return;
  lack_ = "The debug info of " + std::to_string(splitMissing_) + " of the " + std::to_string(bySkeleton.size()) +
          " compiled files of " + request_.name + " is in .dwo files that are not there, " + firstMissing_ +
          " and others: keep them, or put a .dwp beside the program (dwp, llvm-dwp).";
}

std::vector<const Unit*> Info::units() {
  read();
  std::vector<const Unit*> all;
  const auto add = [&](const DebugFile* file) {
    if (!file) return;
    for (const Unit& unit : file->units()) {
      if (isSkeleton(unit) && unit.file == main_.get()) continue;
      if (unit.broken) leaveOut(unit, *unit.broken);
      all.push_back(&unit);
    }
  };
  add(main_.get());
  add(package_.get());
  for (const auto& file : dwos_) add(file.get());
  if (alternate_) {
    // It has the types of other programs too: those that this one has asked for are imported.
    std::set<const Unit*> imported;
    for (size_t i = 0; i < all.size(); i++) {
      const Unit& unit = *all[i];
      within(unit, [&](const Survey& survey) {
        for (const uint64_t at : survey.imports) {
          const auto value = attribute(dieAt(unit, at), DW_AT_import);
          const Die target = value ? value->reference() : Die{};
          if (target && target.unit->file == alternate_.get() && imported.insert(target.unit).second)
            all.push_back(target.unit);
        }
      });
    }
  }
  bool silent = false;
  bool typeUnits = false;
  for (const Unit* unit : all) {
    silent |= !unit->languageKnown;
    typeUnits |= unit->typeOffset != 0;
  }
  if (silent) spreadLanguages();
  if (typeUnits) noteSkeletons(all);
  return all;
}

// dwz's partial units need not say their language: it is that of the units that import them.
void Info::spreadLanguages() {
  for (const DebugFile* file : {main_.get(), alternate_.get()}) {
    if (!file) continue;
    for (const Unit& unit : file->units()) {
      if (!unit.languageKnown) continue;
      within(unit, [&](const Survey& survey) {
        for (const uint64_t at : survey.imports) {
          const auto value = attribute(dieAt(unit, at), DW_AT_import);
          const Die target = value ? value->reference() : Die{};
          if (target) target.unit->file->giveLanguage(*target.unit, unit.language);
        }
      });
    }
  }
}

void Info::noteSkeletons(const std::vector<const Unit*>& units) {
  for (const Unit* unit : units) {
    within(*unit, [&](const Survey& survey) {
      for (const uint64_t at : survey.signatures) {
        const Die die = dieAt(*unit, at);
        // clang's have no names, nor the namespaces around them: it has both in the type units.
        if (!isNamed(die)) continue;
        forEachAttribute(die, [&](uint16_t name, const Value& value) {
          if (name == DW_AT_signature && value.form == DW_FORM_ref_sig8)
            skeletons.emplace(Reader(unit->section, value.at, unit->swapped).u64(), die);
        });
      }
    });
  }
}

std::string Info::lack() const {
  if (broken_.empty()) return lack_;
  // 'The debug info is broken: …'
  const std::string why = firstBroken_.message.substr(firstBroken_.message.find(": ") + 2);
  const std::string where = std::to_string(broken_.size()) + (broken_.size() == 1 ? " unit " : " units ");
  return lack_ + (lack_.empty() ? "" : " ") + "The debug info of " + request_.name +
         " is broken, and read in part: in " + where + why;
}

void Info::leaveOut(const Unit& unit, const Problem& problem) {
  if (problem.code != "ETYPE") throw problem;
  if (broken_.empty()) firstBroken_ = problem;
  broken_.insert(&unit);
}

void Info::refuseIfBroken(size_t count) const {
  if (count > 0 && broken_.size() >= count) throw firstBroken_;
}

bool Info::mayHave(std::string_view name) {
  // An identifier is in the debug info as it is in the name; what compilers spell in their own ways begins with '<',
  // and what is no ASCII may stand for what was replaced.
  name = name.substr(0, name.find('<'));
  const auto isPart = [](char c) {
    return c == '_' || (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
  };
  size_t start = name.size();
  while (start > 0 && isPart(name[start - 1])) start--;
  const std::string_view word = name.substr(start);
  read();
  if (word.empty() || !main_ || !lack_.empty()) return true;
  const auto any = [&](DebugFile* file) { return file && file->holds(word); };
  return any(main_.get()) || any(alternate_.get()) || any(package_.get()) ||
         std::any_of(dwos_.begin(), dwos_.end(), [&](const auto& file) { return any(file.get()); });
}

void Info::addRef(std::string& text, const Die& die, uint32_t hash) const {
  char digits[24];
  text += die.unit->file->label();
  if (die.unit->types) text += 't';
  text.append(digits, std::to_chars(digits, digits + sizeof digits, die.offset, 16).ptr);
  text += '-';
  text.append(digits, std::to_chars(digits, digits + sizeof digits, hash, 16).ptr);
}

Die Info::dieOf(const std::string& ref, uint32_t& hash) {
  const auto wrong = [&]() -> Problem { return {"ETYPE", "'" + ref + "' is no type of " + request_.name + ".", {}}; };
  const size_t dash = ref.find('-');
  if (ref.empty() || dash == ref.npos) throw wrong();
  read();
  DebugFile* file = nullptr;
  size_t at = 1;
  if (ref[0] == 'd') {
    at = ref.find('.') + 1;
    for (const auto& one : dwos_)
      if (ref.compare(0, at, one->label()) == 0) file = one.get();
  } else {
    file = ref[0] == 'm' ? main_.get() : ref[0] == 'a' ? alternate_.get() : ref[0] == 'p' ? package_.get() : nullptr;
  }
  if (!file) throw wrong();
  const bool types = at < ref.size() && ref[at] == 't';
  if (types) at++;
  uint64_t offset = 0;
  const auto number = std::from_chars(ref.data() + at, ref.data() + dash, offset, 16);
  const auto check = std::from_chars(ref.data() + dash + 1, ref.data() + ref.size(), hash, 16);
  if (number.ec != std::errc() || number.ptr != ref.data() + dash || check.ec != std::errc()) throw wrong();
  const Die die = file->dieAtOffset(offset, types);
  if (!die) throw wrong();
  return die;
}

}  // namespace shmscope::dwarf
