/** Classes of std that are locks, with what each holds. */
export const LOCKS: readonly (readonly [name: string, type: string])[] = [
  ['mutex', 'pthread_mutex_t'],
  ['recursive_mutex', 'pthread_mutex_t'],
  ['timed_mutex', 'pthread_mutex_t'],
  ['recursive_timed_mutex', 'pthread_mutex_t'],
  ['shared_mutex', 'pthread_rwlock_t'],
  ['shared_timed_mutex', 'pthread_rwlock_t'],
  ['condition_variable', 'pthread_cond_t'],
  ['atomic_flag', 'unsigned char'],
];

/**
 * What a text may use of std and boost without its headers being read: libstdc++ 12's own layouts. The members have libstdc++'s names
 * where a user meets them.
 */
export const PRELUDE = `
namespace std {
  typedef void *nullptr_t;
  template<class T> struct atomic {};
  template<class T, size_t N> struct array {};
  ${[8, 16, 32, 64].map((bits) => `typedef atomic<int${bits}_t> atomic_int${bits}_t; typedef atomic<uint${bits}_t> atomic_uint${bits}_t;`).join('\n  ')}
  ${LOCKS.map(([name, type]) => `class ${name} { ${type} handle; public: ${name}(); };`).join('\n  ')}
  enum class byte : unsigned char {};
  template<class A, class B> struct pair { A first; B second; pair(); };
  template<class T> struct complex { T real, imag; complex(T, T); };
  template<class T> class optional { T value; bool engaged; public: optional(); };
  template<class T> class unique_ptr { T *pointer; public: unique_ptr(); };
  template<class T> class shared_ptr { T *pointer; void *control; public: shared_ptr(); };
  template<class T> class weak_ptr { T *pointer; void *control; public: weak_ptr(); };
  template<class T> class vector { T *begin, *end, *limit; public: vector(); };
  template<class T> class span { T *data; size_t size; public: span(); };
  template<class T> class initializer_list { const T *data; size_t size; };
  class string { char *data; size_t size; union { char local[16]; size_t capacity; }; public: string(); };
  class string_view { size_t size; const char *data; public: string_view(); };
  template<size_t N> class bitset { unsigned long words[(N + 8 * sizeof(long) - 1) / (8 * sizeof(long))]; };
  template<long long N, long long D = 1> struct ratio {};
  namespace chrono {
    template<class R, class P = ratio<1>> class duration { R count; public: duration(); };
    typedef duration<long long> nanoseconds; typedef duration<long long> microseconds; typedef duration<long long> milliseconds;
    typedef duration<long long> seconds; typedef duration<long long> minutes; typedef duration<long long> hours;
    template<class C, class D = nanoseconds> class time_point { D since_epoch; public: time_point(); };
    class system_clock { public: typedef nanoseconds duration; typedef chrono::time_point<system_clock> time_point; };
    class steady_clock { public: typedef nanoseconds duration; typedef chrono::time_point<steady_clock> time_point; };
    typedef system_clock high_resolution_clock;
  }
}
namespace boost { namespace interprocess {
  template<class T> class offset_ptr { ptrdiff_t offset; public: offset_ptr(); };
} }
`;
