# The container image, in parts of ./publish (which sources this file) and one command of its own:
#   ./publish --only image             gatehouse-VERSION-image.oci.tar: an OCI layout for linux/amd64 and linux/arm64, from nothing
#   deploy/image/image.sh --refresh    writes debian.lock anew: the versions that Debian has today
# Needs Debian 12, root, and buildah. The same commit, SDK, buildah and debian.lock give the same bytes.

debian_lock=deploy/image/debian.lock

# apt-get with lists of its own, for both architectures, so that this machine's are not touched.
image_apt() { # FOLDER COMMAND...
  local folder=$1 program=$2
  shift 2
  mkdir -p "$folder/lists/partial" "$folder/cache/archives/partial"
  touch "$folder/status"
  "$program" -q -o APT::Architecture=amd64 -o APT::Architectures::=amd64 -o APT::Architectures::=arm64 -o APT::Sandbox::User=root \
    -o Dir::State="$folder" -o Dir::State::lists="$folder/lists" -o Dir::State::status="$folder/status" -o Dir::Cache="$folder/cache" "$@"
}

if [[ ${BASH_SOURCE[0]} == "$0" ]]; then
  set -euo pipefail
  [[ ${1:-} == --refresh ]] || { sed -n '2,4s/^# \{0,1\}//p' "$0" >&2; exit 2; }
  cd -- "$(dirname -- "$0")/../.."
  folder=$(mktemp -d)
  trap 'rm -rf "$folder"' EXIT
  image_apt "$folder" apt-get update >&2
  {
    sed -n '1,/^# $/p' "$debian_lock"
    date -u '+as-of %Y-%m-%d'
    while read -r architecture package _ _ licence; do
      [[ $architecture == a* && $architecture != as-of ]] || continue
      # Indices are signed by Debian, and apt-get has verified them: the sum in them is the sum of the file.
      image_apt "$folder" apt-cache show --no-all-versions "$package$([[ $architecture == all ]] || echo ":$architecture")" |
        awk -v a="$architecture" -v p="$package" -v l="$licence" '/^Version:/ { v = $2 } /^SHA256:/ { print a, p, v, $2, l }'
    done <"$debian_lock"
  } >"$folder/new"
  [[ $(grep -c '^a' "$folder/new") == $(grep -c '^a' "$debian_lock") ]] || { echo "image: Debian has not every package of $debian_lock" >&2; exit 1; }
  cat "$folder/new" >"$debian_lock"
  git --no-pager diff --stat -- "$debian_lock"
  exit
fi

