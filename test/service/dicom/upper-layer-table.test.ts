import { describe, expect, it } from 'vitest';
import { actions } from '../../../service/dicom/upper-layer/actions.ts';
import { events, type UpperLayerEvent } from '../../../service/dicom/upper-layer/events.ts';
import { UpperLayerMachine } from '../../../service/dicom/upper-layer/machine.ts';
import { type State, states } from '../../../service/dicom/upper-layer/states.ts';
import { transitions } from '../../../service/dicom/upper-layer/transitions.ts';

/** PS3.8 table 9-10, the columns of an acceptor, as printed; AR-8 and AE-6 with the next states an acceptor has. */
const printed = `
       Sta1   Sta2         Sta3   Sta6   Sta7   Sta8   Sta10  Sta12  Sta13
Evt1   -      -            -      -      -      -      -      -      -
Evt2   -      -            -      -      -      -      -      -      -
Evt3   -      AA-1>13      AA-8>13 AA-8>13 AA-8>13 AA-8>13 AA-8>13 AA-8>13 AA-6>13
Evt4   -      AA-1>13      AA-8>13 AA-8>13 AA-8>13 AA-8>13 AA-8>13 AA-8>13 AA-6>13
Evt5   AE-5>2 -            -      -      -      -      -      -      -
Evt6   -      AE-6>3|AE-6>13 AA-8>13 AA-8>13 AA-8>13 AA-8>13 AA-8>13 AA-8>13 AA-7>13
Evt7   -      -            AE-7>6 -      -      -      -      -      -
Evt8   -      -            AE-8>13 -     -      -      -      -      -
Evt9   -      -            -      DT-1>6 -      AR-7>8 -      -      -
Evt10  -      AA-1>13      AA-8>13 DT-2>6 AR-6>7 AA-8>13 AA-8>13 AA-8>13 AA-6>13
Evt11  -      -            -      AR-1>7 -      -      -      -      -
Evt12  -      AA-1>13      AA-8>13 AR-2>8 AR-8>10 AA-8>13 AA-8>13 AA-8>13 AA-6>13
Evt13  -      AA-1>13      AA-8>13 AA-8>13 AR-3>1 AA-8>13 AR-10>12 AA-8>13 AA-6>13
Evt14  -      -            -      -      -      AR-4>13 -     AR-4>13 -
Evt15  -      -            AA-1>13 AA-1>13 AA-1>13 AA-1>13 AA-1>13 AA-1>13 -
Evt16  -      AA-2>1       AA-3>1 AA-3>1 AA-3>1 AA-3>1 AA-3>1 AA-3>1 AA-2>1
Evt17  -      AA-5>1       AA-4>1 AA-4>1 AA-4>1 AA-4>1 AA-4>1 AA-4>1 AR-5>1
Evt18  -      AA-2>1       -      -      -      -      -      -      AA-2>1
Evt19  -      AA-1>13      AA-8>13 AA-8>13 AA-8>13 AA-8>13 AA-8>13 AA-8>13 AA-7>13
`;

const [header = [], ...rows] = printed
  .trim()
  .split('\n')
  .map((line) => line.trim().split(/\s+/));

const cells = rows.flatMap(([event = '', ...columns]) =>
  columns.map((expected, index) => ({ event, state: header[index] ?? '', expected })),
);

function byTag<Name extends string>(table: Record<Name, { readonly tag: string }>, tag: string): Name {
  const name = (Object.keys(table) as Name[]).find((key) => table[key].tag === tag);
  if (!name) throw new Error(`no ${tag}`);
  return name;
}

function inWords(name: keyof typeof actions): string {
  const { tag, next } = actions[name];
  return `${tag}>${states[next].tag.slice('Sta'.length)}`;
}

describe('the upper layer table', () => {
  it('has every event in every state', () => {
    expect(cells).toHaveLength(Object.keys(states).length * Object.keys(events).length);
    for (const row of Object.values(transitions)) expect(Object.keys(row)).toEqual(Object.keys(events));
  });

  it.each(cells)('is PS3.8 table 9-10 at $event in $state: $expected', ({ event, state, expected }) => {
    const cell = transitions[byTag<State>(states, state)][byTag<UpperLayerEvent>(events, event)];
    if (typeof cell === 'string') expect(inWords(cell)).toBe(expected);
    else if ('impossible' in cell) expect([expected, cell.impossible.length > 10]).toEqual(['-', true]);
    else expect(`${inWords(cell.acceptable)}|${inWords(cell.otherwise)}`).toBe(expected);
  });

  it('is what the machine moves by, and a blank cell moves nothing', () => {
    const machine = new UpperLayerMachine();
    expect(() => machine.raise('p-data-tf')).toThrowError('there is no transport connection');
    expect(machine.state).toBe('idle');
    expect(machine.raise('transport-opened')).toMatchObject({ name: 'startArtim', ending: undefined });
    expect(machine.raise('associate-rq', false)).toMatchObject({ name: 'refuseAssociate', ending: 'rejected' });
    expect(machine.raise('transport-closed')).toMatchObject({ name: 'finish', ending: undefined });
    expect(machine.state).toBe('idle');
  });
});
