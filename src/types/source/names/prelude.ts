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

/** Boost.Interprocess's, where it works with the C library's: sync/posix/. */
export const BOOST_LOCKS: typeof LOCKS = [
  ['interprocess_mutex', 'pthread_mutex_t'],
  ['interprocess_recursive_mutex', 'pthread_mutex_t'],
  ['interprocess_condition', 'pthread_cond_t'],
  ['interprocess_semaphore', 'sem_t'],
];

/** Constants of <new>, each with the macro of gcc that says what it is. */
export const INTERFERENCE: readonly (readonly [name: string, macro: string])[] = [
  ['hardware_destructive_interference_size', '__GCC_DESTRUCTIVE_SIZE'],
  ['hardware_constructive_interference_size', '__GCC_CONSTRUCTIVE_SIZE'],
];

/** <type_traits>, <limits>, <tuple> and <variant>, as far as layouts ask for them; read only where one of them is named. */
export const TRAITS = `namespace std {
  template<class T, T V> struct integral_constant { static constexpr T value = V; typedef T value_type; typedef integral_constant type; };
  template<bool B> using bool_constant = integral_constant<bool, B>;
  typedef integral_constant<bool, true> true_type; typedef integral_constant<bool, false> false_type;
  template<bool B, class T, class F> struct conditional { typedef T type; };
  template<class T, class F> struct conditional<false, T, F> { typedef F type; };
  template<bool B, class T = void> struct enable_if {};
  template<class T> struct enable_if<true, T> { typedef T type; };
  template<class T> struct underlying_type { typedef __underlying_type(T) type; };
  template<class T> struct remove_const { typedef T type; }; template<class T> struct remove_const<const T> { typedef T type; };
  template<class T> struct remove_volatile { typedef T type; }; template<class T> struct remove_volatile<volatile T> { typedef T type; };
  template<class T> struct remove_cv { typedef typename remove_const<typename remove_volatile<T>::type>::type type; };
  template<class T> struct remove_reference { typedef T type; }; template<class T> struct remove_reference<T &> { typedef T type; };
  template<class T> struct remove_reference<T &&> { typedef T type; };
  template<class T> struct remove_pointer { typedef T type; }; template<class T> struct remove_pointer<T *> { typedef T type; };
  template<class T> struct remove_pointer<T *const> { typedef T type; };
  template<class T> struct remove_extent { typedef T type; }; template<class T, size_t N> struct remove_extent<T[N]> { typedef T type; };
  template<class T> struct add_const { typedef const T type; }; template<class T> struct add_pointer { typedef typename remove_reference<T>::type *type; };
  template<class T> struct type_identity { typedef T type; };
  template<class A, class B> struct is_same : false_type {}; template<class A> struct is_same<A, A> : true_type {};
  template<class T> struct is_const : false_type {}; template<class T> struct is_const<const T> : true_type {};
  template<class T> struct is_reference : false_type {}; template<class T> struct is_reference<T &> : true_type {};
  template<class T> struct is_reference<T &&> : true_type {};
  template<class T> struct is_pointer : false_type {}; template<class T> struct is_pointer<T *> : true_type {};
  template<class T> struct is_pointer<T *const> : true_type {};
  template<class T> struct is_array : false_type {}; template<class T, size_t N> struct is_array<T[N]> : true_type {};
  template<class T> struct is_void : is_same<typename remove_cv<T>::type, void> {};
  template<class T> struct is_integral : bool_constant<__shmscope_integer(T)> {};
  template<class T> struct is_floating_point : bool_constant<__shmscope_float(T)> {};
  template<class T> struct is_arithmetic : bool_constant<__shmscope_integer(T) || __shmscope_float(T)> {};
  template<class T> struct is_signed : bool_constant<__shmscope_signed(T)> {};
  template<class T> struct is_unsigned : bool_constant<__shmscope_integer(T) && !__shmscope_signed(T)> {};
  template<class T> struct is_enum : bool_constant<__is_enum(T)> {}; template<class T> struct is_class : bool_constant<__is_class(T)> {};
  template<class T> struct is_union : bool_constant<__is_union(T)> {}; template<class T> struct is_empty : bool_constant<__is_empty(T)> {};
  template<class T> struct is_final : bool_constant<__is_final(T)> {};
  template<class T> struct alignment_of : integral_constant<size_t, alignof(T)> {};
  template<class T> struct tuple_size; template<class T, size_t N> struct tuple_size<array<T, N>> : integral_constant<size_t, N> {};
  template<class...> using void_t = void;
  template<bool B, class T, class F> using conditional_t = typename conditional<B, T, F>::type;
  template<bool B, class T = void> using enable_if_t = typename enable_if<B, T>::type;
  ${[
    'underlying_type',
    'remove_const',
    'remove_volatile',
    'remove_cv',
    'remove_reference',
    'remove_pointer',
    'remove_extent',
    'add_const',
    'add_pointer',
  ]
    .map((name) => `template<class T> using ${name}_t = typename ${name}<T>::type;`)
    .join('\n  ')}
  template<class A, class B> constexpr bool is_same_v = is_same<A, B>::value;
  ${[
    'const',
    'reference',
    'pointer',
    'array',
    'void',
    'integral',
    'floating_point',
    'arithmetic',
    'signed',
    'unsigned',
    'enum',
    'class',
    'union',
    'empty',
    'final',
  ]
    .map((name) => `template<class T> constexpr bool is_${name}_v = is_${name}<T>::value;`)
    .join('\n  ')}
  template<class T> struct numeric_limits {
    static constexpr bool is_signed = __shmscope_signed(T);
    static constexpr T max() { return __shmscope_max(T); }
    static constexpr T min() { return __shmscope_min(T); }
    static constexpr T lowest() { return __shmscope_min(T); }
    static constexpr int digits = sizeof(T) * 8 - is_signed;
  };
  template<size_t N, size_t A = __BIGGEST_ALIGNMENT__> struct aligned_storage {
    union type { unsigned char __data[N]; struct __attribute__((aligned(A))) {} __align; };
  };
  template<size_t N, class... T> struct aligned_union {
    typedef typename aligned_storage<std::max({N, sizeof(T)...}), std::max({alignof(T)...})>::type type;
  };
  template<size_t N, size_t A = __BIGGEST_ALIGNMENT__> using aligned_storage_t = typename aligned_storage<N, A>::type;
  template<size_t N, class... T> using aligned_union_t = typename aligned_union<N, T...>::type;
  template<size_t I, class H, bool E> struct _Head_base { H _M_head_impl; _Head_base(); };
  template<size_t I, class H> struct _Head_base<I, H, true> { [[no_unique_address]] H _M_head_impl; _Head_base(); };
  template<size_t I, class... T> struct _Tuple_impl;
  template<size_t I, class H, class... T> struct _Tuple_impl<I, H, T...> : _Tuple_impl<I + 1, T...>, _Head_base<I, H, (__is_empty(H) && !__is_final(H))> { _Tuple_impl(); };
  template<size_t I, class H> struct _Tuple_impl<I, H> : _Head_base<I, H, (__is_empty(H) && !__is_final(H))> { _Tuple_impl(); };
  template<class... T> class tuple : _Tuple_impl<0, T...> { public: tuple(); };
  template<> class tuple<> { public: tuple(); };
  template<class T> struct default_delete {};
  template<class D, class = void> struct _Uptr_own : false_type {};
  template<class D> struct _Uptr_own<D, void_t<typename remove_reference<D>::type::pointer>> : true_type {};
  template<class T, class D, bool O = _Uptr_own<D>::value, bool E = (__is_empty(D) && !__is_final(D))> struct _Uptr { D deleter; T *pointer; };
  template<class T, class D> struct _Uptr<T, D, false, true> { [[no_unique_address]] D deleter; T *pointer; };
  template<class T, class D, bool E> struct _Uptr<T, D, true, E> { tuple<typename remove_reference<D>::type::pointer, D> _M_t; };
  template<class T, class D = default_delete<T>> class unique_ptr { _Uptr<T, D> _M_t; public: unique_ptr(); };
  template<class T, class D> class unique_ptr<T[], D> { _Uptr<T, D> _M_t; public: unique_ptr(); };
  template<class T> class unique_ptr<T, default_delete<T>> { T *pointer; public: unique_ptr(); };
  template<class T> class unique_ptr<T[], default_delete<T[]>> { T *pointer; public: unique_ptr(); };
  template<class... T> union _Variadic_union {};
  template<class F, class... R> union _Variadic_union<F, R...> { F _M_first; _Variadic_union<R...> _M_rest; _Variadic_union(); };
  struct monostate {};
  template<class... T> class variant {
    struct { _Variadic_union<T...> _M_u; conditional_t<(sizeof...(T) < 256), unsigned char, unsigned short> _M_index; }; public: variant();
  };
}`;

