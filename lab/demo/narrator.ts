/** Says what the demo does: one line per step with its time, and on anything longer than three seconds what it is at. */
export interface Narrator {
  /** Runs a step; its line says how long it took. A step that throws ends the demo. */
  step<Result>(title: string, work: (progress: (text: string) => void) => Promise<Result>): Promise<Result>;
  /** Text of a command, indented below the step it belongs to. */
  show(text: string): void;
  title(text: string): void;
}

const SILENCE = 3000;

/** A narrator on a stream; times are wall time in seconds. */
export function narrator(stream: NodeJS.WriteStream): Narrator {
  const bold = (text: string) => (stream.isTTY ? `\x1b[1m${text}\x1b[0m` : text);
  return {
    async step(title, work) {
      const started = Date.now();
      let latest = '';
      let said = Date.now();
      const seconds = () => `${((Date.now() - started) / 1000).toFixed(1)} s`;
      const timer = setInterval(() => {
        if (Date.now() - said < SILENCE) return;
        said = Date.now();
        stream.write(`   … ${title}: ${latest || 'working'} (${seconds()})\n`);
      }, 500);
      try {
        const result = await work((text) => {
          latest = text;
        });
        stream.write(`${bold('✓')} ${title} (${seconds()})\n`);
        return result;
      } catch (error) {
        stream.write(`${bold('✗')} ${title} (${seconds()})\n`);
        throw error;
      } finally {
        clearInterval(timer);
      }
    },
    show(text) {
      for (const line of text.replace(/\n+$/, '').split('\n')) stream.write(`    ${line}\n`);
    },
    title(text) {
      stream.write(`\n${bold(text)}\n`);
    },
  };
}
