using System.CommandLine;
using Gatehouse.Cli.AuditCommands;
using Gatehouse.Cli.Output;
using Gatehouse.Policy.Analysis.Recorded;
using Gatehouse.Policy.Analysis.Usage;
using Gatehouse.Policy.Writing;
using Gatehouse.Text;

namespace Gatehouse.Cli.PolicyCommands;

/// <summary><c>gatehouse policy usage</c>.</summary>
internal static class PolicyUsageCommand
{
    private const int UsualDays = 30;

    public static Command Create()
    {
        var options = new PolicyOptions();
        var log = new Option<string?>("--log")
            { Description = "Folder of the audit log. Default: the one of the configuration.", HelpName = "folder" };
        var days = new Option<int?>("--days") { Description = $"How many days back to look. Default {UsualDays}.", HelpName = "n" };
        var fresh = new Option<int?>("--new") { Description = "A first use counts as new within so many days. Default 1.", HelpName = "n" };
        var propose = new Option<bool>("--propose") { Description = "Print a smaller policy that admits the recorded traffic, and nothing else." };
        var command = new Command("usage",
            """
            Print which permits were used, which never, and what subjects used for the first time; or propose a smaller policy.

            Examples:
              gatehouse policy usage --config gatehouse.yaml --days 90
              gatehouse policy usage --config gatehouse.yaml --propose > smaller.yaml
            """) { log, days, fresh, propose };
        options.AddTo(command);
        command.SetAction(parsed => AuditFolder.Answer(
            () => Run(options, parsed, parsed.GetValue(log), parsed.GetValue(days) ?? UsualDays, parsed.GetValue(fresh) ?? 1,
                parsed.GetValue(propose))));
        return command;
    }

    private static int Run(PolicyOptions options, ParseResult parsed, string? log, int days, int fresh, bool propose)
    {
        if (options.Load(parsed) is not { } input) return ExitCodes.Usage;
        if (days is < 1 or > 3650 || fresh is < 1 or > 3650)
        {
            Terminal.Fault("a number of days lies between 1 and 3650");
            return ExitCodes.Usage;
        }

        if (AuditFolder.Of(input.Settings, log) is not { } folder) return ExitCodes.Unavailable;
        var now = TimeProvider.System.GetUtcNow();
        var usage = new PolicyUsage(input.Rules);
        foreach (var request in RecordedEvents.Read(folder, now.AddDays(-days))) usage.Add(request);
        if (propose)
            Terminal.Data(VisibleText.GuardLines(
                PolicyWriter.Write(usage.Propose(), $"Admits what was permitted in {days} days, and nothing that was not needed.").TrimEnd('\n')));
        else if (parsed.GetValue(options.Json)) JsonOutput.Write("usage", Json(usage, now.AddDays(-fresh)));
        else Print(usage, days, now.AddDays(-fresh));
        Warn(usage);
        return ExitCodes.Done;
    }

    private static void Warn(PolicyUsage usage)
    {
        if (usage.NotAdmitted > 0)
            Terminal.Note($"{usage.NotAdmitted} permitted requests are not certainly permitted by this policy: it was changed since.");
        if (!usage.IsComplete) Terminal.Note($"There were more than {PolicyUsage.MostDistinct} different requests; the rest were not looked at.");
    }

    private static void Print(PolicyUsage usage, int days, DateTimeOffset since)
    {
        Terminal.Data($"{usage.Requests} permitted requests in {days} days");
        foreach (var grant in usage.Grants())
        {
            Terminal.Row($"  {grant.Rule.Id}: {Use(grant)}");
            foreach (var name in grant.Unused) Terminal.Row($"    never used: {name}");
        }

        foreach (var first in usage.FirstUses(since))
            Terminal.Row($"first use {first.At.UtcDateTime:yyyy-MM-dd HH:mm:ss'Z'}: {first.Subject} ({first.Issuer}) {first.Method} {first.Name} of {first.Server}, by {first.RuleId}");
    }

    private static string Use(GrantUsage grant)
    {
        if (!grant.IsObservable) return "what servers ask is not an exchange of its own, so its use is not known";
        return grant.Count == 0 ? "never used" : $"{grant.Count} requests, last {grant.Last!.Value.UtcDateTime:yyyy-MM-dd}";
    }

    private static object Json(PolicyUsage usage, DateTimeOffset since) => new
    {
        usage.Requests,
        usage.NotAdmitted,
        complete = usage.IsComplete,
        grants = usage.Grants().Select(grant => new { rule = grant.Rule.Id, grant.Count, grant.Last, grant.Unused, observable = grant.IsObservable }),
        firstUses = usage.FirstUses(since),
    };
}
