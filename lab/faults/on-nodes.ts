import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeImageArchive } from '../cn2/image/image-archive.ts';
import { probeImage } from '../cn2/image/probe-image.ts';
import { importArchive } from '../kind/nodes.ts';
import { engine, onNode } from '../kind/provider.ts';
import type { ImageAct, PauseAct, RulesAct, UnitAct } from './fault.ts';
import type { Hands, Mechanism } from './hands.ts';

export const rules: Mechanism<RulesAct> = {
  async perform(act, { provider }) {
    await onNode(provider, act.node, ['nft', '-f', '-'], { input: tableText(act) });
  },
  async takeBack({ node, table }, { provider }) {
    await onNode(provider, node, ['nft', '-f', '-'], { input: without(table) });
  },
};

export const stop: Mechanism<UnitAct> = {
  async perform({ node, unit }, { provider }) {
    await onNode(provider, node, ['systemctl', 'stop', unit]);
  },
  async takeBack({ node, unit }, { provider }) {
    await onNode(provider, node, ['systemctl', 'start', unit]);
  },
};

export const pause: Mechanism<PauseAct> = {
  async perform({ node }, hands) {
    if (!(await isPaused(node, hands))) await engine(hands.provider, ['pause', node]);
  },
  async takeBack({ node }, hands) {
    if (await isPaused(node, hands)) await engine(hands.provider, ['unpause', node]);
  },
};

export const image: Mechanism<ImageAct> = {
  async perform({ node, image: name, instead }, hands) {
    await onNode(hands.provider, node, ['sh', '-ec', HIDE, 'hide', name, keptAs(name)]);
    if (instead === 'broken-ping') await importBroken(node, name, hands);
  },
  async takeBack({ node, image: name }, { provider }) {
    await onNode(provider, node, ['sh', '-ec', BRING_BACK, 'bring-back', name, keptAs(name)]);
  },
};

/** The table, deleted and made again, as `nft -f` reads it. */
export function tableText({ table, content }: RulesAct): string {
  return `${without(table)}table inet ${table} {\n${content}}\n`;
}

/** A table that is deleted whether it is there or not. */
export function without(table: string): string {
  return `add table inet ${table}\ndelete table inet ${table}\n`;
}

async function isPaused(node: string, { provider }: Hands): Promise<boolean> {
  const state = await engine(provider, ['container', 'inspect', '--format', '{{.State.Status}}', node]);
  return state.trim() === 'paused';
}

/** The store keeps an image as long as a name leads to it; this one is in no manifest. */
function keptAs(name: string): string {
  return `fault.local/${name}`;
}

const STORE = `images() { ctr --namespace=k8s.io images "$@"; }
has() { images ls -q | grep -qxF "$1"; }
`;
const HIDE = `${STORE}has "$2" || images tag "$1" "$2"
if has "$1"; then images rm "$1"; fi`;
const BRING_BACK = `${STORE}if has "$2"; then images tag --force "$2" "$1"; images rm "$2"; fi`;

/** What iputils says where it may open neither kind of socket. */
const BROKEN_PING = '#!/bin/sh\necho "ping: socket: Operation not permitted" >&2\nexit 2\n';

async function importBroken(node: string, name: string, { provider, folder }: Hands): Promise<void> {
  const whole = await probeImage([name]);
  const entries = whole.entries.map((entry) =>
    entry.path === 'usr/bin/ping' ? ({ kind: 'text', path: entry.path, mode: 0o755, text: BROKEN_PING } as const) : entry,
  );
  const archive = join(folder, `broken-ping-${node}.tar`);
  try {
    await writeImageArchive(archive, [{ ...whole, entries }]);
    await importArchive(provider, node, archive);
  } finally {
    await rm(archive, { force: true });
  }
}
