# A hub over the real server, killed with SIGKILL: at each named failpoint of a maintenance call, and at random moments.
. "$(dirname "$0")/lib"
"$tests/killer" --nocturne "$n" --kubeconfig "$KUBECONFIG" --home "$home" --rounds "${ROUNDS:-200}" --seed "${SEED:-1}"
