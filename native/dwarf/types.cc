#include "types.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

#include "die.h"

namespace shmscope::dwarf {

namespace {

// Types that contain each other: no compiler's output comes near.
constexpr unsigned kDeep = 200;
// Sizes and offsets are numbers of JavaScript in the end.
constexpr uint64_t kLargest = uint64_t{1} << 53;

constexpr std::array<std::string_view, 14> kSync = {
    "pthread_mutex_t",
    "pthread_cond_t",
    "pthread_rwlock_t",
    "pthread_barrier_t",
    "pthread_spinlock_t",
    "sem_t",
    "atomic_flag",
    "mtx_t",
    "cnd_t",
    "std::mutex",
    "std::shared_mutex",
    "std::condition_variable",
    "std::atomic_flag",
    "boost::interprocess::interprocess_mutex",
};

uint64_t mix(uint64_t hash, uint64_t value) {
  hash = (hash ^ value) * 0x9e3779b97f4a7c15u;
  return hash ^ hash >> 29;
}

uint64_t mix(uint64_t hash, std::string_view text) { return mix(hash, std::hash<std::string_view>{}(text)); }

uint64_t product(uint64_t a, uint64_t b) {
  uint64_t result = 0;
  if (__builtin_mul_overflow(a, b, &result) || result > kLargest) broken("an array is larger than 2^53 bytes");
  return result;
}

}  // namespace

std::string_view textOf(Kind kind) {
  constexpr std::array<std::string_view, 12> kTexts = {"none",  "struct", "union", "array",   "enum", "integer",
                                                       "float", "bool",   "char",  "pointer", "sync", "opaque"};
  return kTexts[static_cast<size_t>(kind)];
}

bool isQualifier(uint16_t tag) {
  switch (tag) {
    case DW_TAG_const_type:
    case DW_TAG_volatile_type:
    case DW_TAG_restrict_type:
    case DW_TAG_atomic_type:
    case DW_TAG_immutable_type:
    case DW_TAG_packed_type:
    case DW_TAG_shared_type:
      return true;
    default:
      return false;
  }
}

bool isRecord(uint16_t tag) {
  return tag == DW_TAG_structure_type || tag == DW_TAG_class_type || tag == DW_TAG_union_type ||
         tag == DW_TAG_interface_type;
}

bool isPointer(uint16_t tag) {
  return tag == DW_TAG_pointer_type || tag == DW_TAG_reference_type || tag == DW_TAG_rvalue_reference_type;
}

bool isDeclaration(const Die& die) { return die && (die.abbreviation->signature || flagOf(die, DW_AT_declaration)); }

bool isSyncName(std::string_view name) { return std::find(kSync.begin(), kSync.end(), name) != kSync.end(); }

Kind kindOfBase(const Die& die) {
  const std::string_view name = nameOf(die);
  switch (numberOf(die, DW_AT_encoding).value_or(0)) {
    case DW_ATE_boolean:
      return Kind::boolean;
    case DW_ATE_signed_char:
    case DW_ATE_unsigned_char:
      return name == "char" ? Kind::character : Kind::integer;
    case DW_ATE_signed:
    case DW_ATE_unsigned:
    case DW_ATE_UTF:
    case DW_ATE_ASCII:
    case DW_ATE_UCS:
    case DW_ATE_address:
      return Kind::integer;
    case DW_ATE_float:
      // IEEE quad and bfloat16 have sizes that other formats have too.
      return name == "__float128" || name == "_Float128" || name == "_Float64x" || name.find("bf") != name.npos
                 ? Kind::opaque
                 : Kind::real;
    case DW_ATE_complex_float:
      return Kind::array;
    default:
      return Kind::opaque;
  }
}

std::vector<std::optional<uint64_t>> dimensionsOf(const Die& die) {
  std::vector<std::optional<uint64_t>> all;
  forEachChild(die, [&](const Die& child) {
    if (child.tag() != DW_TAG_subrange_type) return;
    std::optional<uint64_t> count;
    if (const auto value = attribute(child, DW_AT_count)) {
      count = value->number();
      if (!count) broken("the length of an array is known at run time only");
    } else if (const auto upper = attribute(child, DW_AT_upper_bound)) {
      const auto last = upper->number();
      if (!last) broken("the length of an array is known at run time only");
      // Of fixed size, -1 stands for no element: gcc's int a[0].
      const bool none = *last == ~uint64_t{0} || (upper->form == DW_FORM_data4 && *last == 0xffffffff);
      count = none ? 0 : *last - numberOf(child, DW_AT_lower_bound).value_or(0) + 1;
    }
    if (count && *count > kLargest) broken("an array has more than 2^53 elements");
    all.push_back(count);
  });
  if (all.empty()) all.emplace_back();
  return all;
}

Die Types::defined(const Die& die) {
  if (!die || !isDeclaration(die)) return die;
  if (const auto signature = attribute(die, DW_AT_signature))
    if (const Die found = signature->reference()) return found;
  if (byName && (isRecord(die.tag()) || die.tag() == DW_TAG_enumeration_type))
    if (const Die found = byName(die)) return found;
  return die;
}

Die Types::stripped(Die die) {
  for (unsigned steps = 0; die.tag() == DW_TAG_typedef || isQualifier(die.tag()); steps++) {
    if (steps > kDeep) broken("a type stands for itself");
    die = typeOf(die);
  }
  return defined(die);
}

Shape Types::shape(const Die& die) {
  if (!die) return {1, 0, true};
  if (const Shape* known = shapesOf(die).find(die)) return *known;
  if (depth_ >= kDeep) broken("a type contains itself");
  const Level level(depth_);
  const Shape shape = compute(die);
  // Cheaper to ask again than to keep.
  if (!isQualifier(die.tag()) && !isPointer(die.tag())) shapesOf(die).add(die, shape);
  return shape;
}

Shape Types::compute(const Die& die) {
  const uint16_t tag = die.tag();
  if (tag == DW_TAG_typedef || isQualifier(tag)) return shape(typeOf(die));
  if (isPointer(tag))
    return {mix(2, die.unit->addressSize), numberOf(die, DW_AT_byte_size).value_or(die.unit->addressSize)};
  if (tag == DW_TAG_array_type) return array(die);
  if (isRecord(tag)) return record(die);
  const uint64_t size = numberOf(die, DW_AT_byte_size).value_or(0);
  switch (tag) {
    case DW_TAG_base_type:
      return {
          mix(mix(mix(3, numberOf(die, DW_AT_encoding).value_or(0)), size), numberOf(die, DW_AT_endianity).value_or(0)),
          size};
    case DW_TAG_enumeration_type: {
      if (const Die real = defined(die); !(real == die)) return shape(real);
      Shape found{mix(4, size), size, size == 0};
      if (size == 0) found.size = shape(typeOf(die)).size;
      forEachChild(die, [&](const Die& one) {
        found.hash = mix(mix(found.hash, nameOf(one)), numberOf(one, DW_AT_const_value).value_or(0));
      });
      return found;
    }
    case DW_TAG_ptr_to_member_type: {
      // The Itanium C++ ABI, 2.3: a function's has an adjustment beside it.
      const bool function = typeOf(die).tag() == DW_TAG_subroutine_type;
      return {mix(5, function), size ? size : die.unit->addressSize * (function ? 2u : 1u)};
    }
    case DW_TAG_unspecified_type:
      // std::nullptr_t; void has no entry in C and C++.
      if (nameOf(die).find("nullptr") != std::string_view::npos) return {6, die.unit->addressSize};
      return {1, 0, true};
    case DW_TAG_subroutine_type:
      return {1, 0, true};
    default:
      if (size == 0 && typeOf(die)) return shape(typeOf(die));
      return {mix(7, size), size, size == 0};
  }
}

Shape Types::array(const Die& die) {
  const Shape element = shape(typeOf(die));
  Shape found{mix(8, element.hash), element.size, element.incomplete};
  for (const auto& count : dimensionsOf(die)) {
    found.size = product(found.size, count.value_or(0));
    found.hash = mix(found.hash, count.value_or(~uint64_t{0}));
  }
  return found;
}

Shape Types::record(const Die& die) {
  if (isDeclaration(die)) {
    const Die real = defined(die);
    return real == die ? Shape{9, 0, true} : shape(real);
  }
  Shape found{mix(10, die.tag() == DW_TAG_union_type), numberOf(die, DW_AT_byte_size).value_or(0)};
  if (found.size > kLargest) broken("a type is larger than 2^53 bytes");
  found.hash = mix(found.hash, found.size);
  const auto facts = forEachPart(
      die, [&](const Die& type) { return sizeOf(type); },
      [&](const Part& part) {
        found.hash = mix(mix(found.hash, part.name), part.bitWidth ? part.bitOffset : part.offset);
        found.hash = mix(mix(found.hash, part.bitWidth.value_or(0)), shape(part.type).hash);
      });
  if (facts.variants) found.hash = mix(found.hash, 11);
  return found;
}

Special Types::special(const Die& die) {
  const std::string_view name = nameOf(die);
  if (die.tag() == DW_TAG_typedef) return isSyncName(name) ? Special::sync : Special::none;
  if (!isRecord(die.tag()) || die.unit->language == Language::rust) return Special::none;
  const bool array = name.starts_with("array<");
  const bool atomic = name.starts_with("atomic<");
  const bool sync = std::any_of(kSync.begin(), kSync.end(), [&](std::string_view one) { return one.ends_with(name); });
  if (name.empty() || (!array && !atomic && !sync)) return Special::none;
  std::string whole = names_.ofType(die);
  // libc++ has everything in std::__1.
  if (whole.starts_with("std::__1::")) whole.erase(5, 5);
  if (array && whole.starts_with("std::array<") && arrayOf(die)) return Special::array;
  if (atomic && whole.starts_with("std::atomic<") && atomicOf(die)) return Special::atomic;
  if (die.unit->language == Language::c) whole = name;
  return isSyncName(whole) ? Special::sync : Special::none;
}

Die Types::atomicOf(const Die& die) {
  Die found;
  forEachChild(die, [&](const Die& child) {
    if (!found && child.tag() == DW_TAG_template_type_parameter) found = typeOf(child);
  });
  const Shape inner = shape(found);
  return !inner.incomplete && inner.size == sizeOf(die) ? found : Die{};
}

Die Types::arrayOf(const Die& die) {
  Die found;
  unsigned parts = 0;
  forEachPart(
      die, [](const Die&) { return 0; },
      [&](const Part& part) {
        parts++;
        found = part.type;
      });
  const Die array = stripped(found);
  return parts == 1 && array.tag() == DW_TAG_array_type && sizeOf(array) == sizeOf(die) ? array : Die{};
}

bool isBigEndian(const Die& die) {
  if (const auto said = numberOf(die, DW_AT_endianity)) return *said == DW_END_big;
  return (std::endian::native == std::endian::big) != die.unit->swapped;
}

bool hasVariants(const Die& record) {
  // Every member function would be looked at.
  if (record.unit->language != Language::rust) return false;
  return forEachPart(
             record, [](const Die&) { return 0; }, [](const Part&) {})
      .variants;
}

Kind Types::kind(const Die& die) {
  Die type = die;
  for (unsigned steps = 0;; steps++) {
    if (steps > kDeep) broken("a type stands for itself");
    type = defined(type);
    const Special what = special(type);
    if (what == Special::sync) return Kind::sync;
    if (what == Special::array) return Kind::array;
    if (what == Special::atomic)
      type = atomicOf(type);
    else if (type.tag() == DW_TAG_typedef || isQualifier(type.tag()))
      type = typeOf(type);
    else
      break;
  }
  if (isPointer(type.tag())) return Kind::pointer;
  if (type.tag() == DW_TAG_unspecified_type) return shape(type).incomplete ? Kind::none : Kind::pointer;
  switch (type.tag()) {
    case 0:
    case DW_TAG_subroutine_type:
      return Kind::none;
    case DW_TAG_union_type:
      return Kind::unite;
    case DW_TAG_structure_type:
    case DW_TAG_class_type:
    case DW_TAG_interface_type:
      return hasVariants(type) ? Kind::opaque : Kind::record;
    case DW_TAG_array_type:
      return Kind::array;
    case DW_TAG_enumeration_type:
      return Kind::enumeration;
    case DW_TAG_base_type:
      return kindOfBase(type);
    default:
      return Kind::opaque;
  }
}

}  // namespace shmscope::dwarf
