#!/bin/sh
# Collects what iamtui reads of an AWS account, with calls that only read. Made by `iamtui collect-script`.
#
#   sh collect.sh [FOLDER]
#
# The answers go to FOLDER/ACCOUNT (FOLDER is iamtui-export if none is named), readable for you alone; then
# `iamtui FOLDER` shows them. Run it again to bring them up to date, and with other credentials to add accounts.
# A call that is refused is noted in the folder and passed over; an answer of an earlier run stays where this one gets
# none, and the script says so and ends with status 1. When the credentials expire it stops.
# REGIONS="eu-west-1 us-east-1" asks only there, not in every region that the account has enabled.

set -u
umask 077
AWS_PAGER='' AWS_CLI_AUTO_PROMPT=off AWS_DEFAULT_OUTPUT=json AWS_CLI_ERROR_FORMAT=legacy
AWS_CLI_OUTPUT_ENCODING=utf-8 PYTHONIOENCODING=utf-8
AWS_RETRY_MODE=${AWS_RETRY_MODE:-standard} AWS_MAX_ATTEMPTS=${AWS_MAX_ATTEMPTS:-10}
export AWS_RETRY_MODE AWS_MAX_ATTEMPTS
export AWS_PAGER AWS_CLI_AUTO_PROMPT AWS_DEFAULT_OUTPUT AWS_CLI_ERROR_FORMAT AWS_CLI_OUTPUT_ENCODING PYTHONIOENCODING
tab=$(printf '\t')

fail() {
  printf '%s\n' "collect: $1" >&2
  exit 1
}

say() {
  printf '%-9s%s\n' "$1" "$2" >&2
}

# encoded NAME: a file name for it: percent-encoded, capitals too, because some file systems take A and a for the same.
encoded() {
  code=$(printf '%s' "$1" | LC_ALL=C awk '
    BEGIN { for (i = 1; i < 256; i++) number[sprintf("%c", i)] = i }
    {
      for (i = 1; i <= length($0); i++) {
        letter = substr($0, i, 1)
        if (index("abcdefghijklmnopqrstuvwxyz0123456789_@=+,-", letter)) printf "%s", letter
        else printf "%%%02X", number[letter]
      }
    }')
  if [ "${#code}" -gt 200 ]; then
    code=$(printf '%.150s' "$code")~$(printf '%s' "$1" | cksum | tr ' ' -)
  fi
  printf '%s' "$code"
}

# put FILE: what lies in the working folder becomes this file, at once and whole.
put() {
  case $1 in
    */*) mkdir -p "$folder/${1%/*}" || fail "cannot make the folder $folder/${1%/*}" ;;
  esac
  mv -f "$work/answer" "$folder/$1" || fail "cannot write $folder/$1"
  case $1 in
    *.json) rm -f "$folder/${1%.json}.err" ;;
    *.err) rm -f "$folder/${1%.err}.json" ;;
  esac
  printf '%s\n' "$1" | tee -a "$folder/.collected" >>"$work/now" || fail "cannot write to $folder/.collected"
}

# stop_if_expired: ends the script where no call can be answered any more.
stop_if_expired() {
  case $code in
    *Expired*) ;;
    NoAnswer | *Token* | *Credential* | UnrecognizedClient* | InvalidClient*)
      if aws sts get-caller-identity >/dev/null 2>&1 </dev/null; then return; fi
      ;;
    *) return ;;
  esac
  printf '%s\n' '' "Account $account: $kept answers kept, then the credentials expired ($code)." \
    'What earlier runs collected is still there. Run it again with fresh credentials.' >&2
  exit 1
}

# find_earlier FILE NONE: the answer of an earlier run, if there is one; an error in NONE is one too.
find_earlier() {
  earlier=
  if [ -f "$folder/$1.json" ]; then
    earlier=$1.json
  elif [ -f "$folder/$1.err" ]; then
    for code_of_none in $2; do
      if grep -q "($code_of_none)" "$folder/$1.err"; then earlier=$1.err; fi
    done
  fi
}

# below FOLDER: where not all names are known, what is not known to be gone stays.
below() {
  printf '%s\n' "$1" >>"$work/calls"
  if [ "$known" = no ] && [ -f "$folder/.collected" ]; then
    LC_ALL=C awk -v start="$1/" 'index($0, start) == 1' "$folder/.collected" >>"$work/now"
  fi
}

# refused FILE NONE OPERATION: keeps what the call said instead of an answer, unless there is an earlier answer.
refused() {
  code=$(sed -n 's/.*An error occurred (\([A-Za-z0-9_.]*\)) when calling.*/\1/p' "$work/error" | head -n 1)
  if [ -n "$code" ]; then
    mv -f "$work/error" "$work/answer"
  else
    code=NoAnswer
    { printf 'An error occurred (%s) when calling the %s operation: ' "$code" "$3"; cat "$work/error"; } >"$work/answer"
  fi
  case " $2 " in
    *" $code "*)
      put "$1.err"
      none=$((none + 1)) answered=none
      say none "$1"
      return
      ;;
  esac
  stop_if_expired
  find_earlier "$1" "$2"
  if grep -Fxq "$1.json" "$work/now"; then # the answer is there, and what it names was asked for once more
    say refused "$1 ($code)"
    printf '%s\n' "what $1 names ($code)" >>"$work/refused"
  elif [ -n "$earlier" ]; then
    printf '%s\n' "$earlier" >>"$work/now" || fail "cannot write to $work"
    old=$((old + 1))
    say earlier "$1 ($code)"
    printf '%s\n' "$1 ($code), the answer of an earlier run stays" >>"$work/refused"
  else
    put "$1.err"
    say refused "$1 ($code)"
    printf '%s\n' "$1 ($code)" >>"$work/refused"
  fi
  refused=$((refused + 1))
}

