import assert from 'node:assert/strict';
import { parseAnswers, queryText } from '../../../src/code/answers.ts';

const HEADER = '{"answers":1,"lack":""}\n';
const END = 'end 3000\n';
const said = (text: string) => parseAnswers([Buffer.from(text)], 1);

describe('what the helper says of code', () => {
  it('is asked for in lines', () => {
    const queries = [
      { kind: 'after-store', address: 0x1139n },
      { kind: 'return', address: 0xffff_ffff_ffff_ffffn },
      { kind: 'exact', address: 0n },
    ] as const;
    assert.equal(queryText(queries), 's 1139\nr ffffffffffffffff\nx 0\n');
  });

  it('is read', async () => {
    const line =
      '{"at":"1139","function":"ns::f","file":"/a.cc","line":3,"into":[["main","/b.cc",7],["","",0]],"step":["sp",16,-8,-16]}\n';
    assert.deepEqual(await said(HEADER + line + END), {
      answers: [
        {
          ...{ instruction: 0x1139n, function: 'ns::f', file: '/a.cc', line: 3 },
          inlinedInto: [{ function: 'main', file: '/b.cc', line: 7 }, {}],
          step: { cfa: 'sp', offset: 16, returnAt: -8, framePointerAt: -16 },
        },
      ],
    });
    const least = await said(`{"answers":1,"lack":"why"}\n{"at":"f","step":["bp",16,"lr"]}\n${END}`);
    assert.deepEqual(least, { answers: [{ instruction: 15n, step: { cfa: 'bp', offset: 16, returnAt: 'lr' } }], lack: 'why' });
  });

  for (const [what, text] of [
    ['is cut off', `${HEADER}{"at":"1"}\n`],
    ['answers too little', `{"answers":0,"lack":""}\n${END}`],
    ['has no address', `${HEADER}{"line":1}\n${END}`],
    ['has a strange address', `${HEADER}{"at":"0x1"}\n${END}`],
    ['has a line that is none', `${HEADER}{"at":"1","line":-1}\n${END}`],
    ['has a name that is none', `${HEADER}{"at":"1","function":7}\n${END}`],
    ['has no list of functions', `${HEADER}{"at":"1","into":{}}\n${END}`],
    ['has a step from nowhere', `${HEADER}{"at":"1","step":["ax",8,-8]}\n${END}`],
    ['has a step of text', `${HEADER}{"at":"1","step":["sp","8",-8]}\n${END}`],
    ['is no JSON', `${HEADER}at 1\n${END}`],
  ] as const)
    it(`is refused where it ${what}`, async () => {
      await assert.rejects(said(text), { code: 'EIO' });
    });
});
