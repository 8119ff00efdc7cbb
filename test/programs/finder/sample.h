/* What the programs here share: version 2 has one field more, version 3 one whose size the machine decides. */
#pragma once
#include <stdint.h>

struct reading {
  int32_t mode;
  float value;
};

struct sample {
  uint64_t sequence;
  struct reading reading;
#if VERSION == 2
  double temperature_c;
#elif VERSION == 3
  long count;
#endif
  char unit[8];
};