# ask FILE NONE SERVICE OPERATION...: keeps the answer, or the refusal; error codes in NONE say that there is nothing.
ask() {
  ask_file=$1 ask_none=$2 answered=no
  shift 2
  printf '%s\n' "$1-$2" >>"$work/calls"
  if aws "$@" >"$work/answer" 2>"$work/error" </dev/null; then
    answered=yes
    if [ -s "$work/answer" ]; then
      put "$ask_file.json"
      kept=$((kept + 1))
      say kept "$ask_file"
    else
      say empty "$ask_file"
    fi
  else
    refused "$ask_file" "$ask_none" "$2"
  fi
}

# name FILE QUERY SERVICE OPERATION...: the names in an answer, one a line.
name() {
  name_file=$1 name_query=$2
  shift 2
  if ! aws "$@" --query "$name_query" --output text >"$work/found" 2>"$work/error" </dev/null; then
    : >"$work/found"
    known=no
    refused "$name_file" - "$2"
  fi
}

# list FILE NONE QUERY SERVICE OPERATION...: keeps the answer; what it names is what the calls after it are about.
list() {
  list_file=$1 list_none=$2 list_query=$3
  shift 3
  known=yes
  ask "$list_file" "$list_none" "$@"
  if [ "$answered" = no ]; then known=no; fi
  if [ "$answered" = yes ]; then
    name "$list_file" "$list_query" "$@"
    mv -f "$work/found" "$work/names"
  else
    : >"$work/names"
  fi
}

# each NONE OPTION SERVICE OPERATION...: asks about every name; OPTION takes it. A bare name is another in each region.
each() {
  each_none=$1 each_option=$2
  shift 2
  below "$1-$2"
  while IFS=$tab read -r subject arn; do
    file=$(encoded "${arn:-$subject}")
    case ${arn:-$subject} in
      *:*) ;;
      *) file=$within_region$file ;;
    esac
    ask "$1-$2/$file" "$each_none" "$@" "$each_option=$subject"
  done <"$work/names"
}

