import { checkoutOf } from '../checkout/checkout.ts';
import { ownExtraFiles } from '../checkout/extra-files.ts';
import { loadDeclaration } from '../checkout/load.ts';
import type { Existing } from '../import/merge.ts';
import { UserError } from '../model/user-error.ts';
import type { Files } from '../ports/files.ts';
import { hasErrors } from '../rules/conditions.ts';
import { judgeDeclaration } from '../rules/judge.ts';
import type { Options } from './context.ts';

/** The declaration that what is found is added to. Throws UserError for one with errors: what it declares is not certain. */
export async function existingDeclaration(files: Files, options: Options): Promise<Existing> {
  const checkout = checkoutOf(files, options);
  const declaration = await loadDeclaration(checkout);
  const { fleet } = declaration;
  const text = await files.read(options.file);
  const findings = [...declaration.findings, ...judgeDeclaration(declaration)];
  if (fleet === undefined || text === undefined || hasErrors(findings))
    throw new UserError(
      `${options.shownFile} has errors: nothing can be added to it`,
      'run cn2-fleet validate, and correct what it finds first',
    );
  const extra = await ownExtraFiles(checkout, fleet, declaration.source);
  if (hasErrors(extra.findings)) throw new UserError(extra.findings[0]!.message, extra.findings[0]!.remedy);
  return { declaration, fleet, text, extraFiles: extra.files };
}
