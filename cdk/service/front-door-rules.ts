import type { Duration } from 'aws-cdk-lib';
import { Token } from 'aws-cdk-lib';
import type { Config } from '../../core/config-schema.ts';

export interface FrontDoorChoices {
  readonly clientCidrs: readonly string[];
  readonly dangerouslyAllowClientsFromAnywhere: boolean;
  readonly internetFacing: boolean;
  readonly tls: boolean;
  /** Only when it was chosen. */
  readonly idleTimeout: Duration | undefined;
}

/** A TLS listener's idle timeout (Elastic Load Balancing, "Connection idle timeout"). */
const TLS_IDLE_SECONDS = 350;
/** What a TCP listener's idle timeout may be (the same). */
const TCP_IDLE_SECONDS = { least: 60, most: 6_000, standard: TLS_IDLE_SECONDS };

/**
 * Refuses choices that leave the service open, unreachable or cutting associations.
 * @throws Error with one sentence for each problem and how to mend it
 */
export function requireSoundFrontDoor(choices: FrontDoorChoices, config: Config): void {
  const problems = [...admissionProblems(choices), ...idleProblems(choices, config)];
  if (problems.length > 0) throw new Error(problems.join('\n'));
}

function* admissionProblems(choices: FrontDoorChoices): Iterable<string> {
  const { clientCidrs, internetFacing, tls, dangerouslyAllowClientsFromAnywhere: anywhere } = choices;
  if (clientCidrs.length === 0) {
    yield 'clientCidrs is empty, so that nobody could connect: name the networks of the modalities, e.g. 10.1.0.0/16.';
  }
  const open = clientCidrs.filter((cidr) => !Token.isUnresolved(cidr) && /\/0$/.test(cidr));
  if (open.length > 0 && !anywhere) {
    yield `clientCidrs has ${open.join(', ')}, which is everybody: name the networks of the modalities, or set ` +
      'dangerouslyAllowClientsFromAnywhere if that is meant.';
  }
  if (internetFacing && !tls) {
    yield 'an internet-facing load balancer would receive images in plain text: give a certificate, or leave ' +
      'internetFacing out and connect by VPN or Direct Connect.';
  }
}

function* idleProblems({ tls, idleTimeout }: FrontDoorChoices, config: Config): Iterable<string> {
  if (tls && idleTimeout !== undefined) {
    yield `a TLS listener closes connections after ${TLS_IDLE_SECONDS} s of silence and cannot be told otherwise: leave ` +
      'idleTimeout out, or leave TLS to the peers by a VPN.';
  }
  if (idleTimeout?.isUnresolved() === true) return;
  const seconds = idleTimeout?.toSeconds() ?? TCP_IDLE_SECONDS.standard;
  if (!tls && (seconds < TCP_IDLE_SECONDS.least || seconds > TCP_IDLE_SECONDS.most)) {
    yield `idleTimeout is ${seconds} s: a load balancer takes ${TCP_IDLE_SECONDS.least} to ${TCP_IDLE_SECONDS.most} s.`;
  }
  if (config.idleTimeoutMs >= seconds * 1_000) {
    yield `SCP_IDLE_TIMEOUT_MS is ${config.idleTimeoutMs} but the load balancer drops connections after ${seconds} s of ` +
      'silence without telling anybody: let the service be the one that ends them, with a smaller value.';
  }
}
