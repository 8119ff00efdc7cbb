// What the checks for the thread sanitizer share.
#pragma once

#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

[[noreturn]] inline void give_up(const char* what) {
  perror(what);
  exit(1);
}

// A child that dies with this process. To be begun while there are no threads: a child of a process with threads may do
// next to nothing.
template <class Body>
pid_t child(Body&& body) {
  const pid_t parent = getpid();
  const pid_t pid = fork();
  if (pid < 0) give_up("fork");
  if (pid > 0) return pid;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(1);
  body();
  _exit(0);
}

inline bool check(const char* title, bool holds) {
  printf("%s %s\n", holds ? "pass" : "fail", title);
  // Before the next fork, which would copy what is not written yet.
  fflush(stdout);
  return holds;
}

// reading.cc
bool readsAtOnce();
// watching.cc
bool watchesAtOnce();
