/** `::` as the first thing of a line, whatever white space .NET trims before it. */
const COMMAND = /^((?:[^\S\r\n]|\u0085)*):(?=:)/gm;
/** The older form is obeyed anywhere in a line. */
const OLD_COMMAND = /##(?=\[)/g;

/**
 * Text in which the runner finds no command, whatever names are in it: it obeys lines that begin with `::name` and any line with
 * `##[name]`, on both streams (actions/runner, ActionCommand.TryParse and TryParseV2). A space parts the signs; a character without
 * width would not do, since the runner's comparison skips those.
 */
export function neutralise(text: string): string {
  return text.replace(COMMAND, '$1: ').replace(OLD_COMMAND, '## ');
}

/** The same for a JSON document, which stays the same document: only its strings can hold `##[`, and there a sign can be escaped. */
export function neutraliseJson(text: string): string {
  return text.replace(OLD_COMMAND, '#\\u0023');
}

/** Writes text without commands, also where a command comes in pieces. */
export function guardedWriter(write: (text: string) => void): (text: string) => void {
  let line = '';
  return (text) => {
    // What was written of this line has no command yet: the sign that would make one is always in what comes.
    const whole = neutralise(line + text);
    write(whole.slice(line.length));
    line = whole.slice(Math.max(whole.lastIndexOf('\n'), whole.lastIndexOf('\r')) + 1);
  };
}
