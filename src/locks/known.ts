/** The names of locks, and what each is in memory. */

/** What the bytes are; `counter` is libstdc++'s std::counting_semaphore, a bare number. */
export type LockFormat = 'mutex' | 'rwlock' | 'cond' | 'barrier' | 'spinlock' | 'semaphore' | 'flag' | 'counter';

/**
 * Sizes that each has in bytes, on 32-bit and 64-bit machines (glibc sysdeps/.../bits/pthreadtypes-arch.h, bits/semaphore.h; musl
 * include/alltypes.h.in). A type of that name and of another size is something else: Boost's spinning ones, libc++'s shared_mutex.
 */
const SIZES: Readonly<Record<LockFormat, readonly number[]>> = {
  mutex: [24, 40, 48],
  rwlock: [32, 56],
  cond: [48],
  barrier: [20, 32],
  spinlock: [4],
  semaphore: [16, 32],
  flag: [1],
  counter: [4, 8],
};

/** They are what the format says, whatever is in them. */
const LOCKS: ReadonlyMap<string, LockFormat> = new Map([
  ['pthread_mutex_t', 'mutex'],
  ['mtx_t', 'mutex'],
  ['__gthread_mutex_t', 'mutex'],
  ['__gthread_recursive_mutex_t', 'mutex'],
  ['std::__mutex_base::__native_type', 'mutex'],
  ['std::__recursive_mutex_base::__native_type', 'mutex'],
  ['pthread_rwlock_t', 'rwlock'],
  ['pthread_cond_t', 'cond'],
  ['cnd_t', 'cond'],
  ['__gthread_cond_t', 'cond'],
  ['std::__condvar::__native_type', 'cond'],
  ['std::condition_variable::__native_type', 'cond'],
  ['pthread_barrier_t', 'barrier'],
  ['pthread_spinlock_t', 'spinlock'],
  ['sem_t', 'semaphore'],
  ['atomic_flag', 'flag'],
  ['std::atomic_flag', 'flag'],
]);

/** Classes that hold one of them, and nothing else that a person would look for. */
const WRAPPERS: ReadonlyMap<string, LockFormat> = new Map([
  ...['mutex', 'recursive_mutex', 'timed_mutex', 'recursive_timed_mutex', '__mutex_base', '__recursive_mutex_base'].map(
    (name): [string, LockFormat] => [`std::${name}`, 'mutex'],
  ),
  ['std::shared_mutex', 'rwlock'],
  ['std::shared_timed_mutex', 'rwlock'],
  ['std::condition_variable', 'cond'],
  ['boost::interprocess::interprocess_mutex', 'mutex'],
  ['boost::interprocess::interprocess_recursive_mutex', 'mutex'],
  ['boost::interprocess::interprocess_condition', 'cond'],
  ['boost::interprocess::interprocess_semaphore', 'semaphore'],
]);

/** A type's name without what does not matter: qualifiers, struct and union, libc++'s inline namespace. */
function plain(name: string): string {
  return name
    .replace(/\b(?:const|volatile|struct|union|class)\s+/g, '')
    .replace(/\s+(?:const|volatile)\b/g, '')
    .replace(/^std::__1::/, 'std::')
    .replace(/^_Atomic\((.*)\)$/, '$1')
    .trim();
}

/** What a type of this name and size is by itself; undefined: no lock. */
export function lockNamed(name: string, size: number): LockFormat | undefined {
  const found = LOCKS.get(plain(name));
  return found !== undefined && SIZES[found].includes(size) ? found : undefined;
}

/** What a class of this name stands for as a whole, if there is such a lock in it. */
export function wrapperNamed(name: string, size: number): LockFormat | undefined {
  const bare = plain(name);
  // libstdc++'s bits/semaphore_base.h: a number that std::atomic's waiting works on; sem_t where it was built so.
  if (/^std::(?:binary_semaphore$|counting_semaphore<)/.test(bare)) return size > 8 ? 'semaphore' : 'counter';
  return WRAPPERS.get(bare);
}

export function isSizeOf(format: LockFormat, size: number): boolean {
  return SIZES[format].includes(size);
}
