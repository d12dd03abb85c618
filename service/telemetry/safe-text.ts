/** Text that a peer had a say in, made fit for logs: printable ASCII, bounded, everything else escaped. */
export type SafeText = string & { readonly __safe: true };

/**
 * @param text anything a peer sent
 * @param maxCharacters the result is cut to this length, with `…` as its last character
 */
export function safeText(text: string, maxCharacters = 64): SafeText {
  if (isSafe(text, maxCharacters)) return text;
  let safe = '';
  for (const character of text.slice(0, maxCharacters + 1)) {
    const code = character.codePointAt(0) ?? 0;
    safe += code >= 0x20 && code < 0x7f && character !== '\\' ? character : `\\u{${code.toString(16)}}`;
  }
  return (safe.length > maxCharacters ? `${safe.slice(0, maxCharacters - 1)}…` : safe) as SafeText;
}

/** Almost all text is: nothing is to be made of it anew. */
const isSafe = (text: string, maxCharacters: number): text is SafeText =>
  text.length <= maxCharacters && /^[\x20-\x5b\x5d-\x7e]*$/.test(text);
