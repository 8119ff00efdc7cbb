// shmscope-dwarf: reads the debug info of one ELF file, and says what is in it.
//
//   shmscope-dwarf index PATH NAME ROOT      every named type, and the variables that are pointers
//   shmscope-dwarf find PATH NAME ROOT       the same, or 'absent' where no type can have the name on standard input
//   shmscope-dwarf layouts PATH NAME ROOT    the types whose references come on standard input, one a line; null for
//                                            one of several that cannot be made out
//   shmscope-dwarf code PATH NAME ROOT       what code is at the addresses on standard input (code.h)
//
// PATH is how this process can open the file, NAME what it is called below ROOT. Exit code 1 and one line of JSON on
// standard error say what is wrong.
#include <unistd.h>

#include <cerrno>
#include <iostream>
#include <new>
#include <stdexcept>
#include <string>

#include "code.h"
#include "die.h"
#include "layout.h"
#include "limits.h"
#include "listing.h"
#include "output.h"
#include "parallel.h"

namespace shmscope::dwarf {

namespace {

void write(int fd, std::string_view text) {
  for (size_t done = 0; done < text.size();) {
    const ssize_t had = ::write(fd, text.data() + done, text.size() - done);
    if (had < 0 && errno == EINTR) continue;
    if (had <= 0) return;
    done += static_cast<size_t>(had);
  }
}

// What is left to do is to give back memory, piece by piece: the kernel does it at once.
[[noreturn]] void finish() {
  // Whoever reads need not wait until the kernel has taken back this process's memory.
  close(STDOUT_FILENO);
  _exit(0);
}

[[noreturn]] void index(Info& info) {
  Catalogue catalogue(info);
  // Before the search for variables adds others.
  const auto gathered = catalogue.entries();
  Listing listing;
  PointerVariables variables;
  inParallel(2, [&](size_t, size_t task) {
    if (task == 0) {
      listing.add(gathered);
    } else {
      catalogue.addPending();
      variables = Variables(info, catalogue).find();
    }
  });
  listing.add(catalogue.others());
  writeIndex(info, listing, variables, [](std::string_view text) { write(STDOUT_FILENO, text); });
  finish();
}

[[noreturn]] void find(Info& info) {
  std::string name;
  std::getline(std::cin, name);
  if (info.mayHave(name)) index(info);
  write(STDOUT_FILENO, "absent\n");
  finish();
}

[[noreturn]] void code(Info& info) {
  tellCode(info, std::cin, [](std::string_view text) { write(STDOUT_FILENO, text); });
  finish();
}

[[noreturn]] void layouts(Request request) {
  Info info(std::move(request));
  info.units();
  std::vector<Die> dies;
  for (std::string ref; std::getline(std::cin, ref);) {
    uint32_t wanted = 0;
    const Die die = info.dieOf(ref, wanted);
    const bool base = die.tag() == DW_TAG_base_type;
    const Name& name = base ? info.names.ofBase(die) : info.names.named(die);
    if (static_cast<uint32_t>(entryHash(name, info.types.shape(die))) != wanted)
      throw Problem{"ESTALE", "The debug info is not the one that '" + ref + "' was found in.",
                    "Look for the type again."};
    dies.push_back(die);
  }
  std::optional<Catalogue> catalogue;
  // Needs a look at all units, and few layouts ask for it. As for an index, that look finds nothing by name itself, and
  // what was wanted is recognised before: the catalogue sets `byName` anew while it is called, so what is called is not
  // in there.
  const auto find = [&](const Die& declaration) -> Die {
    if (!catalogue) {
      info.types.byName = nullptr;
      catalogue.emplace(info);
    }
    return catalogue->definitionOf(declaration);
  };
  info.types.byName = [&find](const Die& declaration) { return find(declaration); };
  Layouts layouts(info);
  std::vector<std::optional<size_t>> roots;
  // Of several, one that cannot be made out does not take the others along; alone it says why.
  for (const Die& die : dies) roots.push_back(dies.size() == 1 ? layouts.add(die) : layouts.tryAdd(die));
  write(STDOUT_FILENO, layoutText(layouts.nodes(), roots));
  finish();
}

[[noreturn]] void run(int count, char** words) {
  const std::string what = count > 1 ? words[1] : "";
  if (count != 5 || (what != "index" && what != "find" && what != "layouts" && what != "code"))
    throw Problem{"EINVAL", "shmscope-dwarf index|find|layouts|code PATH NAME ROOT.", {}};
  limitThisProcess();
  Request request{words[2], words[3], words[4]};
  if (what == "layouts") layouts(std::move(request));
  Info info(std::move(request));
  if (what == "find") find(info);
  if (what == "code") code(info);
  index(info);
}

}  // namespace

}  // namespace shmscope::dwarf

int main(int count, char** words) {
  using shmscope::dwarf::Problem;
  Problem problem;
  try {
    shmscope::dwarf::run(count, words);
  } catch (const Problem& found) {
    problem = found;
  } catch (const std::bad_alloc&) {
    problem = {"ENOMEM", "The debug info takes more memory than ShmScope gives it.", {}};
  } catch (const std::length_error&) {
    problem = {"ENOMEM", "The debug info takes more memory than ShmScope gives it.", {}};
  }
  shmscope::dwarf::write(STDERR_FILENO, shmscope::dwarf::problemText(problem));
  return 1;
}
