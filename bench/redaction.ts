/** Measures what redaction costs a run: `node bench/redaction.ts`. Nothing is compiled again with a line of progress. */
import { randomBytes } from 'node:crypto';
import { Redactor } from '../src/report/redactor.ts';
import { revealCredential } from '../src/report/secret-values.ts';

const LINES = 10_000;
const CLUSTERS = 20;
const line = {
  type: 'step',
  key: 'cluster1/90-routers',
  cluster: 'cluster1',
  stage: '90-routers',
  text: 'update VirtualNetworkRouter x/y',
};

const kubeconfigs = Array.from({ length: CLUSTERS }, () => {
  const key = `-----BEGIN RSA PRIVATE KEY-----\n${randomBytes(1200).toString('base64').replace(/.{64}/g, '$&\n')}\n-----END RSA PRIVATE KEY-----\n`;
  return `users: [{name: u, user: {token: ${randomBytes(400).toString('base64url')}, client-key-data: ${Buffer.from(key).toString('base64')}}}]\n`;
});

const redactor = new Redactor();
let started = performance.now();
for (const kubeconfig of kubeconfigs) revealCredential(redactor, kubeconfig);
const learned = performance.now() - started;
const { forms } = redactor;

started = performance.now();
for (let each = 0; each < LINES; each++) redactor.document(line);
const told = performance.now() - started;

const megabyte = JSON.stringify(Array.from({ length: 5_000 }, () => line));
started = performance.now();
redactor.text(megabyte);
const scanned = performance.now() - started;

process.stdout.write(
  [
    `${CLUSTERS} kubeconfigs learned in ${learned.toFixed(0)} ms, ${forms} texts looked for (${redactor.forms} after all lines)`,
    `a line of progress: ${((told / LINES) * 1000).toFixed(1)} µs; a text of ${(megabyte.length / 1e6).toFixed(1)} MB: ${scanned.toFixed(0)} ms`,
    '',
  ].join('\n'),
);
