/** What a change log says of a version, without its heading; empty: nothing. */
export function releaseNotes(changeLog: string, version: string): string {
  const sections = changeLog.split(/^## /m).slice(1);
  const section = sections.find((text) => text.split('\n', 1)[0]?.trim() === version);
  return section === undefined ? '' : section.slice(section.indexOf('\n') + 1).trim();
}
