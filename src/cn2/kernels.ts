import { releaseOf } from './releases.ts';

/**
 * The newest Linux series that there was when a release of CN2 came out (dates of both are public), rounded up. CN2 brings its vRouter
 * module built for single kernels; which, is in lists of the vendor's that are not part of any manifest. It has none for later series.
 */
const NEWEST_SERIES: Readonly<Record<string, readonly [major: number, minor: number]>> = {
  '22.1': [5, 17],
  '22.2': [5, 19],
  '22.3': [6, 0],
  '22.4': [6, 1],
  '23.1': [6, 3],
  '23.2': [6, 4],
  '23.3': [6, 6],
  '23.4': [6, 6],
};

/** Whether a kernel (`uname -r`) is of a series that came out after a CN2 version; undefined where either is not known. */
export function isLaterKernel(kernel: string, version: string): boolean | undefined {
  const [, major, minor] = /^(\d+)\.(\d+)(?:\D|$)/.exec(kernel) ?? [];
  const newest = NEWEST_SERIES[releaseOf(version) ?? ''];
  if (major === undefined || newest === undefined) return undefined;
  return Number(major) !== newest[0] ? Number(major) > newest[0] : Number(minor) > newest[1];
}

/** `5.15.0-91-generic` → `5.15` */
export function kernelSeries(kernel: string): string {
  return /^\d+\.\d+/.exec(kernel)?.[0] ?? kernel;
}
