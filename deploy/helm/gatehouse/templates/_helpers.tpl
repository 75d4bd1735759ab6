{{- /* At most 42 characters, so that the name with that of a server (20) fits the 63 of a label of DNS. */ -}}
{{- define "gatehouse.fullname" -}}
{{- printf "%s-gatehouse" (.Release.Name | replace "." "-" | trunc 32 | trimSuffix "-") -}}
{{- end -}}

{{- define "gatehouse.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | quote }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service | quote }}
{{ include "gatehouse.group" . }}
{{- end -}}

{{- /* What the gateway and the servers of the release have in common: the default-deny policy selects by it. */ -}}
{{- define "gatehouse.group" -}}
app.kubernetes.io/part-of: gatehouse
app.kubernetes.io/instance: {{ .Release.Name | quote }}
{{- end -}}

{{- define "gatehouse.gateway" -}}
{{ include "gatehouse.group" . }}
app.kubernetes.io/component: gateway
{{- end -}}

{{- /* dict "root" $ "server" SERVER */ -}}
{{- define "gatehouse.server" -}}
{{ include "gatehouse.group" .root }}
app.kubernetes.io/component: server
gatehouse/server: {{ .server.name | quote }}
{{- end -}}

{{- define "gatehouse.image" -}}
{{- if .Values.image.digest -}}
{{ .Values.image.repository }}@{{ .Values.image.digest }}
{{- else -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end -}}
{{- end -}}

{{- define "gatehouse.podSecurity" -}}
runAsNonRoot: true
seccompProfile:
  type: RuntimeDefault
{{- end -}}

{{- define "gatehouse.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
runAsNonRoot: true
capabilities:
  drop: [ALL]
{{- end -}}

{{- /* dict "cidr" CIDR "port" PORT */ -}}
{{- define "gatehouse.egress" -}}
- to:
    - ipBlock:
        cidr: {{ .cidr | quote }}
  ports:
    - protocol: TCP
      port: {{ int .port }}
{{- end -}}

{{- define "gatehouse.dns" -}}
- to:
    - namespaceSelector:
        matchLabels:
          kubernetes.io/metadata.name: {{ .Values.networkPolicy.dns.namespace | quote }}
      podSelector:
        matchLabels:
          {{- toYaml .Values.networkPolicy.dns.podLabels | nindent 10 }}
  ports:
    - { protocol: UDP, port: 53 }
    - { protocol: TCP, port: 53 }
{{- end -}}

{{- /* The whole configuration of the gateway, as YAML. */ -}}
{{- define "gatehouse.configuration" -}}
{{- $root := . -}}
{{- $own := deepCopy (.Values.configuration | default dict) -}}
{{- range list "version" "publicUrl" "state" "listen" "management" "policyFiles" "policy" -}}
{{- if hasKey $own . -}}
{{- fail (printf "configuration.%s: the chart sets this key. Remove it from 'configuration'." .) -}}
{{- end -}}
{{- end -}}
{{- $servers := get $own "servers" | default dict -}}
{{- range $name, $server := $servers -}}
{{- if hasKey $server "command" -}}
{{- fail (printf "configuration.servers.%s.command: the image of the gateway has no programs. Run the server in a container of its own: an entry of 'servers' with its image." $name) -}}
{{- end -}}
{{- end -}}
{{- range .Values.servers -}}
{{- if hasKey $servers .name -}}
{{- fail (printf "servers: %s is also in configuration.servers. Keep one of them." .name) -}}
{{- end -}}
{{- $url := printf "https://%s-%s:%d%s" (include "gatehouse.fullname" $root) .name (int .port) (.path | default "/mcp") -}}
{{- $_ := set $servers .name (merge (dict "url" $url) (deepCopy (.configuration | default dict))) -}}
{{- end -}}
{{- $_ := set $own "servers" $servers -}}
{{- $_ := set $own "publicUrl" .Values.publicUrl -}}
{{- $_ := set $own "state" "/var/lib/gatehouse/state" -}}
{{- $_ := set $own "listen" (dict "url" "https://0.0.0.0:8080" "certificate" "/run/secrets/gatehouse-tls/tls.crt" "key" "/run/secrets/gatehouse-tls/tls.key") -}}
{{- $_ := set $own "management" (dict "url" "http://127.0.0.1:9090") -}}
{{- $_ := set $own "policyFiles" (list "policy.yaml") -}}
version: 1
{{ toYaml $own }}
{{- end -}}
