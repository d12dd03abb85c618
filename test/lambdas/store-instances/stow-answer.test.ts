import { describe, expect, it } from 'vitest';
import { parseStowAnswer } from '../../../lambdas/store-instances/stow-answer.ts';

const ui = (uid: string) => ({ vr: 'UI', Value: [uid] });
const us = (...codes: number[]) => ({ vr: 'US', Value: codes });
const sq = (...items: object[]) => ({ vr: 'SQ', Value: items });
const parse = (answer: object) => parseStowAnswer(JSON.stringify(answer));

describe('the answer of STOW-RS', () => {
  it('names what was stored, with its warnings, and what was refused, with its reason', () => {
    const answer = parse({
      '00081199': sq(
        { '00081150': ui('1.2'), '00081155': ui('1.1') },
        { '00081155': ui('1.2'), '00081196': us(0xb120, 0xb006) },
        { '00081155': ui('1.3'), '00081196': us(0xbfff) },
      ),
      '00081198': sq({ '00081155': ui('1.4'), '00081197': us(0xc000) }, { '00081155': ui('1.5') }),
    });
    expect(answer.stored).toEqual([
      { sopInstanceUid: '1.1', warnings: [] },
      { sopInstanceUid: '1.2', warnings: ['UnsupportedTransferSyntax', 'ElementsDiscarded'] },
      { sopInstanceUid: '1.3', warnings: ['Other (0xBFFF)'] },
    ]);
    expect(answer.refused).toEqual([
      { sopInstanceUid: '1.4', failureReason: '0xC000' },
      { sopInstanceUid: '1.5', failureReason: 'none' },
    ]);
  });

  it('takes the SOP Instance UID from where AWS has it in its sample', () => {
    const { refused } = parse({ '00081198': sq({ '00080018': ui('1.4'), '00081197': us(0x0110) }) });
    expect(refused).toEqual([{ sopInstanceUid: '1.4', failureReason: '0x0110' }]);
  });

  it('has not stored what it also says was refused', () => {
    const item = { '00081155': ui('1.1') };
    expect(parse({ '00081199': sq(item), '00081198': sq(item) }).stored).toEqual([]);
  });

  it('names nothing when it cannot be read', () => {
    const nothing = { stored: [], refused: [] };
    for (const text of [
      '',
      '<html>',
      '[]',
      '{"00081199":7}',
      '{"00081199":{"Value":[7,{"00081155":{"Value":[7]}}]}}',
    ]) {
      expect(parseStowAnswer(text)).toEqual(nothing);
    }
  });
});
