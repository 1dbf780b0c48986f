import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';

/**
 * What the printed steps use of GitHub's own program gh, against the GitHub of GITHUB_API_URL: the same words, the same requests. Values
 * of secrets, which gh encrypts for GitHub alone, go into GH_VAULT, where whoever runs the workflows finds them.
 */
const { GITHUB_API_URL = '', GITHUB_SERVER_URL = '', GH_PERSONAL_TOKEN: token = '', GH_VAULT: vault = '' } = process.env;

type Fields = Record<string, unknown>;

async function request(method: string, path: string, body?: Fields): Promise<Fields> {
  const response = await fetch(`${GITHUB_API_URL}/${path}`, {
    method,
    headers: { authorization: `Bearer ${token}` },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const answer = text === '' ? {} : (JSON.parse(text) as Fields);
  if (!response.ok) throw new Error(`gh: ${method} ${path}: ${response.status} ${String(answer['message'])}`);
  return answer;
}

const git = (...words: string[]) => execFileSync('git', words, { encoding: 'utf8' }).trim();

/** owner/name of the remote origin. */
function here(): string {
  return git('remote', 'get-url', 'origin')
    .replace(`${GITHUB_SERVER_URL}/`, '')
    .replace(/\.git$/, '');
}

/** `a[b]=c` is a member of a member; -F reads true, false and numbers, -f takes all as text. */
function field(into: Fields, text: string, typed: boolean): void {
  const [, key = '', inner, value = ''] = /^([^=[]+)(?:\[(\w+)\])?=(.*)$/s.exec(text) ?? [];
  const read = typed && /^(true|false|\d+)$/.test(value) ? (JSON.parse(value) as unknown) : value;
  if (inner === undefined) into[key] = read;
  else into[key] = { ...(into[key] as Fields | undefined), [inner]: read };
}

async function api(words: readonly string[]): Promise<void> {
  const body: Fields = {};
  let [method, path] = ['GET', ''];
  for (let at = 0; at < words.length; at++) {
    const word = words[at]!;
    if (word === '--method') method = words[++at]!;
    else if (word === '-F' || word === '-f') field(body, words[++at]!, word === '-F');
    else path = word.replace('{owner}/{repo}', here());
  }
  await request(method, path, body);
}

async function setSecret([name = '', flag, environment = '']: readonly string[]): Promise<void> {
  const place = flag === '--env' ? `environments/${environment}` : 'actions';
  const { key_id } = await request('GET', `repos/${here()}/${place}/secrets/public-key`);
  const encrypted_value = Buffer.from('encrypted').toString('base64');
  await request('PUT', `repos/${here()}/${place}/secrets/${name}`, { encrypted_value, key_id });
  mkdirSync(vault, { recursive: true });
  writeFileSync(join(vault, name), readFileSync(0, 'utf8'));
}

async function createRepository(words: readonly string[]): Promise<void> {
  const folder = words[words.indexOf('--source') + 1]!;
  const top = git('-C', folder, 'rev-parse', '--show-toplevel');
  const made = await request('POST', 'user/repos', { name: basename(top), private: words.includes('--private') });
  git('remote', 'add', words[words.indexOf('--remote') + 1]!, `${GITHUB_SERVER_URL}/${String(made['full_name'])}.git`);
}

async function createPull(): Promise<void> {
  const repository = await request('GET', `repos/${here()}`);
  const head = git('branch', '--show-current');
  const title = git('log', '-1', '--format=%s');
  const made = await request('POST', `repos/${here()}/pulls`, { title, head, base: repository['default_branch'] });
  process.stdout.write(`${String(made['html_url'])}\n`);
}

const [first = '', second = '', ...others] = process.argv.slice(2);
const COMMANDS: Record<string, () => Promise<void> | void> = {
  'auth token': () => void process.stdout.write(`${token}\n`),
  'repo create': () => createRepository(others),
  'secret set': () => setSecret(others),
  'pr create': createPull,
};
await (first === 'api' ? api([second, ...others]) : COMMANDS[`${first} ${second}`]!());
