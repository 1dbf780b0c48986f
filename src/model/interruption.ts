/** What a change interrupts while it is carried out, in the order in which a reader should see it. */
export const INTERRUPTIONS = ['replacement', 'vrouter', 'traffic', 'kubemanager', 'dns'] as const;
export type Interruption = (typeof INTERRUPTIONS)[number];
