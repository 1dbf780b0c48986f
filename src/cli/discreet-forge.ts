import type { Forge, KeptText } from '../ports/forge.ts';
import type { Redactor } from '../report/redactor.ts';

/**
 * The forge, to which no text goes with a secret in it: titles, bodies, descriptions, checks. Names, commits and marks are passed on as
 * they are, since things are found again by them; so are the files of a commit, which are rendered from files of the same repository and
 * from a plan without secrets.
 */
export function discreetForge(forge: Forge, secrets: Redactor): Forge {
  const footed = <Text extends { footer?: string }>(text: Text): Text => ({
    ...text,
    ...(text.footer === undefined ? {} : { footer: secrets.text(text.footer) }),
  });
  const kept = <Text extends KeptText>(text: Text): Text => footed({ ...text, body: secrets.text(text.body) });
  const titled = <Text extends { title: string }>(text: Text): Text => ({ ...text, title: secrets.text(text.title) });
  const described = <Text extends { description: string }>(text: Text): Text => ({
    ...text,
    description: secrets.text(text.description),
  });
  const own: Partial<Forge> = {
    commit: (commit) => forge.commit({ ...commit, message: secrets.text(commit.message) }),
    ensurePullRequest: (input) => forge.ensurePullRequest(titled(kept(input))),
    pullRequestChange: (input) => forge.pullRequestChange(titled(kept(input))),
    closePullRequest: (number, comment) => forge.closePullRequest(number, kept(comment)),
    ensureComment: (input) => forge.ensureComment(kept(input)),
    ensureCheck: (input) => forge.ensureCheck(footed({ ...input, output: secrets.document(input.output) })),
    ensureStatus: (input) => forge.ensureStatus(described(input)),
    ensureDeployment: (input) => forge.ensureDeployment(described(input)),
    ensureIssue: (input) => forge.ensureIssue(titled(kept(input))),
    ensureIssueClosed: (marker, comment) => forge.ensureIssueClosed(marker, kept(comment)),
  };
  return new Proxy(forge, {
    get(target, property) {
      const wrapped = own[property as keyof Forge];
      if (wrapped !== undefined) return wrapped;
      const member: unknown = Reflect.get(target, property, target);
      return typeof member === 'function' ? member.bind(target) : member;
    },
  });
}
