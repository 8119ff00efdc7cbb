/** Layouts that are known, told by ShmScope and by the compiler where there is one. */
import assert from 'node:assert/strict';
import { isTarget } from '../../../../src/types/jobs.ts';
import { compilerOf } from '../compilers.ts';
import { judge, type Judged } from '../judge.ts';
import { shapeOf, type FieldShape } from '../shapes.ts';
import { makeService } from '../support.ts';

export interface Case {
  readonly what: string;
  /** 'gcc x86_64' */
  readonly by: string;
  readonly source: string;
  readonly layout: string;
}

export function checkLayouts(title: string, language: 'c' | 'c++', cases: readonly Case[]): void {
  describe(title, () => {
    const service = makeService();
    after(() => service.dispose());

    for (const { what, by, source, layout } of cases) {
      it(`${what} (${by})`, async () => {
        const [dialect, abi] = by.split(' ');
        const target = { abi, dialect, language };
        assert.ok(isTarget(target));
        const type = (await service.parse({ source, ...target })).at(-1);
        assert.ok(type);
        assert.equal(written({ ...shapeOf(type, target.dialect), alignment: type.alignment }), layout);
        if (compilerOf(target) === undefined) return;
        const [truth] = await judge(target, `${source}\n`, [type.name]);
        assert.equal(truth && written(truth), layout, 'the compiler says so');
      });
    }
  });
}

function written({ size, alignment, fields }: Judged): string {
  return `${size}/${alignment} ${fields.map(field).join(' ')}`;
}

function field({ name, place, bitWidth, inner }: FieldShape): string {
  const own = inner ? `{${inner.fields.map(field).join(' ')}}` : name;
  return `${own}@${place}${bitWidth === undefined ? '' : `:${bitWidth}`}`;
}
