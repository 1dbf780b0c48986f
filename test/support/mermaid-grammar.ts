/** Not blank: letters, digits, blanks, inner `.`, `-` and `/`, and all else as decimal entities. */
const LABEL = /^(?! *$)(?:[A-Za-z0-9 ]|(?<=[A-Za-z0-9])[-./](?=[A-Za-z0-9])|#\d+;)*$/;
const NODE = /^(n\d+)(?:\["([^"]*)"\]|\(\["([^"]*)"\]\))$/;
const GROUP = /^subgraph (n\d+)\["([^"]*)"\]$/;
const EDGE = /^(n\d+) (?:---|-->|<-->|-\.->)(?:\|"([^"]*)"\|)? (n\d+)$/;
const STYLE = 'stroke:#[0-9a-f]{6},stroke-width:\\d+px(?:,stroke-dasharray:\\d+ \\d+)?';
const CLASS_DEFINITION = new RegExp(`^classDef ([a-z]+) ${STYLE}$`);
const CLASS = /^class (n\d+(?:,n\d+)*) ([a-z]+)$/;
const LINK_STYLE = new RegExp(`^linkStyle (\\d+(?:,\\d+)*) ${STYLE}$`);

/**
 * What would be wrong with a flowchart, by a grammar that is much narrower than Mermaid's own: every id is declared once and before
 * its use, boxes are closed and not empty, styles name what is there, and it stays below the limits of Mermaid's defaults.
 */
export function mermaidFaults(text: string): string[] {
  const [first, ...lines] = text.split('\n');
  const faults: string[] = first === 'flowchart LR' ? [] : [`begins with ${first}`];
  const ids = new Set<string>();
  const classes = new Set<string>();
  const open: { members: number }[] = [];
  let edges = 0;
  const declare = (id: string, line: string) => {
    if (ids.has(id)) faults.push(`declared twice: ${line}`);
    ids.add(id);
    for (const group of open) group.members += 1;
  };
  for (const full of lines) {
    const line = full.trimStart();
    if (/[^\x20-\x7e]/.test(line)) faults.push(`not plain ASCII: ${line}`);
    const [, group, ,] = GROUP.exec(line) ?? [];
    const node = NODE.exec(line);
    const edge = EDGE.exec(line);
    const styled = CLASS.exec(line);
    const linked = LINK_STYLE.exec(line);
    if (group !== undefined) {
      declare(group, line);
      open.push({ members: 0 });
    } else if (line === 'end') {
      const closed = open.pop();
      if (closed === undefined) faults.push('an end without a subgraph');
      else if (closed.members === 0) faults.push('an empty subgraph');
    } else if (node) {
      declare(node[1]!, line);
    } else if (edge) {
      edges += 1;
      for (const id of [edge[1]!, edge[3]!]) if (!ids.has(id)) faults.push(`not declared: ${line}`);
      if (edge[1] === edge[3]) faults.push(`leads to itself: ${line}`);
    } else if (CLASS_DEFINITION.test(line)) {
      classes.add(CLASS_DEFINITION.exec(line)![1]!);
    } else if (styled) {
      if (!classes.has(styled[2]!)) faults.push(`no such class: ${line}`);
      for (const id of styled[1]!.split(',')) if (!ids.has(id)) faults.push(`not declared: ${line}`);
    } else if (linked) {
      for (const at of linked[1]!.split(',')) if (Number(at) >= edges) faults.push(`no such edge: ${line}`);
    } else faults.push(`not understood: ${line}`);
    for (const [, label = ''] of line.matchAll(/"([^"]*)"/g)) if (!LABEL.test(label)) faults.push(`label: ${label}`);
  }
  if (open.length > 0) faults.push('a subgraph is open at the end');
  if (edges > 280) faults.push(`${edges} edges`);
  if (text.length > 50_000) faults.push(`${text.length} characters`);
  return faults;
}
