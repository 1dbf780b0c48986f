import { existsSync } from 'node:fs';

/** Of Debian, without a window (223 MB) or whole; of Google, where a host has that. */
const BROWSERS = ['/usr/bin/chromium-headless-shell', '/usr/bin/chromium', '/usr/bin/google-chrome'];

/** The browser of this host for tests of pages; undefined: it has none. */
export function browserPlace(): string | undefined {
  return BROWSERS.find((path) => existsSync(path));
}
