/** Structs of system headers that are found in shared memory, in the words of C. Sources: glibc 2.36 bits/types/, sys/, netinet/in.h; Linux uapi. */
import type { Abi } from '../../../../api.d.ts';
import { WORDS } from './words.ts';

export interface SystemStruct {
  readonly packed?: true;
  /** 'TYPE NAME', 'TYPE NAME[COUNT]', 'TYPE *NAME'. */
  readonly members: readonly string[];
}

const LINES: Readonly<Record<string, string>> = {
  'struct timespec': 'time_t tv_sec; long tv_nsec',
  'struct timeval': 'time_t tv_sec; suseconds_t tv_usec',
  'struct itimerspec': 'struct timespec it_interval; struct timespec it_value',
  'struct itimerval': 'struct timeval it_interval; struct timeval it_value',
  'struct timezone': 'int tz_minuteswest; int tz_dsttime',
  'struct tm':
    'int tm_sec; int tm_min; int tm_hour; int tm_mday; int tm_mon; int tm_year; int tm_wday; int tm_yday; int tm_isdst; long tm_gmtoff; const char *tm_zone',
  'struct tms': 'clock_t tms_utime; clock_t tms_stime; clock_t tms_cutime; clock_t tms_cstime',
  'struct in_addr': 'in_addr_t s_addr',
  'union __in6_u': 'uint8_t __u6_addr8[16]; uint16_t __u6_addr16[8]; uint32_t __u6_addr32[4]',
  'struct in6_addr': 'union __in6_u __in6_u',
  'struct sockaddr': 'sa_family_t sa_family; char sa_data[14]',
  'struct sockaddr_in': 'sa_family_t sin_family; in_port_t sin_port; struct in_addr sin_addr; unsigned char sin_zero[8]',
  'struct sockaddr_in6':
    'sa_family_t sin6_family; in_port_t sin6_port; uint32_t sin6_flowinfo; struct in6_addr sin6_addr; uint32_t sin6_scope_id',
  'struct sockaddr_un': 'sa_family_t sun_family; char sun_path[108]',
  'struct ip_mreq': 'struct in_addr imr_multiaddr; struct in_addr imr_interface',
  'struct ipv6_mreq': 'struct in6_addr ipv6mr_multiaddr; unsigned int ipv6mr_interface',
  'struct linger': 'int l_onoff; int l_linger',
  'struct ucred': 'pid_t pid; uid_t uid; gid_t gid',
  'struct iovec': 'void *iov_base; size_t iov_len',
  'struct msghdr':
    'void *msg_name; socklen_t msg_namelen; struct iovec *msg_iov; size_t msg_iovlen; void *msg_control; size_t msg_controllen; int msg_flags',
  'struct pollfd': 'int fd; short events; short revents',
  'union epoll_data': 'void *ptr; int fd; uint32_t u32; uint64_t u64',
  'struct epoll_event': 'uint32_t events; epoll_data_t data',
  'struct ipc_perm':
    'key_t __key; uid_t uid; gid_t gid; uid_t cuid; gid_t cgid; mode_t mode; unsigned short __seq; unsigned short __pad2; unsigned long __glibc_reserved1; unsigned long __glibc_reserved2',
  'struct sembuf': 'unsigned short sem_num; short sem_op; short sem_flg',
  'struct mq_attr': 'long mq_flags; long mq_maxmsg; long mq_msgsize; long mq_curmsgs; long __pad[4]',
  'struct sched_param': 'int sched_priority',
  'struct rlimit': 'rlim_t rlim_cur; rlim_t rlim_max',
  'struct rusage':
    'struct timeval ru_utime; struct timeval ru_stime; long ru_maxrss; long ru_ixrss; long ru_idrss; long ru_isrss; long ru_minflt; long ru_majflt; long ru_nswap; long ru_inblock; long ru_oublock; long ru_msgsnd; long ru_msgrcv; long ru_nsignals; long ru_nvcsw; long ru_nivcsw',
  'struct termios':
    'tcflag_t c_iflag; tcflag_t c_oflag; tcflag_t c_cflag; tcflag_t c_lflag; cc_t c_line; cc_t c_cc[32]; speed_t c_ispeed; speed_t c_ospeed',
  'struct winsize': 'unsigned short ws_row; unsigned short ws_col; unsigned short ws_xpixel; unsigned short ws_ypixel',
  'union sigval': 'int sival_int; void *sival_ptr',
  div_t: 'int quot; int rem',
  ldiv_t: 'long quot; long rem',
  lldiv_t: 'long long quot; long long rem',
  imaxdiv_t: 'intmax_t quot; intmax_t rem',
  fsid_t: 'int __val[2]',
  stack_t: 'void *ss_sp; int ss_flags; size_t ss_size',
};

/** Typedefs of the above by the name that they have as well. */
export const STRUCT_TYPEDEFS: ReadonlyMap<string, string> = new Map([
  ['epoll_data_t', 'union epoll_data'],
  ['sigval_t', 'union sigval'],
]);

export function systemStructs(abi: Abi): Map<string, SystemStruct> {
  const { word } = WORDS[abi];
  const split = (lines: string): SystemStruct => ({ members: lines.split('; ') });
  // bits/shm.h: 32-bit systems keep the upper halves of the times beside them.
  const time = (name: string): string => (word === 8 ? `time_t ${name}` : `time_t ${name}; unsigned long __${name}_high`);
  const shm = `struct ipc_perm shm_perm; size_t shm_segsz; ${['shm_atime', 'shm_dtime', 'shm_ctime'].map(time).join('; ')}`;
  const structs = new Map(Object.entries(LINES).map(([name, lines]): [string, SystemStruct] => [name, split(lines)]));
  structs.set(
    'struct shmid_ds',
    split(
      `${shm}; pid_t shm_cpid; pid_t shm_lpid; shmatt_t shm_nattch; unsigned long __glibc_reserved5; unsigned long __glibc_reserved6`,
    ),
  );
  structs.set(
    'struct sockaddr_storage',
    split(`sa_family_t ss_family; char __ss_padding[${126 - word}]; unsigned long __ss_align`),
  );
  structs.set('fd_set', split(`fd_mask fds_bits[${128 / word}]`));
  // bits/epoll.h: packed on x86, so that programs of 32 and 64 bits agree.
  const event = structs.get('struct epoll_event');
  if (event !== undefined && (abi === 'x86_64' || abi === 'i386')) structs.set('struct epoll_event', { ...event, packed: true });
  return structs;
}
