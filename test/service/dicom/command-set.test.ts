import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CommandSet, commandElements } from '../../../service/dicom/dimse/command-elements.ts';
import { decodeCommandSet, encodeCommandSet } from '../../../service/dicom/dimse/command-set.ts';
import { PeerFault } from '../../../service/dicom/errors.ts';
import type { LeniencyKind } from '../../../service/dicom/pdu/leniency.ts';
import { bytesOfHex, hexFixture } from './hex-fixture.ts';

const uid = fc.array(fc.nat({ max: 9_999 }), { minLength: 1, maxLength: 8 }).map((components) => components.join('.'));
const text = fc.stringMatching(/^[!-~]([ -~]{0,14}[!-~])?$/);
const values = {
  UI: uid,
  AE: text,
  LO: text,
  US: fc.nat({ max: 0xffff }),
  AT: fc.array(fc.nat({ max: 0xffffffff }), { minLength: 1, maxLength: 4 }),
};
const commandSet = fc.record(
  Object.fromEntries(Object.entries(commandElements).map(([keyword, { vr }]) => [keyword, values[vr]])),
  { requiredKeys: [] },
) as fc.Arbitrary<CommandSet>;

function decode(bytes: Uint8Array): { command: CommandSet; leniencies: LeniencyKind[] } {
  const leniencies: LeniencyKind[] = [];
  return { command: decodeCommandSet(bytes, (kind) => leniencies.push(kind)), leniencies };
}

describe('command sets', () => {
  it('come back from their bytes as they were, without a leniency', () => {
    fc.assert(
      fc.property(commandSet, (original) => {
        expect(decode(encodeCommandSet(original))).toEqual({ command: original, leniencies: [] });
      }),
    );
  });

  it('of DCMTK decode and encode to the same bytes', () => {
    const bytes = hexFixture('store').subarray(12, 116);
    const { command, leniencies } = decode(bytes);
    expect(command).toEqual({
      affectedSopClassUid: '1.2.840.10008.5.1.4.1.1.7',
      commandField: 1,
      messageId: 1,
      priority: 0,
      commandDataSetType: 1,
      affectedSopInstanceUid: '2.25.1001',
    });
    expect(leniencies).toEqual([]);
    expect(encodeCommandSet(command)).toEqual(bytes);
  });

  it.each<[string, string, CommandSet, LeniencyKind[]]>([
    ['no group length', '00 00 10 01 02 00 00 00 07 00', { messageId: 7 }, ['command-group-length-missing']],
    [
      'a wrong group length',
      '00 00 00 00 04 00 00 00 63 00 00 00 00 00 10 01 02 00 00 00 07 00',
      { messageId: 7 },
      ['command-group-length-wrong'],
    ],
    [
      'elements out of order',
      '00 00 00 00 04 00 00 00 14 00 00 00 00 00 10 01 02 00 00 00 07 00 00 00 00 01 02 00 00 00 30 00',
      { messageId: 7, commandField: 0x30 },
      ['command-elements-unordered'],
    ],
    [
      'an odd UID',
      '00 00 00 00 04 00 00 00 0d 00 00 00 00 00 02 00 05 00 00 00 31 2e 32 2e 33',
      { affectedSopClassUid: '1.2.3' },
      ['command-value-odd'],
    ],
    [
      'a UID padded with spaces',
      '00 00 00 00 04 00 00 00 10 00 00 00 00 00 02 00 08 00 00 00 31 2e 32 2e 33 20 20 20',
      { affectedSopClassUid: '1.2.3' },
      ['uid-padding'],
    ],
    [
      'a leading zero in a UID',
      '00 00 00 00 04 00 00 00 0e 00 00 00 00 00 02 00 06 00 00 00 31 2e 30 32 2e 33',
      { affectedSopClassUid: '1.02.3' },
      ['uid-leading-zero'],
    ],
    ['an empty value as absent', '00 00 00 00 04 00 00 00 08 00 00 00 00 00 10 01 00 00 00 00', {}, []],
    ['an element it does not know', '00 00 00 00 04 00 00 00 0a 00 00 00 00 00 01 50 02 00 00 00 07 00', {}, []],
  ])('tolerates %s', (_, hex, command, leniencies) => {
    expect(decode(bytesOfHex(hex))).toEqual({ command, leniencies });
  });

  it.each([
    ['a cut header', '00 00 10 01 02 00'],
    ['a length beyond the end', '00 00 10 01 04 00 00 00 07 00'],
    ['a length of 4 GB', '00 00 10 01 fe ff ff ff 07 00'],
    ['another group', '08 00 10 01 02 00 00 00 07 00'],
    ['a US of 4 bytes', '00 00 10 01 04 00 00 00 07 00 00 00'],
  ])('refuses %s', (_, hex) => {
    expect(() => decode(bytesOfHex(hex))).toThrowError(expect.objectContaining({ code: 'COMMAND_MALFORMED' }));
  });

  it('are decoded, or refused with a PeerFault, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        try {
          decode(bytes);
        } catch (fault) {
          expect(fault).toBeInstanceOf(PeerFault);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
