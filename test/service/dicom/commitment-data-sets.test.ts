import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeCommitmentRequest } from '../../../service/dicom/commitment/decode-request.ts';
import { encodeCommitmentReport, eventTypeOf } from '../../../service/dicom/commitment/encode-report.ts';
import { explicitLittle, implicitLittle } from './conversation.ts';
import { concat } from './hex-fixture.ts';

const u16 = (value: number) => [value & 0xff, value >>> 8];
const u32 = (value: number) => [...u16(value & 0xffff), ...u16(value >>> 16)];
const tagBytes = (tag: number) => [...u16(tag >>> 16), ...u16(tag & 0xffff)];
const ascii = (text: string) => [...text].map((character) => character.charCodeAt(0));

/** Elements as a peer might write them. */
class Writer {
  readonly #isExplicit: boolean;
  /** Sequences and items have their length, or are delimited. */
  readonly #isDelimited: boolean;

  constructor(transferSyntaxUid: string, isDelimited: boolean) {
    this.#isExplicit = transferSyntaxUid === explicitLittle;
    this.#isDelimited = isDelimited;
  }

  uid(tag: number, value: string): number[] {
    const padded = value.length % 2 === 0 ? ascii(value) : [...ascii(value), 0];
    const length = this.#isExplicit ? [...ascii('UI'), ...u16(padded.length)] : u32(padded.length);
    return [...tagBytes(tag), ...length, ...padded];
  }

  sequence(tag: number, items: readonly (readonly number[])[]): number[] {
    const content = items.flatMap((elements) => this.#sized(tagBytes(0xfffee000), elements, 0xfffee00d));
    const head = this.#isExplicit ? [...tagBytes(tag), ...ascii('SQ'), 0, 0] : tagBytes(tag);
    return this.#sized(head, content, 0xfffee0dd);
  }

  #sized(head: readonly number[], content: readonly number[], delimiter: number): number[] {
    return this.#isDelimited
      ? [...head, ...u32(0xffffffff), ...content, ...tagBytes(delimiter), ...u32(0)]
      : [...head, ...u32(content.length), ...content];
  }
}

interface Asked {
  readonly transactionUid: string;
  readonly references: readonly (readonly [string, string])[];
}

function requestBytes({ transactionUid, references }: Asked, syntax: string, isDelimited = false): Uint8Array {
  const writer = new Writer(syntax, isDelimited);
  const items = references.map(([sopClassUid, sopInstanceUid]) => [
    ...writer.uid(0x00081150, sopClassUid),
    ...writer.uid(0x00081155, sopInstanceUid),
  ]);
  const nested = writer.sequence(0x00081111, [writer.sequence(0x00081111, [writer.uid(0x00081195, '1.1')])]);
  return Uint8Array.from([...nested, ...writer.uid(0x00081195, transactionUid), ...writer.sequence(0x00081199, items)]);
}

const uid = fc.bigInt(1n, 10n ** 38n).map((value) => `2.25.${value}`);
const asked = fc.record({
  transactionUid: uid,
  references: fc.uniqueArray(fc.tuple(uid, uid), { minLength: 1, maxLength: 8, selector: ([, instance]) => instance }),
});
const syntax = fc.constantFrom(implicitLittle, explicitLittle);

