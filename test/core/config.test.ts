import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ConfigError, parseConfig, settings, toEnvironment } from '../../core/config.ts';
import { type Config, configSchema } from '../../core/config-schema.ts';

const folder = { SCP_FOLDER: '/data' };

function problemsOf(environment: Record<string, string>): readonly string[] {
  try {
    parseConfig(environment);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return [...new Set(error.problems.map(({ env }) => env))];
  }
}

const commitment = { SCP_COMMITMENT: 'stored', SCP_COMMITMENT_FOLDER: '/c', SCP_PEERS_FILE: '/p' };

describe('settings', () => {
  it('gives each a variable of its own and a sentence', () => {
    const all = settings();
    expect(all.length).toBe(Object.keys(configSchema.shape).length);
    expect(new Set(all.map(({ env }) => env)).size).toBe(all.length);
    for (const { name, env, description } of all) {
      expect(env).toBe(`SCP_${name.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`);
      expect(description, name).toMatch(/^[A-Z].{15,}\.$/s);
    }
  });
});

describe('parseConfig', () => {
  it('is complete from the folder alone', () => {
    const config = parseConfig(folder);
    expect(config).toMatchObject({ store: 'folder', folder: '/data', aeTitles: ['STORESCP'], port: 11_112 });
    expect(Object.isFrozen(config)).toBe(true);
  });

  it('tells every problem at once', () => {
    expect(
      problemsOf({
        SCP_PORT: 'eleven',
        SCP_MAX_ASSOCIATIONS: '0',
        SCP_LOG_LEVEL: 'loud',
        SCP_AE_TITLES: 'A_TITLE_OF_17_CHR',
        SCP_REQUIRE_CALLED_AE_TITLE: 'perhaps',
        SCP_BATCH_HARD_AGE_MS: '1000',
        SCP_BUKET: 'x',
      }).toSorted(),
    ).toEqual([
      'SCP_AE_TITLES',
      'SCP_BATCH_HARD_AGE_MS',
      'SCP_BUKET',
      'SCP_FOLDER',
      'SCP_LOG_LEVEL',
      'SCP_MAX_ASSOCIATIONS',
      'SCP_PORT',
      'SCP_REQUIRE_CALLED_AE_TITLE',
    ]);
  });

  it('names the setting that was meant, and none when nothing is near', () => {
    expect(() => parseConfig({ ...folder, SCP_BUKET: 'x' })).toThrow('did you mean SCP_BUCKET?');
    expect(() => parseConfig({ ...folder, SCP_SOMETHING_ELSE_ALTOGETHER: 'x' })).toThrow(/no such setting$/);
    expect(parseConfig({ ...folder, PATH: '/bin', SCPX: '1' }).port).toBe(11_112);
  });

  it('counts an empty variable as not set', () => {
    expect(parseConfig({ ...folder, SCP_PORT: '', SCP_AE_TITLES: '', SCP_KEY_PREFIX: '' })).toEqual(
      parseConfig(folder),
    );
  });

  it.each(['   ', '0x10', '1e3', '12.5', '-1', '+5', 'Infinity', 'NaN', '1_000', '99999999999999999999'])(
    'takes no number from %j',
    (text) => expect(problemsOf({ ...folder, SCP_ADMIN_PORT: text })).toEqual(['SCP_ADMIN_PORT']),
  );

  it.each([
    ['true', true],
    ['1', true],
    ['yes', true],
    ['FALSE', false],
    ['off', false],
    ['0', false],
  ])('reads the flag %s', (text, value) => {
    expect(parseConfig({ ...folder, SCP_FOLDER_FSYNC: text }).folderFsync).toBe(value);
  });

  it('splits lists at commas and trims their parts', () => {
    expect(parseConfig({ ...folder, SCP_AE_TITLES: ' A , B C,,D ' }).aeTitles).toEqual(['A', 'B C', 'D']);
    expect(problemsOf({ ...folder, SCP_AE_TITLES: ' , ' })).toEqual(['SCP_AE_TITLES']);
    expect(problemsOf({ ...folder, SCP_AE_TITLES: 'BACK\\SLASH' })).toEqual(['SCP_AE_TITLES']);
  });

  it.each([
    [{ SCP_STORE: 's3' }, 'SCP_BUCKET'],
    [{ SCP_STORE: 'folder', SCP_FOLDER: '' }, 'SCP_FOLDER'],
    [{ SCP_MAX_PDU_BYTES: '262144', SCP_MAX_RECEIVED_PDU_BYTES: '131072' }, 'SCP_MAX_RECEIVED_PDU_BYTES'],
    [{ SCP_BATCH_MAX_AGE_MS: '60000', SCP_BATCH_HARD_AGE_MS: '59999' }, 'SCP_BATCH_HARD_AGE_MS'],
    [{ SCP_LEASE_TTL_MS: '25000', SCP_STORE_DEADLINE_MS: '25000' }, 'SCP_LEASE_TTL_MS'],
    [{ SCP_PORT: '4242', SCP_ADMIN_PORT: '4242' }, 'SCP_ADMIN_PORT'],
    [{ SCP_COMMITMENT: 'stored', SCP_PEERS_FILE: '/p' }, 'SCP_COMMITMENT_FOLDER'],
    [{ ...commitment, SCP_COMMITMENTS_TABLE: 'commitments' }, 'SCP_COMMITMENT_FOLDER'],
    [{ ...commitment, SCP_PEERS_FILE: '' }, 'SCP_COMMITMENT'],
    [{ ...commitment, SCP_COMMITMENT: 'imported' }, 'SCP_LEDGER_INSTANCES_TABLE'],
  ])('finds the conflict in %j', (environment, env) => {
    expect(problemsOf({ ...folder, ...environment })).toEqual([env]);
  });

  it.each([
    { SCP_MAX_PDU_BYTES: '131072', SCP_MAX_RECEIVED_PDU_BYTES: '131072' },
    { SCP_BATCH_MAX_AGE_MS: '60000', SCP_BATCH_HARD_AGE_MS: '60000' },
    { SCP_LEASE_TTL_MS: '25001', SCP_STORE_DEADLINE_MS: '25000' },
    { SCP_PORT: '0', SCP_ADMIN_PORT: '0' },
    commitment,
    { ...commitment, SCP_PEERS_FILE: '', SCP_COMMITMENT_UNKNOWN_PEERS: 'allow' },
    { SCP_COMMITMENT: 'off', SCP_COMMITMENT_FOLDER: '/c', SCP_COMMITMENTS_TABLE: 'commitments' },
    { SCP_STORE: 's3', SCP_BUCKET: 'bucket', SCP_FOLDER: '' },
  ])('finds none in %j', (environment) => {
    expect(problemsOf({ ...folder, ...environment })).toEqual([]);
  });

  it.each(['/', 'a', 'a//', '../a b/'])('refuses the key prefix %j', (prefix) => {
    expect(problemsOf({ ...folder, SCP_KEY_PREFIX: prefix })).toEqual(['SCP_KEY_PREFIX']);
  });
});

