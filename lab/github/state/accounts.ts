import type { Account, App } from './access.ts';
import type { State } from './model.ts';

/** The App behind GITHUB_TOKEN, with its ids on github.com. */
export const ACTIONS_APP: App = { id: 15368, slug: 'github-actions', name: 'GitHub Actions' };

/** Accounts that github.com has and whose ids are visible in commits and comments there. */
const KNOWN: readonly Account[] = [
  { id: 41898282, login: 'github-actions[bot]', type: 'Bot' },
  { id: 19864447, login: 'web-flow', type: 'User' },
];

/** The account of a login; made on first use. */
export function accountOf(state: State, login: string, type?: Account['type']): Account {
  const there = state.accounts.find((account) => account.login.toLowerCase() === login.toLowerCase());
  if (there !== undefined) return there;
  const known = KNOWN.find((account) => account.login === login);
  const account = known ?? { id: state.nextId++, login, type: type ?? (login.endsWith('[bot]') ? 'Bot' : 'User') };
  state.accounts.push({ ...account });
  return account;
}

/** Who is known here may read everything; whoever nobody knows has no access. */
export function hasAccess({ state }: { state: State }, login: string): boolean {
  return state.accounts.some((account) => account.login.toLowerCase() === login.toLowerCase());
}

/** The address that GitHub puts in commits made through its API. */
export function noReplyAddress(account: Account): string {
  return `${account.id}+${account.login}@users.noreply.github.com`;
}

/** The account that a commit's address belongs to, as GitHub finds it. */
export function accountOfAddress(state: State, email: string): Account | undefined {
  if (email === 'noreply@github.com') return accountOf(state, 'web-flow');
  const login = /^(?:\d+\+)?([^@]+)@users\.noreply\.github\.com$/.exec(email)?.[1];
  if (login === undefined) return undefined;
  return state.accounts.find((account) => account.login === login);
}
