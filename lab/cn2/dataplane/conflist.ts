/** Name of the network configuration; the file name is the one CN2 installs. */
export const CONFLIST_FILE = '10-contrail.conflist';
export const CNI_PROGRAM = 'contrail-k8s-cni';

/** The socket on which the agent answers the CNI program, and the mark that the node's network is ready. */
export const AGENT_FOLDER = '/run/cn2-emulator';
export const AGENT_SOCKET = `${AGENT_FOLDER}/agent.sock`;
export const READY_FILE = `${AGENT_FOLDER}/ready`;

export const CNI_VERSION = '0.4.0';

/** The network configuration of a node. hostPort needs the portmap program, which every node image brings. */
export function conflist(): string {
  const plugins = [{ type: CNI_PROGRAM }, { type: 'portmap', capabilities: { portMappings: true } }];
  return `${JSON.stringify({ cniVersion: CNI_VERSION, name: CNI_PROGRAM, plugins }, null, 2)}\n`;
}

/** How long the program waits for the agent; the agent waits up to 60 s for the kubemanager's addresses. */
const ADD_SECONDS = 70;

/**
 * The CNI program: asks the agent on this node. Plain sh and curl, which are in every node image. A DEL always ends well,
 * else pods stay Terminating forever; the agent removes what is left over when it is back.
 */
export function cniProgram(): string {
  return `#!/bin/sh
# Written by the emulated CN2 vRouter. Asks its agent on this node.
case $CNI_COMMAND in
VERSION) echo '{"cniVersion":"${CNI_VERSION}","supportedVersions":["0.3.1","${CNI_VERSION}"]}'; exit 0 ;;
CHECK|STATUS|GC) exit 0 ;;
ADD) seconds=${ADD_SECONDS} ;;
*) seconds=5 ;;
esac
answer=$(curl -sS --max-time "$seconds" --unix-socket ${AGENT_SOCKET} \\
  -H "X-Cni-Command: $CNI_COMMAND" -H "X-Cni-Container: $CNI_CONTAINERID" -H "X-Cni-Netns: $CNI_NETNS" \\
  -H "X-Cni-Interface: $CNI_IFNAME" -H "X-Cni-Args: $CNI_ARGS" -H 'Content-Type: application/json' \\
  --data-binary @- -w '\\n%{http_code}' http://agent/cni 2>&1)
[ "$CNI_COMMAND" = DEL ] && exit 0
code=\${answer##*
}
body=\${answer%
*}
[ "$code" = 200 ] && { printf '%s' "$body"; exit 0; }
case $body in
'{'*) printf '%s' "$body" ;;
*) printf '{"cniVersion":"${CNI_VERSION}","code":11,"msg":"the vRouter agent does not answer: %s"}' "$(printf '%s' "$body" | tr -d '"\\\\\\n')" ;;
esac
exit 1
`;
}
