/** What a synthesis took and made. */
export interface SynthFigures {
  readonly edition: string;
  readonly seconds: number;
  readonly templateBytes: number;
  readonly resources: number;
  /** Bundled code of functions. */
  readonly assetBytes: number;
}

const BEGIN = '<!-- synth: written by `npm run synth:figures` -->';
const END = '<!-- end of synth -->';

/** The document with these figures in their place. */
export function withFigures(document: string, figures: readonly SynthFigures[], machine: string): string {
  const [before, rest] = document.split(BEGIN);
  const after = rest?.split(END)[1];
  if (before === undefined || after === undefined) throw new Error(`the document has no place for figures: ${BEGIN}`);
  return `${before}${BEGIN}\n\n${table(figures)}\n\n${machine}\n\n${END}${after}`;
}

export const table = (figures: readonly SynthFigures[]): string =>
  ['| edition | time | template | resources | code of the functions |', '| --- | --- | --- | --- | --- |']
    .concat(figures.map(row))
    .join('\n');

const row = ({ edition, seconds, templateBytes, resources, assetBytes }: SynthFigures): string =>
  `| \`${edition}\` | ${seconds.toFixed(1)} s | ${kilobytes(templateBytes)} | ${resources} | ${kilobytes(assetBytes)} |`;

/** CloudFormation takes templates of 1 MB at most from a bucket, and 500 resources. */
const kilobytes = (bytes: number): string => `${Math.round(bytes / 1_000).toLocaleString('en')} kB`;
