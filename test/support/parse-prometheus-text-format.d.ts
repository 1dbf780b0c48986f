declare module 'parse-prometheus-text-format' {
  interface Family {
    name: string;
    help: string;
    type: string;
    metrics: { value: string; labels?: Record<string, string>; timestamp_ms?: string }[];
  }

  /** Throws for a line that is not of the format. */
  export default function parse(text: string): Family[];
}
