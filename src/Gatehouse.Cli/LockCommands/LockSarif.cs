using System.Text.Json.Nodes;
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
            File.WriteAllText(path, WrittenJson.Of(Report(lockFile, servers, gaps)));
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Terminal.Fault($"{path} cannot be written");
            return false;
        }
    }

    private static JsonObject Report(string lockFile, IReadOnlyList<VerifiedServer> servers, IReadOnlyList<Gap> gaps) => new JsonFields
    {
        ["$schema"] = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        ["version"] = "2.1.0",
        ["runs"] = JsonArrays.One(new JsonFields
        {
            ["tool"] = new JsonFields { ["driver"] = Driver() },
            ["invocations"] = JsonArrays.One(Invocation(gaps)),
            ["results"] = servers.SelectMany(Results).Select(result => Result(lockFile, result)).ToJsonArray(),
        }),
    };

    private static JsonFields Driver() => new()
    {
        ["name"] = "Gatehouse",
        ["semanticVersion"] = BuildFacts.Version,
        ["rules"] = Rules.Select(rule => new JsonFields
        {
            ["id"] = rule.Id,
            ["shortDescription"] = Message(rule.Text),
            ["help"] = Message($"{rule.Text} See {Page}."),
        }).ToJsonArray(),
    };

    private static JsonFields Invocation(IReadOnlyList<Gap> gaps) => new()
    {
        ["executionSuccessful"] = !gaps.Any(gap => gap.IsFailure),
        ["toolExecutionNotifications"] = gaps.Select(gap => new JsonFields
        {
            ["level"] = gap.IsFailure ? "error" : "note",
            ["message"] = Message(VisibleText.Escape($"{gap.What}: {gap.Why}")),
        }).ToJsonArray(),
    };

    private static JsonFields Result(string lockFile, (string Rule, string Text, string?[] Parts) result) => new()
    {
        ["ruleId"] = result.Rule,
        ["level"] = "error",
        ["message"] = Message(result.Text),
        ["locations"] = JsonArrays.One(new JsonFields
        {
            ["physicalLocation"] = new JsonFields
            {
                ["artifactLocation"] = new JsonFields { ["uri"] = lockFile.Replace('\\', '/') },
                ["region"] = new JsonFields { ["startLine"] = 1 },
            },
        }),
        ["partialFingerprints"] = new JsonFields { ["gatehouse/v2"] = SarifFingerprint.Of([result.Rule, .. result.Parts]) },
    };

    private static JsonFields Message(string text) => new() { ["text"] = text };

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
