import { join } from 'node:path';
import { type Daemon, startDaemon } from './daemon.ts';

/** Starts an etcd of one member on loopback ports; gives the process and the address that an API server is told. */
export function startEtcd(
  binary: string,
  folder: string,
  ports: { client: number; peer: number },
): { daemon: Daemon; url: string } {
  const url = `http://127.0.0.1:${ports.client}`;
  const peer = `http://127.0.0.1:${ports.peer}`;
  const daemon = startDaemon(
    'etcd',
    binary,
    [
      `--data-dir=${join(folder, 'etcd')}`,
      `--listen-client-urls=${url}`,
      `--advertise-client-urls=${url}`,
      `--listen-peer-urls=${peer}`,
      `--initial-advertise-peer-urls=${peer}`,
      `--initial-cluster=default=${peer}`,
      '--unsafe-no-fsync',
      '--log-level=error',
    ],
    join(folder, 'etcd.log'),
  );
  return { daemon, url };
}
