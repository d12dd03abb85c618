import { componentControls } from './component-controls.ts';
import { considerationControls } from './consideration-controls.ts';
import type { Control, ControlSection } from './control.ts';
import { customerControls } from './customer-controls.ts';

/** The whole control matrix. */
export const controlSections: readonly ControlSection[] = [
  componentControls,
  considerationControls,
  ...customerControls,
];

const BEGIN = '<!-- control matrix: written by `node cdk/security/main.ts` -->';
const END = '<!-- end of the control matrix -->';

/** The document with its matrix as the data has it. */
export function withMatrix(document: string): string {
  const [before, rest] = document.split(BEGIN);
  const after = rest?.split(END)[1];
  if (before === undefined || after === undefined)
    throw new Error(`the document has no place for the matrix: ${BEGIN}`);
  return `${before}${BEGIN}\n\n${controlSections.map(sectionText).join('\n')}\n${END}${after}`;
}

const sectionText = ({ title, controls }: ControlSection): string =>
  [
    `### ${title}`,
    '',
    '| subject | control | whose | done by | proven by |',
    '| --- | --- | --- | --- | --- |',
    ...controls.map(rowText),
    '',
  ].join('\n');

const rowText = ({ subject, control, owner, by, provenBy }: Control): string =>
  `| ${[
    subject,
    control,
    owner,
    by.map((path) => `\`${path}\``).join('<br>'),
    provenBy.map(({ file, test }) => `\`${file.replace('test/cdk/', '')}\`: ${test}`).join('<br>'),
  ].join(' | ')} |`;
