using Gatehouse.Configuration.Rules;
using Gatehouse.Integrity.Inspection;

namespace Gatehouse.Configuration;

/// <summary>
/// A named file of suppressions for <c>gatehouse scan</c>: <c>version: 1</c> and <c>suppressions</c>, entries as under
/// <c>inspection.metadata.suppressions</c>. It is never looked for: a file in a repository hides nothing unless it is named.
/// </summary>
public static class SuppressionFile
{
    private static readonly string[] Keys = ["server", "definition", "finding", "digest", "reason", "until"];
    private static readonly string[] FileKeys = ["file", "finding", "digest", "reason", "until"];
    private static readonly string[] FileFindings = ["GHS4008", "GHS4009"];

    /// <summary>Reads the file. Returns null, with faults, when anything in it is wrong.</summary>
    /// <param name="path">The file.</param>
    /// <param name="faults">The list that receives faults.</param>
    public static FindingSuppressions? Read(string path, FaultList faults)
    {
        ArgumentNullException.ThrowIfNull(faults);
        if (ConfigurationFile.Read(Path.GetFullPath(path), faults, "--suppressions") is not { } text || StrictYaml.Read(text, faults) is not { } root) return null;
        if (root.Entries.FirstOrDefault(entry => entry.Key == "version") is not { Value: YamlScalar { Text: "1" } })
            faults.Add(root.At, "version", "the version is not 1", "begin with 'version: 1'");
        foreach (var entry in root.Entries.Where(entry => entry.Key is not ("version" or "suppressions")))
            faults.Add(entry.At, "", "this key is unknown", "remove it; a file of suppressions has the keys version and suppressions");
        var all = new List<FindingSuppression>();
        var files = new List<FileSuppression>();
        if (root.Entries.FirstOrDefault(entry => entry.Key == "suppressions")?.Value is YamlList list)
        {
            foreach (var item in list.Items)
            {
                if (item is YamlMap map && map.Entries.Any(entry => entry.Key == "file"))
                {
                    if (FileEntry(map, path, faults) is { } file) files.Add(file);
                }
                else if (Entry(item, path, faults) is { } one)
                {
                    all.Add(one);
                }
            }
        }
        else
        {
            faults.Add(root.At, "suppressions", "the list of suppressions is missing", "write 'suppressions:' and entries below it");
        }

        return faults.Any ? null : new FindingSuppressions(all) { Files = files };
    }

    private static FindingSuppression? Entry(YamlNode item, string path, FaultList faults)
    {
        if (item is not YamlMap map || !map.Entries.All(entry => Keys.Contains(entry.Key) && entry.Value is YamlScalar))
        {
            faults.Add(item.At, "suppressions", "this is not a suppression", $"keys: {string.Join(", ", Keys)}");
            return null;
        }

        var texts = map.Entries.ToDictionary(entry => entry.Key, entry => ((YamlScalar)entry.Value).Text, StringComparer.Ordinal);
        var missing = Keys.Where(key => key != "digest" && !texts.ContainsKey(key)).ToList();
        foreach (var key in missing)
            faults.Add(map.At, "suppressions." + key, "this key is missing", "add it; a suppression names server, definition, finding, reason and until");
        if (missing.Count > 0) return null;
        if (FindingIds.InDefinitions(texts["finding"]) is { } fault) SuppressionFile.Require(map, false, "finding", fault.Message, fault.Remedy, faults);
        Require(InspectionRules.IsDefinition(texts["definition"]), "definition", "this is not the name of a definition");
        Require(!texts.TryGetValue("digest", out var digest) || InspectionRules.IsDigest(digest), "digest", "this is not the digest of a definition");
        if (InspectionRules.FaultOfReason(texts["reason"]) is { } reasonFault) Require(false, "reason", reasonFault);
        var end = InspectionRules.End(texts["until"]);
        Require(end is not null, "until", "this is not a day");
        return end is null ? null : new FindingSuppression
        {
            Server = texts["server"],
            Definition = texts["definition"],
            Id = texts["finding"],
            Digest = digest,
            Reason = texts["reason"],
            Expires = end.Value,
            File = Path.GetFullPath(path),
            Line = map.At.Line,
        };

        void Require(bool isGood, string key, string message) => SuppressionFile.Require(map, isGood, key, message,
            "see docs/concepts/metadata-inspection.md", faults);
    }

    private static FileSuppression? FileEntry(YamlMap map, string path, FaultList faults)
    {
        if (!map.Entries.All(entry => FileKeys.Contains(entry.Key) && entry.Value is YamlScalar))
        {
            faults.Add(map.At, "suppressions", "this is not a suppression of a file's finding", $"keys: {string.Join(", ", FileKeys)}");
            return null;
        }

        var texts = map.Entries.ToDictionary(entry => entry.Key, entry => ((YamlScalar)entry.Value).Text, StringComparer.Ordinal);
        var missing = FileKeys.Where(key => key != "digest" && !texts.ContainsKey(key)).ToList();
        foreach (var key in missing)
            faults.Add(map.At, "suppressions." + key, "this key is missing",
                "a suppression of a file's finding names file, finding, reason and until");
        if (missing.Count > 0) return null;
        Require(FileFindings.Contains(texts["finding"]), "finding", "no finding in files of a repository has this id");
        Require(texts["file"].Length > 0 && !Path.IsPathRooted(texts["file"]), "file", "this is not a path from the scanned folder");
        Require(!texts.TryGetValue("digest", out var digest) || (digest.Length == 32 && digest.All(char.IsAsciiHexDigitLower)), "digest",
            "this is not the digest of a finding");
        if (InspectionRules.FaultOfReason(texts["reason"]) is { } fault) Require(false, "reason", fault);
        var end = InspectionRules.End(texts["until"]);
        Require(end is not null, "until", "this is not a day");
        return end is null ? null : new FileSuppression
        {
            Path = texts["file"],
            Id = texts["finding"],
            Digest = digest,
            Reason = texts["reason"],
            Expires = end.Value,
            File = Path.GetFullPath(path),
            Line = map.At.Line,
        };

        void Require(bool isGood, string key, string message) =>
            SuppressionFile.Require(map, isGood, key, message, "see docs/operators/scan.md#secrets-in-a-repository", faults);
    }

    private static void Require(YamlMap map, bool isGood, string key, string message, string remedy, FaultList faults)
    {
        if (!isGood) faults.Add(map.Entries.First(entry => entry.Key == key).At, "suppressions." + key, message, remedy);
    }
}
