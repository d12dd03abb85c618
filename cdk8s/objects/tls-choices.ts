import type { ChosenValues } from '../values/values-schema.ts';

type Tls = ChosenValues['tls'];

/** Whether peers are asked for a certificate by the pod. */
export const asksForCertificate = (tls: Tls): boolean =>
  tls?.enabled === true && (tls.clientCertificate ?? 'none') !== 'none';

/** Whether peers can connect without TLS that ends in the pod. */
export const listensPlain = (tls: Tls): boolean => !(tls?.enabled === true && tls.plain === false);
