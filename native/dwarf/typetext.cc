#include "typetext.h"

#include "die.h"
#include "spelling.h"

namespace shmscope::dwarf {

namespace {

constexpr size_t kNameLimit = 200;
constexpr unsigned kDeep = 64;

// Not in the middle of a character.
std::string cut(std::string text, size_t limit) {
  if (text.size() <= limit) return text;
  while (limit > 0 && (static_cast<uint8_t>(text[limit]) & 0xc0) == 0x80) limit--;
  text.resize(limit);
  return text;
}

TypeText pointerTo(const TypeText& target, const char* mark) {
  const bool star = target.left.ends_with('*') || target.left.ends_with('&');
  if (target.right.empty()) return {cut(target.left + (star ? "" : " ") + mark, 2 * kNameLimit), ""};
  return {cut(target.left + (star ? "(" : " (") + mark, 2 * kNameLimit), cut(")" + target.right, 2 * kNameLimit)};
}

TypeText textAt(const Die& die, Names& names, unsigned depth);

TypeText pointerText(const Die& die, Names& names, unsigned depth) {
  const std::string_view own = die.unit->language == Language::rust ? nameOf(die) : std::string_view{};
  if (!own.empty()) return {std::string(own), ""};
  const char* mark = die.tag() == DW_TAG_pointer_type ? "*" : die.tag() == DW_TAG_reference_type ? "&" : "&&";
  return pointerTo(textAt(typeOf(die), names, depth + 1), mark);
}

TypeText textAt(const Die& die, Names& names, unsigned depth) {
  if (!die) return {"void", ""};
  if (depth > kDeep) return {"…", ""};
  const uint16_t tag = die.tag();
  if (isPointer(tag)) return pointerText(die, names, depth);
  switch (tag) {
    case DW_TAG_atomic_type:
      return {"_Atomic " + textAt(typeOf(die), names, depth + 1).whole(), ""};
    case DW_TAG_array_type: {
      TypeText text = textAt(typeOf(die), names, depth + 1);
      const auto dimensions = dimensionsOf(die);
      for (auto count = dimensions.rbegin(); count != dimensions.rend(); ++count) text = arrayText(text, *count);
      return text;
    }
    case DW_TAG_subroutine_type: {
      const TypeText result = textAt(typeOf(die), names, depth + 1);
      return {result.left, cut("()" + result.right, 2 * kNameLimit)};
    }
    case DW_TAG_base_type:
    case DW_TAG_unspecified_type:
      return {die.unit->language == Language::rust ? std::string(nameOf(die)) : spelled(nameOf(die)), ""};
    case DW_TAG_ptr_to_member_type: {
      const auto holder = attribute(die, DW_AT_containing_type);
      const std::string mark = (holder ? textAt(holder->reference(), names, depth + 1).whole() : "") + "::*";
      return pointerTo(textAt(typeOf(die), names, depth + 1), mark.c_str());
    }
    default:
      if (isQualifier(tag)) return textAt(typeOf(die), names, depth + 1);
      return {names.ofType(die), ""};
  }
}

}  // namespace

std::string TypeText::whole() const {
  const std::string name = left + right;
  return right.empty() && !left.ends_with('*') ? name : name.size() > kNameLimit ? cut(name, kNameLimit) + "…" : name;
}

TypeText textOf(const Die& die, Names& names) { return textAt(die, names, 0); }

TypeText arrayText(const TypeText& element, std::optional<uint64_t> count) {
  return {element.left, cut("[" + (count ? std::to_string(*count) : "") + "]" + element.right, 2 * kNameLimit)};
}

}  // namespace shmscope::dwarf
