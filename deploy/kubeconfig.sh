#!/bin/sh
# Writes the kubeconfig of an identity of deploy/ to stdout: kubeconfig.sh plan|apply|smoke [hours]
# Asks the cluster of the current kubectl context; everything is embedded, as CI needs it.
set -eu
identity=${1:?plan, apply or smoke}
hours=${2:-24}
case "$identity" in plan|apply|smoke) ;; *) echo "no such identity: $identity" >&2; exit 2 ;; esac
server=$(kubectl config view --raw --minify -o 'jsonpath={.clusters[0].cluster.server}')
authority=$(kubectl config view --raw --minify --flatten -o 'jsonpath={.clusters[0].cluster.certificate-authority-data}')
token=$(kubectl -n cn2-fleet create token "cn2-fleet-$identity" --duration "${hours}h")
cat <<END
apiVersion: v1
kind: Config
current-context: cn2-fleet-$identity
clusters:
  - name: cluster
    cluster: {server: "$server", certificate-authority-data: $authority}
users:
  - name: cn2-fleet-$identity
    user: {token: $token}
contexts:
  - name: cn2-fleet-$identity
    context: {cluster: cluster, user: cn2-fleet-$identity}
END
