export type CommandName = 'notice' | 'warning' | 'error' | 'add-mask';

/**
 * A line that the runner obeys. The text stays one line and is data to the end: only `%` and line ends mean something in it
 * (actions/runner, ActionCommand).
 */
export function workflowCommand(name: CommandName, text: string): string {
  const data = text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
  return `::${name}::${data}\n`;
}
