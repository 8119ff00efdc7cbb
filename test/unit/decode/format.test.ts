import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { isIPv6 } from 'node:net';
import type { TypeLayout } from '../../../api.d.ts';
import { ipv6Text, parseIpv4, parseIpv6, parseUuid } from '../../../src/decode/address.ts';
import { FORMATS, formatFor, formatPath, formatsOf, isFormatName, type FormatName } from '../../../src/decode/format.ts';
import { decodeAs, encodeAs, type Shown } from '../../../src/decode/formatted.ts';
import { offsetPointer, offsetPointerValue, rebase } from '../../../src/decode/pointer.ts';
import { durationText, parseDuration, parseTime, timeText, UNITS } from '../../../src/decode/time.ts';
import * as types from './layouts.ts';
import { array, layout } from './layouts.ts';

const UINT32 = layout('uint32_t', 'integer', 4, { signed: false });
const OFFSET_PTR = layout('boost::interprocess::offset_ptr<Node>', 'struct', 8, { fields: [] });

function options(littleEndian = true, offset = 0) {
  return { littleEndian, offset };
}

function shown(format: FormatName, type: TypeLayout, bytes: ArrayLike<number>, littleEndian = true, offset = 0): Shown {
  return decodeAs(format, new DataView(Uint8Array.from(bytes).buffer), 0, type, options(littleEndian, offset));
}

function encoded(format: FormatName, text: string, type: TypeLayout, littleEndian = true, offset = 0): number[] {
  return [...encodeAs(format, text, type, options(littleEndian, offset)).bytes];
}

function of64(value: bigint): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigInt64(0, BigInt.asIntN(64, value), true);
  return bytes;
}