# each_by_arn NONE OPTION SERVICE OPERATION...: the same, where OPTION takes the ARN.
each_by_arn() {
  each_none=$1 each_option=$2
  shift 2
  below "$1-$2"
  while IFS=$tab read -r subject arn; do
    ask "$1-$2/$(encoded "${arn:-$subject}")" "$each_none" "$@" "$each_option=${arn:-$subject}"
  done <"$work/names"
}

# list_within NONE QUERY OPTION SERVICE OPERATION...: asks about every name; what is found is told with that name.
list_within() {
  within_none=$1 within_query=$2 within_option=$3
  shift 3
  below "$1-$2"
  : >"$work/next"
  while IFS= read -r owner; do
    within_file=$1-$2/$(encoded "$owner")
    ask "$within_file" "$within_none" "$@" "$within_option=$owner"
    if [ "$answered" = yes ]; then
      name "$within_file" "$within_query" "$@" "$within_option=$owner"
      while IFS= read -r subject; do
        printf '%s\t%s\n' "$owner" "$subject"
      done <"$work/found" >>"$work/next"
    elif [ "$answered" = no ]; then
      known=no
    fi
  done <"$work/names"
  mv -f "$work/next" "$work/names"
}

# each_within NONE QUERY WITHIN OPTION SERVICE OPERATION...: asks about every name and what it is in; QUERY, if it is not
# `-`, says which names in the answers the calls after it are about.
each_within() {
  within_none=$1 within_query=$2 within_owner=$3 within_option=$4
  shift 4
  below "$1-$2"
  : >"$work/next"
  while IFS=$tab read -r owner subject; do
    within_file=$1-$2/$(encoded "$owner")/$(encoded "$subject")
    ask "$within_file" "$within_none" "$@" "$within_owner=$owner" "$within_option=$subject"
    if [ "$answered" = no ]; then
      known=no
    elif [ "$within_query" != - ] && [ "$answered" = yes ]; then
      name "$within_file" "$within_query" "$@" "$within_owner=$owner" "$within_option=$subject"
      cat "$work/found" >>"$work/next"
    fi
  done <"$work/names"
  sort -u "$work/next" >"$work/names"
}

# descend QUERY OPTION SERVICE OPERATION...: asks about every name and about all that are found below, level by level.
descend() {
  descend_query=$1 descend_option=$2
  shift 2
  cp "$work/names" "$work/level"
  while [ -s "$work/level" ]; do
    : >"$work/next"
    while IFS= read -r subject; do
      file=$1-$2/$(encoded "$subject")
      ask "$file" - "$@" "$descend_option=$subject"
      if [ "$answered" = yes ]; then
        name "$file" "$descend_query" "$@" "$descend_option=$subject"
        cat "$work/found" >>"$work/next"
      else
        known=no
      fi
    done <"$work/level"
    cat "$work/next" >>"$work/names"
    mv -f "$work/next" "$work/level"
  done
  below "$1-$2"
}

# seldom FUNCTION...: about a service that is not in every region: where there is none it is not asked ten times.
seldom() {
  usual=$AWS_MAX_ATTEMPTS AWS_MAX_ATTEMPTS=2
  "$@"
  AWS_MAX_ATTEMPTS=$usual
}

# start SERVICE OPERATION: for what comes of it later; if it is refused, the call that fetches it says so.
start() {
  aws "$@" >/dev/null 2>&1 </dev/null || :
}

# await FILE NOT_READY SERVICE OPERATION...: asks again as long as the answer is not ready, for half a minute.
await() {
  await_file=$1 await_codes=$2 tries=0
  shift 2
  while [ "$tries" -lt 10 ] && ! aws "$@" >"$work/answer" 2>"$work/error" </dev/null; do
    ready=yes
    for code in $await_codes; do
      if grep -q "($code)" "$work/error"; then ready=no; fi
    done
    [ "$ready" = no ] || break
    tries=$((tries + 1))
    sleep 3
  done
  ask "$await_file" - "$@"
}

