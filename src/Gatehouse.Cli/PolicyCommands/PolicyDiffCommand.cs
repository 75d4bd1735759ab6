using System.CommandLine;
using System.Text;
using Gatehouse.Cli.Output;
using Gatehouse.Policy;
using Gatehouse.Policy.Analysis.Differences;
using Gatehouse.Text;

namespace Gatehouse.Cli.PolicyCommands;

/// <summary><c>gatehouse policy diff</c>.</summary>
internal static class PolicyDiffCommand
{
    private const int MostShown = 12;

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
        if (servers.Length == 0 && before.Settings is not null && after.Settings is not null)
        {
            servers = [.. before.Servers().Union(after.Servers(), StringComparer.Ordinal)];
            (before, after) = (before.Without(after.Servers()), after.Without(before.Servers()));
        }

        var comparison = PolicyComparison.Of(before.Compile(), after.Compile(), servers);
        if (json)
            JsonOutput.Write("differences",
                new { complete = comparison.IsComplete, permitsMore = comparison.PermitsMore, differences = comparison.Differences.Select(Json) });
        else foreach (var line in Lines(comparison)) Terminal.Row(line);
        if (!comparison.IsComplete) Terminal.Note("The policies are too large for a complete comparison. There may be more differences.");
        return comparison.PermitsMore || !comparison.IsComplete ? ExitCodes.No : ExitCodes.Done;
    }

    private static PolicyInput? Read(string source)
    {
        var input = PolicyInput.Read(source);
        if (input.Faults.Count == 0) return input;
        FaultText.Print(source, input.Faults);
        return null;
    }

    private static IEnumerable<string> Lines(PolicyComparison comparison)
    {
        if (comparison.Differences.Count == 0) yield return "no differences";
        foreach (var kind in comparison.Differences.GroupBy(difference => difference.IsPermitted))
        {
            yield return kind.Key ? "newly permitted:" : "no longer permitted:";
            foreach (var rule in kind.GroupBy(difference => difference.Rule))
            {
                yield return $"  by {rule.Key.Id}{(rule.Key.Place is null ? "" : $" ({rule.Key.Place})")}{(rule.Key.Description is null ? "" : $": {rule.Key.Description}")}";
                foreach (var difference in rule.Take(MostShown)) yield return "    " + Sentence(difference);
                if (rule.Count() > MostShown) yield return $"    and {Counted.Of(rule.Count() - MostShown, "more class of requests", "more classes of requests")}";
            }
        }
    }

    private static string Sentence(PolicyDifference difference)
    {
        var request = difference.Request;
        var what = request.Name is null ? request.Method : $"{request.Target.ToString().ToLowerInvariant()} {request.Name}";
        var sentence = $"{request.Direction.ToString().ToLowerInvariant()}: {what} of {request.Server}, as {difference.Caller}";
        if (!difference.IsCertain) return sentence + ": undecidable, because the comparison found no example request";
        if (!request.Arguments.IsEmpty) sentence += $", with {Encoding.UTF8.GetString(request.Arguments.Span)}";
        return request.At == default ? sentence : $"{sentence}, at {request.At.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}";
    }

    private static object Json(PolicyDifference difference) => new
    {
        change = difference.IsPermitted ? "permitted" : "denied",
        rule = difference.Rule.Id,
        certain = difference.IsCertain,
        caller = new
        {
            difference.Caller.Subject,
            difference.Caller.Issuer,
            difference.Caller.Client,
            difference.Caller.Roles,
            difference.Caller.Groups,
            difference.Caller.Scopes,
            difference.Caller.Strengths,
            difference.Caller.MoreGroups,
            difference.Caller.Claims,
        },
        direction = difference.Request.Direction.ToString().ToLowerInvariant(),
        difference.Request.Server,
        difference.Request.Method,
        difference.Request.Name,
        arguments = difference.Request.Arguments.IsEmpty ? null : Encoding.UTF8.GetString(difference.Request.Arguments.Span),
        at = difference.Request.At == default ? (DateTimeOffset?)null : difference.Request.At,
    };
}
