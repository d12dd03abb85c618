import { ApiObject, type ApiObjectProps, type Chart } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import { requireNoConflict } from '../values/conflicts.ts';
import type { ObjectName } from '../values/lifted.ts';
import { isMap, type NodeMap } from '../values/manifest-path.ts';
import { overlay } from '../values/overlay.ts';
import type { ChosenValues } from '../values/values-schema.ts';
import { canonicalJson } from './canonical-json.ts';
import { hasItems } from './container.ts';
import { type Context, type MonitoringFiles, metadata } from './context.ts';
import { serviceEnvironment } from './environment.ts';
import { type Identity, selectorLabels, suffixes } from './identity.ts';
import { certificate, dashboards, podMonitor, prometheusRule, serviceMonitor } from './monitoring.ts';
import { networkPolicyProps } from './network-policy.ts';
import { serviceAccountName } from './pod.ts';
import { horizontalPodAutoscalerProps, scaledObject } from './scaling.ts';
import { selfTestProps } from './self-test.ts';
import { adminServiceProps, serviceProps } from './services.ts';
import { deploymentProps, statefulSetProps } from './workload.ts';

export interface DicomStoreScpProps {
  readonly identity: Identity;
  /**
   * As in the chart's values.yaml.
   * @default - the defaults there, but `settings.bucket` has none
   */
  readonly values: ChosenValues;
  /** Rules and dashboards to install. */
  readonly monitoring: MonitoringFiles;
}

/**
 * The service in Kubernetes, whole.
 * @throws ConflictError naming every pair of values that cannot go together
 */
export class DicomStoreScp extends Construct {
  readonly #values: ChosenValues;

  constructor(scope: Chart, id: string, props: DicomStoreScpProps) {
    super(scope, id);
    const { values } = props;
    this.#values = values;
    requireNoConflict(values);
    if (values.serviceAccount?.create !== false)
      this.#add('serviceAccount', k8s.KubeServiceAccount.manifest(account(props)));
    this.#add('config', k8s.KubeConfigMap.manifest(settingsMap(props)));
    if (hasItems(values.peers)) this.#add('peers', k8s.KubeConfigMap.manifest(peersMap(props)));
    if (hasItems(values.routes)) this.#add('routes', k8s.KubeConfigMap.manifest(routesMap(props)));
    if (values.spool?.enabled) this.#add('statefulSet', k8s.KubeStatefulSet.manifest(statefulSetProps(props)));
    else this.#add('deployment', k8s.KubeDeployment.manifest(deploymentProps(props)));
    this.#add('service', k8s.KubeService.manifest(serviceProps(props)));
    this.#add('adminService', k8s.KubeService.manifest(adminServiceProps(props)));
    if (values.podDisruptionBudget?.enabled !== false) {
      this.#add('disruptionBudget', k8s.KubePodDisruptionBudget.manifest(disruptionBudget(props)));
    }
    if (values.networkPolicy?.enabled) {
      this.#add('networkPolicy', k8s.KubeNetworkPolicy.manifest(networkPolicyProps(props)));
    }
    this.#addScaling(props);
    this.#addMonitoring(props);
    if (values.certificate?.enabled) this.#add('certificate', certificate(props));
    if (values.selfTest?.enabled !== false && canSelfTest(values)) {
      this.#add('selfTest', k8s.KubePod.manifest(selfTestProps(props)));
    }
    for (const [index, manifest] of (values.extraManifests ?? []).entries()) {
      new ApiObject(this, `extra-${index}`, manifest as unknown as ApiObjectProps);
    }
  }

  #addScaling(props: DicomStoreScpProps): void {
    if (this.#values.autoscaling?.enabled) {
      this.#add(
        'horizontalPodAutoscaler',
        k8s.KubeHorizontalPodAutoscalerV2.manifest(horizontalPodAutoscalerProps(props)),
      );
    }
    if (this.#values.keda?.enabled) this.#add('scaledObject', scaledObject(props));
  }

  #addMonitoring(props: DicomStoreScpProps): void {
    const { serviceMonitor: byService, podMonitor: byPod, prometheusRule: rule, dashboards: boards } = this.#values;
    if (byService?.enabled) this.#add('serviceMonitor', serviceMonitor(props));
    if (byPod?.enabled) this.#add('podMonitor', podMonitor(props));
    if (rule?.enabled && props.monitoring.ruleGroups.length > 0) this.#add('prometheusRule', prometheusRule(props));
    if (boards?.enabled) {
      for (const [index, board] of dashboards(props).entries()) this.#add('dashboards', board, `dashboards-${index}`);
    }
  }

  /** The authored manifest, and over it what the user says of its fields. */
  #add(name: ObjectName, manifest: object, id: string = name): void {
    const chosen = overlay(name, manifest as NodeMap, this.#values);
    const template = isMap(chosen.spec) ? chosen.spec.template : undefined;
    if (isMap(chosen.spec) && isMap(template)) chosen.spec.template = overlay('pod', template, this.#values);
    new ApiObject(this, id, chosen as unknown as ApiObjectProps);
  }
}

/** A test cannot show a certificate of a modality's. */
const canSelfTest = ({ tls }: ChosenValues): boolean =>
  !(tls?.enabled === true && tls.plain === false && tls.clientCertificate === 'require');

const account = (context: Context): k8s.KubeServiceAccountProps => ({
  metadata: { ...metadata(context), name: serviceAccountName(context) },
  automountServiceAccountToken: false,
});

const settingsMap = (context: Context): k8s.KubeConfigMapProps => ({
  metadata: metadata(context, suffixes.config),
  data: { ...serviceEnvironment(context.values) },
});

const peersMap = (context: Context): k8s.KubeConfigMapProps => ({
  metadata: metadata(context, suffixes.peers),
  data: { 'peers.json': canonicalJson({ peers: context.values.peers }) },
});

const routesMap = (context: Context): k8s.KubeConfigMapProps => ({
  metadata: metadata(context, suffixes.routes),
  data: { 'routes.json': canonicalJson({ routes: context.values.routes }) },
});

const disruptionBudget = (context: Context): k8s.KubePodDisruptionBudgetProps => ({
  metadata: metadata(context),
  spec: {
    selector: { matchLabels: selectorLabels(context.identity) },
    maxUnavailable: k8s.IntOrString.fromNumber(1),
  },
});
