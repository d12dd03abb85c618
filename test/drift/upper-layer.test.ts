import { expect, it } from 'vitest';
import { peerFaults } from '../../service/dicom/errors.ts';
import { type ActionName, actions } from '../../service/dicom/upper-layer/actions.ts';
import { events, type UpperLayerEvent } from '../../service/dicom/upper-layer/events.ts';
import { type State, states } from '../../service/dicom/upper-layer/states.ts';
import { type Cell, transitions } from '../../service/dicom/upper-layer/transitions.ts';

/** `npx vitest run test/drift -u` writes the file anew. */
const file = '../../docs/upper-layer.md';

const stateNames = Object.keys(states) as State[];
const eventNames = Object.keys(events) as UpperLayerEvent[];

const actionsOf = (cell: Cell): readonly ActionName[] => {
  if (typeof cell === 'string') return [cell];
  return 'impossible' in cell ? [] : [cell.acceptable, cell.otherwise];
};

/** One arrow for each pair of states, with the events that lead along it. */
function arrows(): readonly string[] {
  const labels = new Map<string, Set<string>>();
  for (const state of stateNames) {
    for (const event of eventNames) {
      for (const action of actionsOf(transitions[state][event])) {
        const arrow = `${states[state].tag} --> ${states[actions[action].next].tag}`;
        labels.set(arrow, (labels.get(arrow) ?? new Set()).add(events[event].tag));
      }
    }
  }
  return [...labels].map(([arrow, tags]) => `  ${arrow}: ${[...tags].join(' ')}`);
}

const cellText = (cell: Cell): string =>
  actionsOf(cell)
    .map((action) => `${actions[action].tag} ${states[actions[action].next].tag}`)
    .join(' / ');

function reference(): string {
  return `# Upper layer

The state machine of an association acceptor, as \`service/dicom/upper-layer\` runs it: PS3.8 9.2, tables 9-6 to 9-10.
This page is made from those tables.

\`\`\`mermaid
stateDiagram-v2
${stateNames.map((name) => `  ${states[name].tag}: ${states[name].tag} ${name.replaceAll('-', ' ')}`).join('\n')}
  [*] --> Sta1
${arrows().join('\n')}
\`\`\`

## States

| | state | meaning |
| --- | --- | --- |
${stateNames.map((name) => `| ${states[name].tag} | \`${name}\` | ${states[name].meaning} |`).join('\n')}

## Events and actions

Each cell names the action and the state that follows. An empty cell cannot occur.

| event | ${stateNames.map((name) => states[name].tag).join(' | ')} |
| --- | ${stateNames.map(() => '---').join(' | ')} |
${eventNames
  .map(
    (event) =>
      `| ${events[event].tag} ${events[event].meaning} | ${stateNames.map((state) => cellText(transitions[state][event])).join(' | ')} |`,
  )
  .join('\n')}

| action | meaning |
| --- | --- |
${Object.values(actions)
  .map(({ tag, meaning, next }) => `| ${tag} | ${meaning}; next ${states[next].tag} |`)
  .join('\n')}

## Faults of a peer

What ends an association because of the peer, and what the peer is told.

| code | what is wrong | clause | answer |
| --- | --- | --- | --- |
${Object.entries(peerFaults)
  .map(([code, { sentence, clause, answer }]) => {
    const told =
      answer.pdu === 'abort'
        ? `A-ABORT source ${answer.cause.source}, reason ${answer.cause.reason}`
        : `A-ASSOCIATE-RJ result ${answer.rejection.result}, source ${answer.rejection.source}, reason ${answer.rejection.reason}`;
    return `| \`${code}\` | ${sentence} | ${clause} | ${told} |`;
  })
  .join('\n')}
`;
}

it('docs/upper-layer.md says what the tables say', async () => {
  await expect(reference()).toMatchFileSnapshot(file);
});
