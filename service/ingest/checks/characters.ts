/** The longest that a character of these can be; of ISO 2022 sets, with what switches to them and back. */
const multiByte: readonly (readonly [set: RegExp, maxBytes: number])[] = [
  [/ISO_IR 192|GB18030/, 4],
  [/GBK/, 2],
  [/ISO 2022/, 8],
];

/**
 * The fewest characters that a value of so many bytes can have: the content is not looked at.
 * @param specificCharacterSet value of (0008,0005) (PS3.3 C.12.1.1.2), undefined for the default repertoire
 */
export function fewestCharacters(bytes: number, specificCharacterSet: string | undefined): number {
  const maxBytes = multiByte.find(([set]) => set.test(specificCharacterSet ?? ''))?.[1] ?? 1;
  return Math.ceil(bytes / maxBytes);
}
