# Sourced in this folder, with `environments` set: makes the Python environments of requirements/ where they are not yet there.

environment() { # environment NAME OPTION...
  local folder=$environments/$1
  shift
  [ -x "$folder/bin/python" ] && return 0
  /usr/bin/python3 -m venv "$@" "$folder"
  "$folder/bin/pip" install --quiet --disable-pip-version-check --no-deps --requirement "requirements/$(basename "$folder").txt"
}
