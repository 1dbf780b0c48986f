import { printable } from '../printable.ts';

export interface Sample {
  labels: Readonly<Record<string, string>>;
  value: number | boolean;
}

/** A gauge. Its names and its help are written in this program; values of labels may be anything. */
export interface Metric {
  name: string;
  /** One line. */
  help: string;
  samples: readonly Sample[];
}

/** Metrics in the text format of Prometheus, version 0.0.4, without timestamps: a textfile collector takes no others. */
export function exposition(metrics: readonly Metric[]): string {
  return metrics
    .flatMap(({ name, help, samples }) => [
      `# HELP ${name} ${help}`,
      `# TYPE ${name} gauge`,
      ...samples.map(({ labels, value }) => `${name}{${labelsText(labels)}} ${Number(value)}`),
    ])
    .map((line) => `${line}\n`)
    .join('');
}

function labelsText(labels: Sample['labels']): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}="${escaped(value)}"`)
    .join(',');
}

/** The format knows three escapes. A line break is none of them here: it is shown as one, as in every other report. */
function escaped(value: string): string {
  return printable(value).replaceAll('\\', '\\\\').replaceAll('"', '\\"');
}
