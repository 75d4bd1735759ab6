#!/bin/sh
# Installs Gatehouse @VERSION@ for the account that runs this, from files that are signed with the key below.
#   sh install.sh                  from the folder of this script
#   sh install.sh --from PLACE     from another folder, or from an https address that has the files of the release
#   sh install.sh --to FOLDER      into another folder than ~/.local/share/gatehouse (/opt/gatehouse for root)
#   sh install.sh --bin FOLDER     with the link in another folder than ~/.local/bin (/usr/local/bin for root)
#   sh install.sh --key FILE       signed by somebody else, whose public key (PEM) this is
# It verifies the signature of SHA256SUMS and the sum of the archive, unpacks the archive into FOLDER/@VERSION@, and makes
# the link to the program. Nothing else is changed, and nothing is started.
set -eu
umask 022
version=@VERSION@

stop() { for line; do echo "install: $line" >&2; done; exit 1; }

from=$(dirname -- "$0") key=
if [ "$(id -u)" = 0 ]; then to=/opt/gatehouse bin=/usr/local/bin; else to=$HOME/.local/share/gatehouse bin=$HOME/.local/bin; fi
while [ $# -gt 0 ]; do
  case $1 in
    --from) [ "${2:-}" ] || stop "--from needs a folder or an https address"; from=$2; shift ;;
    --to) [ "${2:-}" ] || stop "--to needs a folder"; to=$2; shift ;;
    --bin) [ "${2:-}" ] || stop "--bin needs a folder"; bin=$2; shift ;;
    --key) [ -f "${2:-}" ] || stop "--key needs the file of a public key (PEM)"; key=$2; shift ;;
    -h | --help) sed -n '2,9s/^# \{0,1\}//p' "$0"; exit 0 ;;
    *) stop "unknown option $1; see --help" ;;
  esac
  shift
done

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
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

cat >"$work/key.pem" <<'KEY'
@PUBLIC_KEY@
KEY
[ ! "$key" ] || cp -- "$key" "$work/key.pem"

# One copy is verified and unpacked: a folder that others may write could change in between (CWE-367).
for file in SHA256SUMS SHA256SUMS.sig "$archive"; do
  case $from in
    https://*)
      command -v curl >/dev/null || stop "curl is missing. Install it, or download the files and name their folder with --from."
      curl --fail --silent --show-error --location --proto '=https' --proto-redir '=https' --max-filesize 300000000 --output "$work/$file" "${from%/}/$file" ||
        stop "$file could not be fetched from $from" ;;
    *://*) stop "--from takes a folder or an https address: $from" ;;
    *) [ -f "$from/$file" ] || stop "$file is not in $from"; cp -- "$from/$file" "$work/$file" ;;
  esac
done

openssl dgst -sha256 -verify "$work/key.pem" -signature "$work/SHA256SUMS.sig" "$work/SHA256SUMS" >/dev/null 2>&1 ||
  stop "SHA256SUMS is not signed with the key of Gatehouse, or was changed. Nothing was installed." "Fetch the release again, from its own place."
expected=$(sed -n "s/^\([0-9a-f]\{64\}\)  $archive\$/\1/p" "$work/SHA256SUMS")
[ "$expected" ] || stop "SHA256SUMS has no line for $archive: the release does not have it, or is of another version. Nothing was installed."
actual=$(openssl dgst -sha256 -r "$work/$archive" | cut -c 1-64)
[ "$actual" = "$expected" ] || stop "$archive is not the file that was signed. Nothing was installed." "Fetch it again."

mkdir -p "$to" "$bin"
[ ! -e "$to/$version" ] || stop "$to/$version exists already. Remove it first to install this version again."
mkdir "$work/new"
tar -xzf "$work/$archive" --no-same-owner -C "$work/new"
mv "$work/new/gatehouse-$version-$system" "$to/$version"
ln -sfn "$to/$version/gatehouse" "$bin/gatehouse"
echo "Installed $to/$version, linked as $bin/gatehouse"
case :$PATH: in
  *:"$bin":*) echo "Begin with: gatehouse scan" ;;
  *) echo "Begin with: $bin/gatehouse scan   ($bin is not on PATH)" ;;
esac