export const TRAIT_NAMES: ReadonlySet<string> = new Set(
  [...TRAITS.matchAll(/(?:struct|class|union|using|bool|typedef [^;]*>) (\w+)/g)].flatMap(([, name]) => name ?? []),
);

const classesOf = (locks: typeof LOCKS): string =>
  locks.map(([name, type]) => `class ${name} { ${type} handle; public: ${name}(); };`).join('\n  ');

/**
 * What a text may use of std and boost without its headers being read: libstdc++ 12's own layouts. The members have libstdc++'s names
 * where a user meets them.
 */
export const PRELUDE = `
namespace std {
  typedef void *nullptr_t;
  template<class T> struct atomic {};
  template<class T, size_t N> struct array { struct _Type {} _M_elems; };
  ${[8, 16, 32, 64].map((bits) => `typedef atomic<int${bits}_t> atomic_int${bits}_t; typedef atomic<uint${bits}_t> atomic_uint${bits}_t;`).join('\n  ')}
  ${classesOf(LOCKS)}
  template<ptrdiff_t most = 0x7fffffff> class counting_semaphore { int counter; public: counting_semaphore(); };
  typedef counting_semaphore<1> binary_semaphore;
  enum class byte : unsigned char {};
  template<class A, class B> class __pair_base {};
  template<class A, class B> struct pair : __pair_base<A, B> { A first; B second; pair(); };
  template<class T> struct complex { T real, imag; complex(T, T); };
  template<class T> class optional { struct { union { unsigned char : 8; T value; }; bool engaged; }; public: optional(); };
  template<class T> class shared_ptr { T *pointer; void *control; public: shared_ptr(); };
  template<class T> class weak_ptr { T *pointer; void *control; public: weak_ptr(); };
  template<class T> class vector { T *begin, *end, *limit; public: vector(); };
  template<> class vector<bool> { struct { unsigned long *word; unsigned offset; } begin, end; unsigned long *limit; public: vector(); };
  template<class T> class allocator { public: allocator(); };
  template<class F> class function { union { void *words[2]; }; void *manager, *invoker; public: function(); };
  template<class T> class span { T *data; size_t size; public: span(); };
  template<class T> class initializer_list { const T *data; size_t size; public: initializer_list(); };
  class string { char *data; size_t size; union { char local[16]; size_t capacity; }; public: string(); };
  class string_view { size_t size; const char *data; public: string_view(); };
  template<size_t N> class bitset { unsigned long words[(N + 8 * sizeof(long) - 1) / (8 * sizeof(long))]; };
  template<> class bitset<0> { public: bitset(); };
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
  ${classesOf(BOOST_LOCKS)}
} }
`;
