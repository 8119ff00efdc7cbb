/** Texts that are nearly right. */

/** Words, numbers and marks that decide something for one of the readers. */
const DICTIONARY =
  `struct union enum class typedef using namespace template typename constexpr static const volatile unsigned signed
long short int char bool float double void _Bool _Atomic _Complex __int128 _Float16 alignas _Alignas sizeof alignof offsetof decltype
static_assert _Static_assert virtual public private protected final operator friend extern inline mutable auto std::array std::atomic
std::byte wchar_t char16_t uint64_t size_t pthread_mutex_t time_t __attribute__((packed)) __attribute__((aligned(16)))
__attribute__((aligned)) [[gnu::packed]] [[no_unique_address]] #define #undef #if #ifdef #else #elif #endif #include #pragma #error
defined __has_include __has_attribute #pragma pack(1) #pragma pack(push,2) #pragma pack(pop) ## # \\
{ } ( ) [ ] < > << >> :: : ; , . ... * & && || ! ~ + - / % ^ | = == != <= >= -> ? " ' \` @ $ /* */ // R"( )" \u00a0 “ ” ‘ ’ – \u0000
0 1 -1 2 3 7 8 31 32 33 63 64 65 127 128 255 256 4294967295 4294967296 9007199254740991 9007199254740992 18446744073709551615
18446744073709551616 0x7fffffffffffffff 0xffffffffffffffff 1e308 0x1p-1074 1ull 1'000 0b101 '\\x' '\\777' 08 0x
dtype np.dtype numpy align=True titles offsets itemsize formats names ('a','<i4') (2,3) '>f8' 'U4' 'O' '' struct.Struct( '<ciq' @ci0q
"name" "fields" "offset" "type" "count" "size" "bitWidth" "byteOrder" "big" {} [] null true 1e400 \\u0041 \\ud800`.split(/\s+/);

/** `random` gives numbers from 0 to 1; `other` is a text to take pieces of. */
export function mutate(source: string, other: string, random: () => number): string {
  let text = source;
  const below = (limit: number): number => Math.floor(random() * limit);
  const pieceOf = (from: string, longest: number): string => {
    const at = below(from.length + 1);
    return from.slice(at, at + below(Math.min(longest, from.length - at) + 1));
  };
  const word = (): string => DICTIONARY[below(DICTIONARY.length)] ?? ' ';
  /** Between two tokens, mostly. */
  const place = (): number => {
    const at = below(text.length + 1);
    const next = /[\s(){}[\],;:<>]/.exec(text.slice(at, at + 200));
    return random() < 0.8 && next ? at + next.index : at;
  };
  const put = (what: string, replaced = 0): void => {
    const at = place();
    text = `${text.slice(0, at)}${what}${text.slice(at + replaced)}`;
  };
  const changes: (() => void)[] = [
    () => put(` ${word()} `),
    () => put(word(), below(8)),
    () => put('', 1 + below(12)),
    () => put(pieceOf(text, 200)),
    () => put(pieceOf(other, 2000)),
    () => put(pieceOf(other, 200), below(200)),
    () => put(String.fromCodePoint(below(random() < 0.9 ? 0x250 : 0x1f700))),
    () => put(`${word()} `.repeat(1 + below(random() < 0.05 ? 20_000 : 40))),
    () => (text = text.slice(0, below(text.length + 1))),
    () => (text = text.slice(below(text.length + 1))),
    () => (text = text.replace(/\d+/g, (number) => (random() < 0.1 ? (NUMBERS[below(NUMBERS.length)] ?? number) : number))),
    () => (text = swapLines(text, below)),
    () => (text = wrapped(text, below(6))),
  ];
  for (let left = random() < 0.3 ? below(6) : 1; left > 0; left--) changes[below(changes.length)]?.();
  return text;
}

const NUMBERS = DICTIONARY.filter((word) => /^-?\d/.test(word));

function swapLines(text: string, below: (limit: number) => number): string {
  const lines = text.split('\n');
  const [a, b] = [below(lines.length), below(lines.length)];
  [lines[a], lines[b]] = [lines[b] ?? '', lines[a] ?? ''];
  return lines.join('\n');
}

/** As web pages and terminals give it. */
function wrapped(text: string, how: number): string {
  const lines = text.split('\n');
  if (how === 0) return lines.map((line, i) => `${i + 1}: ${line}`).join('\n');
  if (how === 1) return `\`\`\`c\n${text}\n\`\`\``;
  if (how === 2) return lines.map((line) => `+${line}`).join('\n');
  if (how === 3) return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  if (how === 4) return `x = np.dtype(${text})`;
  return text.replaceAll('\n', '\r\n');
}
