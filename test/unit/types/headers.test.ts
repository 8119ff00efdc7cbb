import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { TypeLayout } from '../../../api.d.ts';
import type { Target } from '../../../src/types/layout/spec.ts';
import { parseDeclarations } from '../../../src/types/source/parse.ts';
import { skipBecause } from '../../support/skip.ts';
import { compile, compilerOf, lackOf } from './compilers.ts';
import { entriesOf } from './dwarf.ts';
import { sectionsOf } from './elf.ts';
import { debuggedShapes, shapeOf, type Shape } from './shapes.ts';

const TARGET: Target = { abi: 'x86_64', dialect: 'gcc', language: 'c' };
const UNPACKED = join(import.meta.dirname, '../../../.cache/headers/root/usr/include');
const MULTIARCH = 'x86_64-linux-gnu';
/** Packages that have their headers in a folder of their own. */
const FOLDERS = [
  ...['postgresql', 'postgresql/15/server', 'python3.11', 'libxml2', 'libusb-1.0', 'libdrm', 'glib-2.0', 'fuse3', 'libnl3'],
  ...['libevdev-1.0', `../lib/${MULTIARCH}/glib-2.0/include`],
];

/** glibc and the kernel's, which are installed with a compiler; then what Debian's packages bring. */
const INSTALLED = [
  ...['aio.h', 'arpa/inet.h', 'dirent.h', 'elf.h', 'glob.h', 'grp.h', 'ifaddrs.h', 'link.h', 'mqueue.h', 'net/if.h', 'netdb.h'],
  ...[
    'netinet/in.h',
    'netinet/tcp.h',
    'netinet/ip.h',
    'obstack.h',
    'poll.h',
    'printf.h',
    'pthread.h',
    'pwd.h',
    'resolv.h',
    'sched.h',
  ],
  ...['semaphore.h', 'shadow.h', 'signal.h', 'spawn.h', 'stdio.h', 'sys/epoll.h', 'sys/ipc.h', 'sys/msg.h', 'sys/resource.h'],
  ...['sys/sem.h', 'sys/shm.h', 'sys/socket.h', 'sys/stat.h', 'sys/statvfs.h', 'sys/time.h', 'sys/timex.h', 'sys/ucontext.h'],
  ...['sys/un.h', 'sys/user.h', 'sys/utsname.h', 'termios.h', 'threads.h', 'time.h', 'utmpx.h', 'wchar.h'],
  ...['linux/bpf.h', 'linux/btrfs.h', 'linux/can.h', 'linux/dvb/frontend.h', 'linux/ethtool.h', 'linux/fb.h', 'linux/fuse.h'],
  ...['linux/if_link.h', 'linux/input.h', 'linux/io_uring.h', 'linux/kvm.h', 'linux/media.h', 'linux/netlink.h'],
  ...[
    'linux/nl80211.h',
    'linux/perf_event.h',
    'linux/rtnetlink.h',
    'linux/serial.h',
    'linux/spi/spidev.h',
    'linux/usbdevice_fs.h',
  ],
  ...[
    'linux/userfaultfd.h',
    'linux/v4l2-controls.h',
    'linux/vfio.h',
    'linux/videodev2.h',
    'linux/virtio_net.h',
    'sound/asound.h',
  ],
];
const PACKAGED = [
  ...['libpq-fe.h', 'postgres.h', 'python3.11/Python.h', 'X11/Xlib.h', 'X11/Xutil.h', 'zlib.h'],
  ...['openssl/ssl.h', 'openssl/evp.h', 'sqlite3.h', 'ncurses.h', 'png.h', 'libxml/tree.h', 'expat.h', 'pcap.h'],
  ...[
    'libusb.h',
    'alsa/asoundlib.h',
    'drm.h',
    'curl/curl.h',
    'glib.h',
    'zmq.h',
    'uv.h',
    'infiniband/verbs.h',
    'pulse/pulseaudio.h',
  ],
  ...[
    'libv4l2.h',
    'libavcodec/avcodec.h',
    'libavutil/frame.h',
    'libelf.h',
    'bpf/libbpf.h',
    'netlink/netlink.h',
    'event2/event.h',
  ],
  ...['lzma.h', 'zstd.h', 'libudev.h', 'systemd/sd-bus.h', 'pci/pci.h', 'microhttpd.h', 'libevdev/libevdev.h', 'hwloc.h'],
];

describe('headers of real packages, as they are', function () {
  this.timeout(120_000);
  const own = ['', MULTIARCH, ...FOLDERS].map((folder) => join(UNPACKED, folder)).filter((folder) => existsSync(folder));
  const system = ['/usr/include', `/usr/include/${MULTIARCH}`, ...globSync(`/usr/lib/gcc/${MULTIARCH}/*/include`)];
  const seen = new Set<string>();

  for (const [what, headers] of [
    ['of glibc and the kernel', INSTALLED],
    ['of Debian packages', PACKAGED],
  ] as const) {
    describe(what, () => {
      for (const header of headers) {
        it(`${header}: every struct that both know is gcc's`, async function () {
          if (compilerOf(TARGET) === undefined) skipBecause(this, lackOf(TARGET));
          const folder = [...own, ...system].find((one) => existsSync(join(one, header)));
          if (folder === undefined) skipBecause(this, `${header} is not on this machine`);
          const [compared, wrong] = await compare(join(folder, header), [...own, ...system], own);
          for (const name of compared) seen.add(name);
          assert.deepEqual(wrong.slice(0, 3), [], `${wrong.length} differ`);
        });
      }
    });
  }

  describe('all of them', () => {
    it('have many structs', function () {
      if (seen.size === 0) skipBecause(this, 'no header was read');

      assert.ok(seen.size > 500, `${seen.size} structs were compared`);
    });
  });
});

/** Names of the structs that were compared, and what differs. */
async function compare(path: string, folders: readonly string[], own: readonly string[]): Promise<[string[], string[]]> {
  const place = { path, folders, within: folders };
  const { types } = parseDeclarations(readFileSync(path, 'utf8'), { target: TARGET, language: 'c', place });
  const flags = ['-g', '-gdwarf-5', '-fno-eliminate-unused-debug-types', ...own.flatMap((folder) => ['-I', folder])];
  const { byOffset, unit } = entriesOf(sectionsOf(await compile(TARGET, `#include "${path}"\n`, flags)));
  const shapes = debuggedShapes(byOffset, unit);
  const compared: string[] = [];
  const wrong: string[] = [];
  for (const type of types.filter(({ kind, origin }) => (kind === 'struct' || kind === 'union') && origin === 'source')) {
    const shape = shapes.get(type.name.replace(/^(struct|union) /, ''));
    if (shape === undefined) continue;
    compared.push(type.name);
    const known = shapeOf(type, TARGET.dialect);
    // gcc describes a transparent union that is a parameter's type without its members.
    const ours = shape.fields.length === 0 && type.kind === 'union' ? { ...known, fields: [] } : known;
    if (!isDeepStrictEqual(ours, shape)) wrong.push(difference(type, ours, shape));
  }
  return [compared, wrong];
}

function difference({ name }: TypeLayout, ours: Shape, gccs: Shape): string {
  return `${name}\n  ours ${JSON.stringify(ours)}\n  gcc  ${JSON.stringify(gccs)}`;
}
