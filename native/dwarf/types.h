// What an entry of a type is, without its name: kind, size, and a hash of its layout.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "die_map.h"
#include "level.h"
#include "names.h"
#include "record.h"
#include "unit.h"

namespace shmscope::dwarf {

enum class Kind : uint8_t {
  none,
  record,
  unite,
  array,
  enumeration,
  integer,
  real,
  boolean,
  character,
  pointer,
  sync,
  opaque
};

// As api.d.ts calls it.
std::string_view textOf(Kind kind);

// Types that stand for more than their members: recognised by their names.
enum class Special : uint8_t { none, sync, array, atomic };

struct Shape {
  // Equal for types that are laid out alike, whatever their own names.
  uint64_t hash = 0;
  // Bytes.
  uint64_t size = 0;
  // Without a size: void, a function, a type that is declared only.
  bool incomplete = false;
};

class Types {
 public:
  explicit Types(Names& names) : names_(names) {}

  // Finds the definition of a declaration in other units, by its name; none where there is none.
  std::function<Die(const Die&)> byName;

  // The definition that a declaration stands for: in a type unit, or in another unit; else the entry itself.
  Die defined(const Die& die);
  // Follows typedefs and qualifiers. ETYPE where they go in circles.
  Die stripped(Die die);

  Shape shape(const Die& die);
  // For an entry whose shape somebody else has found.
  void know(const Die& die, const Shape& shape) { shapesOf(die).add(die, shape); }
  // For whoever goes through the units one by one: the shapes of a unit's own entries, which are few enough for the
  // processor's caches, are forgotten with the next.
  void enter(const Unit& unit) {
    unit_ = &unit;
    here_.clear();
  }
  Kind kind(const Die& die);
  Special special(const Die& die);
  uint64_t sizeOf(const Die& die) { return shape(die).size; }

  // T of std::atomic<T>, where it has the size of T; else none.
  Die atomicOf(const Die& die);
  // The array in std::array<T, N>; none where N is 0.
  Die arrayOf(const Die& die);

 private:
  Shape compute(const Die& die);
  Shape record(const Die& die);
  Shape array(const Die& die);

  DieMap<Shape>& shapesOf(const Die& die) { return die.unit == unit_ ? here_ : elsewhere_; }

  Names& names_;
  const Unit* unit_ = nullptr;
  DieMap<Shape> here_, elsewhere_;
  unsigned depth_ = 0;
};

bool isQualifier(uint16_t tag);
bool isRecord(uint16_t tag);
bool isPointer(uint16_t tag);
// It is declared, and defined in a type unit, in another unit or nowhere.
bool isDeclaration(const Die& die);
// Its members depend on its values: Rust's enums with data.
bool hasVariants(const Die& record);
// Of a number: as DW_AT_endianity says (DWARF 5, 5.1.1), which is gcc's scalar_storage_order, else as in the whole
// file.
bool isBigEndian(const Die& die);
// The kind of a DW_TAG_base_type.
Kind kindOfBase(const Die& die);
// The lengths of an array's dimensions, outermost first; nothing for one that is left out. ETYPE where a length is
// known at run time only.
std::vector<std::optional<uint64_t>> dimensionsOf(const Die& die);
// A name that C and C++ libraries give to a lock, semaphore or condition variable.
bool isSyncName(std::string_view name);

}  // namespace shmscope::dwarf
