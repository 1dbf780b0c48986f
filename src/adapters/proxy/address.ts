/** Whether this program can use a proxy: http and https. */
export function isHttpProxy(address: string): boolean {
  const url = URL.parse(address);
  return url !== null && (url.protocol === 'http:' || url.protocol === 'https:') && url.hostname !== '';
}

/** The secret parts of a proxy's address, in each form in which they are sent or written. */
export function secretsOfProxy(address: string): string[] {
  const { username = '', password = '' } = URL.parse(address) ?? {};
  if (username === '' && password === '') return [];
  return [password, decoded(password), basicLogin(username, password)].filter((secret) => secret !== '');
}

/** The login of a proxy as HTTP's basic authentication has it. */
export function basicLogin(username: string, password: string): string {
  return Buffer.from(`${decoded(username)}:${decoded(password)}`).toString('base64');
}

/** A percent sign that encodes nothing is taken literally. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
