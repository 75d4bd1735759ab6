# Reads .trx files of test runs; prints "outcome <tab> seconds <tab> full name of the method <tab> name as shown" for each result.
#   awk -f eng/trx.awk artifacts/test-results/*.trx
# A file is one tag a record when split at "<". Results come before the definitions that give class and method, hence END.
BEGIN { RS = "<" }

function attribute(name,   at, value) {
  at = index($0, " " name "=\"")
  if (at == 0) return ""
  value = substr($0, at + length(name) + 3)
  value = substr(value, 1, index(value, "\"") - 1)
  gsub(/&#x?[0-9A-Fa-f]+;/, " ", value)
  gsub(/&lt;/, "<", value); gsub(/&gt;/, ">", value); gsub(/&quot;/, "\"", value); gsub(/&amp;/, "\\&", value)
  gsub(/[\t\r\n]/, " ", value)
  return value
}

function seconds(duration,   part) {
  split(duration, part, ":")
  return part[1] * 3600 + part[2] * 60 + part[3]
}

$1 == "UnitTestResult" {
  shown[++count] = attribute("testName")
  outcome[count] = attribute("outcome")
  took[count] = seconds(attribute("duration"))
  id[count] = FILENAME " " attribute("testId")
}
$1 == "UnitTest" { current = FILENAME " " attribute("id") }
$1 == "TestMethod" { full[current] = attribute("className") "." attribute("name") }

END {
  for (i = 1; i <= count; i++) {
    name = id[i] in full ? full[id[i]] : shown[i]
    sub(/\(.*/, "", name) # for a theory the arguments are cut off
    printf "%s\t%.3f\t%s\t%s\n", outcome[i], took[i], name, shown[i]
  }
}
