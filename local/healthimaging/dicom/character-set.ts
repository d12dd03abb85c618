/** Decodes the text of a data set according to its Specific Character Set (PS3.3 C.12.1.1.2). */
export type DecodeText = (bytes: Uint8Array) => string;

const decoderLabels: Readonly<Record<string, string>> = {
  'ISO_IR 100': 'iso-8859-1',
  'ISO_IR 101': 'iso-8859-2',
  'ISO_IR 109': 'iso-8859-3',
  'ISO_IR 110': 'iso-8859-4',
  'ISO_IR 144': 'iso-8859-5',
  'ISO_IR 127': 'iso-8859-6',
  'ISO_IR 126': 'iso-8859-7',
  'ISO_IR 138': 'iso-8859-8',
  'ISO_IR 148': 'windows-1254',
  'ISO_IR 203': 'iso-8859-15',
  'ISO_IR 166': 'windows-874',
  'ISO_IR 13': 'shift_jis',
  'ISO_IR 192': 'utf-8',
  GB18030: 'gb18030',
  GBK: 'gbk',
};

/** Escape sequences of PS3.3 Tables C.12-3 and C.12-4; JIS ones are left in place for the decoder to see. */
const escapes: readonly (readonly [sequence: string, label: string, keep?: boolean])[] = [
  ['\x1b(B', 'iso-8859-1'],
  ['\x1b-A', 'iso-8859-1'],
  ['\x1b-B', 'iso-8859-2'],
  ['\x1b-C', 'iso-8859-3'],
  ['\x1b-D', 'iso-8859-4'],
  ['\x1b-L', 'iso-8859-5'],
  ['\x1b-G', 'iso-8859-6'],
  ['\x1b-F', 'iso-8859-7'],
  ['\x1b-H', 'iso-8859-8'],
  ['\x1b-M', 'windows-1254'],
  ['\x1b-b', 'iso-8859-15'],
  ['\x1b-T', 'windows-874'],
  ['\x1b(J', 'shift_jis'],
  ['\x1b)I', 'shift_jis'],
  ['\x1b$B', 'iso-2022-jp', true],
  ['\x1b$(D', 'iso-2022-jp', true],
  ['\x1b$)C', 'euc-kr'],
  ['\x1b$)A', 'gbk'],
];

/** @param terms the values of (0008,0005); none means the default repertoire */
export function textDecoder(terms: readonly string[]): DecodeText {
  const initial = new TextDecoder(decoderLabels[(terms[0] ?? '').trim().replace('ISO 2022 IR', 'ISO_IR')] ?? 'latin1');
  if (!terms.some((term) => term.startsWith('ISO 2022'))) return (bytes) => initial.decode(bytes);
  return (bytes) => {
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
    const [first = '', ...escaped] = text.split('\x1b');
    return [first, ...escaped.map((segment) => `\x1b${segment}`)]
      .map((segment) => {
        const [sequence = '', label, keep] = escapes.find(([one]) => segment.startsWith(one)) ?? [];
        const decoder = label === undefined ? initial : new TextDecoder(label);
        return decoder.decode(Buffer.from(keep ? segment : segment.slice(sequence.length), 'latin1'));
      })
      .join('');
  };
}
