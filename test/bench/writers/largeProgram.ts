/** A C++ program with more than 15 MB of .debug_info and the code that it is of. */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CHECKOUT } from '../../programs/build.ts';

const FOLDER = join(CHECKOUT, '.cache', 'debug', 'large-program');
const UNITS = 14;
const HEADERS = 'regex map unordered_map functional iostream sstream thread future algorithm random filesystem variant array';

const unit = (i: number): string => `${HEADERS.split(' ')
  .map((name) => `#include <${name}>`)
  .join('\n')}
namespace part${i} {
struct Key {
  int a;
  std::string b;
  bool operator<(const Key& o) const { return a < o.a || (a == o.a && b < o.b); }
};
template <int N>
struct Box {
  std::map<Key, std::vector<std::array<int, N>>> all;
  std::unordered_map<std::string, std::function<int(int)>> calls;
  int work(int n) {
    std::regex r("a+" + std::to_string(n));
    std::smatch m;
    std::string s(n, 'a');
    if (std::regex_search(s, m, r)) all[{n, s}].push_back({});
    calls[s] = [n, this](int k) { return k + n + (int)all.size(); };
    std::mt19937 g(n);
    std::vector<long> v(n);
    std::generate(v.begin(), v.end(), g);
    std::sort(v.begin(), v.end());
    std::ostringstream o;
    for (long x : v) o << x;
    auto f = std::async([&] { return o.str().size(); });
    std::variant<int, std::string, std::vector<long>> w = v;
    return std::visit([](auto& q) { return (int)sizeof q; }, w) + calls[s](n) + (int)f.get();
  }
};
int run(int n) {
  Box<${i + 1}> b;
  Box<${i + 40}> c;
  return b.work(n) + c.work(n) + (int)std::filesystem::path("/x").native().size();
}
}
`;

/** Compiled once, which takes a minute, and kept for the next time. */
export async function largeProgram(): Promise<string> {
  const program = join(FOLDER, 'program');
  if (existsSync(program)) return program;
  const half = `${FOLDER}-${process.pid}`;
  const run = (...words: string[]): Promise<unknown> => promisify(execFile)('g++', words, { cwd: half });
  mkdirSync(half, { recursive: true });
  try {
    const numbers = Array.from({ length: UNITS }, (_, i) => i);
    const waiting = numbers.map((i) => `unit${i}`);
    for (const i of numbers) writeFileSync(join(half, `unit${i}.cc`), unit(i));
    const calls = numbers.map((i) => `part${i}::run(count)`).join(' + ');
    const declared = numbers.map((i) => `namespace part${i} { int run(int); }`).join('\n');
    writeFileSync(join(half, 'main.cc'), `${declared}\nint main(int count, char**) { return ${calls}; }\n`);
    const worker = async (): Promise<void> => {
      for (let name = waiting.pop(); name !== undefined; name = waiting.pop())
        await run('-g', '-O1', '-std=c++20', '-c', `${name}.cc`);
    };
    await Promise.all(Array.from({ length: availableParallelism() }, worker));
    await run('-g', '-o', 'program', 'main.cc', ...numbers.map((i) => `unit${i}.o`), '-pthread');
    renameSync(half, FOLDER);
    return program;
  } finally {
    rmSync(half, { recursive: true, force: true });
  }
}
