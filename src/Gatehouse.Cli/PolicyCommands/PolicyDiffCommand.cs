using System.CommandLine;
using System.Text;
using System.Text.Json.Nodes;
using Gatehouse.Cli.Output;
using Gatehouse.Policy.Analysis.Differences;
using Gatehouse.Policy.Analysis.Testing;
using Gatehouse.Policy.Rules;
using Gatehouse.Text;

namespace Gatehouse.Cli.PolicyCommands;

/// <summary><c>gatehouse policy diff</c>.</summary>
internal static class PolicyDiffCommand
{
    public static Command Create()
    {
        var old = new Argument<string>("old") { Description = "Old policy: a policy file, a configuration, or preset:NAME." };
        var next = new Argument<string>("new") { Description = "New policy: a policy file, a configuration, or preset:NAME." };
        var server = new Option<string[]>("--server")
        { Description = "Name of a server. Can be repeated. Default: the servers of the configuration, else every server that the rules could apply to.", HelpName = "name" };
        var json = CommonOptions.Json();
        var command = new Command("diff",
            """
            Print the requests that a new policy newly permits, and those that it no longer permits. The command evaluates an example of each
            with both policies. It exits with 1 if the new policy permits more, or may permit more.

            Examples:
              gatehouse policy diff old.yaml team.yaml
              gatehouse policy diff running.yaml gatehouse.yaml
              gatehouse policy diff preset:team team.yaml --server tracker --json
            """) { old, next, server, json };
        command.SetAction(parsed => Run(parsed.GetValue(old)!, parsed.GetValue(next)!, parsed.GetValue(server) ?? [], parsed.GetValue(json)));
        return command;
    }

    private static int Run(string old, string next, string[] servers, bool json)
    {
        if (Read(old) is not { } before || Read(next) is not { } after) return ExitCodes.Usage;
        if (!KnownServers.Check(servers, before, after)) return ExitCodes.Usage;
        if (servers.Length == 0 && before.Settings is not null && after.Settings is not null)
        {
            servers = [.. before.Servers().Union(after.Servers(), StringComparer.Ordinal)];
            (before, after) = (before.Without(after.Servers()), after.Without(before.Servers()));
        }

        var comparison = PolicyComparison.Of(before.Compile(), after.Compile(), servers);
        if (json) JsonOutput.Write("differences", Json(comparison));
        else Print(comparison, [.. before.Rules, .. after.Rules]);
        if (!comparison.IsComplete) Terminal.Note("The policies are too large for a complete comparison. There may be more differences.");
        return comparison.PermitsMore || !comparison.IsComplete ? ExitCodes.No : ExitCodes.Done;
    }

    private static void Print(PolicyComparison comparison, IReadOnlyList<PolicyRule> rules)
    {
        foreach (var line in new DifferenceText(rules).Lines(comparison)) Terminal.Row(line);
        if (comparison.Differences.Count > 0 || comparison.NoLongerAsked.Count > 0)
            Terminal.Note("Each line is an example. Its names and its caller represent all to which the same rules apply.");
    }

    private static PolicyInput? Read(string source)
    {
        var input = PolicyInput.Read(source);
        if (input.Faults.Count == 0) return input;
        FaultText.Print(source, input.Faults);
        return null;
    }

    private static JsonObject Json(PolicyComparison comparison) => new JsonFields
    {
        ["complete"] = comparison.IsComplete,
        ["permitsMore"] = comparison.PermitsMore,
        ["differences"] = comparison.Differences.Select(difference => Json(difference, difference.IsPermitted ? "permitted" : "denied"))
            .Concat(comparison.NoLongerAsked.Select(difference => Json(difference, "withoutApproval"))).ToJsonArray(),
    };

    private static JsonFields Json(PolicyDifference difference, string change) => new()
    {
        ["change"] = change,
        ["rule"] = difference.Rule.Id,
        ["certain"] = difference.IsCertain,
        ["caller"] = Json(difference.Caller),
        ["direction"] = difference.Request.Direction.ToString().ToLowerInvariant(),
        ["server"] = difference.Request.Server,
        ["method"] = difference.Request.Method,
        ["name"] = difference.Request.Name,
        ["arguments"] = difference.Request.Arguments.IsEmpty ? null : Encoding.UTF8.GetString(difference.Request.Arguments.Span),
        ["at"] = difference.Request.At == default ? null : difference.Request.At,
    };

    private static JsonFields Json(PolicyCaller caller) => new()
    {
        ["subject"] = caller.Subject,
        ["issuer"] = caller.Issuer,
        ["client"] = caller.Client,
        ["roles"] = caller.Roles.ToJsonArray(),
        ["groups"] = caller.Groups.ToJsonArray(),
        ["scopes"] = caller.Scopes.ToJsonArray(),
        ["strengths"] = caller.Strengths.ToJsonArray(),
        ["moreGroups"] = caller.MoreGroups,
        ["claims"] = caller.Claims?.DeepClone(), // a node has one parent, and these are the caller's
    };
}
