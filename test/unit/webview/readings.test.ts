import assert from 'node:assert/strict';
import { parseIpv6, targetsOf } from '../../../webview/inspector/addresses.ts';
import { readAs, READINGS, type Context, type Reading } from '../../../webview/inspector/readings.ts';
import { parseTime, timeText } from '../../../webview/inspector/times.ts';

const little: Context = { littleEndian: true, width: 1 };
const big: Context = { littleEndian: false, width: 1 };
const by = (id: string): Reading => {
  const found = READINGS.find((reading) => reading.id === id);
  assert.ok(found, id);
  return found;
};
const read = (id: string, bytes: readonly number[], context = little): string | undefined =>
  readAs(by(id), Uint8Array.from(bytes), context);

describe('the readings of the inspector', () => {
  it('reads integers of either sign and byte order', () => {
    const bytes = [0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f];
    assert.equal(read('u8', bytes), '254');
    assert.equal(read('i8', bytes), '-2');
    assert.equal(read('u16', bytes, big), String(0xfeff));
    assert.equal(read('i64', bytes), String(2n ** 63n - 2n));
    assert.equal(read('u64', bytes.slice(0, 7)), undefined);
  });

  it('reads binary, octal and hex of as many bytes as are selected', () => {
    assert.equal(read('binary', [0b1010_0101]), '10100101');
    assert.equal(read('binary', [1, 2], { littleEndian: true, width: 2 }), '00000010 00000001');
    assert.equal(read('octal', [0o17]), '017');
    assert.equal(read('hex', [1, 2], { littleEndian: false, width: 2 }), '0102');
  });

  it('reads floats of every width', () => {
    assert.equal(read('f16', [0x00, 0x3c]), '1');
    assert.equal(read('bf16', [0x80, 0x3f]), '1');
    assert.equal(read('bf16', [0x49, 0x40]), '3.14');
    assert.equal(read('bf16', [0xc0, 0x7f]), 'nan');
    assert.equal(read('f32', [0, 0, 0x80, 0xff]), '-inf');
    assert.equal(read('f64', [0, 0, 0, 0, 0, 0, 0, 0x80]), '-0');
    assert.equal(read('f80', [0, 0, 0, 0, 0, 0, 0, 0x80, 0xff, 0x3f]), '1');
  });

  it('reads code points, and none out of half of one', () => {
    assert.equal(read('utf8', [0xe4, 0xb8, 0xad]), '中  U+4E2D');
    assert.equal(read('utf8', [0xe4, 0xb8]), undefined);
    assert.equal(read('utf16', [0x3d, 0xd8, 0x00, 0xde]), '😀  U+1F600');
    assert.equal(read('utf16', [0x3d, 0xd8]), undefined);
    assert.equal(read('utf8', [0x0a]), 'U+000A');
  });

  it('reads times of every unit, before 1970 too', () => {
    assert.equal(timeText(0n, 1), '1970-01-01 00:00:00 UTC');
    assert.equal(timeText(-1n, 1000), '1969-12-31 23:59:59.999 UTC');
    assert.equal(timeText(1_700_000_000_123_456_789n, 1_000_000_000), '2023-11-14 22:13:20.123456789 UTC');
    assert.equal(timeText(2n ** 62n, 1), undefined);
  });

  it('reads addresses and UUIDs in network order', () => {
    assert.equal(read('ipv4', [192, 168, 0, 1]), '192.168.0.1');
    assert.equal(read('ipv6', [0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]), 'fe80::1');
    assert.equal(read('ipv6', [0, 1, 0, 0, 0, 2, 0, 0, 0, 0, 0, 3, 0, 4, 0, 5]), '1:0:2::3:4:5');
    assert.equal(
      read(
        'uuid',
        Array.from({ length: 16 }, (_, i) => i * 17),
      ),
      '00112233-4455-6677-8899-aabbccddeeff',
    );
  });

  it('takes back every text that it shows, in both byte orders', () => {
    for (let round = 0; round < 60; round++) {
      const bytes = Uint8Array.from({ length: 16 }, (_, i) => (Math.imul(round * 16 + i + 1, 2654435761) >>> 11) & 255);
      for (const littleEndian of [true, false]) {
        for (const width of [1, 2, 4, 8]) {
          const context = { littleEndian, width };
          for (const reading of READINGS) {
            const text = readAs(reading, bytes, context);
            if (text === undefined || text === 'nan') continue;
            const again = reading.encode(text, context);
            assert.deepEqual([...again], [...bytes.subarray(0, again.length)], `${reading.id} ${text}`);
          }
        }
      }
    }
  });

  it('refuses what is no such value, with a sentence', () => {
    for (const [id, text] of [
      ['u8', '256'],
      ['i16', '40000'],
      ['binary', '102'],
      ['octal', '777'],
      ['bf16', '1e39'],
      ['f80', 'one'],
      ['utf8', 'ab'],
      ['utf16', 'U+D800'],
      ['time32', '2040-01-01'],
      ['time64', '2023-02-30'],
      ['ipv4', '1.2.3.256'],
      ['ipv6', '1::2::3'],
      ['uuid', '0011'],
      ['pointer', 'there'],
    ] as const)
      assert.throws(() => by(id).encode(text, little), /\w+ \w+/, `${id} ${text}`);
    assert.throws(() => parseIpv6('1:2:3'), /IPv6/);
    assert.equal(parseTime('2023-11-14 22:13:20.5', 1000), 1_700_000_000_500n);
  });

  it('says where a pointer leads by the mappers', () => {
    const mapper = { pid: 1, process: 'a', length: 0x1000, offset: 0x2000, protection: 'rw-', shared: true };
    const mappers = [
      { ...mapper, address: '0x7f0000000000' },
      { ...mapper, pid: 2, address: '0x7f0000000000' },
      { ...mapper, pid: 3, address: 'not one' },
    ];
    const found = targetsOf(0x7f00_0000_0010n, mappers);
    assert.deepEqual(
      found.map(({ offset, mapper }) => [offset, mapper.pid]),
      [[0x2010, 1]],
    );
    assert.deepEqual(targetsOf(0x7f00_0000_1000n, mappers), []);
    assert.deepEqual(targetsOf(0n, mappers), []);
  });
});