const aeTitle = fc
  .string({
    unit: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)),
    minLength: 1,
    maxLength: 16,
  })
  .map((title) => title.replaceAll(/[\\,]/g, '-').trim())
  .filter((title) => title !== '');

/** Some settings of a valid configuration. */
const partialConfig: fc.Arbitrary<Partial<Config>> = fc.record(
  {
    aeTitles: fc.array(aeTitle, { minLength: 1, maxLength: 4 }),
    callingAeTitles: fc.array(aeTitle, { maxLength: 4 }),
    requireCalledAeTitle: fc.boolean(),
    folderFsync: fc.boolean(),
    port: fc.integer({ min: 1, max: 8_000 }),
    maxPduBytes: fc.integer({ min: 4_096, max: 1_048_576 }),
    keyPrefix: fc.constantFrom('', 'a/', 'a/b.c/'),
    drainTimeoutMs: fc.integer({ min: 0, max: 3_600_000 }),
    logLevel: fc.constantFrom('debug', 'silent'),
    datastoreId: fc.constant('0123456789abcdef0123456789abcdef'),
  },
  { requiredKeys: [] },
);

describe('toEnvironment', () => {
  it('is the inverse of parseConfig', () => {
    fc.assert(
      fc.property(partialConfig, (some) => {
        const config = configSchema.parse({ ...some, folder: '/data' });
        expect(parseConfig(toEnvironment(config))).toEqual(config);
      }),
    );
  });

  it('leaves out what is not set', () => {
    expect(toEnvironment({ port: 104 })).toEqual({ SCP_PORT: '104' });
  });

  it('cannot be given an AE title that would come back as two', () => {
    expect(configSchema.safeParse({ aeTitles: ['A,B'] }).success).toBe(false);
  });
});
