import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTwin, type Twin } from '../../lab/github/twin.ts';
import { type OpenApiRecorder, recordOpenApi } from './github-openapi.ts';

/** A JSON answer of the twin; loose, because tests look into all kinds of them. */
export interface ApiAnswer {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: an answer of any shape
  body: any;
}

export type Api = (method: string, path: string, body?: object, headers?: Record<string, string>) => Promise<ApiAnswer>;

/** A client that does nothing by itself: no retries, no pages. */
export function apiOf(twin: Twin, token?: string): Api {
  return async (method, path, body, headers = {}) => {
    const response = await fetch(`${twin.apiUrl}${path}`, {
      method,
      headers: { ...(token === undefined ? {} : { authorization: `Bearer ${token}` }), ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: text === '' ? undefined : JSON.parse(text) };
  };
}

/** Milliseconds a hook may take that starts a twin: the description of the API may have to be fetched first. */
export const FIRST_START = 120_000;

export interface FleetTwin extends AsyncDisposable {
  twin: Twin;
  /** Of the kind of GITHUB_TOKEN, with all permissions. */
  token: string;
  api: Api;
  recorder: OpenApiRecorder;
  /** Ends it; rejects when anything that went over the wire was not as GitHub describes it. */
  end(): Promise<void>;
}

/** A twin with the repository acme/fleet, whose main has a declaration and two rendered files. */
export async function fleetTwin(): Promise<FleetTwin> {
  const twin = await startTwin();
  await twin.createRepository({
    owner: 'acme',
    name: 'fleet',
    files: { 'clusters.yaml': 'kind: Fleet\n', 'rendered/a.yaml': 'a: 1\n', 'rendered/b.yaml': 'b: 1\n' },
  });
  const token = twin.addToken();
  const recorder = await recordOpenApi(twin);
  const end = async () => {
    await twin[Symbol.asyncDispose]();
    recorder.assertValid();
  };
  return { twin, token, api: apiOf(twin, token), recorder, end, [Symbol.asyncDispose]: end };
}

export interface GitEnded {
  exitCode: number;
  /** Both streams. */
  output: string;
}

/** A folder for one clone, and git in it, as a person's machine has it. */
export async function workFolder(): Promise<{ path: string; git(...args: string[]): Promise<GitEnded> } & AsyncDisposable> {
  const path = await mkdtemp(join(tmpdir(), 'github-twin-clone-'));
  const env = {
    PATH: process.env.PATH,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_TERMINAL_PROMPT: '0',
    LC_ALL: 'C',
  };
  const identity = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.org'];
  return {
    path,
    git: (...args) =>
      new Promise((resolve) => {
        execFile('git', [...identity, ...args], { cwd: path, env }, (error, stdout, stderr) =>
          resolve({
            exitCode: typeof error?.code === 'number' ? error.code : error === null ? 0 : 128,
            output: `${stdout}${stderr}`,
          }),
        );
      }),
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }),
  };
}

/** Where git finds a repository of the twin, with a token as password. */
export function remoteOf(twin: Twin, name: string, token?: string): string {
  const url = token === undefined ? twin.url : twin.url.replace('http://', `http://x-access-token:${token}@`);
  return `${url}/${name}.git`;
}
