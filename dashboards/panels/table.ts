import { PanelBuilder } from '@grafana/grafana-foundation-sdk/table';
import { asking, dressed, type PanelText, type Query } from './panel.ts';

export interface TableText extends PanelText {
  /** Labels to show as columns, in this order, with their headings. */
  readonly columns: Readonly<Record<string, string>>;
  /** The heading of the value. */
  readonly value: string;
}

/** The series of one query as rows: labels and the value now. */
export function table(text: TableText, query: Query): PanelBuilder {
  const names = [...Object.keys(text.columns), 'Value'];
  const builder = new PanelBuilder().withTransformation({
    id: 'filterFieldsByName',
    options: { include: { names } },
  });
  builder.withTransformation({
    id: 'organize',
    options: {
      indexByName: Object.fromEntries(names.map((name, index) => [name, index])),
      renameByName: { ...text.columns, Value: text.value },
    },
  });
  return asking(dressed(builder, text), [query], true);
}
