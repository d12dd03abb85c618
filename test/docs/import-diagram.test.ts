import { expect, it } from 'vitest';
import { renderDefinition } from '../../cdk/pipeline/render-definition.ts';
import { blockOf, pageOf } from './pages.ts';

it('the diagram of the import has the states of the state machine', () => {
  const diagram = blockOf(pageOf('docs/architecture.md'), 'mermaid', 'Register -->');
  const drawn = new Set(diagram.match(/\b[A-Z][A-Za-z]+\b/g)?.filter((word) => word !== 'TD'));
  expect([...drawn].sort()).toEqual(Object.keys(renderDefinition().States).sort());
});