describe('a request for commitment', () => {
  it('is read in either syntax, with lengths or delimiters, whatever else is in it', () => {
    fc.assert(
      fc.property(asked, syntax, fc.boolean(), (one, transferSyntaxUid, isDelimited) => {
        const bytes = requestBytes(one, transferSyntaxUid, isDelimited);
        expect(decodeCommitmentRequest(bytes, transferSyntaxUid, 8)).toEqual({
          request: {
            transactionUid: one.transactionUid,
            references: one.references.map(([sopClassUid, sopInstanceUid]) => ({ sopClassUid, sopInstanceUid })),
          },
        });
      }),
    );
  });

  it('is refused when it is cut short or altered, or read as something that is whole: it never throws', () => {
    fc.assert(
      fc.property(asked, syntax, fc.boolean(), fc.nat(), fc.nat(255), (one, syntaxUid, isDelimited, at, byte) => {
        const bytes = requestBytes(one, syntaxUid, isDelimited);
        const cut = decodeCommitmentRequest(bytes.subarray(0, at % bytes.length), syntaxUid, 8);
        // The sequence comes last: without its end there is no request.
        expect('refuse' in cut).toBe(true);
        bytes[at % bytes.length] = byte;
        decodeCommitmentRequest(bytes, syntaxUid, 8);
      }),
    );
  });

  const request = { transactionUid: '1.2', references: [['1.3', '1.4']] } as const;
  it.each([
    ['without Transaction UID', { ...request, transactionUid: '' }, 0x0115],
    ['with an ill formed Transaction UID', { ...request, transactionUid: '1.2/../3' }, 0x0115],
    ['without instances', { ...request, references: [] }, 0x0115],
    ['with an ill formed SOP Instance UID', { ...request, references: [['1.3', 'x']] }, 0x0115],
    ['without SOP Class UID', { ...request, references: [['', '1.4']] }, 0x0115],
    ['with too many instances', { ...request, references: [1, 2, 3].map((n) => ['1.3', `1.${n}`] as const) }, 0x0213],
  ] as const)('%s is refused', (_, wrong, status) => {
    expect(decodeCommitmentRequest(requestBytes(wrong, implicitLittle), implicitLittle, 2)).toMatchObject({
      refuse: { status },
    });
  });

  it('that names an instance twice asks for it once', () => {
    const twice = { ...request, references: [...request.references, ...request.references] };
    expect(decodeCommitmentRequest(requestBytes(twice, implicitLittle), implicitLittle, 1)).toMatchObject({
      request: { references: [{ sopInstanceUid: '1.4' }] },
    });
  });

  it('whose sequences are nested without end is refused', () => {
    const deep = Array.from({ length: 50 }, () => [...tagBytes(0x00081111), ...u32(0xffffffff)]).flat();
    expect(decodeCommitmentRequest(Uint8Array.from(deep), implicitLittle, 1)).toMatchObject({
      refuse: { status: 0x0110 },
    });
  });
});

describe('a report', () => {
  const committed = [{ sopClassUid: '1.3', sopInstanceUid: '1.4' }];
  const failed = [{ sopClassUid: '1.3', sopInstanceUid: '1.55', failureReason: 0x0112 }];

  it('has failed instances with their reason, then those that are committed', () => {
    const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
    const report = { transactionUid: '1.2', committed, failed };
    const reference = (instance: string) =>
      concat(...[`0800 5011 5549 0400 312e3300`, instance].map((text) => Buffer.from(text.replaceAll(' ', ''), 'hex')));
    const reason = Buffer.from('08009711555302001201', 'hex');
    const failedItem = concat(reference('0800 5511 5549 0400 312e3535'), reason);
    const item = reference('0800 5511 5549 0400 312e3400');
    expect(hex(encodeCommitmentReport(report, explicitLittle))).toBe(
      [
        '0800951155490400312e3200',
        '080098115351000000000000'.replace(/00000000$/, hex(Uint8Array.from(u32(failedItem.length + 8)))),
        `feff00e0${hex(Uint8Array.from(u32(failedItem.length)))}${hex(failedItem)}`,
        `080099115351 0000${hex(Uint8Array.from(u32(item.length + 8)))}`.replace(' ', ''),
        `feff00e0${hex(Uint8Array.from(u32(item.length)))}${hex(item)}`,
      ].join(''),
    );
    expect(eventTypeOf(report)).toBe(2);
  });

  it('of success alone leaves out the failed, and is event type 1', () => {
    const report = { transactionUid: '1.2', committed, failed: [] };
    expect(eventTypeOf(report)).toBe(1);
    // It has the shape of a request for the same instances.
    for (const transferSyntaxUid of [implicitLittle, explicitLittle]) {
      expect(decodeCommitmentRequest(encodeCommitmentReport(report, transferSyntaxUid), transferSyntaxUid, 1)).toEqual({
        request: { transactionUid: '1.2', references: committed },
      });
    }
  });
});
