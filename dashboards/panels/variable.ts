/** A variable of Grafana, to be filled in when the dashboard is shown. */
export const variable = (name: string, format?: string): string =>
  format === undefined ? `\${${name}}` : `\${${name}:${format}}`;
