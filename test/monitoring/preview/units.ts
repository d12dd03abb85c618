const scaled = (value: number, step: number, names: readonly string[], digits: number | undefined): string => {
  let [rest, index] = [Math.abs(value), 0];
  while (rest >= step && index < names.length - 1) {
    rest /= step;
    index += 1;
  }
  return `${value < 0 ? '-' : ''}${digitsOf(rest, index === 0 ? digits : undefined)}${names[index] ?? ''}`;
};

const digitsOf = (value: number, digits: number | undefined): string => {
  if (digits !== undefined) return value.toFixed(digits);
  const places = value >= 100 || Number.isInteger(value) ? 0 : value >= 10 ? 1 : 2;
  return Number(value.toFixed(places)).toString();
};

function duration(seconds: number): string {
  const size = Math.abs(seconds);
  if (size === 0) return '0 s';
  if (size < 1) return `${digitsOf(seconds * 1_000, undefined)} ms`;
  if (size < 120) return `${digitsOf(seconds, undefined)} s`;
  if (size < 7_200) return `${digitsOf(seconds / 60, undefined)} min`;
  if (size < 172_800) return `${digitsOf(seconds / 3_600, undefined)} h`;
  return `${digitsOf(seconds / 86_400, undefined)} d`;
}

/** A value as Grafana writes it, nearly: for the units that the dashboards use. */
export function formatted(value: number, unit: string, decimals?: number): string {
  if (!Number.isFinite(value)) return String(value);
  switch (unit) {
    case 'percentunit':
      return `${digitsOf(value * 100, decimals)} %`;
    case 's':
      return duration(value);
    case 'bytes':
      return scaled(value, 1_024, [' B', ' KiB', ' MiB', ' GiB', ' TiB'], decimals);
    case 'Bps':
      return scaled(value, 1_000, [' B/s', ' kB/s', ' MB/s', ' GB/s'], decimals);
    case 'reqps':
      return `${digitsOf(value, decimals)} req/s`;
    case 'ops':
      return `${digitsOf(value, decimals)} ops/s`;
    case 'short':
      return scaled(value, 1_000, ['', ' K', ' Mil'], decimals);
    default:
      return digitsOf(value, decimals);
  }
}
