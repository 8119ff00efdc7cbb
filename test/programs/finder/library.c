/* The library that holds the pointer of a holder with HOLD_LIBRARY. */
#include "sample.h"

static struct sample* held;
void hold(void* bytes);
void hold(void* bytes) { held = bytes; }
