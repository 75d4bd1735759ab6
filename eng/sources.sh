# The state of the sources, by which ./gatehouse knows whether they changed since the last build. Sourced; `root` is the checkout.
# Names, times and sizes instead of contents: every call pays for it. Relative, so that a moved checkout still matches.
sources() {
  (cd -- "$root" && LC_ALL=C find src range Directory.*.props global.json -type f -printf '%p %T@ %s\n' | LC_ALL=C sort | sha256sum)
}