/** A generator with a seed: what fails, fails again. */
function randoms(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => ((state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32) * limit;
}

describe('display formats', () => {
  it('give back the same bytes for what they show, in every format of every type', () => {
    const random = randoms(7);
    const all = [
      UINT32, types.INT, types.UINT64, types.INT64, types.UINT16, types.CHAR, types.DOUBLE, types.FLOAT, types.POINTER, types.SIDE,
      array(types.UINT8, 16), array(types.UINT8, 4), array(types.CHAR, 8), OFFSET_PTR, layout('struct in6_addr', 'struct', 16),
    ]; // prettier-ignore
    let checked = 0;
    for (const type of all) {
      for (const format of formatsOf(type)) {
        for (let round = 0; round < 200; round++) {
          const bytes = Uint8Array.from({ length: type.size }, () => Math.floor(random(256)));
          if (format === 'text') bytes.set([0], type.size - 1);
          if (format === 'text' || (type.kind === 'array' && format === 'default')) bytes.fill(0, bytes.indexOf(0));
          if (type.kind === 'array' && format === 'default' && !(type.element?.kind === 'char' && bytes.includes(0))) continue;
          if (type.kind === 'struct' && format === 'default') continue;
          const { text, note } = shown(format, type, bytes, true, 64);
          const isTime = /^(?:time|local|duration)-/.test(format);
          // A float's time is rounded, and a NaN has many bit patterns.
          if (note !== undefined || (type.kind === 'float' && isTime)) continue;
          assert.deepEqual(encoded(format, text, type, true, 64), [...bytes], `${type.name} as ${format}: ${text}`);
          checked += 1;
        }
      }
    }
    assert.ok(checked > 10_000, `${checked} values`);
  });

  it('are offered where they fit', () => {
    assert.deepEqual(formatsOf(array(UINT32, 4)), ['default']);
    assert.ok(formatsOf(array(types.UINT8, 16)).includes('uuid'));
    assert.ok(!formatsOf(array(types.UINT8, 15)).includes('uuid'));
    assert.ok(!formatsOf(types.UINT16).includes('time-s'));
    assert.ok(!formatsOf(UINT32, 12).includes('ipv4'));
    assert.equal(formatFor(UINT32, undefined, 'uuid'), 'default');
    assert.equal(formatFor(OFFSET_PTR, undefined, undefined), 'offset-pointer');
    assert.equal(formatPath('a[3].b[12][4].c'), 'a[].b[][].c');
    assert.ok(Object.keys(FORMATS).every(isFormatName));
    assert.ok(!isFormatName('toString'));
  });

  it('say what is a denormal, which NaN it is, and what no date can be', () => {
    const double = (value: bigint): Shown => shown('default', types.DOUBLE, of64(value));
    assert.deepEqual(double(1n), { value: 5e-324, text: '5e-324', note: 'denormal' });
    assert.equal(double(0x7ff0000000000001n).note, 'signalling 0x7ff0000000000001');
    assert.equal(double(0x7ff8000000000000n).note, 'quiet 0x7ff8000000000000');
    assert.deepEqual(double(0x7ff0000000000000n), { value: Infinity, text: 'inf' });
    assert.equal(shown('default', types.FLOAT, [1, 0, 0, 0]).note, 'denormal');
    assert.equal(shown('default', types.HALF, [1, 0]).note, 'denormal');
    assert.equal(shown('default', types.LONG_DOUBLE, [...of64(1n), ...of64(0n)]).note, 'denormal');
    assert.deepEqual(shown('time-s', types.INT64, of64(2n ** 62n)), {
      value: 2n ** 62n,
      text: (2n ** 62n).toString(),
      note: 'no date',
    });
  });

  it('show the same number in every way', () => {
    const bytes = [0x2a, 0, 0, 0];
    const texts = (
      ['decimal', 'hex', 'binary', 'octal', 'character', 'ipv4', 'ipv4-network', 'duration-s', 'time-s'] as const
    ).map((format) => shown(format, UINT32, bytes).text);
    assert.deepEqual(texts, [
      '42',
      '0x2a',
      '0b101010',
      '052',
      "'*' (42)",
      '0.0.0.42',
      '42.0.0.0',
      '42 s',
      '1970-01-01 00:00:42Z',
    ]);
    assert.equal(shown('ipv4', UINT32, bytes, false).text, '42.0.0.0');
    assert.equal(shown('float', UINT32, [0, 0, 0xc0, 0x3f]).text, '1.5');
    assert.equal(shown('hex', types.DOUBLE, of64(0x3ff0000000000000n)).text, '0x3ff0000000000000');
    assert.deepEqual(encoded('hex', '0x3ff0000000000000', types.DOUBLE), [...of64(0x3ff0000000000000n)]);
    assert.equal(
      shown('character', UINT32, [0x2f, 0x6f, 0, 0]).text,
      "'漢' (28463)".replace('漢', String.fromCodePoint(0x6f2f)).replace('28463', String(0x6f2f)),
    );
    assert.equal(shown('text', array(types.UINT8, 4), [0x68, 0x69, 0, 1]).text, '"hi"');
    assert.equal(shown('bytes', array(types.CHAR, 4), [0x68, 0x69, 0, 1]).text, '68 69 00 01');
  });

  it('say what cannot be typed in, and why', () => {
    const fails = (format: FormatName, text: string, type: TypeLayout, message: RegExp): void =>
      assert.throws(() => encoded(format, text, type), message, `${format} ${text}`);
    fails('time-s', 'yesterday', types.INT64, /Write a time/);
    fails('time-s', '2026-11-21 12:00:00.5Z', types.INT64, /finer than this field: it counts seconds/);
    fails('time-ns', '9999-01-01', types.INT64, /does not fit int64_t/);
    fails('ipv4', '1.2.3', UINT32, /IPv4/);
    fails('ipv4', '1.2.3.256', UINT32, /IPv4/);
    fails('uuid', 'f81d4fae', array(types.UINT8, 16), /UUID/);
    fails('bytes', '01 02 03', array(types.UINT8, 4), /3 bytes, and it takes 4/);
    fails('bytes', '0102030', array(types.UINT8, 4), /hexadecimal/);
    fails('duration-ms', '1 fortnight', types.INT64, /Write a duration/);
    assert.deepEqual(encoded('time-s', '42', types.INT64), [...of64(42n)], 'a number is taken as the plain type');
  });
});

describe('times', () => {
  it('are what Date says in UTC, and read back to the nanosecond', () => {
    const random = randoms(3);
    for (let round = 0; round < 2000; round++) {
      const ms = Math.round((random(2) - 1) * (round % 2 ? 8.64e15 : 4e12));
      const text = timeText(BigInt(ms) * UNITS.ms, 'ms', false);
      assert.equal(text, new Date(ms).toISOString().replace('T', ' '));
      const nanoseconds = BigInt(ms) * UNITS.ms + BigInt(Math.floor(random(1e6)));
      for (const local of [false, true]) {
        const exact = timeText(nanoseconds, 'ns', local);
        if (exact !== undefined) assert.equal(parseTime(exact, local), nanoseconds, exact);
      }
    }
  });

  it('are what date(1) says in another time zone', () => {
    const before = process.env['TZ'];
    try {
      for (const zone of ['America/St_Johns', 'Asia/Kolkata', 'Europe/Berlin', 'UTC']) {
        process.env['TZ'] = zone;
        for (const seconds of [0, 1_700_000_000, 1_784_600_000, 951_782_400]) {
          const expected = execFileSync('date', [`--date=@${seconds}`, '+%F %T%:z'], { env: { ...process.env, TZ: zone } });
          const text = timeText(BigInt(seconds) * UNITS.s, 's', true);
          assert.equal(text, expected.toString().trim(), zone);
          assert.equal(parseTime(text ?? '', true), BigInt(seconds) * UNITS.s);
          assert.equal(parseTime(text?.slice(0, 19) ?? '', true), BigInt(seconds) * UNITS.s, 'without a zone it is local');
        }
      }
    } finally {
      if (before === undefined) delete process.env['TZ'];
      else process.env['TZ'] = before;
    }
  });

  it('refuse days and hours that there are not', () => {
    for (const text of ['2026-02-29', '2026-13-01', '2026-01-01 24:00', '2026-01-01 10:60', '2026-1-1', '', 'now'])
      assert.equal(parseTime(text, false), undefined, text);
    assert.equal(parseTime('2024-02-29T00:00:00+02:00', false), parseTime('2024-02-28T22:00Z', false));
  });

  it('spans read back as they are shown', () => {
    assert.deepEqual(
      [0n, 999n, 1500n, -1_500_000n, 59_500_000_000n, 3_723_000_000_000n, 180_123_500_000_000n].map(durationText),
      ['0 s', '999 ns', '1.5 µs', '-1.5 ms', '59.5 s', '1:02:03', '2 d 02:02:03.5'],
    );
    assert.equal(parseDuration('2 h 30 min'), 9000n * UNITS.s);
    assert.equal(parseDuration('1.5us'), 1500n);
    assert.equal(parseDuration('0.5 ns'), undefined);
    const random = randoms(5);
    for (let round = 0; round < 3000; round++) {
      const value = BigInt(Math.floor((random(2) - 1) * 10 ** random(15))) * 10n ** BigInt(Math.floor(random(5)));
      assert.equal(parseDuration(durationText(value)), value, durationText(value));
    }
  });
});

describe('addresses', () => {
  it('of IPv6 are compressed as RFC 5952 says, and taken in every form', () => {
    const random = randoms(11);
    for (let round = 0; round < 3000; round++) {
      const bytes = Uint8Array.from({ length: 16 }, (_, at) => (random(1) < 0.6 ? 0 : (at * 37 + Math.floor(random(256))) & 255));
      const text = ipv6Text(bytes);
      assert.ok(isIPv6(text), text);
      assert.deepEqual(parseIpv6(text), bytes, text);
      // The URL standard compresses in the same way, but for mapped IPv4 addresses.
      if (!text.includes('.')) assert.equal(new URL(`http://[${text}]/`).hostname, `[${text}]`);
    }
    assert.equal(ipv6Text(Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 10, 0, 0, 1)), '::ffff:10.0.0.1');
    for (const text of ['1::2::3', '1:2:3:4:5:6:7', '1:2:3:4:5:6:7:8:9', '::12345', ':1', '1:2:3:4:5:6:7:', 'g::', '::1.2.3'])
      assert.equal(parseIpv6(text), undefined, text);
  });

  it('of IPv4 are four decimals and nothing else', () => {
    assert.deepEqual(parseIpv4('192.168.0.255'), Uint8Array.of(192, 168, 0, 255));
    for (const text of ['01.2.3.4', '1.2.3', '1.2.3.4.5', '1.2.3.-4', '1.2.3.']) assert.equal(parseIpv4(text), undefined, text);
  });

  it('UUIDs are what the system writes', () => {
    const uuid = randomUUID();
    const bytes = Buffer.from(uuid.replaceAll('-', ''), 'hex');
    assert.equal(shown('uuid', array(types.UINT8, 16), bytes).text, uuid);
    assert.deepEqual(parseUuid(`{${uuid.toUpperCase()}}`), Uint8Array.from(bytes));
    assert.equal(parseUuid(`${uuid}0`), undefined);
  });
});

