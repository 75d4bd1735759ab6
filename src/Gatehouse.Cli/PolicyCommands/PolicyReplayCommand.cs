using System.CommandLine;
using System.Text.Json.Nodes;
using Gatehouse.Cli.AuditCommands;
using Gatehouse.Cli.Output;
using Gatehouse.Policy.Analysis.Recorded;
using Gatehouse.Text;

namespace Gatehouse.Cli.PolicyCommands;

/// <summary><c>gatehouse policy replay</c>.</summary>
internal static class PolicyReplayCommand
{
    private const int MostShown = 50;

    public static Command Create()
    {
        var options = new PolicyOptions();
        var log = new Option<string?>("--log")
        { Description = "Folder of the audit log. Default: the folder in the configuration.", HelpName = "folder" };
        var days = ClosedList.Number("--days", "Number of days to read, 1 to 3650. Default: 30.", (1, 3650));
        var old = new Option<string?>("--in-force")
        {
            Description = "Policy that was in force: a policy file, a configuration, or preset:NAME. Default: the policy of the configuration.",
            HelpName = "file",
        };
        var command = new Command("replay",
            """
            Print the recorded decisions that a new policy would change. Events do not keep arguments and claims, so a decision that needs
            them is counted as undecidable, with the facts that the log does not have. The command exits with 1 if a decision changes.

            Examples:
              gatehouse policy replay --config gatehouse.yaml --policy team.yaml
              gatehouse policy replay --config new.yaml --in-force gatehouse.yaml
              gatehouse policy replay --policy team.yaml --in-force old.yaml --log /var/lib/gatehouse/audit --json
            """) { log, days, old };
        options.AddTo(command);
        command.SetAction(parsed =>
            AuditFolder.Answer(() => Run(options, parsed, parsed.GetValue(log), parsed.GetValue(days) ?? 30, parsed.GetValue(old))));
        return command;
    }

    private static int Run(PolicyOptions options, ParseResult parsed, string? log, int days, string? old)
    {
        if (options.Load(parsed) is not { } input) return ExitCodes.Usage;
        if (InForce(input, old) is not { } inForce) return ExitCodes.Usage;
        if (AuditFolder.WithLog(input.Settings, log) is not { } folder) return ExitCodes.Unavailable;
        var since = TimeProvider.System.GetUtcNow().AddDays(-days);
        var events = new RecordedEvents(folder, since);
        // The policy of the configuration is in force since the last change of the configuration. A file that was named is taken at its word.
        var inForceSince = old is null ? RecordedEvents.LastChange(folder) : default;
        var configurations = new ReplayedConfigurations(input, inForce);
        var replay = PolicyReplay.Of(input.Compile(), inForce.Rules, events.Read(), inForceSince, configurations);
        if (parsed.GetValue(options.Json)) JsonOutput.Write("replay", Json(replay, events, inForceSince));
        else Print(replay);
        if (replay.Open.Any(open => open.First.Request.At < inForceSince))
            Terminal.Note($"The configuration was changed at {Moments.Words(inForceSince)}. It is not known which policy was in force before, so more is undecidable. "
                + "Give that policy with --in-force, or a smaller number of days.");
        events.Warn();
        return replay.Changes.Count > 0 ? ExitCodes.No : ExitCodes.Done;
    }

    private static PolicyInput? InForce(PolicyInput input, string? old)
    {
        if (old is null) return input with { Rules = input.Settings?.Rules ?? [] };
        var read = PolicyInput.Read(old);
        if (read.Faults.Count == 0) return read;
        FaultText.Print(old, read.Faults);
        return null;
    }

    private static void Print(PolicyReplay replay)
    {
        foreach (var change in replay.Changes.Take(MostShown))
            Terminal.Row($"{(change.NowPermitted == true ? "newly permitted" : "newly refused  ")}  {Sentence(change)}");
        foreach (var open in replay.Open.Take(MostShown)) Terminal.Row($"undecidable      {Sentence(open)}: the log does not have {string.Join(", ", open.Unknown)}");
        Terminal.Row($"{Counted.Of(replay.Requests, "request")}: {replay.Same} as before, {replay.Requests - replay.Same - replay.Undecidable} changed, {replay.Undecidable} undecidable");
        if (replay.LeftOut > 0)
            Terminal.Row($"left out: {Counted.Of(replay.LeftOut, "request")} whose server or issuer the configuration in force does not accept");
        foreach (var (fact, count) in replay.Unknown.Take(MostShown)) Terminal.Row($"  not in the log: {fact} ({Counted.Of(count, "request")})");
    }

    private static string Sentence(ReplayedChange change)
    {
        var (caller, request) = (change.First.Caller, change.First.Request);
        return $"{change.Count} x {caller.Subject} ({caller.Issuer}) {request.Method}{(request.Name is null ? "" : " " + request.Name)} of {request.Server}, e.g. {change.First.Id}";
    }

    private static JsonObject Json(PolicyReplay replay, RecordedEvents events, DateTimeOffset inForceSince) => new JsonFields
    {
        ["requests"] = replay.Requests,
        ["withoutCaller"] = events.WithoutCaller,
        ["leftOut"] = replay.LeftOut,
        ["same"] = replay.Same,
        ["undecidable"] = replay.Undecidable,
        ["unknown"] = replay.Unknown.Select(one => new JsonFields { ["fact"] = one.Key, ["requests"] = one.Value }).ToJsonArray(),
        ["inForceSince"] = inForceSince == default ? null : inForceSince,
        ["changes"] = replay.Changes.Select(Json).ToJsonArray(),
        ["open"] = replay.Open.Select(Json).ToJsonArray(),
    };

    private static JsonFields Json(ReplayedChange change) => new()
    {
        ["now"] = change.NowPermitted switch { true => "permitted", false => "refused", null => "undecidable" },
        ["count"] = change.Count,
        ["id"] = change.First.Id,
        ["issuer"] = change.First.Caller.Issuer,
        ["subject"] = change.First.Caller.Subject,
        ["server"] = change.First.Request.Server,
        ["method"] = change.First.Request.Method,
        ["name"] = change.First.Request.Name,
        ["unknown"] = change.Unknown.ToJsonArray(),
    };
}
