using System.CommandLine;
using Gatehouse.Cli.AuditCommands;
using Gatehouse.Cli.Output;
using Gatehouse.Policy.Analysis.Testing;
using Gatehouse.Policy.Analysis.Verdicts;
using Gatehouse.Policy.Explaining;

namespace Gatehouse.Cli.PolicyCommands;

/// <summary><c>gatehouse policy explain</c>.</summary>
internal static class PolicyExplainCommand
{
    public static Command Create()
    {
        var options = new PolicyOptions();
        var question = new QuestionOptions();
        var recorded = new Option<string?>("--event")
        { Description = "Id of a recorded exchange. A refused caller receives it with the refusal.", HelpName = "id" };
        var log = new Option<string?>("--log")
        { Description = "Folder of the audit log. Default: the folder in the configuration.", HelpName = "folder" };
        var command = new Command("explain",
            """
            Explain a decision: print the rule that decides, and the unmet conditions of each permit that applies. With a configuration,
            the scopes and issuers that the server asks for count as well. The command exits with 1 unless the request is permitted.
            Of a recorded exchange it prints the recorded reasons, and the verdict of the policy. It exits with 1 unless that is a permit.

            Examples:
              gatehouse policy explain --policy team.yaml --as alice --role mcp-writer --server tracker --tool delete_issue
              gatehouse policy explain --config gatehouse.yaml --event 01kaf7z0m3q9x5d2c8v4t6b1hw
            """) { recorded, log };
        options.AddTo(command);
        question.AddTo(command);
        command.Refuse(recorded, "caller and request are those of the recorded exchange", [.. question.All]);
        command.Need(log, recorded);
        command.SetAction(parsed => parsed.GetValue(recorded) is { } id
            ? AuditFolder.Answer(() => EventExplanation.Run(options, parsed, id, parsed.GetValue(log))) : Run(options, question, parsed));
        return command;
    }

    private static int Run(PolicyOptions options, QuestionOptions question, ParseResult parsed)
    {
        if (options.Load(parsed) is not { } input) return ExitCodes.Usage;
        if (question.Read(parsed) is not { } asked || !KnownServers.Check([asked.Request.Server], input)) return ExitCodes.Usage;
        asked.Caller = ImpliedScopes.AddTo(asked.Caller, input.Settings);
        var requirements = new ServerRequirements(input.Settings, asked.Request.Server);
        var verdict = new GatewayVerdict(input.Compile().Explain(asked.Caller.ToSubject(), asked.Request), requirements.RefusalOf(asked.Caller));
        if (parsed.GetValue(options.Json)) JsonOutput.Write("explanation", ExplanationJson.Of(verdict, requirements.MissingScopes(asked.Caller)));
        else Print(verdict, requirements, asked.Caller);
        return verdict.IsPermitted ? ExitCodes.Done : ExitCodes.No;
    }

    private static void Print(GatewayVerdict verdict, ServerRequirements requirements, PolicyCaller caller)
    {
        foreach (var line in ExplanationText.Lines(verdict, verdict.Refusal is { IsForScopes: true } ? "; give --scope" : "")) Terminal.Row(line);
        if (verdict.IsPermitted && caller.Issuer == PolicyCaller.AnyIssuer && requirements.Issuers.Count > 0)
            Terminal.Note($"The server accepts only callers of {string.Join(", ", requirements.Issuers)}. Give the issuer of the caller with --issuer.");
    }
}
