/**
 * Owns reading the JSON text of a JCS vector as I-JSON, which RFC 8785 asks for: a member that stands twice has no canonical form, and
 * `JSON.parse` would keep the last one silently. Only the conformance runner uses it; the product reads canonical bytes only.
 */

const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],:]/g;

/** The value of a JSON text. @throws SyntaxError for what is not JSON, and for a member that stands twice in one record */
export function parseDistinctJson(text: string): unknown {
  const value: unknown = JSON.parse(text);
  // One set of names for each open record, none for a list. JSON.parse has judged the syntax, so a text before a colon is a name.
  const open: (Set<string> | undefined)[] = [];
  let last = '';
  for (const [token] of text.matchAll(TOKEN)) {
    if (token === '{') open.push(new Set());
    else if (token === '[') open.push(undefined);
    else if (token === '}' || token === ']') open.pop();
    else if (token === ':') {
      const name = String(JSON.parse(last));
      const names = open.at(-1);
      if (names?.has(name)) throw new SyntaxError(`the member ${JSON.stringify(name)} stands twice`);
      names?.add(name);
    }
    last = token;
  }
  return value;
}
