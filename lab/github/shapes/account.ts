import type { Hub } from '../hub.ts';
import type { Account, App } from '../state/access.ts';
import { nodeId, type Schema } from './schema.ts';

export function accountShape(hub: Hub, account: Account): Schema<'simple-user'> {
  const api = `${hub.addresses.api}/users/${encodeURIComponent(account.login)}`;
  return {
    login: account.login,
    id: account.id,
    node_id: nodeId(account.type === 'Bot' ? 'BOT' : account.type === 'User' ? 'U' : 'O', account.id),
    avatar_url: `${hub.addresses.web}/avatars/u/${account.id}`,
    gravatar_id: '',
    url: api,
    html_url: accountPage(hub, account),
    followers_url: `${api}/followers`,
    following_url: `${api}/following{/other_user}`,
    gists_url: `${api}/gists{/gist_id}`,
    starred_url: `${api}/starred{/owner}{/repo}`,
    subscriptions_url: `${api}/subscriptions`,
    organizations_url: `${api}/orgs`,
    repos_url: `${api}/repos`,
    events_url: `${api}/events{/privacy}`,
    received_events_url: `${api}/received_events`,
    type: account.type,
    user_view_type: 'public',
    site_admin: false,
  };
}

function accountPage(hub: Hub, { login }: Account): string {
  return login.endsWith('[bot]') ? `${hub.addresses.web}/apps/${login.slice(0, -5)}` : `${hub.addresses.web}/${login}`;
}

/** What GET /user says of a person. */
export function ownAccountShape(hub: Hub, account: Account): Schema<'public-user'> {
  return {
    ...accountShape(hub, account),
    name: null,
    company: null,
    blog: '',
    location: null,
    email: null,
    hireable: null,
    bio: null,
    twitter_username: null,
    public_repos: 0,
    public_gists: 0,
    followers: 0,
    following: 0,
    created_at: '2020-01-01T00:00:00Z',
    updated_at: '2020-01-01T00:00:00Z',
  };
}

export function appShape(hub: Hub, app: App): NonNullable<Schema<'integration'>> {
  return {
    id: app.id,
    slug: app.slug,
    node_id: nodeId('A', app.id),
    owner: accountShape(hub, { id: 9919, login: 'github', type: 'Organization' }),
    name: app.name,
    description: '',
    external_url: 'https://help.github.com/en/actions',
    html_url: `${hub.addresses.web}/apps/${app.slug}`,
    created_at: '2018-07-30T09:30:17Z',
    updated_at: '2018-07-30T09:30:17Z',
    permissions: { checks: 'write', contents: 'write', deployments: 'write', issues: 'write', metadata: 'read' },
    events: [],
  };
}
