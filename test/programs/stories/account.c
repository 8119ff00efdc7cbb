/* account NAME OWNER: three processes that change a balance, and one that writes the owner's name into the field before
 * it, however long it is. */
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "../common.h"

struct account {
  uint32_t number;
  uint32_t flags;
  char owner[16];
  int64_t balance;
  uint64_t changes;
};

static struct account* account;
static const char* owner;

static void deposit(void) { __atomic_fetch_add(&account->balance, 100, __ATOMIC_RELAXED); }

static void withdraw(void) { __atomic_fetch_sub(&account->balance, 60, __ATOMIC_RELAXED); }

static void add_interest(void) { account->balance += account->balance / 100; }

static void rename_owner(void) { strcpy(account->owner, owner); }

static void child(const char* name, void (*work)(void), long every_ms) {
  if (check(fork(), "fork") != 0) return;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  prctl(PR_SET_NAME, name);
  for (;;) {
    work();
    pause_ms(every_ms);
  }
}

int main(int count, char** words) {
  if (count != 3) return 2;
  until_terminated();
  owner = words[2];
  const int fd = check(shm_open(words[1], O_RDWR, 0), "shm_open");
  check(ftruncate(fd, sizeof *account), "ftruncate");
  account = must(mmap(NULL, sizeof *account, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0), "mmap");
  account->number = 4711;
  child("deposits", deposit, 20);
  child("withdrawals", withdraw, 30);
  child("interest", add_interest, 50);
  child("renamer", rename_owner, 200);
  ready();
  while (!ended) pause_ms(1000);
  return 0;
}
