#!/bin/bash
# Fetches one commit from the server of the run and checks it out as actions/checkout does: a branch as a branch, a pull
# request's merge commit detached.
set -euo pipefail
header="AUTHORIZATION: basic $(printf 'x-access-token:%s' "$TOKEN" | base64 -w0)"
echo "::add-mask::${header##* }"
git init --quiet -b main "$FOLDER"
cd "$FOLDER"
git remote add origin "$GITHUB_SERVER_URL/$REPOSITORY"
export GIT_TERMINAL_PROMPT=0

fetch() {
  GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0="http.$GITHUB_SERVER_URL/.extraheader" GIT_CONFIG_VALUE_0=$header \
    git -c protocol.version=2 fetch --quiet --no-tags --prune "$@"
}

limit=()
if [ "$DEPTH" != 0 ]; then
  limit=("--depth=$DEPTH")
else
  fetch origin '+refs/heads/*:refs/remotes/origin/*' '+refs/tags/*:refs/tags/*'
fi
if [ -n "$REF" ]; then
  fetch "${limit[@]}" origin "$REF"
  git checkout --quiet --force FETCH_HEAD
elif [[ $GITHUB_REF == refs/heads/* ]]; then
  branch=${GITHUB_REF#refs/heads/}
  fetch "${limit[@]}" origin "+$GITHUB_SHA:refs/remotes/origin/$branch"
  git checkout --quiet --force -B "$branch" "refs/remotes/origin/$branch"
else
  fetch "${limit[@]}" origin "+$GITHUB_SHA:refs/remotes/${GITHUB_REF#refs/}"
  git checkout --quiet --force "refs/remotes/${GITHUB_REF#refs/}"
fi
if [ "$PERSIST" = true ]; then
  git config "http.$GITHUB_SERVER_URL/.extraheader" "$header"
fi
echo "commit=$(git rev-parse HEAD)" >>"$GITHUB_OUTPUT"
git log -1 --format='%H %s'
