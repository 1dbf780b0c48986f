import parse from 'parse-prometheus-text-format';

/** A sample as the format's page writes one; the parser forgives more. */
const SAMPLE =
  /^[a-zA-Z_:][\w:]*\{(?:[a-zA-Z_]\w*="(?:[^"\\\n]|\\[\\"n])*"(?:,(?=[a-zA-Z_])|(?=\})))*\} -?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/;
const COMMENT = /^# (?:HELP|TYPE) cn2_fleet_[a-z_]+ (?:[^\\\n]|\\[\\n])+$/;

export interface Read {
  /** As `name{label="value",…}` in the order of the text, values unescaped; to a number. */
  samples: Map<string, number>;
  types: Map<string, string>;
}

/** Metrics as a reader takes them in. Throws for what node_exporter would refuse: a bad line, a sample twice, a timestamp. */
export function readMetrics(text: string): Read {
  if (!text.endsWith('\n')) throw new Error('the last line has no end');
  for (const line of text.slice(0, -1).split('\n')) {
    if (!SAMPLE.test(line) && !COMMENT.test(line)) throw new Error(`not a line of the format: ${line}`);
  }
  const samples = new Map<string, number>();
  const types = new Map<string, string>();
  for (const { name, type, help, metrics } of parse(text)) {
    if (help === '' || types.has(name)) throw new Error(`without help, or in two groups: ${name}`);
    types.set(name, type);
    for (const { labels = {}, value, timestamp_ms: time } of metrics) {
      const key = `${name}{${Object.entries(labels)
        .map(([label, text]) => `${label}="${text}"`)
        .join()}}`;
      if (samples.has(key) || time !== undefined) throw new Error(`twice, or with a time: ${key}`);
      samples.set(key, Number(value));
    }
  }
  return { samples, types };
}
