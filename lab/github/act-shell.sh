#!/bin/bash
# Steps of a job find this as `bash`. It takes away the variables that act adds and GitHub's runner does not (INPUT_* are
# not set for a run step, also not inside a composite Action), and ends the output of a step with a line of its own.
here=${0%/*}
drop=()
while IFS= read -r -d '' entry; do
  case ${entry%%=*} in
    ACT | ACT_* | INPUT_* | SHA_REF | DOCKER_HOST | RUNNER_PERFLOG) drop+=(-u "${entry%%=*}") ;;
  esac
done </proc/self/environ
/usr/bin/env "${drop[@]}" PATH="${PATH//"$here:"/}" /bin/bash "$@"
code=$?
printf '\004\n'
exit "$code"
