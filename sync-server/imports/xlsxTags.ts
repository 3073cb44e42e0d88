/**
 * The XML of a workbook by its tags. Owns finding them in one pass, whatever the text is: it comes from anybody, and a pattern that looks
 * for an end from every beginning takes hours on a text made for it.
 */

/** The XML of every sheet, in the workbook's order. */
export function sheetsOf(parts: ReadonlyMap<string, Uint8Array>): readonly string[] {
  const targets = new Map<string, string>();
  for (const tag of tags(text(parts, 'xl/_rels/workbook.xml.rels'), 'Relationship'))
    targets.set(value(tag, 'Id'), value(tag, 'Target'));
  return [...tags(text(parts, 'xl/workbook.xml'), 'sheet')].map((tag) => {
    const target = targets.get(value(tag, 'r:id')) ?? '';
    return text(parts, target.startsWith('/') ? target.slice(1) : `xl/${target}`);
  });
}

export function text(parts: ReadonlyMap<string, Uint8Array>, name: string): string {
  const bytes = parts.get(name);
  return bytes === undefined ? '' : new TextDecoder().decode(bytes);
}

/** Opening tags of one name that have attributes. */
export function* tags(xml: string, name: string): Generator<string> {
  for (let from = xml.indexOf('<'); from >= 0; ) {
    const next = xml.indexOf('<', from + 1);
    const to = next < 0 ? xml.length : next;
    const named = nameAt(xml, from + 1, to, name);
    if (named >= 0 && /\s/.test(xml.charAt(named))) {
      const end = xml.indexOf('>', named);
      if (end < 0) return;
      // An attribute may hold what looks like the beginning of a tag.
      yield xml.slice(from, end + 1);
      from = end < to ? next : xml.indexOf('<', end);
    } else from = next;
  }
}

/** Where the name ends when a tag of it, with or without a prefix, begins here; else -1. */
function nameAt(xml: string, at: number, to: number, name: string): number {
  if (xml.startsWith(name, at)) return at + name.length;
  const colon = xml.slice(at, Math.min(to, at + 40)).indexOf(':');
  return colon > 0 && xml.startsWith(name, at + colon + 1) ? at + colon + 1 + name.length : -1;
}

export function value(tag: string, name: string): string {
  const found = new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1] ?? '';
  return found.replaceAll('&quot;', '"').replaceAll('&amp;', '&');
}
