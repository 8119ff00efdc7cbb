/* Code of a program's own that it loads while it runs (dlopen(3)). */
#include <stdint.h>

void plugin_store(volatile uint64_t* to, uint64_t value) { *to = value * 1; }
