{{/* Refuses values that cannot go together, naming all of them at once. */}}
{{- define "dicom-store-scp.conflicts" -}}
{{- $found := list }}
{{- if and (eq (.Values.settings.store | default "s3") "s3") (not .Values.settings.bucket) }}
{{- $found = append $found "settings.bucket: needed, the S3 bucket that instances land in" }}
{{- end }}
{{- if and (eq (.Values.settings.store | default "s3") "folder") (not .Values.spool.enabled) }}
{{- $found = append $found "settings.store: a folder needs spool.enabled, or the instances would be gone with the pod" }}
{{- end }}
{{- if and .Values.autoscaling.enabled .Values.keda.enabled }}
{{- $found = append $found "autoscaling.enabled and keda.enabled: two would scale against each other" }}
{{- end }}
{{- if and .Values.spool.enabled (or .Values.autoscaling.enabled .Values.keda.enabled) }}
{{- $found = append $found "spool.enabled: pods that are scaled away would leave instances behind in their volumes" }}
{{- end }}
{{- if and .Values.keda.enabled (not .Values.keda.serverAddress) }}
{{- $found = append $found "keda.serverAddress: needed, the address of Prometheus" }}
{{- end }}
{{- if and .Values.autoscaling.enabled (not (or .Values.autoscaling.targetCPUUtilizationPercentage .Values.autoscaling.associationsPerPod .Values.autoscaling.bytesPerSecondPerPod)) }}
{{- $found = append $found "autoscaling: nothing to scale by" }}
{{- end }}
{{- if and .Values.serviceMonitor.enabled .Values.podMonitor.enabled }}
{{- $found = append $found "serviceMonitor.enabled and podMonitor.enabled: everything would be counted twice" }}
{{- end }}
{{- if and .Values.nlb.enabled (ne .Values.service.type "LoadBalancer") }}
{{- $found = append $found "nlb.enabled: needs service.type LoadBalancer" }}
{{- end }}
{{- if and .Values.nlb.enabled .Values.service.loadBalancerClass }}
{{- $found = append $found "service.loadBalancerClass: nlb.enabled has a class of its own" }}
{{- end }}
{{- if and .Values.nlb.enabled (eq .Values.nlb.clientAddress "proxy-protocol") (not .Values.nlb.subnetCidrs) }}
{{- $found = append $found "nlb.subnetCidrs: needed for proxy-protocol, since nobody else may send such headers" }}
{{- end }}
{{- if and .Values.nlb.enabled .Values.nlb.certificateArns .Values.tls.enabled (not .Values.tls.plain) }}
{{- $found = append $found "nlb.certificateArns: where TLS ends at the load balancer the pod needs tls.plain" }}
{{- end }}
{{- if and .Values.nlb.enabled (eq .Values.nlb.scheme "internet-facing") (not .Values.nlb.securityGroups) (not .Values.service.loadBalancerSourceRanges) }}
{{- $found = append $found "nlb.scheme: internet-facing needs service.loadBalancerSourceRanges or nlb.securityGroups, or all the world may send" }}
{{- end }}
{{- if and .Values.tls.enabled (not .Values.tls.secretName) (not .Values.certificate.enabled) }}
{{- $found = append $found "tls.secretName: needed, unless certificate.enabled" }}
{{- end }}
{{- if and .Values.tls.enabled (ne .Values.tls.clientCertificate "none") (not .Values.tls.clientCaSecretName) }}
{{- $found = append $found "tls.clientCaSecretName: needed when peers are asked for a certificate" }}
{{- end }}
{{- if and .Values.certificate.enabled (not .Values.tls.enabled) }}
{{- $found = append $found "certificate.enabled: of no use unless tls.enabled" }}
{{- end }}
{{- if and .Values.certificate.enabled (or (not .Values.certificate.issuerRef.name) (not .Values.certificate.dnsNames)) }}
{{- $found = append $found "certificate: issuerRef.name and dnsNames are needed" }}
{{- end }}
{{- if and (eq (.Values.settings.unknownPeers | default "") "refuse") (not .Values.peers) }}
{{- $found = append $found "settings.unknownPeers: refuse needs peers, or nobody could associate" }}
{{- end }}
{{- if $found }}
{{- fail (printf "\n\nThe values cannot be used:\n  %s\n" (join "\n  " $found)) }}
{{- end }}
{{- end }}
