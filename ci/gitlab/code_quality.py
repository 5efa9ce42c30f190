"""Makes of a SARIF report what GitLab shows as code quality: code_quality.py SARIF OUT. Needs nothing but Python."""
import hashlib
import json
import os
import sys


def issues(sarif):
    for run in sarif["runs"]:
        for result in run.get("results", []):
            # What is known and stays for a while is no news.
            if result.get("level") in ("none", "note") or result.get("suppressions"):
                continue
            name = result["partialFingerprints"]["anechoic/v1"]
            place = (result.get("locations") or [{}])[0].get("physicalLocation", {})
            yield {
                "type": "issue",
                "check_name": result["ruleId"],
                "description": result["message"]["text"],
                "fingerprint": hashlib.sha256(name.encode()).hexdigest(),
                "severity": "critical" if result.get("level") == "error" else "minor",
                "location": {
                    "path": place.get("artifactLocation", {}).get("uri") or os.environ.get("ANECHOIC_CONFIG", "anechoic.toml"),
                    "lines": {"begin": place.get("region", {}).get("startLine", 1)},
                },
            }


if __name__ == "__main__":
    source, out = sys.argv[1:]
    with open(source, encoding="utf-8") as file:
        found = list(issues(json.load(file)))
    with open(out, "w", encoding="utf-8") as file:
        json.dump(found, file, ensure_ascii=False, indent=2)
