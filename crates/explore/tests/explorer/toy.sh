#!/bin/sh
# Stands for the program of a paper in the tests of the explorer. `behave` says what it does besides its work.
if [ "$1" = parameters ]; then
  echo '[{"key": "x", "type": "number"}, {"key": "behave", "type": "text"}]'
  exit
fi
say() { printf '{"event": "%s", "paper": "toy", %s}\n' "$1" "$2" >&2; }
start() { say start "\"cells\": 1, \"cached\": 0, \"threads\": 1, \"seconds\": $1, \"memory\": $2, \"disk\": null"; }
x=1 behave=
while [ $# -gt 0 ]; do
  case "$1=$2" in
    --out=*) out=$2 ;;
    --set=x=*) x=${2#x=} ;;
    --set=behave=*) behave=${2#behave=} ;;
  esac
  shift
done
# Two at a time would find each other's number here.
kill -0 "$(cat busy 2>/dev/null)" 2>/dev/null && echo overlap >> overlaps
echo $$ > busy
case "$behave" in
  refuse) say error '"text": "--set behave=refuse: `behave`: expected better"'; exit 2 ;;
  long) start 1e6 1e6; exec sleep 9 ;;
  large) start 1 1e13; exec sleep 9 ;;
  crash) echo 'thread panicked' >&2; exit 101 ;;
  silent) exit 0 ;;
  wait) start 10 1e6; echo $$ > waiting; exec sleep 60 ;;
  *) start 0.2 1e6; sleep 0.2 ;;
esac
say cell '"finished": 1, "cells": 1, "gone": 0.2, "left": 0.0'
mkdir -p "$out"
echo "<svg>$x</svg>" > "$out/figure.svg"
printf 'judged: true\ncaption: A toy.\nclaims: [{id: c, verdict: holds, measures: [{what: x, value: .nan}]}]\n' > "$out/claims.yaml"
echo '{"cells": 1, "computed": 1, "claims": [{"verdict": "holds"}]}'
