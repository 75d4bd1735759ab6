using System.Text.Json;
using System.Text.Json.Serialization;
using Gatehouse.Cli.Output;
using Gatehouse.Integrity.Definitions;
using Gatehouse.Integrity.Locks;
using Gatehouse.Inventory.Model;
using Gatehouse.Inventory.Output;
using Gatehouse.Text;

namespace Gatehouse.Cli.LockCommands;

/// <summary>A verification as SARIF 2.1.0 (OASIS); every result points at the lock file.</summary>
internal static class LockSarif
{
    private const string Page = "docs/operators/lock.md";

    private static readonly JsonSerializerOptions Options =
        new() { WriteIndented = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    private static readonly (string Id, string Text)[] Rules =
    [
        ("definition-not-approved", "A server has a definition that is not approved."),
        ("attribute-differs", "The source or the command of a server differs from the lock."),
        ("cannot-be-pinned", "A server has two definitions with the same name, or a definition that cannot be listed."),
    ];

    /// <summary>Writes the file. Returns false when it cannot be written.</summary>
    public static bool Write(string path, string lockFile, IReadOnlyList<VerifiedServer> servers, IReadOnlyList<Gap> gaps)
    {
        try
        {
            File.WriteAllText(path, JsonApostrophe.Restore(Render(lockFile, servers, gaps)));
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Terminal.Fault($"{path} cannot be written");
            return false;
        }
    }

    private static string Render(string lockFile, IReadOnlyList<VerifiedServer> servers, IReadOnlyList<Gap> gaps) => JsonSerializer.Serialize(
        new Dictionary<string, object>
        {
            ["$schema"] = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
            ["version"] = "2.1.0",
            ["runs"] = new[]
            {
                new
                {
                    tool = new { driver = new { name = "Gatehouse", semanticVersion = BuildFacts.Version,
                        rules = Rules.Select(rule =>
                            new { id = rule.Id, shortDescription = new { text = rule.Text }, help = new { text = $"{rule.Text} See {Page}." } }) } },
                    invocations = new[]
                        { new { executionSuccessful = !gaps.Any(gap => gap.IsFailure),
                            toolExecutionNotifications = gaps.Select(
                                gap => new { level = gap.IsFailure
                                    ? "error" : "note", message = new { text = VisibleText.Escape($"{gap.What}: {gap.Why}") } }) } },
                    results = servers.SelectMany(Results).Select(result => new
                    {
                        ruleId = result.Rule,
                        level = "error",
                        message = new { text = result.Text },
                        locations = new[] { new { physicalLocation = new { artifactLocation = new { uri = lockFile.Replace('\\', '/') },
                            region = new { startLine = 1 } } } },
                        partialFingerprints = new Dictionary<string, string>
                            { ["gatehouse/v2"] = SarifFingerprint.Of([result.Rule, .. result.Parts]) },
                    }),
                },
            },
        },
        Options);

    // The parts of the fingerprint: server, place and what is there now. A definition that changes once more is another finding.
    private static IEnumerable<(string Rule, string Text, string?[] Parts)> Results(VerifiedServer server)
    {
        var name = VisibleText.Escape(server.Observed.Name);
        foreach (var (attribute, before, now) in server.Attributes)
        {
            yield return ("attribute-differs", $"{name}: {attribute} was {VisibleText.Escape(before)}, is {VisibleText.Escape(now)}",
                [server.Observed.Name, attribute, now]);
        }

        foreach (var (kind, one) in server.Observed.Unpinnable)
            yield return ("cannot-be-pinned", $"{name}: {LockText.Key(kind, one)}", [server.Observed.Name, DefinitionKinds.Text(kind), one]);
        foreach (var one in server.Definitions.Where(one => !one.IsGood))
        {
            yield return ("definition-not-approved", $"{name}: {LockText.Key(one.Kind, one.Name)} is {LockText.State(one)}",
                [server.Observed.Name, DefinitionKinds.Text(one.Kind), one.Name, one.Digest]);
        }
    }
}
