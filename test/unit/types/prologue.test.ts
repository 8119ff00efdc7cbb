import assert from 'node:assert/strict';
import { callTarget, endsWithCall, prologueOf } from '../../../src/types/debuginfo/process/prologue.ts';

const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'));

describe('the prologue of a function', () => {
  // As gcc 12 and clang 14 write them.
  const known: readonly (readonly [what: string, code: string, size: number, framePointer: boolean])[] = [
    ['with a frame pointer', '55 4889e5 4883ec20 897dec', 40, true],
    ['with marked branches', 'f30f1efa 55 4889e5 4883ec30', 56, true],
    ['that saves registers', '55 4889e5 4157 4156 53 4881ec18010000', 312, true],
    ['without a frame pointer', '4883ec28 897c240c', 40, false],
    ['that saves one register', '53 488b7e08', 8, false],
    ['that needs nothing', '31c0 c3', 0, false],
    ['that is cut off', '55 4889e5 4881ec18', 8, true],
    ['that makes no room, but gives some back', '4883ecf0', 0, false],
    ['of which nothing is known', '', 0, false],
  ];
  for (const [what, code, size, framePointer] of known)
    it(what, () => assert.deepEqual(prologueOf(bytes(code)), { size, framePointer }));
});

describe('a return address', () => {
  const calls: readonly (readonly [what: string, code: string])[] = [
    ['call', '90 90 90 e8 00010000'],
    ['call *%rax', '90 90 90 90 90 90 ff d0'],
    ['call *0x18(%rsp)', '90 90 90 90 ff 54 24 18'],
    ['call *8(%rax)', '90 90 90 90 90 ff 50 08'],
    ['call *x(%rip)', '90 90 ff 15 00010000'],
    ['call *0x100(%rsp)', '90 ff 94 24 00010000'],
  ];
  for (const [what, code] of calls) it(`is behind ${what}`, () => assert.ok(endsWithCall(bytes(code))));

  for (const [what, code] of [
    ['a jump', '90 90 90 90 90 90 ff e0'],
    ['no call', '90 90 90 90 90 90 90 90'],
    ['nothing', ''],
  ] as const)
    it(`is not behind ${what}`, () => assert.ok(!endsWithCall(bytes(code))));

  it('says where the call leads, forwards and backwards, where the call does', () => {
    assert.equal(callTarget(bytes('90 90 90 e8 00010000'), 0x2000), 0x2100);
    assert.equal(callTarget(bytes('90 90 90 e8 f0ffffff'), 0x2000), 0x1ff0);
    assert.equal(callTarget(bytes('90 90 90 90 90 90 ff d0'), 0x2000), undefined);
  });
});