# The files of Debian's packages, as the lock names them.
image_root() { # ARCHITECTURE FOLDER
  local architecture package version sum licence file
  mkdir -p "$work/debs/$1" "$2/var/lib/dpkg/status.d"
  while read -r architecture package version sum licence; do
    [[ $architecture == "$1" || $architecture == all ]] || continue
    quietly "deb-$package" "Debian serves only its newest versions. Write the lock anew: deploy/image/image.sh --refresh" \
      bash -c 'cd "$1" && shift && "$@"' sh "$work/debs/$1" bash -c "$(declare -f image_apt); image_apt \"\$@\"" sh "$work/apt" apt-get download "$package$([[ $architecture == all ]] || echo ":$1")=$version"
    file=$(find "$work/debs/$1" -name "${package}_*.deb")
    [[ $(sha256sum "$file") == "$sum "* ]] || stop "$file is not the file that $debian_lock names"
    dpkg-deb --extract "$file" "$work/debs/$1/$package"
    # Programs that look for vulnerable packages read these.
    dpkg-deb --field "$file" >"$2/var/lib/dpkg/status.d/$package"
  done <"$debian_lock"
  cp -a "$work/debs/$1"/{libc6,libgcc-s1,libstdc++6,libssl3,tzdata}/. "$2/"
  mkdir -p "$2/etc/ssl/certs" "$2/usr/lib" "$2/usr/share/doc"
  cp -a "$work/debs/$1/base-files/usr/lib/os-release" "$2/usr/lib/"
  ln -s ../usr/lib/os-release "$2/etc/os-release"
  for package in base-files ca-certificates; do cp -a "$work/debs/$1/$package/usr/share/doc/$package" "$2/usr/share/doc/"; done
  find "$work/debs/$1/ca-certificates/usr/share/ca-certificates" -name '*.crt' | sort | xargs cat >"$2/etc/ssl/certs/ca-certificates.crt"
  # No program of Debian's, and of the texts only the licences.
  rm -rf "$2"/usr/{bin,sbin} "$2"/{bin,sbin} "$2"/usr/share/{lintian,locale,man,bug} "$2"/usr/lib/*/{gconv,audit} "$2"/etc/{init.d,ld.so.conf.d}
  find "$2/usr/share/doc" -type f ! -name copyright -delete
  printf 'root:x:0:0:root:/:/sbin/nologin\ngatehouse:x:65532:65532:Gatehouse:/var/lib/gatehouse:/sbin/nologin\n' >"$2/etc/passwd"
  printf 'root:x:0:\ngatehouse:x:65532:\n' >"$2/etc/group"
  printf 'hosts: files dns\n' >"$2/etc/nsswitch.conf"
}

image() {
  local as_of name=gatehouse-$version-image architecture system root container mount layout=$work/layout
  for one in buildah dpkg-deb apt-get; do
    command -v "$one" >/dev/null || stop "$one is missing: the image is made on Debian 12. sudo apt-get install -y --no-install-recommends buildah"
  done
  [[ $(id -u) == 0 ]] || stop "the image is made as root: its files have owners of their own"
  step "$name.oci.tar: the image"
  as_of=$(sed -n 's/^as-of //p' "$debian_lock")
  quietly apt-update "The machine's sources of Debian could not be read." bash -c "$(declare -f image_apt); image_apt \"\$@\"" sh "$work/apt" apt-get update
  local build=(buildah --root "$work/storage" --runroot "$work/storage-run" --storage-driver vfs)
  "${build[@]}" manifest create "gatehouse:$version" >/dev/null
  for architecture in amd64 arm64; do
    system=linux-${architecture/amd64/x64} root=$work/root-$architecture
    image_root "$architecture" "$root"
    alone "$system" "$root/opt/gatehouse"
    rm "$root/opt/gatehouse/README.md"
    awk -v a="$architecture" -v v="$version" -v c="$commit" -v d="$as_of" '$1 == a || $1 == "all" { debian = debian (debian ? "," : "") "\"" $2 "\":\"" $3 "\"" }
      END { printf "{\"version\":\"%s\",\"commit\":\"%s\",\"built\":\"%sT00:00:00Z\",\"debian\":{%s}}\n", v, c, d, debian }' "$debian_lock" >"$root/etc/gatehouse-image.json"
    mkdir -p "$root/etc/gatehouse" "$root/var/lib/gatehouse"
    chown -R 0:0 "$root"
    chmod -R u+rwX,go+rX,go-w "$root"
    chown 65532:65532 "$root/var/lib/gatehouse"
    chmod 0700 "$root/var/lib/gatehouse"
    container=$("${build[@]}" from --arch "$architecture" scratch)
    mount=$("${build[@]}" mount "$container")
    cp -a "$root/." "$mount/"
    "${build[@]}" umount "$container" >/dev/null
    "${build[@]}" config --arch "$architecture" --os linux --user 65532:65532 --workingdir / --port 8080 --port 9090 --volume /var/lib/gatehouse \
      --entrypoint '["/opt/gatehouse/gatehouse"]' --cmd 'serve --config /etc/gatehouse/gatehouse.yaml' \
      --env HOME=/var/lib/gatehouse --env SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt --env DOTNET_EnableDiagnostics=0 \
      --label org.opencontainers.image.title=gatehouse --label "org.opencontainers.image.version=$version" \
      --label "org.opencontainers.image.revision=$commit" --label org.opencontainers.image.licenses=Apache-2.0 "$container"
    quietly "commit-$architecture" "" "${build[@]}" commit --timestamp "$moment" --format oci --quiet "$container" "gatehouse:$version-$architecture"
    quietly "manifest-$architecture" "" "${build[@]}" manifest add --arch "$architecture" --os linux "gatehouse:$version" "gatehouse:$version-$architecture"
  done
  quietly push "" "${build[@]}" manifest push --all "gatehouse:$version" "oci:$layout:gatehouse:$version"
  for architecture in amd64 arm64; do
    system=linux-${architecture/amd64/x64}
    bill_alone "$system" "$(packaging image-manifest --layout "$layout" --architecture "$architecture")" "$work/image-$architecture.cdx.json" \
      "$work/root-$architecture/opt/gatehouse/gatehouse" --debian "$debian_lock" --architecture "$architecture"
    cp "$work/image-$architecture.cdx.json" "$work/done/$name-$architecture.cdx.json"
    packaging image-attach --layout "$layout" --architecture "$architecture" --bill "$work/image-$architecture.cdx.json"
  done
  [[ ! $sign ]] || packaging image-sign --layout "$layout" --key "$sign"
  tar --create --sort=name --format=ustar --mode=u+rwX,go+rX,go-w --owner=0 --group=0 --numeric-owner --mtime="@$moment" --directory="$layout" . >"$work/done/$name.oci.tar"
}

image
