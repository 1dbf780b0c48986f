#!/bin/bash
# Runs inside the root of a node (chroot, own mount and pid namespace): makes the images of the control plane from the
# programs in /programs and imports them into containerd's store, so that a node starts without a registry.
# usage: make-store KUBERNETES_VERSION ETCD_TAG COREDNS_TAG PAUSE_TAG
set -euo pipefail
kubernetes=$1 etcd=$2 coredns=$3 pause=$4

work=/programs/images
rm -rf "$work" && mkdir -p "$work"
manifest=[]

# image NAME ROOT ENTRYPOINT...: adds one image of one layer to the archive.
image() {
  local name=$1 root=$2 layer config
  shift 2
  tar --sort=name --mtime=@0 --owner=0 --group=0 -C "$root" -cf "$work/layer.tar" .
  layer=$(sha256sum "$work/layer.tar" | cut -d' ' -f1)
  mv "$work/layer.tar" "$work/$layer.tar"
  jq -n --arg layer "sha256:$layer" --args '{architecture: "'"$(dpkg --print-architecture)"'", os: "linux",
    config: {Env: ["PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"], Entrypoint: $ARGS.positional},
    rootfs: {type: "layers", diff_ids: [$layer]}}' -- "$@" >"$work/config.json"
  config=$(sha256sum "$work/config.json" | cut -d' ' -f1)
  mv "$work/config.json" "$work/$config.json"
  manifest=$(jq --arg config "$config.json" --arg name "$name" --arg layer "$layer.tar" \
    '. + [{Config: $config, RepoTags: [$name], Layers: [$layer]}]' <<<"$manifest")
}

# program NAME TAG [ENTRYPOINT]: an image that holds one static program. kubeadm starts most of them by name.
program() {
  local root=$work/root
  rm -rf "$root" && mkdir -p "$root/usr/local/bin" "$root/tmp"
  cp "/programs/$1" "$root/usr/local/bin/$1"
  image "node.local/$1:$2" "$root" ${3+"$3"}
}

# with_libraries ROOT FILE...: copies files and every shared library that they need, links resolved.
with_libraries() {
  local root=$1 file
  shift
  for file in "$@" $(ldd "$@" 2>/dev/null | grep -o '/[^ :]*' | sort -u); do
    mkdir -p "$root$(dirname "$file")"
    cp -L "$file" "$root$file"
  done
}

program kube-apiserver "$kubernetes"
program kube-controller-manager "$kubernetes"
program kube-scheduler "$kubernetes"
program etcd "$etcd"
program coredns "$coredns" /usr/local/bin/coredns
program pause "$pause" /usr/local/bin/pause

# kube-proxy calls nft, iptables and conntrack; the match modules of iptables bring libraries of their own.
root=$work/root
rm -rf "$root" && mkdir -p "$root/usr/local/bin" "$root/tmp" "$root/run"
cp /programs/kube-proxy "$root/usr/local/bin/"
with_libraries "$root" /usr/sbin/nft /usr/sbin/xtables-nft-multi /usr/sbin/conntrack /usr/lib/*/xtables/*.so
for name in iptables iptables-save iptables-restore ip6tables ip6tables-save ip6tables-restore; do
  ln -sf xtables-nft-multi "$root/usr/sbin/$name"
done
image "node.local/kube-proxy:$kubernetes" "$root"

echo "$manifest" >"$work/manifest.json"
rm -rf "$work/root"
tar -C "$work" -cf /programs/images.tar .

# An own configuration: the CRI plug-in needs cgroups that this process does not have.
cat >/programs/containerd.toml <<'CONFIG'
version = 2
disabled_plugins = ["io.containerd.grpc.v1.cri"]
CONFIG
mkdir -p /run/containerd
containerd --config /programs/containerd.toml >/programs/containerd.log 2>&1 &
daemon=$!
for _ in $(seq 100); do
  ctr version >/dev/null 2>&1 && break
  sleep 0.1
done
if ! ctr -n k8s.io images import --snapshotter overlayfs /programs/images.tar; then
  cat /programs/containerd.log >&2
  exit 1
fi
kill "$daemon"
wait "$daemon" || true
