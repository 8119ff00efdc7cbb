#include "abbreviations.h"

#include <dwarf.h>

namespace shmscope::dwarf {

namespace {

bool isScope(uint16_t tag) {
  switch (tag) {
    case DW_TAG_namespace:
    case DW_TAG_module:
    case DW_TAG_structure_type:
    case DW_TAG_class_type:
    case DW_TAG_interface_type:
    case DW_TAG_union_type:
    case DW_TAG_subprogram:
    case DW_TAG_inlined_subroutine:
      return true;
    default:
      return false;
  }
}

bool isNoted(uint16_t tag) {
  switch (tag) {
    case DW_TAG_structure_type:
    case DW_TAG_class_type:
    case DW_TAG_interface_type:
    case DW_TAG_union_type:
    case DW_TAG_enumeration_type:
    case DW_TAG_typedef:
    case DW_TAG_variable:
    case DW_TAG_imported_unit:
      return true;
    default:
      return false;
  }
}

bool isBarren(uint16_t tag, bool declaration) {
  switch (tag) {
    case DW_TAG_enumeration_type:
    case DW_TAG_subroutine_type:
    case DW_TAG_array_type:
    case DW_TAG_call_site:
    case DW_TAG_GNU_call_site:
      return true;
    case DW_TAG_subprogram:
      return declaration;
    default:
      return false;
  }
}

// DW_FORM_indirect may stand for any form.
bool leadsOut(uint16_t form) {
  switch (form) {
    case DW_FORM_ref_addr:
    case DW_FORM_ref_sig8:
    case DW_FORM_ref_sup4:
    case DW_FORM_ref_sup8:
    case DW_FORM_strp_sup:
    case DW_FORM_GNU_ref_alt:
    case DW_FORM_GNU_strp_alt:
    case DW_FORM_indirect:
      return true;
    default:
      return false;
  }
}

}  // namespace

uint8_t sizeOfForm(uint16_t form, const FormSizes& sizes) {
  switch (form) {
    case DW_FORM_flag_present:
    case DW_FORM_implicit_const:
      return 0;
    case DW_FORM_data1:
    case DW_FORM_ref1:
    case DW_FORM_flag:
    case DW_FORM_strx1:
    case DW_FORM_addrx1:
      return 1;
    case DW_FORM_data2:
    case DW_FORM_ref2:
    case DW_FORM_strx2:
    case DW_FORM_addrx2:
      return 2;
    case DW_FORM_strx3:
    case DW_FORM_addrx3:
      return 3;
    case DW_FORM_data4:
    case DW_FORM_ref4:
    case DW_FORM_strx4:
    case DW_FORM_addrx4:
    case DW_FORM_ref_sup4:
      return 4;
    case DW_FORM_data8:
    case DW_FORM_ref8:
    case DW_FORM_ref_sig8:
    case DW_FORM_ref_sup8:
      return 8;
    case DW_FORM_data16:
      return 16;
    case DW_FORM_addr:
      return sizes.address;
    case DW_FORM_strp:
    case DW_FORM_line_strp:
    case DW_FORM_sec_offset:
    case DW_FORM_strp_sup:
    case DW_FORM_GNU_ref_alt:
    case DW_FORM_GNU_strp_alt:
      return sizes.offset;
    case DW_FORM_ref_addr:
      return sizes.reference;
    default:
      return kVaries;
  }
}

Abbreviations::Abbreviations(Bytes section, uint64_t offset, bool swapped, const FormSizes& sizes) {
  Reader reader(section, offset, swapped);
  while (const uint64_t code = reader.uleb()) {
    Abbreviation one{};
    one.tag = static_cast<uint16_t>(reader.uleb());
    one.children = reader.u8() != 0;
    one.first = static_cast<uint32_t>(specs_.size());
    one.fixed = true;
    one.siblingAt = kFar;
    bool declaration = false;
    for (;;) {
      AttributeSpec spec{};
      spec.name = static_cast<uint16_t>(reader.uleb());
      spec.form = static_cast<uint16_t>(reader.uleb());
      if (spec.form == DW_FORM_implicit_const) spec.constant = reader.sleb();
      if (spec.name == 0 && spec.form == 0) break;
      one.sibling |= spec.name == DW_AT_sibling;
      one.signature |= spec.name == DW_AT_signature;
      declaration |= spec.name == DW_AT_declaration && spec.form == DW_FORM_flag_present;
      spec.size = sizeOfForm(spec.form, sizes);
      spec.at = one.fixed && one.size < kFar ? static_cast<uint16_t>(one.size) : kFar;
      if (spec.name == DW_AT_sibling && spec.form == DW_FORM_ref4) one.siblingAt = spec.at;
      if (spec.name < 128) one.present[spec.name / 64] |= uint64_t{1} << spec.name % 64;
      one.fixed &= spec.size != kVaries;
      local_ &= !leadsOut(spec.form);
      one.size += spec.size;
      specs_.push_back(spec);
    }
    local_ &= one.tag != DW_TAG_imported_unit && !one.signature;
    one.barren = isBarren(one.tag, declaration);
    one.scope = isScope(one.tag);
    one.noted = isNoted(one.tag);
    one.count = static_cast<uint32_t>(specs_.size()) - one.first;
    if (code == counted_ + 1 && counted_ == list_.size())
      counted_++;
    else
      others_.emplace(code, static_cast<uint32_t>(list_.size()));
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
