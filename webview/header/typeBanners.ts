/** The banners of the type: why it stands there unasked, who disagrees on it, what is wrong with it. Pure. */
import { formatHex, listed, plural } from '../format.ts';
import type { Store } from '../state/store.ts';
import type { Banner } from './banners.ts';

export function typeBanners({ type, types, problem }: Pick<Store, 'type' | 'types' | 'problem'>): readonly Banner[] {
  const banners: Banner[] = [];
  if (problem) {
    const { message, place, compiles } = problem;
    banners.push({
      level: 'error',
      text: type ? `What you see is the type as it was before: ${message}` : `The type cannot be shown: ${message}`,
      actions: [
        ...(place === undefined ? [] : [{ label: `Open ${place}`, request: 'openProblem' } as const]),
        ...(compiles ? [{ label: 'Ask the Compiler', request: 'compileType' } as const] : []),
      ],
    });
  }
  for (const { message, place } of types.notes)
    banners.push({
      level: 'warning',
      text: message,
      actions: place === undefined ? [] : [{ label: `Open ${place}`, request: 'openProblem', of: 'workspace' }],
    });
  for (const { name, sides, rows } of types.conflicts)
    banners.push({
      level: 'warning',
      text: `${listed(sides)} lay out ${name} differently: ${plural(rows.length, 'difference')}`,
      conflict: name,
    });
  if (type?.standing === 'suggested') {
    const place = type.offset ? ` at ${formatHex(type.offset)}` : '';
    banners.push({
      level: 'info',
      text: `${type.name}${place}, since ${type.why ?? 'it is the only one that is suggested.'}`,
      actions: [
        { label: 'Keep', request: 'keepType' },
        { label: 'Choose…', request: 'pickType' },
      ],
    });
  }
  return banners;
}
