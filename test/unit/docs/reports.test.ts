import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { driftPrometheus } from '../../../src/report/prometheus/drift.ts';
import { smokePrometheus } from '../../../src/report/prometheus/smoke.ts';
import { VERDICTS } from '../../../src/report/smoke-matrix.ts';
import { readMetrics } from '../../support/prometheus-text.ts';
import { DRIFT, SMOKE } from '../../support/report-documents.ts';

const PAGE = readFileSync(new URL('../../../docs/reports.md', import.meta.url), 'utf8');
const blocks = (language: string) =>
  [...PAGE.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map(([, text]) => text!);
const SEEN = { change: 'repaired' as const, tcp: { result: 'connected' as const }, mtu: 1500 };
const CHANGED = { ...SMOKE, pairs: SMOKE.pairs.map((pair) => ({ ...pair, ...SEEN })) };
const PRINTED = readMetrics(smokePrometheus(CHANGED) + driftPrometheus({ ...DRIFT, findings: [] }));

test('the page names every metric that is printed, with its labels, and no other', () => {
  const path = /`\{path\}` is ([^.(]*)/
    .exec(PAGE)![1]!
    .match(/\w+/g)!
    .filter((word) => word !== 'and');
  const told = [...PAGE.matchAll(/(cn2_fleet_\w+)\{([\w,]+)\}`/g)].map(([, name, labels]) => [
    name!,
    labels!.split(',').flatMap((label) => (label === 'path' ? path : [label])),
  ]);
  const printed = [...PRINTED.samples.keys()].map((key) => [
    key.slice(0, key.indexOf('{')),
    [...key.matchAll(/(?<=[{,])(\w+)="/g)].map(([, label]) => label!),
  ]);
  const sorted = (entries: unknown[][]) => [...new Set(entries.map((entry) => JSON.stringify(entry)))].sort();
  expect(sorted(told)).toEqual(sorted(printed));
});

test('the page says what becomes of every verdict', () => {
  for (const verdict of VERDICTS) expect(PAGE).toMatch(new RegExp(`^\\|.*\`${verdict}\`.* \\|`, 'm'));
});

test('rules ask only for metrics that are printed', () => {
  const { groups } = parse(blocks('yaml').at(-1)!) as { groups: { rules: { expr: string }[] }[] };
  const asked = groups.flatMap(({ rules }) => rules).flatMap(({ expr }) => expr.match(/cn2_fleet_\w+/g) ?? []);
  expect(asked.filter((name) => !PRINTED.types.has(name))).toEqual([]);
  expect(asked.length).toBeGreaterThan(5);
});

test('the script puts whole files in place, also of a run that ends with a code, and keeps the last of a run that prints nothing', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cn2-fleet-metrics-'));
  try {
    const script = blocks('sh')
      .at(-1)!
      .replace(/^folder=.*$/m, `folder=${folder}/textfile`);
    const run = (body: string) => {
      writeFileSync(join(folder, 'cn2-fleet'), `#!/bin/sh\n${body}\n`);
      chmodSync(join(folder, 'cn2-fleet'), 0o755);
      execFileSync('sh', ['-e', '-c', script], { env: { PATH: `${folder}:${process.env['PATH']}` } });
      return readdirSync(join(folder, 'textfile')).map((name) => [name, readFileSync(join(folder, 'textfile', name), 'utf8')]);
    };
    mkdirSync(join(folder, 'textfile'));
    const there = [
      ['cn2-fleet-drift.prom', 'drift --format prometheus --quiet\n'],
      ['cn2-fleet-smoke.prom', 'smoke --format prometheus --quiet\n'],
    ];
    expect(run('echo "$@"; exit 9')).toEqual(there);
    expect(run('exit 1')).toEqual(there);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
