#include "abbreviations.h"

#include <dwarf.h>

namespace shmscope::dwarf {

Abbreviations::Abbreviations(Bytes section, uint64_t offset, bool swapped) {
  Reader reader(section, offset, swapped);
  while (const uint64_t code = reader.uleb()) {
    Abbreviation one{};
    one.code = code;
    one.tag = static_cast<uint16_t>(reader.uleb());
    one.children = reader.u8() != 0;
    one.first = static_cast<uint32_t>(specs_.size());
    for (;;) {
      AttributeSpec spec{};
      spec.name = static_cast<uint16_t>(reader.uleb());
      spec.form = static_cast<uint16_t>(reader.uleb());
      if (spec.form == DW_FORM_implicit_const) spec.constant = reader.sleb();
      if (spec.name == 0 && spec.form == 0) break;
      one.sibling |= spec.name == DW_AT_sibling;
      one.signature |= spec.name == DW_AT_signature;
      specs_.push_back(spec);
    }
    one.count = static_cast<uint32_t>(specs_.size()) - one.first;
    if (code != list_.size() + 1) others_.emplace(code, static_cast<uint32_t>(list_.size()));
    list_.push_back(one);
    // The last table of a section may end with it.
    if (reader.atEnd()) break;
  }
}

const Abbreviation& Abbreviations::search(uint64_t code) const {
  const auto found = others_.find(code);
  if (found == others_.end()) broken("an entry has an unknown abbreviation");
  return list_[found->second];
}

}  // namespace shmscope::dwarf