describe('pointers', () => {
  it('of boost count from the pointer itself, and 1 is null', () => {
    assert.equal(offsetPointer(1n, 64), undefined);
    assert.equal(offsetPointer(0n, 64), 64n, 'it points to itself');
    assert.equal(offsetPointer(-64n, 64), 0n);
    assert.equal(offsetPointerValue(offsetPointer(-16n, 64), 64), -16n);
    assert.deepEqual(shown('offset-pointer', OFFSET_PTR, of64(1n), true, 64).text, 'null');
    assert.deepEqual(shown('offset-pointer', OFFSET_PTR, of64(-32n), true, 64).text, '+0x20');
    assert.deepEqual(encoded('offset-pointer', '+0x20', OFFSET_PTR, true, 64), [...of64(-32n)]);
    assert.deepEqual(encoded('offset-pointer', 'null', OFFSET_PTR, true, 64), [...of64(1n)]);
    assert.throws(() => encoded('offset-pointer', '0x41', OFFSET_PTR, true, 64), /means null/);
  });

  it('are rebased by every mapping that holds the address', () => {
    const at = (pid: number, address: bigint, offset: number) => ({ pid, process: 'p', address, length: 0x1000, offset });
    const mappings = [at(1, 0x7000n, 0), at(2, 0x7000n, 0), at(3, 0x6800n, 0x2000), at(4, 0x8000n, 0)];
    assert.deepEqual(rebase(0x7010n, mappings, 0x10000), [
      { offset: 0x10, by: ['p 1', 'p 2'] },
      { offset: 0x2810, by: ['p 3'] },
    ]);
    assert.deepEqual(rebase(0x7010n, mappings, 0x2000), [{ offset: 0x10, by: ['p 1', 'p 2'] }], 'past the end is nowhere');
    assert.deepEqual(rebase(0x9000n, mappings, 0x10000), []);
  });
});
