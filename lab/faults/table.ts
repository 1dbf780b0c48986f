import type { Fault } from './fault.ts';
import { IMAGE_FAULTS } from './images.ts';
import { NODE_FAULTS } from './nodes.ts';
import { OBJECT_FAULTS } from './objects.ts';
import { PACKET_FAULTS } from './packets.ts';

/** Every fault that the lab can make. */
export const FAULTS: readonly Fault[] = [...PACKET_FAULTS, ...OBJECT_FAULTS, ...IMAGE_FAULTS, ...NODE_FAULTS];
