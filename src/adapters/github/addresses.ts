/** Address of the GraphQL API that belongs to a REST API. */
export function graphqlUrlOf(apiUrl: string): string {
  const base = apiUrl.replace(/\/+$/, '');
  return base.endsWith('/api/v3') ? `${base.slice(0, -'/v3'.length)}/graphql` : `${base}/graphql`;
}

/** Address of the pages for people that belong to an API: github.com, SUBDOMAIN.ghe.com, or the host of a GitHub Enterprise Server. */
export function webUrlOf(apiUrl: string): string {
  const { protocol, host } = new URL(apiUrl);
  return `${protocol}//${isGithubCloud(apiUrl) ? host.replace(/^api\./, '') : host}`;
}

/** True for GitHub's own service, false for a GitHub Enterprise Server. */
export function isGithubCloud(apiUrl: string): boolean {
  const { host } = new URL(apiUrl);
  return host === 'api.github.com' || (host.startsWith('api.') && host.endsWith('.ghe.com'));
}

/** Address of the REST API of a server, as a workflow names it in GITHUB_SERVER_URL. */
export function apiUrlOf(serverUrl: string): string {
  const { host } = new URL(serverUrl);
  const cloud = host === 'github.com' || host.endsWith('.ghe.com');
  // Whatever a remote says, a token is never sent to GitHub unencrypted.
  return cloud ? `https://api.${host}` : `${serverUrl.replace(/\/+$/, '')}/api/v3`;
}
