#include "locator.h"

#include <algorithm>

#include "die.h"
#include "parallel.h"

namespace shmscope::dwarf {

namespace {

// Runs what may find debug info broken: then there is less to tell.
template <class Work>
void unlessBroken(Work&& work) {
  try {
    work();
  } catch (const Problem& problem) {
    if (problem.code != "ETYPE") throw;
  }
}

}  // namespace

Locator::Locator(Info& info, std::vector<uint64_t> addresses)
    : addresses_(std::move(addresses)), places_(addresses_.size()) {
  DebugFile* const main = info.readMain();
  if (!main || addresses_.empty()) return;
  unlessBroken([&] { main->loadCode(); });
  for (const Unit& unit : main->units()) addUnit(unit);
  for (Part& part : parts_) part.entries = info.entriesOf(*part.unit);
  inParallel(parts_.size(), [&](size_t, size_t index) { look(parts_[index]); });
  merge();
}

// By the ranges of its root, which every compiler writes: .debug_aranges says the same, and not for all of them.
void Locator::addUnit(const Unit& unit) {
  if (unit.broken || unit.types || unit.typeOffset || unit.root >= unit.end) return;
  unlessBroken([&] {
    Part part{&unit, nullptr, {}, {}, {}, {}};
    Ranges ranges(unit);
    for (const auto& [low, high] : ranges.of(dieAt(unit, unit.root))) {
      const auto from = std::lower_bound(addresses_.begin(), addresses_.end(), low);
      const auto to = std::lower_bound(from, addresses_.end(), high);
      part.addresses.insert(part.addresses.end(), from, to);
    }
    if (part.addresses.empty()) return;
    std::sort(part.addresses.begin(), part.addresses.end());
    const auto end = std::unique(part.addresses.begin(), part.addresses.end());
    part.addresses.erase(end, part.addresses.end());
    parts_.push_back(std::move(part));
  });
}

void Locator::look(Part& part) {
  const size_t count = part.addresses.size();
  part.rows.resize(count);
  part.inside.resize(count);
  unlessBroken([&] {
    const auto program = numberOf(dieAt(*part.unit, part.unit->root), DW_AT_stmt_list);
    if (!program) return;
    part.lines = std::make_unique<LineTable>(*part.unit, *program);
    part.rows = part.lines->rowsOf(part.addresses);
  });
  if (part.entries) unlessBroken([&] { part.inside = functionsAt(*part.entries, part.addresses); });
}

// Of two units that both say to have an address the one that has a function there, then the one that has a line.
void Locator::merge() {
  const auto worth = [](const Part& part, size_t index) {
    return (part.inside[index].function ? 2 : 0) + (part.rows[index].address != 0 ? 1 : 0);
  };
  std::vector<Die> functions;
  for (const Part& part : parts_) {
    for (size_t i = 0; i < part.addresses.size(); i++) {
      const auto at = std::lower_bound(addresses_.begin(), addresses_.end(), part.addresses[i]);
      Place& place = places_[static_cast<size_t>(at - addresses_.begin())];
      if (!place.part || worth(*place.part, place.index) < worth(part, i)) place = {&part, i};
    }
  }
  for (const auto& [part, index] : places_) {
    if (!part || !part->inside[index].function) continue;
    functions.push_back(part->inside[index].function);
    for (const Die& die : part->inside[index].inlined) functions.push_back(die);
  }
  names_ = std::make_unique<FunctionNames>(functions);
}

Located Locator::at(uint64_t address) const {
  const auto found = std::lower_bound(addresses_.begin(), addresses_.end(), address);
  if (found == addresses_.end() || *found != address) return {};
  const auto& [part, index] = places_[static_cast<size_t>(found - addresses_.begin())];
  if (!part) return {};
  const LineRow& row = part->rows[index];
  const auto& [function, low, inlined] = part->inside[index];
  if (row.address == 0 && !function) return {};
  Located located{{}, row.address, low};
  const auto fileName = [&, lines = part->lines.get()](uint64_t number) {
    std::string name;
    if (lines) unlessBroken([&] { name = lines->fileName(number); });
    return name;
  };
  Site site;
  if (row.address != 0) site = {{}, fileName(row.file), row.line};
  for (size_t i = inlined.size(); i > 0; i--) {
    const Die& die = inlined[i - 1];
    site.function = names_->of(die);
    located.sites.push_back(std::move(site));
    site = {};
    unlessBroken([&] {
      site = {{}, fileName(numberOf(die, DW_AT_call_file).value_or(0)), numberOf(die, DW_AT_call_line).value_or(0)};
    });
  }
  if (function) site.function = names_->of(function);
  located.sites.push_back(std::move(site));
  return located;
}

}  // namespace shmscope::dwarf
