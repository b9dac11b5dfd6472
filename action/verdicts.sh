#!/usr/bin/env bash
# What a pull request alters in the verdicts of descriptions: written to the job's summary and, where the token may,
# into one comment that later runs replace. Everything comes through the environment, nothing is spliced into commands:
#   AIACT_FILES       descriptions, one a line
#   AIACT_BASE        the commit to compare with
#   AIACT_LANG        en or fr
#   AIACT_DAY         the day to ask about; today if empty
#   AIACT_FAIL        "true" ends with 1 if anything differs
#   AIACT_COMMENT     "true" writes the comment; needs GH_TOKEN, GITHUB_REPOSITORY and AIACT_NUMBER
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
report=$work/verdicts.md
mark='<!-- aiact: verdicts -->'

files=()
while IFS= read -r file; do
    if [ -n "$file" ]; then files+=("./$file"); fi # never taken for an option
done <<<"${AIACT_FILES:-aiact.yaml}"

case $AIACT_BASE in
*[!0-9a-f]* | "") # a name could be an option, or move while this runs
    echo "AIACT_BASE must be the hash of a commit" >&2
    exit 2
    ;;
esac
if ! git cat-file -e "$AIACT_BASE^{commit}" 2>/dev/null; then
    git fetch --quiet --no-tags --depth=1 origin "$AIACT_BASE"
fi

options=(--since "$AIACT_BASE" --lang "${AIACT_LANG:-en}" --format md --output "$report")
if [ -n "${AIACT_DAY:-}" ]; then options+=(--on "$AIACT_DAY"); fi
if [ "${AIACT_FAIL:-}" = true ]; then options+=(--exit-code); fi
code=0
aiact diff "${options[@]}" -- "${files[@]}" || code=$?

if [ -s "$report" ]; then
    cat "$report" >>"${GITHUB_STEP_SUMMARY:-/dev/stdout}"
fi
if [ -s "$report" ] && [ "${AIACT_COMMENT:-}" = true ]; then
    case $AIACT_NUMBER in *[!0-9]* | "") echo "AIACT_NUMBER must be a number" >&2 && exit 2 ;; esac
    comments="repos/$GITHUB_REPOSITORY/issues/$AIACT_NUMBER/comments"
    # Only a comment of the account that this token belongs to is replaced; a person may quote the mark.
    ours=$(gh api --paginate "$comments" --jq \
        ".[] | select(.user.type == \"Bot\" and (.body | startswith(\"$mark\"))) | .id" 2>"$work/refused" | head -n 1) || true
    if [ -n "$ours" ]; then
        wrote=(--method PATCH "repos/$GITHUB_REPOSITORY/issues/comments/$ours")
    else
        wrote=(--method POST "$comments")
    fi
    if ! gh api "${wrote[@]}" --field "body=@$report" --silent 2>>"$work/refused"; then
        # The token of a pull request from a fork may only read.
        echo "::notice::the verdicts stand in the summary of this job; a comment was refused"
    fi
fi
exit "$code"
