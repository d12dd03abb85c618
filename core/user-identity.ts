import { z } from 'zod';

const base64url = z.string().regex(/^[A-Za-z0-9_-]+$/, 'base64url without padding is needed');

/** A public key as JWK (RFC 7517, RFC 7518 6.2 and 6.3). Strict, so that nobody leaves a private key in the file. */
const jwkSchema = z.discriminatedUnion('kty', [
  z.strictObject({
    kty: z.literal('RSA'),
    n: base64url.min(342, 'RSA keys have at least 2048 bits'),
    e: base64url,
    kid: z.string().min(1).optional(),
    alg: z.string().optional(),
    use: z.literal('sig').optional(),
  }),
  z.strictObject({
    kty: z.literal('EC'),
    crv: z.enum(['P-256', 'P-384', 'P-521']),
    x: base64url,
    y: base64url,
    kid: z.string().min(1).optional(),
    alg: z.string().optional(),
    use: z.literal('sig').optional(),
  }),
]);
export type PublicJwk = Readonly<z.infer<typeof jwkSchema>>;

/**
 * What the user identity of a peer must be (PS3.7 D.3.3.7): a user name with its passcode, or a JWT that one of the keys
 * has signed. A passcode is kept as its SHA-256, which is enough for one that a machine made at random.
 */
export const userIdentityRuleSchema = z.union([
  z.strictObject({
    username: z.string().min(1).max(256),
    passcodeSha256: z.string().regex(/^[0-9a-f]{64}$/, 'the SHA-256 of the passcode has 64 hex digits'),
  }),
  z.strictObject({
    jwt: z.strictObject({
      keys: z.array(jwkSchema).min(1).max(16),
      issuer: z.string().min(1).optional(),
      audience: z.string().min(1).optional(),
      subject: z.string().min(1).optional(),
    }),
  }),
]);
export type UserIdentityRule = Readonly<z.infer<typeof userIdentityRuleSchema>>;
