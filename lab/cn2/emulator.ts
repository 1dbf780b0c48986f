import { basename } from 'node:path';
import { apiServer, controller, kubemanager, manager, type RoleContext } from './control/roles.ts';
import { writeCoreApiFiles } from './core-api/write-files.ts';
import { runAgent } from './dataplane/agent.ts';

/**
 * The one program of the emulated CN2 image: `node /app/emulator.mjs <role> [flags]`. The vendor's manifests name the programs
 * `/manager` and `etcd-cert-discover` themselves; small scripts under these names call the roles of the same name.
 */
const ROLES: Record<string, (context: RoleContext) => Promise<void>> = {
  manager,
  controller,
  kubemanager,
  apiserver: apiServer,
  'apiserver-files': () => writeCoreApiFiles(),
  'vrouter-agent': runAgent,
  // The emulated API server keeps its store to itself and needs no certificates for it.
  'etcd-cert-discover': async () => {},
};

/** The role and its flags: the program's own name where it is a role, else the first argument. */
export function roleOf(argv: string[]): { role: string; args: string[] } {
  const [, program = '', ...args] = argv;
  const name = basename(program);
  if (name in ROLES) return { role: name, args };
  return { role: args[0] ?? '', args: args.slice(1) };
}

async function main(): Promise<number> {
  const { role, args } = roleOf(process.argv);
  const run = ROLES[role];
  if (!run) {
    console.error(`unknown role ${JSON.stringify(role)}; known: ${Object.keys(ROLES).join(', ')}`);
    return 1;
  }
  const abort = new AbortController();
  for (const name of ['SIGTERM', 'SIGINT'] as const) process.once(name, () => abort.abort());
  const log = (line: string) => console.error(`${new Date().toISOString()} ${line}`);
  try {
    await run({ args, signal: abort.signal, log });
    return 0;
  } catch (error) {
    if (abort.signal.aborted) return 0;
    log(`${role}: ${error instanceof Error ? error.message : String(error)}`);
    return 1;
  }
}

if (import.meta.main || process.argv[1]?.endsWith('emulator.mjs')) process.exit(await main());
