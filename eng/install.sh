#!/bin/sh
# Installs Gatehouse @VERSION@ for the account that runs this, from files that are signed with the key below.
#   sh install.sh                  from the folder of this script
#   sh install.sh --from PLACE     from another folder, or from an https address that has the files of the release
#   sh install.sh --to FOLDER      into another folder than ~/.local/share/gatehouse (/opt/gatehouse for root)
#   sh install.sh --bin FOLDER     with the link in another folder than ~/.local/bin (/usr/local/bin for root)
#   sh install.sh --key FILE       signed by another maker, whose public key (PEM) this is
#   sh install.sh --downgrade      also where the link leads to a newer version
# It verifies the signature of SHA256SUMS and the sum of the archive, unpacks the archive into FOLDER/@VERSION@, and makes
# the link to the program. Nothing else is changed, and nothing is started.
set -eu
umask 022
version=@VERSION@

# What these name would run, or be trusted, before anything is verified (CWE-426).
unset TAR_OPTIONS GZIP OPENSSL_CONF OPENSSL_MODULES OPENSSL_ENGINES CDPATH TMPDIR || true
self=$(id -u)
[ "$self" != 0 ] || PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin

stop() { for line; do echo "install: $line" >&2; done; exit 1; }

from=$(dirname -- "$0") key='' downgrade=no
if [ "$self" = 0 ]; then
  to=/opt/gatehouse bin=/usr/local/bin
else
  case ${HOME:-} in /*) ;; *) stop "HOME is no absolute path: set it, or run this as root" ;; esac
  to=$HOME/.local/share/gatehouse bin=$HOME/.local/bin
fi
while [ $# -gt 0 ]; do
  case $1 in
    --from) [ "${2:-}" ] || stop "--from needs a folder or an https address"; from=$2; shift ;;
    --to) [ "${2:-}" ] || stop "--to needs a folder"; to=$2; shift ;;
    --bin) [ "${2:-}" ] || stop "--bin needs a folder"; bin=$2; shift ;;
    --key) [ -f "${2:-}" ] || stop "--key needs the file of a public key (PEM)"; key=$2; shift ;;
    --downgrade) downgrade=yes ;;
    -h | --help) sed -n '2,10s/^# \{0,1\}//p' "$0"; exit 0 ;;
    *) stop "unknown option $1; see --help" ;;
  esac
  shift
done
case $to in /*) ;; *) to=$PWD/$to ;; esac
case $bin in /*) ;; *) bin=$PWD/$bin ;; esac

# The archives that a system has. What is not here is installed as a .NET tool.
case $(uname -s)-$(uname -m) in
  Linux-x86_64) system=linux-x64 ;;
  Linux-aarch64) system=linux-arm64 ;;
  Darwin-arm64) system=osx-arm64 ;;
  *) stop "there is no archive for $(uname -s) on $(uname -m): install the .NET SDK 10.0, then 'dotnet tool install --global --add-source FOLDER Gatehouse'" ;;
esac
archive=gatehouse-$version-$system.tar.gz

for tool in openssl tar gzip; do
  command -v "$tool" >/dev/null || stop "$tool is missing. Install it, then run this again. (On Debian: apt-get install $tool)"
done

# Another account that may change a folder of the path could put its own program there afterwards (CWE-732).
own() {
  place=$1
  while [ ! -e "$place" ]; do place=$(dirname -- "$place"); done
  while :; do
    [ -z "$(find -H "$place" -prune ! -user 0 ! -user "$self")" ] || stop "$1: $place belongs to another account. Choose another folder with --to and --bin."
    [ -z "$(find -H "$place" -prune -perm -0002 ! -perm -1000)" ] || stop "$1: every account may change $place. Choose another folder with --to and --bin."
    [ "$self" != 0 ] || [ -z "$(find -H "$place" -prune -perm -0020 ! -group 0 ! -perm -1000)" ] ||
      stop "$1: a group may change $place. Choose another folder with --to and --bin."
    [ "$place" != / ] || return 0
    place=$(dirname -- "$place")
  done
}
own "$to"
own "$bin"
[ ! -d "$bin/gatehouse" ] || stop "$bin/gatehouse is a folder. Choose another folder with --bin."
[ ! -e "$to/$version" ] || stop "$to/$version exists already. Remove it first to install this version again."
# An old release has a good signature too, and brings its known faults back.
if [ -L "$bin/gatehouse" ] && [ $downgrade = no ]; then
  linked=$(basename -- "$(dirname -- "$(readlink "$bin/gatehouse")")")
  newer=$(printf '%s\n%s\n' "$version" "$linked" | awk -F. '{ v[NR] = sprintf("%06d%06d%06d", $1, $2, $3) } END { print (v[2] > v[1]) }')
  case $linked in [0-9]*.[0-9]*.[0-9]*) [ "$newer" = 0 ] || stop "$bin/gatehouse is of version $linked, which is newer than $version. To install the older one: --downgrade" ;; esac
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
if [ "$key" ]; then
  cp -- "$key" "$work/key.pem"
else
  cat >"$work/key.pem" <<'KEY'
@PUBLIC_KEY@
KEY
fi

# One copy is verified and unpacked: the folder that it comes from could change in between (CWE-367).
take() { # FILE BYTES
  case $from in
    https://*)
      command -v curl >/dev/null || stop "curl is missing. Install it, or download the files and name their folder with --from."
      curl -q --fail --silent --show-error --location --proto '=https' --proto-redir '=https' --max-time 900 "${from%/}/$1" | head -c "$2" >"$work/$1"
      [ -s "$work/$1" ] || stop "$1 could not be fetched from $from" ;;
    *://*) stop "--from takes a folder or an https address: $from" ;;
    *) [ -f "$from/$1" ] || stop "$1 is not in $from"; head -c "$2" "$from/$1" >"$work/$1" ;;
  esac
}
take SHA256SUMS 65536
take SHA256SUMS.sig 4096
openssl dgst -sha256 -verify "$work/key.pem" -signature "$work/SHA256SUMS.sig" "$work/SHA256SUMS" >/dev/null 2>&1 ||
  stop "SHA256SUMS is not signed with the key of Gatehouse, or was changed. Nothing was installed." \
    "Fetch the release again, from its own place. Where another maker signed it, name the public key of that maker with --key."
expected=$(awk -v name="$archive" '$2 == name && length($1) == 64 { print $1 }' "$work/SHA256SUMS")
[ "$expected" ] || stop "SHA256SUMS has no line for $archive: the release does not have it, or is of another version. Nothing was installed."
take "$archive" 300000000
actual=$(openssl dgst -sha256 -r "$work/$archive" | cut -c 1-64)
[ "$actual" = "$expected" ] || stop "$archive is not the file that was signed. Nothing was installed." "Fetch it again."

mkdir -p "$to" "$bin"
mkdir "$work/new"
tar -xzf "$work/$archive" --no-same-owner -C "$work/new"
mv "$work/new/gatehouse-$version-$system" "$to/$version"
ln -sfn "$to/$version/gatehouse" "$bin/gatehouse"
echo "Installed $to/$version, linked as $bin/gatehouse"
case :$PATH: in
  *:"$bin":*) echo "Begin with: gatehouse scan" ;;
  *) echo "$bin is not on PATH. Add it, then begin with: gatehouse scan" ;;
esac
