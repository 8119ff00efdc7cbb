/** The banner of locks that are in trouble: the first finding, and how many more there are. Pure. */
import type { LockInfo, LocksInfo } from '../../src/protocol/locking.ts';
import { plural } from '../format.ts';
import type { Banner } from './banners.ts';

export function lockBanners(locks: LocksInfo | undefined): readonly Banner[] {
  const [first, ...others] = (locks?.findings ?? []).filter(({ severity }) => severity === 'error');
  if (!first) return [];
  const more = others.length === 0 ? '' : ` And ${plural(others.length, 'finding')} more.`;
  return [{ level: 'warning', text: `${first.text}${more}`, tab: 'locks' }];
}

/** The lock that the banner is about, where it is one of this segment. */
export function troubledLock(locks: LocksInfo | undefined): LockInfo | undefined {
  const first = locks?.findings.find(({ severity }) => severity === 'error');
  const place = first?.locks.find(({ here }) => here);
  return place && locks?.locks.find(({ offset, path }) => offset === place.offset && path === place.path);
}
