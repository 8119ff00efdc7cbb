// The one engine of all searches: what holds memory is read in chunks, what holds none is taken as the zeros that it
// reads as.
#pragma once

#include <functional>
#include <span>
#include <vector>

#include "find_needle.h"
#include "source.h"

namespace shmscope {

struct Search {
  uint64_t from = 0;
  uint64_t to = 0;
  bool backward = false;
  Control control;
};

// The places of one chunk, ascending, counted from `offset`. `data` is what the object holds there, null where it holds
// no memory. False ends the search. `most` of the next call is what is still wanted.
using TakePlaces = std::function<bool(uint64_t offset, std::span<const uint32_t> places, const uint8_t* data)>;

// Hands over all places at which the needle begins in [from, to), chunk by chunk, ascending or descending, until `take`
// says so or the search is cancelled. Ends where the object ends meanwhile. A chunk has at most kChunkPlaces.
void eachPlace(const Source& source, Needle& needle, const Search& search, const TakePlaces& take);
constexpr size_t kChunkPlaces = 256 * 1024;

// Offsets at which the needle begins in [from, to), ascending (descending for `backward`), overlapping ones too, at
// most `limit`.
std::vector<double> find(const Source& source, Needle& needle, const Search& search, uint64_t limit);

}  // namespace shmscope
