import { type ParsedFile, parseVendorFile } from './vendor-document.ts';

const PARSED = new WeakMap<Readonly<Record<string, string>>, Map<string, { text: string; parsed: ParsedFile }>>();

/** A file of a vendor's folder, parsed once however many ask for it: parsing is most of the work of a render. Not to be changed. */
export function parsedFile(vendorFiles: Readonly<Record<string, string>>, file: string): ParsedFile {
  const text = vendorFiles[file] ?? '';
  const files = PARSED.get(vendorFiles) ?? new Map<string, { text: string; parsed: ParsedFile }>();
  PARSED.set(vendorFiles, files);
  const known = files.get(file);
  if (known?.text === text) return known.parsed;
  const parsed = parseVendorFile(file, text);
  files.set(file, { text, parsed });
  return parsed;
}
