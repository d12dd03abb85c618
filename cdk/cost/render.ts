import { type Customer, customers } from './customers.ts';
import { batched, billOf, type Design, perObject, startDays, sumOf } from './model.ts';
import { prices, pricesOf } from './prices.ts';

const designs: readonly Design[] = [batched, perObject];

/** docs/cost.md, whole. */
export const costDocument = (): string => `# What it costs on AWS

Written by \`node cdk/cost/main.ts\` from the prices, customers and counts in \`cdk/cost/\`: change them there. Prices are of
${pricesOf.region}, ${pricesOf.date} (${pricesOf.source}). Storage is not in the sums, since every design stores the same: a GB in
S3 Standard is $${prices.s3GbMonth.usd} a month; HealthImaging's storage is by its own price list. Neither are traffic from
outside of AWS (free inward), VPN or Direct Connect, and what people cost.

## A million instances

US dollars for each million instances received, imported and proven, and how long HealthImaging takes to be told of a
month's jobs at its quota of one start a second.

${table(
  ['customer', 'instances a month', ...designs.flatMap(({ name }) => [name, `${name}: days to start`])],
  customers.map((customer) => [
    customer.name,
    customer.instancesPerMonth.toLocaleString('en-US'),
    ...designs.flatMap((design) => [
      dollars((sumOf(billOf(customer, design)) / customer.instancesPerMonth) * 1_000_000),
      startDays(customer, design).toFixed(2),
    ]),
  ]),
)}

A month has 30 days: where more are needed to start a month's jobs, the design never catches up.

${customers.map(section).join('\n')}
## Assumptions

${table(
  ['customer', 'KB an instance', 'instances an association', 'instances a batch', 'tasks'],
  customers.map((customer) => [
    customer.name,
    String(customer.bytesPerInstance / 1_000),
    String(customer.instancesPerAssociation),
    String(customer.instancesPerBatch),
    String(customer.tasks),
  ]),
)}

${table(
  ['price', 'US dollars', 'for each'],
  Object.entries(prices).map(([name, { usd, per }]) => [name, String(Number(usd.toPrecision(6))), per]),
)}
`;

function section(customer: Customer): string {
  const bills = designs.map((design) => billOf(customer, design));
  const lines = Object.keys(bills[0] ?? {}).map((line) => [line, ...bills.map((bill) => dollars(bill[line] ?? 0))]);
  return `## A month: ${customer.name}

${table(
  ['', ...designs.map((design) => design.name)],
  [...lines, ['**together**', ...bills.map((bill) => `**${dollars(sumOf(bill))}**`)]],
)}
`;
}

const table = (heads: readonly string[], rows: readonly (readonly string[])[]): string =>
  [heads, heads.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

const dollars = (usd: number): string =>
  `$${usd.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`;