# find_regions SERVICE OPERATION...: the regions to ask in.
find_regions() {
  if [ -n "${REGIONS:-}" ]; then
    printf '%s\n' "$REGIONS" | tr ',' ' ' | tr -s ' ' '\n' | sed '/^$/d' >"$work/regions"
    if grep -q '[^a-z0-9-]' "$work/regions"; then fail "expected names of regions in REGIONS, got $REGIONS"; fi
    return
  fi
  name "$1-$2" "$4" "$1" "$2"
  if [ -s "$work/found" ]; then
    mv -f "$work/found" "$work/regions"
  else
    printf '%s\n' "$AWS_DEFAULT_REGION" >"$work/regions"
  fi
}

go_to_region() {
  within_region=$region/
  AWS_REGION=$region AWS_DEFAULT_REGION=$region
  export AWS_REGION AWS_DEFAULT_REGION
}

# prune: takes away what earlier runs left, also ones that were broken off, and this one did not find again. Of regions
# that were not asked this time, and of calls that this script does not make, it takes nothing.
prune() {
  sed 's/^/#region /' "$work/regions" >"$work/asked"
  if [ -s "$work/asked" ] && grep '^#region ' "$folder/.collected" | grep -Fxqv -f "$work/asked"; then
    mv -f "$folder/.collected" "$work/before"
    sort -u "$work/before" "$work/now" "$work/asked" >"$folder/.collected"
    return
  fi
  sort -u "$folder/.collected" | grep -Fxv -f "$work/now" | while IFS= read -r gone; do
    call=${gone%%/*}
    case $gone in
      '#'*) printf '%s\n' "$gone" ;;
      /* | *..*) ;;
      *) if grep -Fxq "${call%.*}" "$work/calls"; then rm -f "$folder/$gone"; else printf '%s\n' "$gone"; fi ;;
    esac
  done >"$work/before"
  cat "$work/now" "$work/asked" >>"$work/before"
  mv -f "$work/before" "$folder/.collected"
}

command -v aws >/dev/null 2>&1 || fail 'expected the AWS CLI: there is no command aws; nothing is collected'
AWS_DEFAULT_REGION=${AWS_REGION:-${AWS_DEFAULT_REGION:-$(aws configure get region </dev/null 2>/dev/null || :)}}
AWS_DEFAULT_REGION=${AWS_DEFAULT_REGION:-us-east-1}
export AWS_DEFAULT_REGION
account=$(aws sts get-caller-identity --query Account --output text </dev/null) ||
  fail 'expected credentials that the AWS CLI can use; nothing is collected'
case $account in
  '' | *[!0-9]*) fail "expected an account of twelve digits, got $account; nothing is collected" ;;
esac
folder=${1:-iamtui-export}/$account
case $folder in
  /*) ;;
  *) folder=./$folder ;;
esac
mkdir -p "$folder" || fail "cannot make the folder $folder"
chmod -R go-rwx "$folder" || fail "cannot close the folder $folder to others"
work=$folder/.work.$$
mkdir "$work" || fail "cannot make the folder $work"
trap 'rm -rf "$work"' EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM
: >"$work/refused"
: >"$work/regions"
: >"$work/now"
: >"$work/calls"
kept=0 none=0 refused=0 old=0 known=yes region=$AWS_DEFAULT_REGION within_region=

#: calls
prune
printf '%s\n' '' "Account $account: $kept answers kept, $none say that there is none, $refused refused." >&2
if [ "$refused" -gt 0 ]; then
  printf '%s\n' 'Refused, so that iamtui takes them for not exported:' >&2
  sort "$work/refused" | sed 's/^/  /' >&2
fi
printf '%s\n' "To see them: iamtui ${folder%/*}" >&2
if [ "$old" -gt 0 ]; then
  printf '%s\n' "$old answers are of an earlier run: what they say may have changed since." >&2
  exit 1
fi
