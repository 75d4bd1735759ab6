using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Gatehouse.Packaging;

/// <summary>
/// What the packages were made from, and how: an in-toto statement with the predicate of SLSA provenance v1. It is a line of SHA256SUMS, so that its
/// signature is that of the sums.
/// </summary>
internal static class Provenance
{
    private static readonly string[] Packages = [".tar.gz", ".zip", ".nupkg", ".tar"];

    private static readonly JsonSerializerOptions Form = new() { WriteIndented = true };

    /// <summary>Writes <c>provenance.json</c> into <c>--folder</c> about each package there.</summary>
    /// <exception cref="InvalidDataException">There is none.</exception>
    public static void Write(Options options)
    {
        var folder = options.Required("--folder");
        var subjects = Directory.GetFiles(folder).Where(static file => Packages.Any(end => file.EndsWith(end, StringComparison.Ordinal)))
            .Order(StringComparer.Ordinal).Select(static file => (JsonNode)Described(file)).ToArray();
        if (subjects.Length == 0) throw new InvalidDataException($"{folder} holds no package");
        var commit = options.Required("--commit");
        var source = new JsonObject { ["name"] = "source", ["digest"] = new JsonObject { ["gitCommit"] = commit } };
        var statement = new JsonObject
        {
            ["_type"] = "https://in-toto.io/Statement/v1",
            ["subject"] = new JsonArray(subjects),
            ["predicateType"] = "https://slsa.dev/provenance/v1",
            ["predicate"] = new JsonObject
            {
                ["buildDefinition"] = new JsonObject
                {
                    ["buildType"] = "urn:gatehouse:publish:1",
                    ["externalParameters"] = new JsonObject { ["commit"] = commit, ["packages"] = options.Required("--packages") },
                    ["internalParameters"] = new JsonObject { ["dotnetSdk"] = options.Required("--sdk") },
                    ["resolvedDependencies"] = new JsonArray(source),
                },
                ["runDetails"] = new JsonObject
                {
                    ["builder"] = new JsonObject { ["id"] = "urn:gatehouse:publish" },
                    ["metadata"] = new JsonObject { ["startedOn"] = options.Timestamp("--time").ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", null) },
                },
            },
        };
        File.WriteAllText(Path.Join(folder, "provenance.json"), statement.ToJsonString(Form) + "\n");
    }

    private static JsonObject Described(string file)
    {
        using var stream = File.OpenRead(file);
        var digest = Convert.ToHexStringLower(SHA256.HashData(stream));
        return new JsonObject { ["name"] = Path.GetFileName(file), ["digest"] = new JsonObject { ["sha256"] = digest } };
    }
}
