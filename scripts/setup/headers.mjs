import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { apt, canInstall } from '../lib/apt.mjs';
import { cache } from '../lib/paths.mjs';
import { run, step } from '../lib/steps.mjs';

/** Packages whose headers the tests read; they are unpacked, not installed. */
const packages = [
  ...['libpq-dev', 'postgresql-server-dev-15', 'libpython3.11-dev', 'libx11-dev', 'x11proto-dev', 'libxext-dev', 'zlib1g-dev'],
  ...['libssl-dev', 'libsqlite3-dev', 'libncurses-dev', 'libpng-dev', 'libjpeg62-turbo-dev', 'libxml2-dev', 'libexpat1-dev'],
  ...[
    'libpcap0.8-dev',
    'libusb-1.0-0-dev',
    'libasound2-dev',
    'libdrm-dev',
    'libcurl4-openssl-dev',
    'libglib2.0-dev',
    'libzmq3-dev',
  ],
  ...[
    'libuv1-dev',
    'libibverbs-dev',
    'libpulse-dev',
    'libv4l-dev',
    'libavcodec-dev',
    'libavutil-dev',
    'libfuse3-dev',
    'libelf-dev',
  ],
  ...['libbpf-dev', 'libnl-3-dev', 'libevent-dev', 'liblzma-dev', 'libzstd-dev', 'libudev-dev', 'libsystemd-dev', 'libpci-dev'],
  ...['libmicrohttpd-dev', 'libevdev-dev', 'libhwloc-dev'],
];

/** Unpacks into .cache/headers what can be had without asking; where it cannot, the tests that read it are skipped and say so. */
export async function unpackHeaders() {
  const root = join(cache, 'headers', 'root');
  if (existsSync(root) || !canInstall()) return;
  await step('Fetching the headers of Debian packages', () => unpack(root)).catch(() => {});
}

/** @param {string} root */
async function unpack(root) {
  const folder = join(cache, 'headers', 'packages');
  const half = `${root}-${process.pid}`;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  await apt('apt-update', 'update').catch(() => {}); // the lists that are there may do
  await download(folder, packages).catch(async () => {
    // Another release of Debian: what it does not have is left out.
    for (const name of packages) await download(folder, [name]).catch(() => {});
  });
  for (const file of readdirSync(folder))
    await run('headers', 'dpkg', ['-x', join(folder, file), half], { sentence: () => `${file} was not unpacked.` });
  rmSync(folder, { recursive: true, force: true });
  renameSync(half, root);
}

/** @param {string} cwd @param {readonly string[]} names */
function download(cwd, names) {
  return run('headers', 'apt-get', ['download', '-q', ...names], { cwd, sentence: () => 'apt-get download failed' });
}
