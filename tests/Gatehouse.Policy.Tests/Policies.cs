using System.Text;
using System.Text.Json;
using Gatehouse.Policy.Decisions;
using Gatehouse.Policy.Files;
using Gatehouse.Policy.Rules;
using Gatehouse.Yaml;

namespace Gatehouse.Policy.Tests;

/// <summary>Policies from text, and questions to them.</summary>
internal static class Policies
{
    /// <summary>Rules in the form of a list, without the head of the file.</summary>
    public static IReadOnlyList<PolicyRule> Rules(string rules, string? file = null)
    {
        var faults = new FaultList();
        var read = PolicyFile.Read((rules.Length == 0 ? "version: 1\nrules: []\n" : "version: 1\nrules:\n" + rules), file, PolicyNames.Unknown,
            faults);
        Assert.True(!faults.Any, string.Join("\n", faults.ToList()) + "\n" + rules);
        return read;
    }

    public static PolicyDecisionPoint Point(string rules) => new(Rules(rules));

    public static IReadOnlyList<ConfigurationFault> Faults(string rules, PolicyNames? names = null)
    {
        var faults = new FaultList();
        PolicyFile.Read("version: 1\nrules:\n" + rules, "team.yaml", names ?? PolicyNames.Unknown, faults);
        return faults.ToList();
    }

    public static PolicySubject Caller(string claims = "{}", string subject = "alice", string? client = "app", string[]? scopes = null,
        string[]? roles = null, bool incomplete = false, string[]? strengths = null)
    {
        var document = JsonDocument.Parse(claims).RootElement;
        return new PolicySubject("https://issuer", subject, client, scopes ?? [], roles ?? [], [])
        {
            GroupsAreIncomplete = incomplete,
            Strengths = strengths ?? [],
            Claims = name => document.TryGetProperty(name, out var value) ? value : null,
        };
    }

    public static PolicyRequest Call(string tool, string? arguments = null) =>
        new("files", "tools/call", PolicyTarget.Tool, tool) { Arguments = arguments is null ? default : Encoding.UTF8.GetBytes(arguments) };

    public static PolicyRequest Resource(string uri) => new("files", "resources/read", PolicyTarget.Resource, uri);

    public static PolicyRequest Template(string template) => Resource(template) with { IsTemplate = true, Direction = PolicyDirection.Lists };
}
