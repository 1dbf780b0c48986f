import { expect, test } from '@jest/globals';
import { containersConfText } from '../../../lab/kind/provider.ts';

const LIMITS = `Limit                     Soft Limit           Hard Limit           Units
Max processes             96364                96364                processes
Max open files            1024                 20000                files
`;

test("podman gets the host's hard limits, and no more processes than there are pids", () => {
  expect(containersConfText(LIMITS, 32768, true)).toBe(
    '[containers]\ndefault_ulimits = ["nofile=20000:20000", "nproc=32768:32768"]\n[engine]\nruntime = "runc"\n',
  );
});

test('unlimited stays within what the kernel can do, and cgroup v2 keeps the default runtime', () => {
  const unlimited = LIMITS.replaceAll(/\d{4,} {2}/g, 'unlimited  ');
  expect(containersConfText(unlimited, 4194304, false)).toBe(
    '[containers]\ndefault_ulimits = ["nofile=1048576:1048576", "nproc=4194304:4194304"]\n',
  );
});
