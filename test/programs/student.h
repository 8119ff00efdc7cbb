/* The struct that sysv_writer and sysv_reader share, as many tutorials have it. */
#pragma once

struct student {
  char name[32];
  int age;
};
