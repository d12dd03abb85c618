import { describe, expect, it } from 'vitest';
import { parseOutputLine } from '../../../lambdas/reconcile/output-line.ts';

describe('an output line', () => {
  it('may carry Python literals, as the documentation prints them', () => {
    const text = '{"inputFile":"a.dcm","importResponse":{"imageSetId":"s","isPrimary": False,"imageSetVersion": None}}';
    expect(parseOutputLine({ kind: 'success', text })).toEqual({
      outcome: 'imported',
      key: 'a.dcm',
      imageSetId: 's',
      isPrimary: false,
      warnings: [],
    });
  });

  it('may name the file by its URI', () => {
    const text = '{"inputFile":"s3://bucket/batches/a.dcm","importResponse":{}}';
    expect(parseOutputLine({ kind: 'success', text })?.key).toBe('batches/a.dcm');
  });

  it.each(['', 'null', '[]', '{', '{"inputFile":""}', '{"inputFile":7}', '{"importResponse":{}}'])(
    'is no line when it is %j',
    (text) => {
      expect(parseOutputLine({ kind: 'success', text })).toBeUndefined();
    },
  );

  it('survives fields of another shape', () => {
    const text = '{"inputFile":"a","importResponse":{"imageSetId":7,"isPrimary":"yes","warnings":"none"}}';
    expect(parseOutputLine({ kind: 'warning', text })).toEqual({
      outcome: 'imported',
      key: 'a',
      imageSetId: undefined,
      isPrimary: undefined,
      warnings: ['OTHER'],
    });
  });

  it('keeps reasons short', () => {
    const text = JSON.stringify({ inputFile: 'a', exception: { exceptionType: 'E', message: 'x'.repeat(10_000) } });
    const line = parseOutputLine({ kind: 'failure', text });
    expect(line?.outcome === 'failed' && line.reason.length).toBe(500);
  });
});
